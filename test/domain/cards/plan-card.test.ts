import { describe, expect, test } from 'vitest';
import { planCard, planLine, refusalCard } from '../../../src/domain/cards/plan-card.ts';
import { type Message, plainText } from '../../../src/domain/message.ts';
import type { Plan, Step } from '../../../src/domain/plan.ts';

const step = (given: Partial<Step> = {}): Step => ({
  capability: 'deploys.rollback',
  source: 'GitHub',
  version: 1,
  repeat: 'once',
  service: 'shop',
  args: { service: 'shop', deploy: '492' },
  target: { id: 'github:acme/shop', label: 'shop (acme/shop)' },
  facts: { latest: '492', target: '491', migrations: [], inProgress: null },
  risk: 'disruptive',
  preview: [
    { text: 'release 492 → 491', how: 'measured' },
    { text: 'one minute of mixed versions', how: 'estimated' },
  ],
  ...given,
});

const plan = (given: Partial<Plan> = {}): Plan => ({
  id: 3,
  state: 'waiting',
  incidentId: 43,
  command: 'rollback',
  asked: '/rollback #492',
  autoFix: null,
  requester: { platform: 'terminal', workspace: 'host', userId: '1', displayName: 'sarah' },
  destination: { channel: 'terminal', conversation: '#ops-critical', incidentId: 43 },
  title: 'Roll back deploy #492 of shop, back to #491',
  service: 'shop',
  steps: [step()],
  notes: [{ heading: 'What comes back', lines: ['a1b2c3 fix: cache TTL update (@mike)'] }],
  risk: 'disruptive',
  twoPerson: false,
  closes: null,
  success: {
    kind: 'metric',
    service: 'shop',
    metric: 'error_rate',
    unit: '%',
    before: 12.3,
    goal: { op: '<=', value: 5 },
  },
  undo: null,
  watchMs: 300_000,
  digest: 'sha256:0123456789abcdef0123456789abcdef',
  expiresAt: Date.parse('2026-11-23T03:30:00Z'),
  createdAt: Date.parse('2026-11-23T03:20:00Z'),
  reason: null,
  ...given,
});

const card = (given: Partial<Plan> = {}, confirmWord: string | null = null): Message =>
  planCard(plan(given), { approvalId: 7, zone: 'UTC', confirmWord });

