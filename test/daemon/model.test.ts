// The built daemon with a key: asked over the wire, the key in no file; and with an API that never answers nobody waits for it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryStateDir } from '../cli/run-cli.ts';
import { says, startMessagesApi } from '../support/messages-api/server.ts';
import { startDaemon } from '../support/openclaw.ts';
import { runHere } from '../support/run-here.ts';

async function scene() {
  const api = await startMessagesApi();
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const { stateDir } = state;
  const env = { ANTHROPIC_API_KEY: api.key, ANTHROPIC_BASE_URL: api.url };
  const run = (...args: string[]) => runHere(args, { stateDir, env });
  await run(
    'command',
    'add',
    '--name',
    'tariffs',
    '--trigger',
    '/tariffs',
    '--message',
    'Say what to look at.',
  );
  const daemon = await startDaemon({ stateDir, env });
  return { api, run, daemon, stateDir };
}

test('a command without a playbook is answered by the model, and the key is in no file', {
  timeout: 60_000,
}, async () => {
  const { api, run, daemon, stateDir } = await scene();
  api.replies.push(says('Look at the table of tariffs first.'));
  const { stdout, code } = await run('chat', '/tariffs');
  expect([code, stdout]).toEqual([0, expect.stringContaining('Look at the table of tariffs first.')]);
  expect(stdout).toContain('DevOps Monitor (written by a model)');
  expect((await run('status')).stdout).toMatch(/model claude-sonnet-5-5|no model/);
  await daemon.stop('SIGTERM');
  for (const file of readdirSync(stateDir))
    expect(readFileSync(join(stateDir, file)).includes(api.key), file).toBe(false);
});

test('an API that takes requests and never answers keeps nobody waiting', { timeout: 60_000 }, async () => {
  const { api, run, daemon } = await scene();
  api.answer = () => ({ kind: 'hangs' });
  const asked = run('chat', '/tariffs');
  const status = await run('chat', '/status');
  expect(status.code).toBe(0);
  // Hung up with the daemon: nothing of it goes on.
  await daemon.stop('SIGTERM');
  await asked;
  expect(await api.connections()).toBe(0);
});

test('speaking freely on the command line is answered, with our name before it or not', {
  timeout: 60_000,
}, async () => {
  const { api, run, daemon } = await scene();
  for (const words of ['@openclaw what changed in the last hour?', 'what changed in the last hour?']) {
    api.replies.push(says('Which service do you mean?'));
    expect(await run('chat', words)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Which service do you mean?'),
    });
  }
  expect((await run('chat', '/help')).stdout).toContain('@openclaw and your own words');
  await daemon.stop('SIGTERM');
});
