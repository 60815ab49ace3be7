import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import { type Incident, NO_CONTEXT, type TimelineEntry } from '../../src/domain/incident.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { mitigatedAt, type PlanHistory, postmortem } from '../../src/domain/postmortem.ts';

const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);

const incident: Incident = {
  id: 43,
  key: 'shop',
  title: 'shop error rate critical',
  severity: 'critical',
  state: 'resolved',
  service: 'shop',
  startedAt: at('03:14:00'),
  openedAt: at('03:14:05'),
  ackedBy: 'terminal:host:sarah',
  ackedByName: '@sarah',
  ackedAt: at('03:16:00'),
  resolvedAt: at('03:30:00'),
  resolvedBy: 'openclaw:self:openclaw',
  rootCause: null,
  probableCause: 'deploy #492 shortened the cache lifetime',
  context: NO_CONTEXT,
  channel: 'terminal',
  conversation: '#ops-critical',
  headerPostId: 1,
  escalation: null,
  level: 0,
  openedBy: 'test',
  mergedInto: null,
  ackExpiresAt: null,
  ackForMs: null,
  inhibitedBy: null,
};

const alert: Alert = {
  id: 1,
  source: 'rules',
  fingerprint: 'shop',
  status: 'resolved',
  title: 'error_rate > 5%',
  description: '',
  severity: 'critical',
  service: 'shop',
  labels: {},
  links: [],
  value: 12.3,
  threshold: 5,
  unit: '%',
  incidentId: 43,
  startsAt: at('03:14:00'),
  clearedAt: at('03:25:00'),
  lastSeenAt: at('03:25:00'),
  postId: null,
  mutedBy: null,
  count: 3,
};

const said = (
  id: number,
  time: string,
  text: string,
  kind: TimelineEntry['kind'] = 'said',
): TimelineEntry => ({
  id,
  incidentId: 43,
  at: at(time),
  kind,
  actor: 'terminal:host:sarah',
  text,
  data: {},
});

const plan: Plan = {
  id: 3,
  state: 'done',
  incidentId: 43,
  command: 'rollback',
  asked: '/rollback #492',
  autoFix: null,
  requester: { platform: 'terminal', workspace: 'host', userId: 'sarah', displayName: 'sarah' },
  destination: { channel: 'terminal', conversation: '#ops-critical', incidentId: 43 },
  title: 'Roll back deploy #492 of shop',
  service: 'shop',
  steps: [],
  notes: [],
  risk: 'disruptive',
  twoPerson: false,
  success: { kind: 'none' },
  undo: null,
  closes: null,
  watchMs: 300_000,
  digest: 'd',
  expiresAt: at('03:30:00'),
  createdAt: at('03:20:00'),
  reason: null,
};

const rollback: PlanHistory = {
  plan,
  approval: {
    id: 7,
    planId: 3,
    digest: 'd',
    state: 'approved',
    confirmWord: null,
    firstBy: null,
    decidedBy: 'terminal:host:sarah',
    decidedAt: at('03:20:30'),
    standing: null,
    expiresAt: at('03:30:00'),
    createdAt: at('03:20:00'),
  },
  executions: [
    {
      id: 'x',
      planId: 3,
      step: 0,
      state: 'succeeded',
      capability: 'deploys.rollback',
      source: 'GitHub',
      target: 'GitHub/shop',
      autoFix: null,
      args: {},
      facts: {},
      summary: 'rolled back deploy #492, now running #491',
      settledBy: null,
      freedBytes: null,
      startedAt: at('03:20:31'),
      endedAt: at('03:22:00'),
    },
  ],
  verdict: 'better',
};

const facts = {
  incident,
  alerts: [alert],
  timeline: [
    said(2, '03:20:00', '@sarah: /rollback #492'),
    said(1, '03:14:00', 'Alert fired: error rate > 5%', 'alert'),
    { ...said(3, '03:26:00', 'warm the cache before a release', 'note'), data: { followUp: true } },
    said(4, '03:14:05', 'Paged @sarah via slack: on-call, level 1', 'paged'),
    said(5, '03:19:00', 'refused /restart db: it is a database', 'refused'),
  ],
  plans: [rollback],
  record: { entry: 412, hash: 'ab'.repeat(32) },
};

test('the draft of an incident reads as a whole, byte for byte', () => {
  expect(postmortem(facts)).toBe(`# Incident #43: shop error rate critical

## Summary

- Severity: critical
- Service: shop
- Started: 2026-11-23T03:14:00Z
- Resolved: 2026-11-23T03:30:00Z
- Duration: 16 minutes
- Time to acknowledge: 2 minutes (@sarah)
- Time to mitigate: 8 minutes
- Time to resolve: 16 minutes

## Impact

| Alert | Value | Threshold | From | Until | Times told |
| --- | --- | --- | --- | --- | --- |
| error_rate &gt; 5% | 12.3% | 5% | 2026-11-23T03:14:00Z | 2026-11-23T03:25:00Z | 3 |

## Root cause

Probable, not confirmed: deploy #492 shortened the cache lifetime

## Who was told

| Time | Who |
| --- | --- |
| 2026-11-23T03:14:05Z | Paged @sarah via slack: on-call, level 1 |

## Timeline

| Time | What happened |
| --- | --- |
| 2026-11-23T03:14:00Z | Alert fired: error rate &gt; 5% |
| 2026-11-23T03:14:05Z | Paged @sarah via slack: on-call, level 1 |
| 2026-11-23T03:19:00Z | refused /restart db: it is a database |
| 2026-11-23T03:20:00Z | @sarah: /rollback #492 |
| 2026-11-23T03:26:00Z | warm the cache before a release |

## Actions

| Time | Action | Asked by | Approved by | Outcome |
| --- | --- | --- | --- | --- |
| 2026-11-23T03:19:00Z | refused /restart db: it is a database | @sarah | nobody | refused |
| 2026-11-23T03:20:00Z | Roll back deploy #492 of shop | @sarah | @sarah | done: rolled back deploy #492, now running #491; then better |

## Follow-ups

- [ ] warm the cache before a release
- [ ] State the root cause.
- [ ] Roll back deploy #492 of shop: repair it before it is deployed again.

Record: ${'ab'.repeat(6)} (entry 412)
`);
});