describe('the card of a plan that waits', () => {
  test('a rollback', () => {
    const shown = card();
    expect(shown.tone).toBe('warning');
    expect(plainText(shown)).toMatchInlineSnapshot(`
      "🟠 Plan #7: Roll back deploy #492 of shop, back to #491
      deploys.rollback on shop (acme/shop) through GitHub
        • release 492 → 491
        • one minute of mixed versions (estimated)
      What comes back
        a1b2c3 fix: cache TTL update (@mike)
      Risk: disruptive: people may notice
      Asked by: @sarah
      Then: watch error_rate of shop for 5m
      Expires: 03:30 UTC; silence is no
      Digest: 0123456789ab
      Approve: /approve 7
      Deny: /deny 7"
    `);
  });

  test('several steps are numbered, and what they free is added up', () => {
    const disk = (capability: Step['capability'], text: string, bytes: number): Step =>
      step({
        capability,
        source: 'This host',
        target: { id: 'host:web', label: 'web-prod-01' },
        preview: [{ text, how: 'estimated', bytes }],
      });
    const shown = card({
      title: 'Clean up the disk of web-prod-01',
      risk: 'routine',
      notes: [],
      success: { kind: 'disk', source: 'This host', mount: '/', beforePercent: 92 },
      steps: [
        disk('disk.prune-docker', 'Docker images: ~4.2 GB', 4.2e9),
        disk('disk.vacuum-journal', 'Old logs: ~1.8 GB', 1.8e9),
        disk('disk.remove-old-files', '/tmp files > 7 days: ~600 MB', 600e6),
      ],
    });
    expect(shown.tone).toBe('info');
    expect(plainText(shown)).toMatchInlineSnapshot(`
      "🟡 Plan #7: Clean up the disk of web-prod-01
      1. disk.prune-docker on web-prod-01 through This host
        • Docker images: ~4.2 GB (estimated)
      2. disk.vacuum-journal on web-prod-01 through This host
        • Old logs: ~1.8 GB (estimated)
      3. disk.remove-old-files on web-prod-01 through This host
        • /tmp files > 7 days: ~600 MB (estimated)
      Total recovery: ~6.6 GB
      Risk: routine: bounded and repeatable
      Asked by: @sarah
      Then: measure / again
      Expires: 03:30 UTC; silence is no
      Digest: 0123456789ab
      Approve: /approve 7
      Deny: /deny 7"
    `);
  });

  test('a critical one for two people says both steps', () => {
    const shown = card(
      {
        title: 'Fail over db-prod to db-prod-2',
        risk: 'critical',
        twoPerson: true,
        notes: [],
        success: { kind: 'healthy', service: 'db-prod', count: null },
        undo: { capability: 'services.scale', args: { service: 'shop', count: 2 } },
        steps: [
          step({
            capability: 'databases.failover',
            target: { id: 'rds:db-prod', label: 'db-prod' },
            preview: [
              { text: 'downtime', how: 'unknown' },
              { text: 'replica lag is not known', how: 'unknown' },
            ],
          }),
        ],
      },
      'db-prod',
    );
    expect(shown.tone).toBe('critical');
    expect(plainText(shown)).toMatchInlineSnapshot(`
      "🔴 Plan #7: Fail over db-prod to db-prod-2
      databases.failover on db-prod through GitHub
        • downtime (unknown)
        • replica lag is not known
      Risk: critical: can hurt
      Asked by: @sarah
      Then: watch until db-prod is healthy, 5m at most, undo offered if it gets worse
      Expires: 03:30 UTC; silence is no
      Digest: 0123456789ab
      Needs a second person: the one who asked cannot approve.
      Two steps: /approve 7 reads the facts once more, then /approve 7 db-prod runs it.
      Approve: /approve 7
      Deny: /deny 7"
    `);
  });

  test.each<[Plan['success'], string]>([
    [{ kind: 'none' }, 'report the outcome'],
    [
      {
        kind: 'condition',
        source: 'h',
        target: 'shop',
        service: 'shop',
        condition: 'up = false',
        metric: 'up',
        before: 0,
      },
      'measure up of shop again, for 5m at most',
    ],
  ])('what follows is said: %j', (success, then) => {
    expect(plainText(card({ success }))).toContain(`Then: ${then}\n`);
  });

  test('no is as near as yes, and only what is routine is offered lightly', () => {
    const buttons = (given: Partial<Plan>) => card(given).blocks.at(-1);
    expect(buttons({ risk: 'routine' })).toMatchObject({
      buttons: [
        { command: '/approve 7', style: 'primary' },
        { label: 'Deny', command: '/deny 7' },
      ],
    });
    expect(buttons({ risk: 'critical' })).toMatchObject({ buttons: [{ style: 'danger' }, {}] });
  });
});

test('what other rooms get, with what changes above its buttons', () => {
  expect(plainText(planLine(plan(), 7, '#ops-critical #43'))).toBe(
    '🟠 @sarah proposes in #ops-critical #43: Roll back deploy #492 of shop, back to #491.\n' +
      'deploys.rollback on shop (acme/shop) through GitHub\n  • release 492 → 491\n  • one minute of mixed versions (estimated)\n' +
      'Risk: disruptive: people may notice\nApprove: /approve 7\nDeny: /deny 7',
  );
});

test('a refusal says why, and what to do instead', () => {
  const shown = refusalCard({ why: 'cap', detail: '20 is over 3x of 2', instead: '/scale shop 6' });
  expect(plainText(shown)).toBe('⛔ Refused: 20 is over 3x of 2\nInstead: /scale shop 6');
});
