// Slack fails while the daemon runs: pages go on by the next channel, people are told there once, and `status` and
// `doctor` say it until it is over.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryStateDir } from '../cli/run-cli.ts';
import { connectSlack } from '../support/connect-slack.ts';
import { createFakeChannel } from '../support/fake-channel.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { startDaemon } from '../support/openclaw.ts';
import { runHere } from '../support/run-here.ts';
import { startSlack, TEAM } from '../support/slack.ts';
import { until, untilWithin } from '../support/until.ts';

const HOOK = 'a-long-and-secret-word-for-webhooks';

interface Page {
  to: string;
  title: string;
  text: string;
}

/** A pager of ours behind the webhook channel. */
async function startPager() {
  const pages: Page[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    pages.push(JSON.parse(body) as Page);
    response.end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return { pages, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/page` };
}

test('a token that is revoked at night', { timeout: 90_000 }, async () => {
  const slack = await startSlack({ 'ops-critical': 'C1OPS' });
  const pager = await startPager();
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const { stateDir } = state;
  const env = { HOOK, BOT: 'xoxb-fake-token', APP: 'xapp-fake-token' };
  const run = (...args: string[]) => runHere(args, { stateDir, env });
  await run(...'source add --name Prod --type generic --secret token=env:HOOK'.split(' '));
  await run(
    ...`channel add --name slack --type slack --set api=${slack.api} --secret bot-token=env:BOT --secret app-token=env:APP`.split(
      ' ',
    ),
  );
  await run(
    ...`channel add --name hook --type webhook --set url=${pager.url} --secret signing=env:HOOK`.split(' '),
  );
  await run(...'contact add --name sarah --id slack=U1SARAH --id hook=sarah --order slack,hook'.split(' '));
  await run(...'escalation add --name Default --level-1 sarah --timeout 5m'.split(' '));
  const daemon = await startDaemon({ stateDir, env });
  await slack.connected();
  const healthy = await run('status');
  expect(healthy.stdout).not.toContain('✗');

  slack.always('*', { ok: false, error: 'token_revoked' });
  const fired = await fetch(`${daemon.url}/hooks/Prod`, {
    method: 'POST',
    headers: { authorization: `Bearer ${HOOK}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'api is down', severity: 'critical', dedup_key: 'a' }),
  });
  expect(fired.status).toBe(200);
  const page = await until(() => pager.pages.find(({ title }) => title.includes('api is down')));
  expect(page.to).toBe('sarah');
  const told = () => pager.pages.filter(({ title }) => title.includes('Trouble with the channel slack'));
  await until(() => told().length > 0);
  expect(told()[0]?.text).toMatch(/token_revoked[\s\S]*install the app to the workspace again/);

  const status = await run('status');
  expect(status.stdout).toMatch(/✗ slack refuses the bot token \(token_revoked\)/);
  expect(status.stdout).toContain('install the app to the workspace again');
  const doctor = await run('doctor');
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(/✗ channel "slack": slack refuses the bot token/);
  const json = JSON.parse((await run('status', '--json')).stdout) as {
    warnings: { text: string; fix?: string }[];
  };
  expect(json.warnings.filter(({ fix }) => fix !== undefined)).toHaveLength(1);
  expect(JSON.stringify(pager.pages) + status.stdout + doctor.stdout).not.toContain('-fake-token');
  expect(told()).toHaveLength(1);

  // What is over while nobody looked is known at the next start.
  expect((await daemon.stop('SIGTERM')).code).toBe(0);
  slack.always('*', null);
  const again = await startDaemon({ stateDir, env });
  await until(async () => !(await run('status')).stdout.includes('token_revoked'));
  // Good news rings nowhere: the chat that works again says so itself.
  await until(() => slack.posted.some(({ text }) => text.includes('The channel slack works again')));
  expect(pager.pages.filter(({ title }) => title.includes('works again'))).toEqual([]);
  expect(told()).toHaveLength(1);
  await again.stop('SIGTERM');
});

