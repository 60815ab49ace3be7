// The built daemon in Slack's HTTP mode: what Slack sends to it is done once, however often it comes.
import { expect, onTestFinished, test } from 'vitest';
import { temporaryStateDir } from '../cli/run-cli.ts';
import { startDaemon } from '../support/openclaw.ts';
import { runHere } from '../support/run-here.ts';
import { startSlack, TEAM } from '../support/slack.ts';
import { send, signedCommand, signedEvent } from '../support/slack-request.ts';
import { until } from '../support/until.ts';

const SECRET = 'the-signing-secret-of-the-app';

async function ops() {
  const slack = await startSlack({ 'ops-critical': 'C1OPS' });
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const { stateDir } = state;
  const env = { BOT: 'xoxb-fake-token', SIGNING: SECRET };
  const run = async (...args: string[]) => {
    const ran = await runHere(args, { stateDir, env });
    expect(ran.stdout + ran.stderr).not.toContain(SECRET);
    return ran;
  };
  const added = await run(
    ...['channel', 'add', '--name', 'slack', '--type', 'slack', '--set', `api=${slack.api}`],
    ...['--set', 'prefix=acme-'],
    ...['--secret', 'bot-token=env:BOT', '--secret', 'signing-secret=env:SIGNING'],
  );
  expect(added.code).toBe(0);
  const daemon = await startDaemon({ stateDir, env });
  return { slack, run, daemon, url: `${daemon.url}/channels/slack` };
}

const by = () => ({ secret: SECRET, now: Date.now() });

test('a command and a message are heard once, and no socket is opened', { timeout: 60_000 }, async () => {
  const { slack, run, daemon, url } = await ops();
  const opening = signedCommand(
    {
      command: '/incident',
      text: 'open api is slow',
      team_id: TEAM,
      user_id: 'U1SARAH',
      user_name: 'sarah',
      channel_id: 'C1OPS',
      trigger_id: '1.1',
    },
    by(),
  );
  expect((await send(url, opening)).status).toBe(200);
  // A proxy that sends again what it had no answer to.
  expect((await send(url, opening)).status).toBe(200);
  const roots = () => slack.posted.filter(({ text }) => text.includes('api is slow') && text.includes('🔴'));
  const root = await until(() => roots().find(({ thread_ts }) => !thread_ts));
  const ack = {
    type: 'event_callback',
    team_id: TEAM,
    event: {
      type: 'message',
      channel: 'C1OPS',
      user: 'U1SARAH',
      team: TEAM,
      text: 'ack',
      ts: '1700000001.000001',
      thread_ts: root.ts,
    },
  };
  for (const retry of ['', '1', '2']) {
    const request = signedEvent(ack, by());
    if (retry !== '') request.headers['x-slack-retry-num'] = retry;
    expect((await send(url, request)).status).toBe(200);
  }
  const answers = () => slack.posted.filter(({ text }) => /^(?!.*🔴).*has #1 now|already/.test(text));
  await until(() => answers().length > 0);
  const named = {
    ...ack,
    event: { ...ack.event, type: 'app_mention', ts: '1700000002.000001', text: '<@U0BOT>' },
  };
  expect((await send(url, signedEvent(named, by()))).status).toBe(200);
  await until(() =>
    slack.posted.some(({ blocks }) => JSON.stringify(blocks).includes('What can be typed here')),
  );
  const opened = { ...named, event: { ...named.event, ts: '1700000003.000001', thread_ts: undefined } };
  expect((await send(url, signedEvent(opened, by()))).status).toBe(200);
  await until(() => slack.posted.some(({ blocks }) => JSON.stringify(blocks).includes('/acme-ack')));
  for (let misfit = 0; misfit < 3; misfit += 1)
    expect((await send(url, signedEvent(ack, { ...by(), secret: 'another' }))).status).toBe(401);
  await until(async () => (await run('status')).stdout.includes('does not fit the signing secret'));
  // One that fits ends it.
  expect((await send(url, signedEvent(ack, by()))).status).toBe(200);
  await until(async () => !(await run('status')).stdout.includes('does not fit the signing secret'));

  await run('channel', 'edit', 'slack', '--set', `url=${daemon.url}`);
  const tested = await run('channel', 'test', 'slack');
  expect(tested.stdout).toContain(`by HTTP at ${daemon.url}/channels/slack`);
  expect(tested.code).toBe(0);
  expect(new Set(answers().map(({ ts }) => ts)).size).toBe(1);
  expect(slack.posted.some(({ text }) => text.includes('#2'))).toBe(false);
  expect(slack.connections()).toBe(0);
  expect(await daemon.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('channel test says where nothing would be heard', { timeout: 60_000 }, async () => {
  const { run, daemon } = await ops();
  const doctor = await run('doctor');
  expect(doctor.stdout).toContain('channel "slack": set up to hear people by HTTP at /channels/slack');
  const untried = await run('channel', 'test', 'slack');
  expect(untried.stdout).toContain('by HTTP at /channels/slack; not tried');
  await run('channel', 'edit', 'slack', '--set', `url=${daemon.url}/elsewhere`);
  const wrong = await run('channel', 'test', 'slack');
  expect([wrong.code, wrong.stdout]).toEqual([
    1,
    expect.stringContaining('would not be heard: it answers 404'),
  ]);
  await daemon.stop('SIGTERM');
  await run('channel', 'edit', 'slack', '--set', `url=${daemon.url}`);
  const gone = await run('channel', 'test', 'slack');
  expect(gone.stdout).toContain('would not be heard: it cannot be reached');
});
