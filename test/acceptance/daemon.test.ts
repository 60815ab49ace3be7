// The daemon as people run it: the real program, its command line, HTTP and signals.
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { type Ran, runOpenclaw, startDaemon } from '../support/openclaw.ts';
import { ask, runHere } from '../support/run-here.ts';
import { untilWithin } from '../support/until.ts';

const SECRET = 'a-long-and-secret-word-for-webhooks';
const LIVE = { timeout: 120_000 };

test('an alert becomes an incident that is acknowledged, and closed with an approval', LIVE, async () => {
  const { stateDir, openclaw, ok } = freshState();
  const daemon = await startDaemon({ stateDir, env: { HOOK: SECRET } });

  expect(await ok('chat', '/status', '--json', '--wait', '30s')).toMatchObject({ ok: true });

  expect(await alert(daemon.url, SECRET)).toBe(401);
  await ok(
    'source',
    'add',
    '--name',
    'Monitoring',
    '--type',
    'generic',
    '--secret',
    'token=env:HOOK',
    '--json',
  );
  await untilWithin('the new source is live', 60_000, async () => (await alert(daemon.url, SECRET)) === 200);
  expect(await alert(daemon.url, 'a wrong word')).toBe(401);

  await untilWithin('there is an incident', 60_000, async () => (await incidents()).length === 1);
  expect(await incidents()).toMatchObject([
    { id: 1, title: expect.stringContaining('shop is down'), severity: 'critical', ackedByName: null },
  ]);

  await ok('incident', 'ack', '1', '--json');
  expect(await incidents()).toMatchObject([{ ackedByName: `@${userInfo().username}` }]);

  const close = await openclaw('incident', 'close', '1', 'the', 'cable', '--json');
  expect(close).toMatchObject({ code: 5, stderr: '' });
  const { outcome, approvalId } = close.json();
  expect(outcome).toBe('waiting');

  const alone = await openclaw('approve', String(approvalId), '--json');
  expect(alone.code).toBe(4);
  expect(alone.json()).toMatchObject({
    ok: false,
    error: {
      type: 'refused',
      why: 'unattended',
      message: expect.stringContaining('there is no terminal'),
      hint: expect.stringContaining('openclaw contact edit NAME --unattended'),
    },
  });
  expect(await incidents()).toHaveLength(1);

  const uid = String(userInfo().uid);
  const may = ['--can', 'approve', '--unattended'];
  await ok('contact', 'add', '--name', 'robot', '--id', `local=${uid}`, ...may, '--json');
  await ok('approve', String(approvalId), '--json');
  await untilWithin('it is resolved', 60_000, async () => (await incidents()).length === 0);
  expect(await ok('incident', 'show', '1', '--json')).toMatchObject({
    state: 'resolved',
    rootCause: 'the cable',
  });
  expect((await daemon.stop('SIGTERM')).code).toBe(0);

  async function incidents(): Promise<unknown[]> {
    const ran = await ask(['incident', 'list', '--json'], { stateDir });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    return JSON.parse(ran.stdout) as unknown[];
  }
});

test('freeze stops changes and thaw allows them again, by whoever may', LIVE, async () => {
  const { stateDir, openclaw, okHere } = freshState();
  const uid = String(userInfo().uid);
  const may = ['--can', 'approve', '--unattended'];
  await okHere('contact', 'add', '--name', 'robot', '--id', `local=${uid}`, ...may, '--json');
  const daemon = await startDaemon({ stateDir });
  await okHere('freeze', 'database', 'migration', '--json');
  expect(await okHere('status', '--json')).toMatchObject({ freeze: { reason: 'database migration' } });
  await okHere('thaw', '--json');
  expect(await okHere('status', '--json')).toMatchObject({ freeze: null, daemon: { running: true } });
  await daemon.stop('SIGTERM');
  expect(await okHere('status', '--json')).toMatchObject({ daemon: { running: false } });
  const gone = await openclaw('chat', '/status');
  expect(gone.code).toBe(1);
  expect(gone.stderr).toMatch(/no daemon runs on .*\nhint: start one: openclaw run/);
});

test('a setting that does not work is reported, and what worked before goes on', LIVE, async () => {
  const { stateDir, okHere } = freshState();
  await okHere(
    'source',
    'add',
    '--name',
    'Monitoring',
    '--type',
    'generic',
    '--secret',
    'token=env:HOOK',
    '--json',
  );
  const daemon = await startDaemon({ stateDir, env: { HOOK: SECRET } });
  expect(await alert(daemon.url, SECRET)).toBe(200);
  await okHere('source', 'edit', 'Monitoring', '--secret', 'token=env:NOT_SET_HERE', '--json');
  const reported = await daemon.logged('adapter-failed');
  expect(reported).toMatchObject({ level: 'error', name: expect.stringContaining('Monitoring') });
  expect(reported).toMatchObject({ error: expect.stringContaining('env:NOT_SET_HERE') });
  expect(await alert(daemon.url, SECRET)).toBe(200);
  await daemon.stop('SIGTERM');
});

