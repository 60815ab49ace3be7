import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Finding } from '../../src/domain/finding.ts';
import { takeDaemonLock } from '../../src/store/daemon-lock.ts';
import { openStore } from '../../src/store/store.ts';
import { startGithubServer } from '../sources/github/server.ts';
import { type FreshCli, freshCli, NOW } from './resource/fresh-cli.ts';

const cli = freshCli();
const { ok, stateDir } = cli;

async function findings(env: Record<string, string> = {}): Promise<Finding[]> {
  const run = await cli.run(['doctor', '--json'], { env });
  const document = run.json() as { ok: boolean; findings: Finding[] };
  expect(run.code).toBe(document.ok ? 0 : 1);
  expect(document.ok).toBe(!document.findings.some(({ level }) => level === 'fail'));
  for (const { level, hint } of document.findings) if (level !== 'ok') expect(hint).toBeTruthy();
  return document.findings;
}

const about = async (name: string) => (await findings()).filter((one) => one.about === name);

test('an empty folder works: warnings with what to type, and exit 0', async () => {
  const { code, stdout } = await cli.run(['doctor']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^✓ node: v\d/);
  expect(stdout).toContain(
    '! daemon: none runs: alerts are not taken in and nobody is paged\n    openclaw run\n',
  );
  expect(stdout).toContain('! approvals: no contact may approve, so any person in the room may\n');
  expect(stdout).toContain('! alerts: nothing raises alerts');
  expect(stdout).toContain('! escalation: there is no escalation "Default"');
  expect(stdout).toMatch(/\n4 warnings\n$/);
});

test('a folder in which all is well says so', async () => {
  const uid = String(userInfo().uid);
  await ok([
    'contact',
    'add',
    '--name',
    'sam',
    '--id',
    `local=${uid}`,
    '--id',
    'terminal=sam',
    '--can',
    'approve',
  ]);
  await ok(['source', 'add', '--name', 'This host', '--type', 'host']);
  await ok([
    'alert-rule',
    'add',
    '--name',
    'disk',
    '--condition',
    'disk_usage > 90%',
    '--severity',
    'warning',
  ]);
  await ok(['escalation', 'add', '--name', 'Default', '--level-1', 'sam', '--timeout', '5m']);
  daemonRuns();
  const { code, stdout } = await cli.run(['doctor']);
  expect(stdout).toMatch(/\nall is well\n$/);
  expect(stdout).toContain('✓ approvals: sam may approve; here you are sam\n');
  expect(stdout).toMatch(/✓ source "This host": answers: \d+ values measured\n/);
  expect(stdout).toContain('✓ escalation "Default": every level reaches somebody\n');
  expect(code).toBe(0);
});

describe('the installation', () => {
  test('files that others could read', async () => {
    await ok(['agent', 'list']);
    chmodSync(stateDir(), 0o755);
    writeFileSync(join(stateDir(), 'daemon.json'), '{}', { mode: 0o644 });
    expect(await about('folder')).toMatchObject([
      { level: 'warn', hint: `chmod 700 ${stateDir()}` },
      { level: 'warn', hint: `chmod 600 ${join(stateDir(), 'daemon.json')}` },
    ]);
  });

  test('a damaged state file', async () => {
    mkdirSync(stateDir(), { recursive: true });
    writeFileSync(join(stateDir(), 'openclaw.db'), 'no database, and long enough to be one. '.repeat(50));
    expect(await about('state')).toMatchObject([{ level: 'fail', text: expect.stringContaining('damaged') }]);
  });

  test('a daemon that holds the lock and has not been seen for long', async () => {
    await ok(['agent', 'list']);
    daemonRuns();
    await heartbeat(NOW - 30_000);
    expect(await about('daemon')).toEqual([
      { level: 'ok', about: 'daemon', text: 'runs (pid 4711), seen 30s ago', hint: null },
    ]);
    await heartbeat(NOW - 20 * 60_000);
    expect(await about('daemon')).toMatchObject([
      {
        level: 'fail',
        text: expect.stringContaining('was last seen 20m ago'),
        hint: expect.stringContaining('kill 4711'),
      },
    ]);
  });

  test('work that is overdue: without a daemon it waits for one, else for what status names', async () => {
    await ok(['agent', 'list']);
    const store = await openStore({
      file: join(stateDir(), 'openclaw.db'),
      clock: { now: () => NOW - 60_000 },
    });
    await store.write((tx) => tx.jobs.add('audit', {}, { key: 'late' }));
    await store.close();
    expect(await about('work')).toMatchObject([{ text: '1 piece of work is overdue', hint: 'openclaw run' }]);
    daemonRuns();
    await heartbeat(NOW);
    expect(await about('work')).toMatchObject([{ hint: expect.stringContaining('openclaw status') }]);
  });
});