describe('the root cause', () => {
  const cases: [string, string | null, string | null, string][] = [
    ['as stated', 'a bad TTL', 'a guess', 'a bad TTL'],
    ['as a guess that says so', null, 'a guess', 'Probable, not confirmed: a guess'],
    ['not stated', null, null, 'Not stated.'],
  ];
  test.each(cases)('is %s', (_name, rootCause, probableCause, text) => {
    expect(postmortem({ ...facts, incident: { ...incident, rootCause, probableCause } })).toContain(
      `## Root cause\n\n${text}\n`,
    );
  });
});

test('an incident with nothing but itself is a draft too', () => {
  const open: Incident = {
    ...incident,
    state: 'open',
    resolvedAt: null,
    ackedAt: null,
    ackedByName: null,
    service: null,
  };
  const text = postmortem({ incident: open, alerts: [], timeline: [], plans: [] });
  expect(text).toContain('- Duration: still open');
  expect(text).toContain('- Time to acknowledge: never acknowledged');
  expect(text).toContain('no change of ours is known to have helped');
});

describe('what mitigated it', () => {
  const cases: [string, Partial<PlanHistory>, number | null][] = [
    ['is the end of the change that helped', {}, at('03:22:00')],
    ['is nothing when it made no difference', { verdict: 'same' }, null],
    ['is nothing when it made things worse', { verdict: 'worse' }, null],
    ['is nothing when no step of it succeeded', { executions: [] }, null],
    ['is nothing while it is only approved', { verdict: null, plan: { ...plan, state: 'approved' } }, null],
  ];
  test.each(cases)('%s', (_name, change, expected) => {
    expect(mitigatedAt([{ ...rollback, ...change }])).toBe(expected);
  });
});

test('text from outside makes no markup, no row and no line', () => {
  const hostile = '</td><script>x</script> ![i](http://evil) | `code` **bold**\n# heading\u001b[2J\u202e';
  const text = postmortem({
    incident: { ...incident, title: hostile, probableCause: hostile },
    alerts: [{ ...alert, title: hostile, unit: hostile }],
    timeline: [said(1, '03:14:00', hostile)],
    plans: [{ ...rollback, plan: { ...plan, title: hostile } }],
  });
  expect(text).not.toMatch(/<|[^\\]`|[^\\]\*\*|\u202e|!\[/);
  expect(text).not.toContain('\u001b');
  expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
  for (const row of text.split('\n').filter((line) => line.startsWith('| 2026'))) {
    expect([3, 6]).toContain(row.match(/(?<!\\)\|/g)?.length);
  }
});

test('the same facts give the same bytes, in whatever order they are handed in', () => {
  const kinds = ['said', 'paged', 'escalated', 'plan', 'watch', 'refused', 'note', 'execution'] as const;
  const entries = fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 1, max: 500 }),
      at: fc.integer({ min: at('03:14:00'), max: at('03:30:00') }),
      kind: fc.constantFrom(...kinds),
      text: fc.string({ unit: 'grapheme', maxLength: 40 }),
      data: fc.constantFrom(
        {},
        { followUp: true },
        { skipped: true },
        { verdict: 'worse' },
        { state: 'failed' },
      ),
    }),
    { selector: ({ id }) => id, maxLength: 30 },
  );
  fc.assert(
    fc.property(entries, fc.integer(), (made, turn) => {
      const timeline = made.map((one) => ({ incidentId: 43, actor: 'slack:T:U', ...one }));
      const plans = [rollback, { ...rollback, plan: { ...plan, id: 9, title: 'Scale shop to 4' } }];
      const text = postmortem({ ...facts, timeline, plans });
      const cut = timeline.length === 0 ? 0 : Math.abs(turn) % timeline.length;
      const turned = [...timeline.slice(cut), ...timeline.slice(0, cut)];
      expect(postmortem({ ...facts, timeline: turned, plans: plans.toReversed() })).toBe(text);
      expect(postmortem(structuredClone({ ...facts, timeline, plans }))).toBe(text);
    }),
    { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 },
  );
});

test('an incident of 5,000 entries is told in full', () => {
  const timeline = Array.from({ length: 5000 }, (_, id) =>
    said(id, '03:20:00', `entry ${id}`, id % 2 === 0 ? 'refused' : 'said'),
  );
  const text = postmortem({ ...facts, timeline });
  expect(text.match(/^\| 2026.*entry \d+ \|/gm)).toHaveLength(7500);
});
