// What the daemon says in its log when it starts, of people no page would reach.
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { warnOnCall } from '../../src/daemon/warn-on-call.ts';
import type { LogEntry } from '../../src/engine/engine.ts';
import { openStore } from '../../src/store/store.ts';
import { temporaryFolder } from '../store/temporary.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');

test('empty shifts, people on no channel and levels that reach nobody are in the log', async () => {
  const clock = { now: () => NOW };
  const store = await openStore({ file: join(temporaryFolder(), 'openclaw.db'), clock });
  onTestFinished(() => store.close());
  await store.write(async (tx) => {
    await tx.resources.insert('contact', 'zoe', {
      name: 'zoe',
      ids: { email: 'z@example.org' },
      order: [],
      can: [],
      unattended: false,
    });
    await tx.resources.insert('rotation', 'nights', {
      name: 'nights',
      members: ['zoe', 'ghost'],
      period: 'weekly',
      handover: '09:00',
      weekday: 1,
      zone: 'UTC',
      start: '2026-11-23',
      overrides: [],
    });
    await tx.resources.insert('escalation', 'Default', {
      name: 'Default',
      levels: [
        { target: 'nights', timeoutMs: 60_000 },
        { target: 'boss', timeoutMs: 60_000 },
      ],
    });
  });
  const logs: LogEntry[] = [];
  await warnOnCall(store, clock, (entry) => logs.push(entry));
  expect(logs.every(({ level, event, hint }) => level === 'warn' && event === 'on-call' && hint)).toBe(true);
  const said = logs.map(({ about, text }) => `${about}: ${text}`).join('\n');
  expect(said).toContain('escalation "Default": level 1, nights: @zoe is on no channel that is configured');
  expect(said).toContain('escalation "Default": level 2, boss: nobody has that name, so it is skipped');
  expect(said).toContain('rotation "nights": @ghost is on call and is no contact');
});
