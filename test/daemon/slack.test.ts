// The built daemon with a Slack of ours: an alert becomes a thread, and people act in it by what they type and click.
import { expect, onTestFinished, test } from 'vitest';
import { temporaryStateDir } from '../cli/run-cli.ts';
import { startDaemon } from '../support/openclaw.ts';
import { runHere } from '../support/run-here.ts';
import { startSlack, TEAM } from '../support/slack.ts';
import { buttonsOf, clickOn } from '../support/slack-payloads.ts';
import { until } from '../support/until.ts';

const TOKEN = 'a-long-and-secret-word-for-webhooks';

async function ops() {
  const slack = await startSlack({ 'ops-critical': 'C1OPS', 'ops-alerts': 'C2ALERTS' });
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const { stateDir } = state;
  const env = { HOOK: TOKEN, SLACK_BOT_TOKEN: 'xoxb-fake-token', SLACK_APP_TOKEN: 'xapp-fake-token' };
  const run = async (...args: string[]) => {
    const ran = await runHere(args, { stateDir, env });
    expect(ran.stderr + ran.stdout).not.toContain('-fake-token');
    expect([args.join(' '), ran.code]).toEqual([args.join(' '), 0]);
    return ran;
  };
  const tokens = ['bot-token=env:SLACK_BOT_TOKEN', 'app-token=env:SLACK_APP_TOKEN'];
  await run('source', 'add', '--name', 'Prod', '--type', 'generic', '--secret', 'token=env:HOOK');
  await run(
    ...['channel', 'add', '--name', 'slack', '--type', 'slack', '--set', `api=${slack.api}`],
    ...tokens.flatMap((token) => ['--secret', token]),
  );
  await run(...'contact add --name sarah --id slack=U1SARAH --order slack --can approve'.split(' '));
  await run(...'escalation add --name Default --level-1 sarah --timeout 5m'.split(' '));
  const daemon = await startDaemon({ stateDir, env });
  await slack.connected();
  const alert = (status: string) =>
    fetch(`${daemon.url}/hooks/Prod`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        title: 'error rate <!channel> critical',
        severity: 'critical',
        status,
        dedup_key: 'a',
      }),
    });
  return { slack, daemon, run, alert };
}

test('an alert becomes one thread, its person is woken, and acts in it', { timeout: 60_000 }, async () => {
  const { slack, daemon, alert } = await ops();
  expect((await alert('firing')).status).toBe(200);
  const root = await until(() =>
    slack.posted.find(({ channel, thread_ts }) => channel === 'C1OPS' && !thread_ts),
  );
  expect(root.text).toContain('🔴');
  expect(JSON.stringify(root.blocks)).not.toContain('mrkdwn');
  const page = await until(() => slack.posted.find(({ channel }) => channel === 'DU1SARAH'));
  expect(JSON.stringify(page.blocks)).toContain('error rate <!channel> critical');
  const inThread = () =>
    slack.posted.filter(({ thread_ts }) => thread_ts === root.ts).map(({ text }) => text);
  const said = (who: string, text: string, ts: string) => ({
    team_id: TEAM,
    event: { type: 'message', channel: 'C1OPS', user: who, team: TEAM, text, ts, thread_ts: root.ts },
  });

  // The same event, by a socket that Slack does not trust to have taken it.
  const first = slack.send('events_api', said('U1SARAH', 'ack', '1700000001.000001'));
  const again = slack.send('events_api', said('U1SARAH', 'ack', '1700000001.000001'));
  await Promise.all([slack.acked(first), slack.acked(again)]);
  await until(() => inThread().some((text) => text.includes('@sarah has #1 now')));
  await until(() => JSON.stringify(root.blocks).includes('acknowledged by @sarah'));

  const closing = slack.send('slash_commands', {
    command: '/incident',
    text: 'close deploy of a bad cache',
    team_id: TEAM,
    user_id: 'U1SARAH',
    user_name: 'sarah',
    channel_id: 'C1OPS',
    trigger_id: '1.1',
  });
  await slack.acked(closing);
  const card = await until(() =>
    slack.posted.find(({ text }) => text.includes('Plan #1: Close incident #1')),
  );
  // A display name is anybody's to choose.
  const click = (user: string) => slack.send('interactive', clickOn(card, 'Approve', { user }));
  await slack.acked(click('U2OTHER'));
  const refusal = await until(() => slack.ephemeral[0]);
  expect(refusal).toMatchObject({
    user: 'U2OTHER',
    text: expect.stringContaining('U2OTHER (slack:T0ACME:U2OTHER) has no right'),
  });
  await slack.acked(click('U1SARAH'));
  await until(() => JSON.stringify(root.blocks).includes('✅'));
  expect(inThread().filter((text) => text.includes('@sarah has #1 now'))).toHaveLength(1);
  await until(() => buttonsOf(card).length === 0);
  expect(JSON.stringify(card.blocks)).toContain('Approved by @sarah');
  expect(await daemon.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('while Slack is down nothing is lost, and the thread is filled in order', {
  timeout: 60_000,
}, async () => {
  const { slack, alert } = await ops();
  slack.next('chat.postMessage', { status: 503, body: 'down' }, 'lost', {
    status: 429,
    headers: { 'retry-after': '1' },
    body: '',
  });
  await alert('firing');
  const roots = () => slack.posted.filter(({ channel, thread_ts }) => channel === 'C1OPS' && !thread_ts);
  const replies = () => slack.posted.filter(({ thread_ts }) => thread_ts !== undefined);
  await until(() => roots().length > 0 && replies().length > 0);
  // The page whose answer was lost comes again, and says so; a post is looked for before it is sent again.
  expect(roots()).toHaveLength(1);
  expect(new Set(replies().map(({ thread_ts }) => thread_ts))).toEqual(new Set([roots()[0]?.ts]));
  const pages = slack.posted.filter(({ channel }) => channel === 'DU1SARAH');
  expect(pages.length).toBeGreaterThan(0);
  for (const { text } of pages.slice(1)) expect(text).toContain('(possible repeat)');
});
