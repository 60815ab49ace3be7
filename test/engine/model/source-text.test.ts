// Changed lines of code: people see them on the card of a rollback; a model, its record and an export have them only where the
// operator says so.
import { expect, test } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { calls, says } from '../../support/messages-api/server.ts';
import { type ModelHarness, withModel } from './harness.ts';

const LINE = 'const ttlOfZebras = 61;';
const CRITICAL = { title: 'error rate critical', service: 'api', severity: 'critical' as const };
const ROLLBACK = {
  command: 'rollback',
  steps: [{ capability: 'deploys.rollback', args: { service: 'api', deploy: '492' } }],
  why: 'Deploy #492 went out at 03:01, before it began.',
};

async function scene(): Promise<ModelHarness & { run(...args: string[]): ReturnType<typeof runCli> }> {
  const model = await withModel([says('Not known.')]);
  const { h } = model;
  const api = h.world.services.get('api');
  if (!api) throw new Error('it is there from the start');
  api.comparison = {
    ...api.comparison,
    patches: [{ path: 'src/cache.ts', patch: `@@ -1 +1 @@\n-const old = 60;\n+${LINE}` }],
  };
  const run = (...args: string[]) => runCli(args, { stateDir: h.stateDir, now: h.clock.now() });
  return { ...model, run };
}

const allow = (run: Awaited<ReturnType<typeof scene>>['run']) =>
  run('agent', 'edit', 'DevOps Monitor', '--source-text');

test('a model that remarks on a rollback is shown its card without them, unless the agent may', async () => {
  const { h, api, sent, run } = await scene();
  expect(await h.say('@sarah', '/rollback #492')).toContain(LINE);
  expect(api.requests).toHaveLength(1);
  expect(sent()).toContain('Roll back deploy #492 of api');
  expect(sent()).toContain('are not passed on');
  expect(sent()).not.toContain('Zebras');
  for (const { id } of await h.store.read.approvals.pending()) await h.say('@sarah', `/deny ${id}`);

  expect((await allow(run)).code).toBe(0);
  api.replies.push(says('Not known.'));
  await h.say('@sarah', '/rollback #492');
  const last = api.requests.at(-1)?.raw ?? '';
  // As data: behind the margin of the fence.
  expect(last).toMatch(/n0nce begins: changed lines ---(?:\\n\| [^\\]*)*\\n\| \+const ttlOfZebras = 61;/);
});

test.each([
  ['are not in the record of a plan that a model proposed, nor in the export', false],
  ['are in both where the agent may', true],
])('they %s, and it runs again the same', async (_, may) => {
  const { h, api, run } = await scene();
  if (may) await allow(run);
  await h.alert(CRITICAL);
  api.replies.push(says(calls('deploys_list', { service: 'api' })), says(calls('propose_plan', ROLLBACK)));
  const card = await h.say('@sarah', 'roll back whatever went out before this started', {
    incidentId: 1,
    toUs: true,
  });
  expect(card).toContain(LINE);
  expect(JSON.stringify(await h.store.read.modelTalks.ofIncident(1)).includes('Zebras')).toBe(may);
  const { stdout: bundle } = await run('incident', 'export', '1');
  expect(bundle.includes('Zebras')).toBe(may);
  // All else of it is there.
  expect(bundle).toContain('Commits undone: 1');
  const again = await runCli(['replay', '-'], { stateDir: '/dev/null/none', cwd: '/', stdin: bundle });
  expect([again.code, again.stdout]).toEqual([0, expect.not.stringContaining('different')]);
});

test('what holds is shown, also where nobody ever said', async () => {
  const { run } = await scene();
  const shown = async () => (await run('agent', 'show', 'DevOps Monitor')).stdout;
  expect(await shown()).toContain('Changed lines of code do not go to the model, nor into exports.');
  await allow(run);
  expect(await shown()).toMatch(/source-text +yes/);
  expect(await shown()).toContain('Changed lines of code may go to the model and into exports.');
  await run('agent', 'edit', 'DevOps Monitor', '--no-source-text');
  expect(await shown()).toContain('do not go to the model');
});