describe('secrets', () => {
  test('those that cannot be read are named, never a value', async () => {
    const file = join(stateDir(), 'token');
    mkdirSync(stateDir(), { recursive: true });
    writeFileSync(file, 'hunter2', { mode: 0o644 });
    await alerts(
      'token=env:ALERTS_TOKEN',
      'other=env:SET_ONE',
      'gone=file:/nonexistent/token',
      `file=file:${file}`,
    );
    const found = (await findings({ SET_ONE: 'hunter2' })).filter(({ about }) => about === 'source "Alerts"');
    expect(found).toMatchObject([
      { level: 'warn', text: expect.stringContaining('token is in $ALERTS_TOKEN, which is not set here') },
      { level: 'fail', text: expect.stringContaining('file:/nonexistent/token cannot be read (ENOENT)') },
      {
        level: 'warn',
        text: expect.stringContaining('can be read by other users'),
        hint: `chmod 600 ${file}`,
      },
      { level: 'ok', text: 'takes alerts; nothing has come yet' },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/hunter2|SET_ONE/);
  });

  test('a source of alerts without one', async () => {
    await alerts();
    expect(await about('source "Alerts"')).toMatchObject([
      { level: 'fail', hint: 'openclaw source edit Alerts --secret token=env:NAME' },
    ]);
  });

  test('one token for reads and changes', async () => {
    const github = await startGithubServer();
    github.handle(({ path }) => (path === '/user' ? { status: 200, body: { login: 'ops-bot' } } : null));
    const there = ['--set', 'owner=acme', '--set', `base-url=${github.url}`, '--secret', 'token=env:HOME'];
    await ok(['source', 'add', '--name', 'GitHub', '--type', 'github', ...there]);
    expect(await about('source "GitHub"')).toMatchObject([
      {
        text: 'no service is bound to a repository, so nothing is read',
        hint: 'openclaw source test GitHub',
      },
      {
        text: 'reads and changes share one token',
        hint: expect.stringContaining('write-token=env:GITHUB_WRITE_TOKEN'),
      },
    ]);
    await ok(['source', 'edit', 'GitHub', '--secret', 'write-token=env:HOME']);
    expect(await about('source "GitHub"')).toHaveLength(1);
  });
});

describe('who would be told', () => {
  test('shifts of the coming month that nobody has, or nobody would hear', async () => {
    await ok(['contact', 'add', '--name', 'mike', '--id', 'terminal=1000']);
    await ok(['contact', 'add', '--name', 'zoe', '--id', 'email=zoe@example.org']);
    const nights = ['rotation', 'add', '--name', 'nights', '--daily', '--at', '09:00'];
    await ok([
      ...nights,
      '--member',
      'mike',
      '--member',
      'zoe',
      '--member',
      'ghost',
      '--start',
      '2026-11-20',
    ]);
    await ok(['rotation', 'add', '--name', 'days', '--member', 'mike', '--start', '2026-12-01', '--daily']);
    await ok(['rotation', 'add', '--name', 'fine', '--member', 'mike', '--start', '2026-11-01']);
    expect((await findings()).filter((one) => one.about.startsWith('rotation'))).toEqual([
      {
        level: 'warn',
        about: 'rotation "days"',
        text: 'nobody is on call, now until 1 Dec 09:00 UTC',
        hint: 'openclaw rotation show days',
      },
      { level: 'ok', about: 'rotation "fine"', text: 'no empty shift in the next 30 days', hint: null },
      {
        level: 'warn',
        about: 'rotation "nights"',
        text: '@zoe is on call and is on no channel that is configured, so a page wakes nobody, from 24 Nov 09:00 UTC until 25 Nov 09:00 UTC, and 9 more in the next 30 days',
        hint: 'openclaw channel add --name email --type email --set host=smtp.example.org --set from=ops@example.org',
      },
      {
        level: 'warn',
        about: 'rotation "nights"',
        text: '@ghost is on call and is no contact, so nobody is reached, from 25 Nov 09:00 UTC until 26 Nov 09:00 UTC, and 9 more in the next 30 days',
        hint: expect.stringContaining('openclaw contact add --name ghost'),
      },
    ]);
  });

  test('a level nobody stands behind, a rotation without people, a person on no channel', async () => {
    await ok(['contact', 'add', '--name', 'sarah', '--id', 'slack=U1']);
    await ok(['rotation', 'add', '--name', 'nights', '--member', 'mike', '--weekly']);
    const levels = ['--level-1', 'sarah', '--timeout', '5m', '--level-2', 'nights', '--timeout', '5m'];
    await ok(['escalation', 'add', '--name', 'Default', ...levels, '--level-3', 'boss', '--timeout', '5m']);
    expect(await about('escalation "Default"')).toMatchObject([
      {
        level: 'fail',
        text: 'level 1, sarah: @sarah is on no channel that is configured, so it is skipped',
        hint: expect.stringContaining('openclaw channel add --name slack --type slack --secret bot-token='),
      },
      {
        level: 'fail',
        text: expect.stringMatching(/^level 2, nights: nobody of that rotation can be reached/),
      },
      { level: 'fail', text: 'level 3, boss: nobody has that name, so it is skipped' },
    ]);
  });

  test('a route that pages nobody', async () => {
    const to = ['--severity', 'critical', '--to', '#ops', '--also-page', 'on-call'];
    await ok(['alert-route', 'add', '--name', 'Critical', ...to]);
    expect(await about('alert-route "Critical"')).toMatchObject([
      { level: 'fail', text: 'also pages on-call: nobody has that name, so nobody is paged' },
    ]);
  });

  test('a channel that is not spoken', async () => {
    await ok(['channel', 'add', '--name', 'slack', '--type', 'slack']);
    expect(await about('channel "slack"')).toMatchObject([
      { level: 'warn', text: expect.stringContaining('appear in the terminal') },
    ]);
  });
});

describe('what would not work at night', () => {
  test('what is named and not there is said once, with who names it', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await command(name);
    expect(await about('names')).toEqual([
      {
        level: 'warn',
        about: 'names',
        text: 'no source "AWS Production" is configured yet, and command "a", command "b", command "c" and 2 more name it',
        hint: expect.stringContaining('openclaw source add --name "AWS Production"'),
      },
    ]);
    for (const name of ['a', 'b', 'c', 'd', 'e']) await ok(['command', 'disable', name]);
    expect(await about('names')).toEqual([]);
  });

  test('a fix that is a checklist, and conditions that nothing measures', async () => {
    const condition = ['--condition', 'disk_usage > 90%', '--action', 'Call the storage team'];
    await ok(['auto-fix', 'add', '--name', 'Storage', ...condition]);
    expect(await about('auto-fix "Storage"')).toMatchObject([
      {
        level: 'warn',
        text: expect.stringContaining('is a checklist'),
        hint: expect.stringContaining('--step'),
      },
    ]);
    expect(await about('conditions')).toHaveLength(1);
    await ok(['source', 'add', '--name', 'This host', '--type', 'host']);
    expect(await about('conditions')).toEqual([]);
  });

  test('a freeze', async () => {
    await ok(['freeze', 'migration'], { answers: [] });
    expect(await about('freeze')).toMatchObject([{ level: 'warn', hint: 'openclaw thaw' }]);
  });
});