test('what was told is over after a good channel test, with a daemon and without one', {
  timeout: 90_000,
}, async () => {
  const slack = await startSlack({ 'ops-critical': 'C1OPS' });
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const { stateDir } = state;
  const env = { BOT: 'xoxb-fake-token', APP: 'xapp-fake-token' };
  const run = (...args: string[]) => runHere(args, { stateDir, env });
  await run(
    ...`channel add --name slack --type slack --set api=${slack.api} --secret bot-token=env:BOT --secret app-token=env:APP`.split(
      ' ',
    ),
  );
  const isRed = async () =>
    (await run('status')).stdout.includes('✗ #ops-critical in slack takes no messages');
  const archive = async () => {
    slack.archived.add('C1OPS');
    const event = { type: 'channel_archive', channel: 'C1OPS', user: 'U1SARAH' };
    await slack.acked(slack.send('events_api', { team_id: TEAM, event }));
    await until(isRed);
  };
  const daemon = await startDaemon({ stateDir, env });
  await slack.connected();
  await archive();
  // What Slack tells of it is lost.
  slack.archived.delete('C1OPS');
  expect((await run('channel', 'test', 'slack')).code).toBe(0);
  await untilWithin('the room is well again', 20_000, async () => !(await isRed()));

  await archive();
  expect((await daemon.stop('SIGTERM')).code).toBe(0);
  expect((await run('channel', 'test', 'slack')).code).toBe(1);
  expect(await isRed()).toBe(true);
  slack.archived.delete('C1OPS');
  expect((await run('channel', 'test', 'slack')).code).toBe(0);
  expect(await isRed()).toBe(false);
});

test.each([
  ['answers 503', { status: 503, body: 'down' }],
  ['says that it fails', { ok: false, error: 'internal_error' }],
  ['limits everything', { status: 429, headers: { 'retry-after': '60' }, body: '' }],
] as const)('while Slack %s a page goes by the next channel after half a minute', async (_, answer) => {
  const server = await startSlack({ 'ops-critical': 'C1OPS' });
  let h: Harness;
  // The time is the engine's.
  const clock = { now: () => h.clock.now() };
  const slack = await connectSlack(server, { hearing: { by: 'http', signingSecrets: ['fake'] }, clock });
  onTestFinished(() => slack.close());
  const mail = createFakeChannel('mail', 'email');
  h = await createHarness({ empty: true, channels: [slack, mail] });
  onTestFinished(() => h.close());
  await h.add('channel', { name: 'slack', type: 'slack', settings: {}, secrets: {} });
  await h.add('channel', { name: 'mail', type: 'email', settings: {}, secrets: {} });
  await h.add('contact', {
    name: 'sarah',
    ids: { slack: 'U1SARAH', email: 'sarah@example.org' },
    order: ['slack', 'mail'],
    can: [],
    unattended: false,
  });
  await h.add('escalation', {
    name: 'Default',
    levels: [{ target: 'sarah', timeoutMs: 5 * 60_000 }],
    message: 'Escalating to {next_level}.',
  });
  server.always('chat.postMessage', answer);
  await h.alert({ title: 'api is down', severity: 'critical' });
  expect(mail.posts).toEqual([]);
  await h.advance(30_000);
  expect(mail.posts.map(({ conversation, message }) => [conversation, message.title])).toEqual([
    ['sarah@example.org', expect.stringContaining('api is down')],
  ]);
  server.always('chat.postMessage', null);
  await h.advance(5 * 60_000);
  // It comes late, and says that another one may be there.
  const late = server.posted.filter(
    ({ channel, text }) => channel.startsWith('D') && text.includes('sarah, level 1'),
  );
  expect(late).toHaveLength(1);
  for (const { text } of late) expect(text).toContain('(possible repeat)');
  const roots = server.posted.filter(({ channel, thread_ts }) => channel === 'C1OPS' && !thread_ts);
  expect(roots).toHaveLength(1);
});
