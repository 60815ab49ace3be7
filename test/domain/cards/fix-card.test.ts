// What a fix asks for a full disk, word by word.
import { expect, test } from 'vitest';
import { FORECAST, fixCard } from '../../../src/domain/cards/fix-card.ts';
import { plainText } from '../../../src/domain/message.ts';
import type { Plan, Step } from '../../../src/domain/plan.ts';
import { OPENCLAW } from '../../../src/domain/principal.ts';

const step = (given: Pick<Step, 'capability' | 'args'> & { bytes?: number }): Step => ({
  capability: given.capability,
  source: 'This host',
  version: 1,
  repeat: 'harmless',
  service: null,
  args: given.args,
  target: { id: 'web-prod-01', label: 'x on web-prod-01' },
  facts: { host: 'web-prod-01', path: '/tmp' },
  risk: 'routine',
  preview: [
    { text: 'as measured', how: 'measured', ...(given.bytes === undefined ? {} : { bytes: given.bytes }) },
  ],
});

const plan = (given: Partial<Plan> = {}): Plan => ({
  id: 1,
  state: 'waiting',
  incidentId: null,
  command: 'Disk Cleanup',
  asked: 'auto-fix Disk Cleanup',
  autoFix: 'Disk Cleanup',
  requester: OPENCLAW,
  destination: { channel: 'slack', conversation: '#ops-alerts', incidentId: null },
  title: 'Disk at 92% on /: Disk Cleanup',
  service: null,
  steps: [
    step({ capability: 'disk.prune-docker', args: {}, bytes: 4.2e9 }),
    step({ capability: 'disk.vacuum-journal', args: { keepBytes: 5e8 }, bytes: 1.8e9 }),
    step({
      capability: 'disk.remove-old-files',
      args: { path: '/tmp', olderThanMs: 7 * 86_400_000 },
      bytes: 6e8,
    }),
  ],
  notes: [{ heading: FORECAST, lines: ['would bring disk to 71%'] }],
  risk: 'routine',
  twoPerson: false,
  closes: null,
  success: {
    kind: 'condition',
    source: 'This host',
    target: '/',
    service: null,
    condition: 'disk_usage > 90%',
    metric: 'disk_usage',
    before: 92,
  },
  undo: null,
  watchMs: 300_000,
  digest: 'sha256:0123456789abcdef',
  expiresAt: Date.parse('2026-11-23T03:30:00Z'),
  createdAt: Date.parse('2026-11-23T03:20:00Z'),
  reason: null,
  ...given,
});
const card = (given?: Partial<Plan>) =>
  fixCard(plan(given), { approvalId: 7, zone: 'UTC', confirmWord: null });
const lines = (given?: Partial<Plan>) =>
  plainText(card(given))
    .split('\n')
    .map((line) => line.trim());

test('it asks in these words, and the exact plan stands below them', () => {
  expect(lines().slice(0, 7)).toEqual([
    '🟡 Disk at 92% on web-prod-01',
    'I can clean up:',
    '• Docker images: ~4.2 GB',
    '• Old logs: ~1.8 GB',
    '• /tmp files > 7 days: ~600 MB',
    'Total recovery: ~6.6 GB (→ would bring disk to 71%)',
    'Run cleanup? Reply /approve or /deny',
  ]);
  expect(lines()).toContain('Plan #7, exactly:');
  expect(lines()).toContain('2. disk.vacuum-journal on x on web-prod-01 through This host');
  expect(lines().filter((line) => line.includes('Total recovery'))).toHaveLength(1);
  expect(card().blocks.at(-1)).toMatchObject({ type: 'buttons' });
});

test('what was not measured is not claimed', () => {
  const said = lines({ steps: [step({ capability: 'disk.prune-docker', args: {} })], notes: [] });
  expect(said).toContain('• Docker images: size unknown');
  expect(said).toContain('Total recovery: unknown');
});

test('nothing to recover is said in words', () => {
  const stays = 'disk stays at 23.9%: nothing was found there that it would free';
  const said = lines({
    steps: [step({ capability: 'disk.prune-docker', args: {}, bytes: 0 })],
    notes: [{ heading: FORECAST, lines: [stays] }],
  });
  expect(said).toContain(`Total recovery: nothing (→ ${stays})`);
});

test('another mount is named', () => {
  const { success } = plan();
  if (success.kind !== 'condition') throw new Error('not a condition');
  expect(lines({ success: { ...success, target: '/var' } })[0]).toBe('🟡 Disk at 92% on /var of web-prod-01');
});

test('any other fix asks with its plan', () => {
  expect(lines({ success: { kind: 'none' } })[0]).toBe('🟡 Plan #7: Disk at 92% on /: Disk Cleanup');
});
