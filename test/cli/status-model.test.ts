// What `openclaw status` says of the model, in one line.

import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { createTestClock } from '../support/clock.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

const NOW = Date.parse('2026-11-23T03:14:00Z');
const NOBODY = {
  purpose: 'speech',
  agent: 'DevOps Monitor',
  command: null,
  incidentId: null,
  actor: null,
} as const;

const INCIDENT = {
  key: 'api',
  title: 'api is down',
  severity: 'critical',
  service: null,
  startedAt: NOW,
  openedAt: NOW,
  channel: 'terminal',
  conversation: '#ops-critical',
  escalation: null,
  openedBy: 'local:host:0',
} as const;

async function statusAfter(write: (store: Awaited<ReturnType<typeof openStore>>) => Promise<unknown>) {
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const store = await openStore({ file: join(state.stateDir, 'openclaw.db'), clock: createTestClock(NOW) });
  await write(store);
  await store.close();
  const run = (verb: string) => runCli([verb], { stateDir: state.stateDir, now: NOW });
  return { ...(await run('status')), doctor: () => run('doctor') };
}

test('none: that everything works without it', async () => {
  const { stdout } = await statusAfter(async () => {});
  expect(stdout).toContain(
    'no model: ANTHROPIC_API_KEY is not set where the daemon runs, and everything works without it',
  );
});

test('its name, and what it cost today', async () => {
  const { stdout } = await statusAfter((store) =>
    store.write(async (tx) => {
      await tx.settings.set('model', { model: 'claude-sonnet-5-5', restsUntil: null });
      const id = await tx.modelTalks.begin(NOBODY);
      await tx.modelTalks.spend(id, { tokens: 1234, microDollars: 210_000 });
    }),
  );
  expect(stdout).toContain('model claude-sonnet-5-5: today 1,234 tokens, $0.21 of $20.00');
});

test('what it may cost for a command and an incident, and what an open one has cost so far', async () => {
  const { stdout } = await statusAfter((store) =>
    store.write(async (tx) => {
      await tx.settings.set('model', { model: 'claude-sonnet-5-5', restsUntil: null });
      const { id: incidentId } = await tx.incidents.open(INCIDENT);
      await tx.incidents.open({ ...INCIDENT, key: 'other' });
      const id = await tx.modelTalks.begin({ ...NOBODY, incidentId });
      await tx.modelTalks.spend(id, { tokens: 1234, microDollars: 30_000 });
    }),
  );
  expect(stdout).toContain(
    'it may cost $0.50 or 300,000 tokens for a command, $2.00 or 1,500,000 tokens for an incident (so far: #1 $0.03)',
  );
});

test('what auto-fix add cost in a shell, where the daemon has no model', async () => {
  const { stdout } = await statusAfter((store) =>
    store.write(async (tx) => {
      const id = await tx.modelTalks.begin(NOBODY);
      await tx.modelTalks.spend(id, { tokens: 1234, microDollars: 210_000 });
    }),
  );
  expect(stdout).toContain('everything works without it (today 1,234 tokens, $0.21 of $20.00)');
});

test.each([
  ['money', { tokens: 1234, microDollars: 20_000_000 }],
  ['tokens', { tokens: 10_000_000, microDollars: 1 }],
])('that the day is used up, in %s, whatever was wrong before', async (_, spent) => {
  const trouble = { model: 'claude-x', words: 'Claude is overloaded (529)', hint: null };
  const { stdout } = await statusAfter((store) =>
    store.write(async (tx) => {
      await tx.settings.set('model', { model: 'claude-sonnet-5-5', restsUntil: null, trouble });
      const id = await tx.modelTalks.begin(NOBODY);
      await tx.modelTalks.spend(id, spent);
    }),
  );
  expect(stdout).toContain(
    'model claude-sonnet-5-5: what it may cost in a day is used up; everything works without it (today',
  );
});

test('what was wrong when it was asked last, of which doctor says what to look at', async () => {
  const trouble = { model: 'claude-x', words: 'Claude refuses its key (401)', hint: 'look at the secret' };
  const { stdout, doctor } = await statusAfter((store) =>
    store.write((tx) =>
      tx.settings.set('model', { model: 'claude-sonnet-5-5', restsUntil: NOW + 120_000, trouble }),
    ),
  );
  const said =
    'Claude refuses its key (401) (asked for claude-x), and it is left alone until 03:16 UTC; everything works without it';
  expect(stdout).toContain(`model claude-sonnet-5-5: ${said}`);
  expect((await doctor()).stdout).toContain(`! model: ${said}\n    look at the secret\n`);
});

test('doctor says which model there is, and that there is none', async () => {
  const none = await statusAfter(async () => {});
  expect((await none.doctor()).stdout).toContain('✓ model: none: ANTHROPIC_API_KEY is not set');
  const one = await statusAfter((store) =>
    store.write((tx) => tx.settings.set('model', { model: 'claude-sonnet-5-5', restsUntil: null })),
  );
  expect((await one.doctor()).stdout).toContain('✓ model: claude-sonnet-5-5\n');
});

test.each([
  [
    'still to come',
    120_000,
    'it did not answer and is left alone until 03:16 UTC; everything works without it',
  ],
  ['over', -1, 'model claude-sonnet-5-5: today 0 tokens'],
])('left alone until a time that is %s', async (_, ms, said) => {
  const { stdout } = await statusAfter((store) =>
    store.write((tx) => tx.settings.set('model', { model: 'claude-sonnet-5-5', restsUntil: NOW + ms })),
  );
  expect(stdout).toContain(said);
});