const alerts = (...secrets: string[]) =>
  ok([
    ...['source', 'add', '--name', 'Alerts', '--type', 'alertmanager'],
    ...secrets.flatMap((secret) => ['--secret', secret]),
  ]);

const command = (name: string): ReturnType<FreshCli['ok']> =>
  ok([
    ...['command', 'add', '--name', name, '--trigger', `/${name}`, '--message', 'x'],
    ...['--source', 'AWS Production'],
  ]);

function daemonRuns(): void {
  const lock = takeDaemonLock(stateDir());
  onTestFinished(() => lock.release());
}

async function heartbeat(at: number): Promise<void> {
  const store = await openStore({ file: join(stateDir(), 'openclaw.db'), clock: { now: () => NOW } });
  await store.write((tx) => tx.settings.set('heartbeat', { at, pid: 4711, startedAt: at }));
  await store.close();
}

describe('auto-fixes that cannot do what they promise', () => {
  test('one whose last day is over, and one that waits for kills nobody sees', async () => {
    await ok(['source', 'add', '--name', 'This host', '--type', 'host']);
    const add = (name: string, ...more: string[]) =>
      ok(['auto-fix', 'add', '--name', name, '--action', 'journalctl --vacuum-size=500M', ...more]);
    await add('Old', '--condition', 'disk_usage > 90%', '--expires', '2026-11-22');
    await add('Blind', '--condition', 'service_oom_killed = true');
    expect(await about('auto-fix "Old"')).toMatchObject([
      { level: 'warn', text: expect.stringContaining('until 2026-11-22') },
    ]);
    expect(await about('auto-fix "Blind"')).toMatchObject([
      { level: 'warn', text: expect.stringContaining('kills for memory') },
    ]);
  });
});

test('who may approve and has no account anywhere is said to have none', async () => {
  await ok(['contact', 'add', '--name', 'mike', '--slack-email', 'mike@acme.test', '--can', 'approve']);
  await ok(['contact', 'add', '--name', 'sam', '--id', 'slack=U1SAM', '--can', 'approve']);
  const { stdout } = await ok(['doctor']);
  expect(stdout).toContain(
    '! approvals: mike may approve, and no account is known to be theirs: the one of mike@acme.test is still to confirm it\n',
  );
  expect(stdout).toContain('    they type in Slack: /confirm mike\n');
  expect(stdout).toContain('✓ approvals: sam may approve');
});
