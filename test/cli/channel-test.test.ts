// `channel test` against a Slack of ours: what works is named, what does not says what to do.
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSlack } from '../support/slack.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

async function scene(rooms: Record<string, string> = { 'ops-critical': 'C1OPS', 'ops-info': 'C2INFO' }) {
  const slack = await startSlack(rooms);
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const env = { BOT: 'xoxb-fake-token', APP: 'xapp-fake-token' };
  const typed = (...args: string[]) => runCli(args, { stateDir: state.stateDir, env });
  await typed(
    ...['channel', 'add', '--name', 'slack', '--type', 'slack', '--set', `api=${slack.api}`],
    ...['--secret', 'bot-token=env:BOT', '--secret', 'app-token=env:APP'],
  );
  return { slack, typed };
}

describe('channel test', () => {
  test('says as whom and where, and leaves one message that says what it was', async () => {
    const { slack, typed } = await scene();
    const ran = await typed('channel', 'test', 'slack');
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/workspace +Acme \(T0ACME\)/);
    expect(ran.stdout).toMatch(/as +@openclaw \(U0BOT\)/);
    expect(ran.stdout).toMatch(/posted, edited, read +in #ops-critical/);
    expect(slack.posted.map(({ channel, text }) => [channel, text])).toEqual([
      ['C1OPS', '✅ openclaw tested this channel'],
    ]);
    expect(ran.stdout).not.toContain('-fake-token');
    const json = (await typed('channel', 'test', 'slack', '--json')).json();
    expect(json).toMatchObject({ ok: true, channel: 'slack', type: 'slack', problems: [] });
  });

  test('names missing scopes, rooms it is not in, and rooms there are not', async () => {
    const { slack, typed } = await scene();
    await typed(...'alert-route add --name Info --severity info --channel slack --to #ops-info'.split(' '));
    await typed(
      ...'alert-route add --name Other --severity warning --channel slack --to #nowhere'.split(' '),
    );
    slack.scopes = ['chat:write', 'channels:read'];
    slack.notIn.add('C1OPS');
    const ran = await typed('channel', 'test', 'slack');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/the app lacks scopes: .*im:write/);
    expect(ran.stdout).not.toMatch(/lacks scopes: .*chat:write/);
    expect(ran.stdout).toContain('the app is not in #ops-critical');
    expect(ran.stdout).toContain('type in #ops-critical: /invite @openclaw');
    expect(ran.stdout).toContain('#nowhere cannot be posted to');
    expect(ran.stdout).toMatch(/posted, edited, read +in #ops-info/);
  });

  test.each([
    [
      'auth.test',
      { ok: false, error: 'token_revoked' },
      'the bot token does not work: token_revoked',
      'install the app',
    ],
    [
      'apps.connections.open',
      { ok: false, error: 'not_allowed_token_type' },
      'the app-level token does not work',
      '',
    ],
    [
      'chat.postMessage',
      { ok: false, error: 'restricted_action' },
      'was not posted, edited and read',
      'does not let apps',
    ],
    ['conversations.list', { status: 502, body: '<html>' }, '#ops-critical cannot be posted to', ''],
  ] as const)('%s fails', async (method, answer, said, fix) => {
    const { slack, typed } = await scene();
    slack.next(method, answer);
    const ran = await typed('channel', 'test', 'slack');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain(said);
    expect(ran.stdout).toContain(fix);
  });

  test('a channel nothing is asked of', async () => {
    const { typed } = await scene();
    await typed('channel', 'add', '--name', 'bare', '--type', 'slack');
    await typed(
      ...['channel', 'add', '--name', 'hook', '--type', 'webhook', '--set', 'url=https://pager.example.org/'],
      ...['--secret', 'signing=env:BOT'],
    );
    expect((await typed('channel', 'test', 'bare')).stderr).toContain('bare has no tokens');
    expect((await typed('channel', 'test', 'hook')).stderr).toContain('openclaw contact test NAME');
    expect((await typed('channel', 'test', 'hook')).code).not.toBe(0);
  });
});
