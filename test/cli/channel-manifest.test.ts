// The Slack app that fits what is stored, as it is pasted.
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli, temporaryStateDir } from './run-cli.ts';

function scene() {
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const typed = (...args: string[]) => runCli(args, { stateDir: state.stateDir });
  return typed;
}

interface Manifest {
  features: {
    slash_commands: {
      command: string;
      description: string;
      usage_hint?: string;
      url?: string;
      should_escape: boolean;
    }[];
  };
  settings: {
    socket_mode_enabled: boolean;
    event_subscriptions: { bot_events: string[]; request_url?: string };
    interactivity: { is_enabled: boolean; request_url?: string };
  };
  oauth_config: { scopes: { bot: string[] } };
}

async function manifest(typed: ReturnType<typeof scene>, ...flags: string[]) {
  const ran = await typed('channel', 'manifest', 'slack', ...flags);
  expect(ran.code).toBe(0);
  return { ...ran, manifest: JSON.parse(ran.stdout) as Manifest };
}

describe('channel manifest', () => {
  test('of no stored commands says so beside the JSON, and what to type', async () => {
    const typed = scene();
    await typed('channel', 'add', '--name', 'slack', '--type', 'slack');
    const fresh = await manifest(typed);
    expect(fresh.stdout).not.toContain('rollback');
    expect(fresh.stderr).toContain('there is none yet: no /logs, /metrics, /rollback, /scale,');
    const line = /openclaw (command add .*)/.exec(fresh.stderr)?.[1] ?? '';
    const again = 'after a command is added or changed: print it again';
    expect(fresh.stderr).toContain(again);
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
    expect((await typed(...words)).code).toBe(0);
    const then = await manifest(typed);
    expect(then.manifest.features.slash_commands[0]?.command).toBe('/rollback');
    expect(then.stderr).not.toContain('none yet');
    expect(then.stderr).toContain(again);
  });

  test('has the stored commands and ours, and all that they need', async () => {
    const typed = scene();
    await typed('channel', 'add', '--name', 'slack', '--type', 'slack');
    await typed(
      'command',
      'add',
      '--name',
      'rollback',
      '--trigger',
      '/rollback',
      '--message',
      'Roll it back.\nSAFETY: ask.',
    );
    await typed('command', 'add', '--name', 'gone', '--trigger', '/gone', '--message', 'x');
    await typed('command', 'disable', 'gone');
    const { manifest: made, stderr } = await manifest(typed);
    const commands = made.features.slash_commands;
    expect(commands[0]).toEqual({
      command: '/rollback',
      description: 'Roll it back.',
      usage_hint: expect.stringContaining('#'),
      should_escape: true,
    });
    const names = commands.map(({ command }) => command);
    expect(names).toEqual(
      expect.arrayContaining(['/ack', '/approve', '/deny', '/ops-status', '/ops-help', '/incident']),
    );
    expect(names).not.toContain('/status');
    expect(names).not.toContain('/gone');
    expect(made.settings.socket_mode_enabled).toBe(true);
    expect(made.settings.event_subscriptions.bot_events).toContain('message.channels');
    expect(made.oauth_config.scopes.bot).toContain('chat:write');
    expect(stderr).toContain('https://api.slack.com/apps');
  });

  test('another app may own the names', async () => {
    const typed = scene();
    await typed('channel', 'add', '--name', 'slack', '--type', 'slack');
    const names = (await manifest(typed, '--prefix', 'acme-')).manifest.features.slash_commands.map(
      ({ command }) => command,
    );
    expect(names).toContain('/acme-ack');
    expect(names).toContain('/acme-status');
  });

  test('a prefix that is not stored is said to be so; a stored one needs no flag', async () => {
    const typed = scene();
    await typed('channel', 'add', '--name', 'slack', '--type', 'slack');
    const asked = await manifest(typed, '--prefix', 'acme-');
    expect(asked.stderr).toContain('openclaw channel edit slack --set prefix=acme-');
    await typed('channel', 'edit', 'slack', '--set', 'prefix=acme-');
    const stored = await manifest(typed);
    expect(stored.manifest).toEqual(asked.manifest);
    expect(stored.stderr).not.toContain('channel edit');
    const none = await typed('channel', 'edit', 'slack', '--set', 'prefix=Acme ');
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no prefix of commands')]);
  });

  test('by HTTP everything goes to one address, which is stored or given', async () => {
    const typed = scene();
    await typed(
      ...['channel', 'add', '--name', 'slack', '--type', 'slack', '--set', 'mode=http'],
      ...['--secret', 'bot-token=env:B', '--secret', 'signing-secret=env:S'],
    );
    const without = await typed('channel', 'manifest', 'slack');
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('--url https://ops.example.org');
    const asGiven = await manifest(typed, '--url', 'https://ops.example.org/bot/');
    await typed('channel', 'edit', 'slack', '--set', 'url=https://stored.example.org');
    const asStored = await manifest(typed);
    for (const [{ manifest: made, stderr }, at] of [
      [asGiven, 'https://ops.example.org/bot/channels/slack'],
      [asStored, 'https://stored.example.org/channels/slack'],
    ] as const) {
      expect(made.settings).toMatchObject({
        socket_mode_enabled: false,
        event_subscriptions: { request_url: at },
        interactivity: { is_enabled: true, request_url: at },
      });
      expect(new Set(made.features.slash_commands.map(({ url }) => url))).toEqual(new Set([at]));
      expect(stderr).toContain('signing secret');
    }
  });

  test('more commands than an app takes: those left out are named', async () => {
    const typed = scene();
    await typed('channel', 'add', '--name', 'slack', '--type', 'slack');
    for (let n = 0; n < 45; n += 1)
      await typed('command', 'add', '--name', `c${n}`, '--trigger', `/c${n}`, '--message', 'x');
    const { manifest: made, stderr } = await manifest(typed);
    expect(made.features.slash_commands).toHaveLength(50);
    expect(stderr).toMatch(/left out: \/\w+/);
  });

  test.each([
    [['channel', 'manifest', 'hook'], /is of type webhook/],
    [['channel', 'manifest', 'nowhere'], /no channel/],
    [['channel', 'manifest', 'slack', '--prefix', 'A B'], /no prefix of commands: lower-case/],
    [['channel', 'manifest', 'slack', '--url', 'http://ops.example.org'], /no address that Slack could call/],
    [['channel', 'manifest', 'slack', '--url', 'https://u:p@ops.example.org'], /no address that Slack/],
  ])('%o is refused', async (args, said) => {
    const typed = scene();
    await typed('channel', 'add', '--name', 'slack', '--type', 'slack');
    await typed(
      ...['channel', 'add', '--name', 'hook', '--type', 'webhook', '--set', 'url=https://pager.example.org/'],
      ...['--secret', 'signing=env:S'],
    );
    const ran = await typed(...args);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toMatch(said);
  });
});
