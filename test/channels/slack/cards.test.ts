// Every card we make, filled with what nobody expects: Slack takes it, and its buttons are there.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slackMessage } from '../../../src/channels/slack/blocks.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { alertCard } from '../../../src/domain/cards/alert-card.ts';
import { alertsCard } from '../../../src/domain/cards/alerts-card.ts';
import { fixCard } from '../../../src/domain/cards/fix-card.ts';
import { headerCard } from '../../../src/domain/cards/incident-card.ts';
import { planCard, refusalCard } from '../../../src/domain/cards/plan-card.ts';
import { summaryCard } from '../../../src/domain/cards/summary-card.ts';
import type { TimelineEntry } from '../../../src/domain/incident.ts';
import type { Message } from '../../../src/domain/message.ts';
import type { Plan, Step } from '../../../src/domain/plan.ts';
import { at, incident } from '../../domain/cards/seed-incident.ts';
import { whatSlackRefuses } from './limits.ts';

const words = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '\n\n',
    '<!channel> <@U1|x> <https://evil|ok>',
    '*a* _b_ `c` ~d~',
    'x'.repeat(9000),
    '漢🔥'.repeat(3000),
    'a\n'.repeat(3000),
    '\u0000\u202e\ud800',
  ),
);
const few = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 6 });
const TIME = at('03:14');

const step: fc.Arbitrary<Step> = fc.record({
  capability: fc.constantFrom<Step['capability']>('deploys.rollback', 'services.scale', 'disk.prune-docker'),
  source: words,
  version: fc.constant(1),
  repeat: fc.constant('once' as const),
  service: words,
  args: fc.constant({ service: 'shop' }),
  target: fc.record({ id: words, label: words }),
  facts: fc.constant({ latest: '492', target: '491', migrations: [], inProgress: null }),
  risk: fc.constant('disruptive' as const),
  preview: few(
    fc.record({
      text: words,
      how: fc.constantFrom('measured' as const, 'estimated' as const, 'unknown' as const),
    }),
  ),
});

const plan: fc.Arbitrary<Plan> = fc.record({
  id: fc.nat(),
  state: fc.constant('waiting' as const),
  incidentId: fc.constant(43),
  command: words,
  asked: words,
  autoFix: fc.constantFrom(null, 'Disk Cleanup'),
  requester: fc.record({
    platform: fc.constant('slack'),
    workspace: words,
    userId: words,
    displayName: words,
  }),
  destination: fc.constant({ channel: 'slack', conversation: '#ops-critical', incidentId: 43 }),
  title: words,
  service: words,
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
  notes: few(fc.record({ heading: words, lines: fc.array(words, { maxLength: 60 }) })),
  risk: fc.constantFrom('disruptive' as const, 'critical' as const, 'routine' as const),
  twoPerson: fc.boolean(),
  closes: fc.constant(null),
  success: fc.constant({ kind: 'none' } as unknown as Plan['success']),
  undo: fc.constant(null),
  watchMs: fc.constant(300_000),
  digest: words,
  expiresAt: fc.constant(TIME + 600_000),
  createdAt: fc.constant(TIME),
  reason: fc.constantFrom(null, 'because'),
});

const alert: fc.Arbitrary<Alert> = fc.record({
  id: fc.nat(),
  source: words,
  fingerprint: words,
  status: fc.constantFrom('firing' as const, 'resolved' as const),
  title: words,
  description: words,
  severity: fc.constantFrom('critical' as const, 'warning' as const, 'info' as const),
  service: words,
  labels: fc.dictionary(words, words, { maxKeys: 30 }),
  links: few(fc.record({ label: words, url: words, text: words })) as unknown as fc.Arbitrary<Alert['links']>,
  value: fc.constantFrom(null, 12.3, Number.MAX_VALUE),
  threshold: fc.constantFrom(null, 5),
  unit: fc.constantFrom(null, '%'),
  incidentId: fc.constant(43),
  startsAt: fc.constant(TIME),
  clearedAt: fc.constantFrom(null, TIME + 1000),
  lastSeenAt: fc.constant(TIME),
  count: fc.nat(),
  postId: fc.constant(null),
  mutedBy: fc.constant(null),
});

const told: fc.Arbitrary<Parameters<typeof incident>[0]> = fc.record({
  title: words,
  rootCause: words,
  probableCause: words,
  ackedByName: words,
  resolvedBy: words,
  resolvedAt: fc.constant(TIME + 60_000),
  state: fc.constantFrom('open' as const, 'resolved' as const),
});

const entry: fc.Arbitrary<TimelineEntry> = fc.record({
  id: fc.nat(),
  incidentId: fc.constant(43),
  at: fc.constant(TIME),
  kind: fc.constantFrom(
    'alert' as const,
    'approval' as const,
    'execution' as const,
    'note' as const,
    'watch' as const,
  ),
  actor: words,
  text: words,
  data: fc.constantFrom({}, { followUp: true }),
});

const CARDS: readonly [string, fc.Arbitrary<Message>, 'decides' | 'tells'][] = [
  [
    'a plan',
    plan.map((each) => planCard(each, { approvalId: 7, zone: 'UTC', confirmWord: null })),
    'decides',
  ],
  ['a fix', plan.map((each) => fixCard(each, { approvalId: 7, zone: 'UTC', confirmWord: null })), 'decides'],
  [
    'a refusal',
    fc.record({ why: words, detail: words, instead: words }).map((each) => refusalCard(each as never)),
    'tells',
  ],
  ['an alert', fc.tuple(alert, few(words)).map(([each, notes]) => alertCard(each, notes, 'UTC')), 'tells'],
  [
    'alerts',
    fc
      .array(alert, { minLength: 1, maxLength: 30 })
      .map((shown) => alertsCard({ total: 99, firing: 3, since: TIME, shown }, 'UTC')),
    'tells',
  ],
  [
    'an incident',
    fc
      .tuple(told, few(alert))
      .map(([given, alerts]) => headerCard({ incident: incident(given), alerts, zone: 'UTC' })),
    'tells',
  ],
  [
    'a summary',
    fc
      .tuple(told, fc.array(entry, { maxLength: 80 }))
      .map(([given, timeline]) =>
        summaryCard({ incident: incident(given), timeline, plans: [], zone: 'UTC' }),
      ),
    'tells',
  ],
];

test.each(CARDS)('%s', (_, card, kind) => {
  fc.assert(
    fc.property(card, (given) => {
      const made = slackMessage(given, ['U024BE7LH']);
      expect(whatSlackRefuses(made)).toEqual([]);
      // Nothing but whom we wake is text that Slack acts on.
      const acted = made.blocks.filter((block) => JSON.stringify(block).includes('"mrkdwn"'));
      expect(acted).toEqual([{ type: 'section', text: { type: 'mrkdwn', text: '<@U024BE7LH>' } }]);
      if (kind === 'decides') expect(made.blocks.at(-1)).toMatchObject({ type: 'actions' });
    }),
    { numRuns: 60, seed: 492 },
  );
});
