import { describe, expect, test } from 'vitest';
import { freshCli, MESSAGE, rollback } from './fresh-cli.ts';

const { ok, run, stored } = freshCli();

describe('show', () => {
  test('prints a text of several lines as it was stored', async () => {
    await ok(rollback);
    const { stdout } = await ok(['command', 'show', 'rollback']);
    expect(stdout).toContain(`\nmessage:\n${MESSAGE}`);
  });

  test('takes an id', async () => {
    await ok(rollback);
    expect((await ok(['command', 'show', '2'])).stdout).toContain('rollback');
    expect((await ok(['command', 'show', '#2'])).stdout).toContain('rollback');
  });

  test('names every candidate where a part of a name fits several', async () => {
    await ok(['agent', 'add', '--name', 'night watch one', '--message', 'x']);
    await ok(['agent', 'add', '--name', 'night watch two', '--message', 'x']);
    const { code, stderr } = await run(['agent', 'show', 'watch']);
    expect(code).toBe(3);
    expect(stderr).toContain('"night watch one", "night watch two"');
  });
});

describe('list', () => {
  test('says what to type when there is nothing', async () => {
    const { stdout, stderr } = await ok(['silence', 'list']);
    expect(stdout).toBe('no silences yet\n');
    expect(stderr).toContain('openclaw silence add --help');
    expect((await ok(['silence', 'list', '--json'])).json()).toEqual([]);
  });

  test('aligns, and marks what is disabled', async () => {
    await ok(rollback);
    await ok(['command', 'disable', 'rollback']);
    const { stdout } = await ok(['command', 'list']);
    expect(stdout.split('\n')[0]).toMatch(/^ID {2}NAME {6}TRIGGER +PLAYBOOK +SOURCES +TO +STATE$/);
    expect(stdout).toMatch(/ 2 {2}rollback {2}\/rollback {2}rollback .* disabled\n/);
  });

  test('of routes says which of them give each incident a channel', async () => {
    await ok(['channel', 'add', '--name', 'slack', '--type', 'slack']);
    const route = ['alert-route', 'add', '--channel', 'slack', '--to', '#ops', '--severity'];
    await ok([...route, 'critical', '--name', 'Rooms', '--incident-channel']);
    await ok([...route, 'warning', '--name', 'Plain']);
    const { stdout } = await ok(['alert-route', 'list']);
    expect(stdout).toMatch(/Rooms .*#ops \(slack\) +in a channel of its own/);
    expect(stdout).toMatch(/Plain .*#ops \(slack\)\s*\n/);
  });
});

describe('remove, enable and disable', () => {
  test('remove says what refers to it', async () => {
    await ok(['contact', 'add', '--name', 'sarah', '--id', 'slack=U1']);
    await ok(['rotation', 'add', '--name', 'on-call', '--member', 'sarah']);
    await ok(['escalation', 'add', '--name', 'Default', '--level-1', 'sarah', '--timeout', '5m']);
    const { stderr, json } = await ok(['contact', 'remove', 'sarah', '--yes', '--json']);
    expect(stderr).toContain('rotation "on-call", escalation "Default" refer to contact "sarah"');
    expect(json()).toMatchObject({
      ok: true,
      removed: { name: 'sarah' },
      referredToBy: ['rotation "on-call"', 'escalation "Default"'],
    });
  });

  test('disable keeps it, enable uses it again, twice is no error', async () => {
    await ok(rollback);
    await ok(['command', 'disable', 'rollback']);
    expect((await ok(['command', 'disable', 'rollback'])).stdout).toContain('disabled already');
    expect(await stored('command', 'rollback')).toMatchObject({ enabled: false });
    expect((await ok(['command', 'enable', 'rollback', '--json'])).json()).toMatchObject({
      ok: true,
      resource: { enabled: true },
    });
  });
});
