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
      'auth.test',
      { status: 429, headers: { 'retry-after': '3' }, body: '' },
      'Slack could not be asked: ',
      'it limits how often it is asked',
    ],
    [
      'apps.connections.open',
      { ok: false, error: 'missing_scope', needed: 'connections:write' },
      'the app-level token does not work',
      'make an app-level token with connections:write',
    ],
    [
      'chat.postMessage',
      { ok: false, error: 'restricted_action' },
      'was not posted, edited and read',
      'does not let apps',
    ],
    [
      'conversations.list',
      { status: 502, body: '<html>' },
      'the conversations of the workspace cannot be listed',
      '',
    ],
  ] as const)('%s fails', async (method, answer, said, fix) => {
    const { slack, typed } = await scene();
    slack.next(method, answer);
    const ran = await typed('channel', 'test', 'slack');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain(said);
    expect(ran.stdout).toContain(fix);
  });

  test('says what became of a room: archived, renamed, gone; and lists the workspace once', async () => {
    const { slack, typed } = await scene({
      'ops-critical': 'C1OPS',
      'ops-info': 'C2INFO',
      'alerts-new': 'C3NEW',
    });
    for (const [name, room] of [
      ['Info', '#ops-info'],
      ['Old', '#alerts-old'],
      ['Gone', '#nowhere'],
    ] as const)
      await typed(
        'alert-route',
        'add',
        '--name',
        name,
        '--severity',
        'info',
        '--channel',
        'slack',
        '--to',
        room,
      );
    slack.archived.add('C2INFO');
    slack.formerly['alerts-new'] = ['alerts-old'];
    const { problems } = (await typed('channel', 'test', 'slack', '--json')).json() as {
      problems: { text: string; fix: string }[];
    };
    expect(problems).toHaveLength(3);
    expect(problems).toEqual(
      expect.arrayContaining([
        {
          text: '#ops-info is archived, so nothing can be posted there',
          fix: 'unarchive it in Slack, or name another room: openclaw alert-route edit NAME --to #...',
        },
        {
          text: '#alerts-old is called #alerts-new now, so nothing finds it by its old name',
          fix: 'name it so where it is used: openclaw alert-route edit NAME --to "#alerts-new" (openclaw alert-route list names them)',
        },
        {
          text: '#nowhere cannot be posted to: Slack has no conversation of that name that this app can see',
          fix: 'create #nowhere, or, where it is private, type in it: /invite @openclaw',
        },
      ]),
    );
    expect(slack.asked.filter(({ method }) => method === 'conversations.list')).toHaveLength(1);
    expect(slack.posted.map(({ channel }) => channel)).toEqual(['C1OPS']);
  });

  test('a workspace in which a contact is nobody: another one, perhaps', async () => {
    const { slack, typed } = await scene();
    await typed(...'contact add --name sarah --id slack=U1SARAH --order slack'.split(' '));
    slack.next('conversations.open', { ok: false, error: 'user_not_found' });
    const ran = await typed('channel', 'test', 'slack');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain(
      "sarah (U1SARAH) cannot be written to (user_not_found): is it this workspace, and that person's id?",
    );
    expect(ran.stdout).toContain('openclaw contact edit sarah --id slack=U...');
  });

  test.each([
    ['account_inactive', 'the bot was removed: install the app to the workspace again'],
    ['invalid_auth', 'the bot token is not valid: copy it again from "OAuth & Permissions" of the app'],
    ['token_expired', 'the token has expired: copy the new one from "OAuth & Permissions" of the app'],
    ['team_access_not_granted', 'ask an administrator of the organisation to add the app to it'],
    ['org_login_required', 'the workspace is being moved into an organisation: it comes back by itself'],
  ])('a bot token that is refused (%s) is said once, with the fix', async (error, fix) => {
    const { slack, typed } = await scene();
    slack.always('auth.test', { ok: false, error });
    const { problems } = (await typed('channel', 'test', 'slack', '--json')).json() as {
      problems: { text: string; fix: string }[];
    };
    expect(problems).toEqual([
      { text: `the bot token does not work: ${error}`, fix: expect.stringContaining(fix) },
    ]);
    expect(slack.posted).toEqual([]);
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
