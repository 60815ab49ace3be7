// Prose of an auto-fix that our own rules do not read: the model proposes steps, a person confirms them, and they are stored as if typed.
import { expect, onTestFinished, test } from 'vitest';
import { type ApiReply, calls, fails, says, startMessagesApi } from '../support/messages-api/server.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

const RESTART = says(
  calls('steps', { steps: [{ capability: 'services.restart', args: { service: 'shop', mode: 'rolling' } }] }),
);
const ACTION = 'Give shop a gentle kick, one instance after the other';

async function scene(replies: readonly ApiReply[]) {
  const api = await startMessagesApi(replies);
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const { stateDir } = state;
  const env = { ANTHROPIC_API_KEY: api.key, ANTHROPIC_BASE_URL: api.url };
  const add = (action: string, more: string[] = [], answers?: boolean[]) =>
    runCli(
      ['auto-fix', 'add', '--name', 'kick', '--condition', 'up = false for 1m', '--action', action, ...more],
      { stateDir, env, ...(answers ? { answers } : {}) },
    );
  const show = async () =>
    (await runCli(['auto-fix', 'show', 'kick', '--json'], { stateDir })).json() as {
      spec: {
        steps: { capability: string; args: unknown; from: string }[];
        action: string;
        stepsDigest: string;
      };
    };
  return { api, add, show };
}

test('confirmed, they are stored exactly, with their digest, and the words stay as words', async () => {
  const { add, show } = await scene([RESTART]);
  const run = await add(ACTION, ['--approval', 'auto', '--notify', '#ops-info'], [true]);
  expect([run.code, run.stderr]).toEqual([
    0,
    expect.stringContaining('1. services.restart service=shop mode=rolling'),
  ]);
  const { spec } = await show();
  expect(spec).toMatchObject({
    action: ACTION,
    steps: [
      { from: 'services.restart service=shop mode=rolling', args: { service: 'shop', mode: 'rolling' } },
    ],
  });
  expect(spec.stepsDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test('not confirmed, it is the checklist it was, and is not offered the same again', async () => {
  const { add, show } = await scene([RESTART]);
  const run = await add(ACTION, [], [false]);
  expect(run.code).toBe(0);
  expect(run.stderr).toMatch(/Claude reads it as \([\d,]+ tokens, \$0\.\d+\):/);
  expect(run.stderr).toContain('You did not take what Claude read');
  expect(run.stderr).not.toContain('where that is meant');
  expect((await show()).spec.steps).toEqual([]);
});

test('without a key one sentence says what one would do, and nobody is asked', async () => {
  const { api } = await scene([RESTART]);
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const add = (action: string) =>
    runCli(
      [
        'auto-fix',
        'add',
        '--name',
        action.slice(0, 4),
        '--condition',
        'up = false for 1m',
        '--action',
        action,
      ],
      {
        stateDir: state.stateDir,
      },
    );
  expect((await add(ACTION)).stderr).toContain(
    'With ANTHROPIC_API_KEY set here, Claude would read these words as steps, for you to confirm',
  );
  // What is refused for what it is stays so with a key, and what is understood needs none.
  expect((await add('rm -rf /var/lib')).stderr).not.toContain('ANTHROPIC_API_KEY');
  expect((await add('rolling restart of shop')).stderr).not.toContain('ANTHROPIC_API_KEY');
  expect(api.requests).toEqual([]);
});

test('where nobody can be asked nothing is stored by its word', async () => {
  const { add, show } = await scene([RESTART]);
  expect((await add(ACTION)).stderr).toMatch(
    /Claude reads it as \([\d,]+ tokens, \$0\.\d+\): --step "services\.restart service=shop mode=rolling"; where that is meant, add these/,
  );
  expect((await show()).spec.steps).toEqual([]);
});

test.each([
  [
    'a service the action does not name',
    { capability: 'services.restart', args: { service: 'billing', mode: 'rolling' } },
    'does not name',
  ],
  [
    'arguments that no step has',
    { capability: 'services.restart', args: { service: 'shop', shell: 'rm -rf /' } },
    'steps that openclaw does not have',
  ],
])('%s', async (_, step, said) => {
  const { add, show } = await scene([says(calls('steps', { steps: [step] }))]);
  expect((await add(ACTION, [], [true])).stderr).toContain(said);
  expect((await show()).spec.steps).toEqual([]);
});

test('what may never run alone does not by its word either', async () => {
  const { add } = await scene([
    says(calls('steps', { steps: [{ capability: 'services.scale', args: { service: 'shop', count: 9 } }] })),
  ]);
  const run = await add('Make shop nine strong', ['--approval', 'auto', '--notify', '#ops-info'], [true]);
  expect(run.code).toBe(4);
  expect(run.stderr).toContain('cannot run by itself');
});

test('prose that is refused for what it is asks nobody, and neither does prose that is understood', async () => {
  const { api, add } = await scene([RESTART]);
  await add('rm -rf /var/lib', [], [true]);
  await add('rolling restart of shop', ['--yes'].slice(1), [true]);
  expect(api.requests).toEqual([]);
});

test('with the model down it is as without one, and says so', async () => {
  const { api, add } = await scene([]);
  api.answer = () => fails(401);
  const run = await add(ACTION);
  expect(run.code).toBe(0);
  expect(run.stderr).toMatch(/stays a checklist[\s\S]*Claude/);
});