test(
  'one daemon a state folder: the second is refused with 78, and takes over when the first ends',
  LIVE,
  async () => {
    const { stateDir, openclaw } = freshState();
    const first = await startDaemon({ stateDir });
    const second = await openclaw('run', '--no-chat', '--listen', '127.0.0.1:0');
    expect(second).toMatchObject({ code: 78, stdout: '' });
    expect(second.stderr).toMatch(
      /^error: another openclaw daemon already runs on .*\nhint: stop that one first/,
    );
    expect((await openclaw('run', '--no-chat', '--listen', '127.0.0.1:0', '--json')).json()).toMatchObject({
      ok: false,
      error: { type: 'locked' },
    });
    expect(await first.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    const third = await startDaemon({ stateDir });
    expect(await third.stop('SIGINT')).toEqual({ code: 0, signal: null });
  },
);

test(
  'what was said while the daemon hung is worked on after it was killed and started again',
  LIVE,
  async () => {
    const { stateDir, openclaw, okHere } = freshState();
    await okHere('service', 'add', '--name', 'shop', '--json');
    const first = await startDaemon({ stateDir });
    await stopBetweenCommits(first.process, join(stateDir, 'openclaw.db'));
    const unheard = await openclaw('chat', '/incident open the till is stuck', '--wait', '1s', '--json');
    expect(unheard).toMatchObject({ code: 1 });
    expect(unheard.json()).toMatchObject({
      ok: false,
      error: {
        message: expect.stringContaining('no answer within 1s'),
        hint: expect.stringContaining('is stored'),
      },
    });
    expect(await first.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
    const again = await startDaemon({ stateDir });
    await untilWithin(
      'it was worked on',
      60_000,
      async () => (await ask(['incident', 'show', '1'], { stateDir })).code === 0,
    );
    expect((await okHere('incident', 'show', '1', '--json')).title).toContain('the till is stuck');
    await again.stop('SIGTERM');
  },
);

test('a daemon that cannot listen says so and ends', LIVE, async () => {
  const { stateDir, okHere } = freshState();
  const daemon = await startDaemon({ stateDir });
  const other = freshState();
  const taken = new URL(daemon.url).host;
  const refused = await other.openclaw('run', '--no-chat', '--listen', taken);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toBe(
    `error: another program listens on ${taken} already\nhint: choose another: --listen 127.0.0.1:8321\n`,
  );
  expect(await okHere('status', '--json')).toMatchObject({ daemon: { running: true } });
});

/** Stops the daemon where it holds no lock on the file: in the middle of a commit every writer would wait for it. */
async function stopBetweenCommits(daemon: ChildProcess, file: string): Promise<void> {
  await untilWithin('it stands still between two commits', 60_000, async () => {
    daemon.kill('SIGSTOP');
    const database = new Sqlite(file, { timeout: 50 });
    try {
      database.exec('BEGIN IMMEDIATE; ROLLBACK');
      return true;
    } catch {
      daemon.kill('SIGCONT');
      return false;
    } finally {
      database.close();
    }
  });
}

/** A state folder that is not there yet, and the command line on it. */
function freshState() {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-daemon-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  const stateDir = join(folder, 'ops');
  const openclaw = (...args: string[]): Promise<Ran> => runOpenclaw(args, { stateDir });
  return {
    stateDir,
    openclaw,
    /** With --json: the document of a command that must succeed without a word beside it but warnings. */
    ok: async (...args: string[]) => succeeded(args, await openclaw(...args)),
    /** The same without a process, for what only leads to what a test is about. */
    okHere: async (...args: string[]) => succeeded(args, await runHere(args, { stateDir })),
  };
}

function succeeded(args: readonly string[], ran: Ran): Record<string, unknown> {
  expect({ args, code: ran.code, said: ran.code === 0 ? '' : ran.stdout + ran.stderr }).toEqual({
    args,
    code: 0,
    said: '',
  });
  return ran.json();
}

async function alert(url: string, secret: string): Promise<number> {
  const response = await fetch(`${url}/hooks/Monitoring`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      title: 'shop is down',
      severity: 'critical',
      dedup: 'shop-down',
      host: hostname(),
    }),
  });
  await response.body?.cancel();
  return response.status;
}
