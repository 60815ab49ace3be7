// Real processes on one file.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/errors.ts';
import { isDaemonRunning, takeDaemonLock } from '../../src/store/daemon-lock.ts';
import { openStore } from '../../src/store/store.ts';
import { type Child, startChild } from '../support/child.ts';
import { createTestClock } from '../support/clock.ts';
import { look, temporaryFolder } from './temporary.ts';

const clock = createTestClock();

test('two processes that write at once lose nothing, and neither is refused', async () => {
  const file = join(temporaryFolder(), 'openclaw.db');
  await (await openStore({ file, clock })).close();
  const names = ['a', 'b'];
  const children = await Promise.all(
    names.map((name) => startChild('test/store/children/write-many.ts', [file, name, '200'])),
  );
  expect(await Promise.all(children.map((child) => child.ended))).toEqual(
    names.map(() => ({ code: 0, signal: null, stderr: '' })),
  );
  expect(look(file, 'select source, count(*) as count from inbox group by source order by source')).toEqual([
    { source: 'a', count: 200 },
    { source: 'b', count: 200 },
  ]);
  const [row] = look<{ value_json: string }>(file, "select value_json from setting where key = 'warnings'");
  expect(JSON.parse(row?.value_json ?? '')).toEqual([{ key: 'count', text: '', since: 400 }]);
  expect(look(file, 'select key from job')).toEqual([{ key: 'poll' }]);
});

test('six processes that open a fresh folder in the same moment all succeed, with one migration', async () => {
  for (let round = 0; round < 3; round++) {
    const file = join(temporaryFolder(), 'ops', 'openclaw.db');
    const children = await Promise.all(
      Array.from({ length: 6 }, () => startChild('test/store/children/open-store.ts', [file])),
    );
    for (const child of children) expect(await child.line()).toBe('ready');
    for (const child of children) child.say('go');
    expect(await Promise.all(children.map((child) => child.ended))).toEqual(
      children.map(() => ({ code: 0, signal: null, stderr: '' })),
    );
    expect(look(file, "select count(*) as count from resource where kind = 'agent'")).toEqual([{ count: 1 }]);
    expect(look(file, 'select count(*) as count from inbox')).toEqual([{ count: 6 }]);
  }
});

test('what was said to be written is there after the writer was killed, and the file goes on', async () => {
  const file = join(temporaryFolder(), 'openclaw.db');
  for (let round = 0; round < 4; round++) {
    const child = await startChild('test/store/children/write-forever.ts', [file, `${round}`]);
    const said: string[] = [];
    for (let n = 0; n < 20 + round * 7; n++) said.push(await child.line());
    child.kill('SIGKILL');
    await child.ended;
    const store = await openStore({ file, clock });
    const there = new Set((await store.read.inbox.unhandled('alert', 100_000)).map(({ key }) => key));
    expect(said.filter((key) => !there.has(key))).toEqual([]);
    await store.close();
  }
  expect(look(file, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
});

describe('the daemon lock', () => {
  const hold = async (folder: string): Promise<Child> =>
    startChild('test/store/children/hold-lock.ts', [folder]);

  test('is refused to a second taker with an exit code that supervisors do not retry', async () => {
    const folder = temporaryFolder();
    const first = await hold(folder);
    expect(await first.line()).toBe('taken');
    const refused = (() => {
      try {
        takeDaemonLock(folder).release();
      } catch (error) {
        return error;
      }
      return null;
    })();
    expect(refused).toBeInstanceOf(UserError);
    expect((refused as UserError).type).toBe('locked');
    expect((refused as UserError).message).toContain(folder);
    expect(await (await hold(folder)).line()).toBe('refused locked');
  });

  test('is free again when its holder is killed', async () => {
    const folder = temporaryFolder();
    const first = await hold(folder);
    expect(await first.line()).toBe('taken');
    expect(isDaemonRunning(folder)).toBe(true);
    first.kill('SIGKILL');
    await first.ended;
    expect(isDaemonRunning(folder)).toBe(false);
    const second = await hold(folder);
    expect(await second.line()).toBe('taken');
  });

  test('is free again when released', async () => {
    const folder = temporaryFolder();
    const first = await hold(folder);
    expect(await first.line()).toBe('taken');
    first.say('release');
    expect(await first.line()).toBe('released');
    takeDaemonLock(folder).release();
  });

  test('survives everybody who looks, in its own process and in others', async () => {
    const folder = temporaryFolder();
    const lock = takeDaemonLock(folder);
    for (let n = 0; n < 50; n++) expect(isDaemonRunning(folder)).toBe(true);
    expect(await (await hold(folder)).line()).toBe('refused locked');
    expect(() => takeDaemonLock(folder)).toThrow(/already runs/);
    expect(await (await hold(folder)).line()).toBe('refused locked');
    lock.release();
    expect(await (await hold(folder)).line()).toBe('taken');
  });

  test('those who look do not take each other for a daemon, nor keep one from starting', async () => {
    const folder = temporaryFolder();
    takeDaemonLock(folder).release();
    // What a look holds while it looks, held for longer.
    const { default: Sqlite } = await import('better-sqlite3');
    const looker = new Sqlite(join(folder, 'daemon.lock'));
    looker.exec('BEGIN');
    looker.pragma('user_version');
    expect(isDaemonRunning(folder)).toBe(false);
    looker.close();
    expect(await (await hold(folder)).line()).toBe('taken');
  });

  test('looking makes no file, and a missing folder has no daemon', () => {
    const folder = temporaryFolder();
    expect(isDaemonRunning(folder)).toBe(false);
    expect(isDaemonRunning(join(folder, 'missing'))).toBe(false);
    expect(() => statSync(join(folder, 'daemon.lock'))).toThrow();
  });

  test('its file is for its owner alone', () => {
    const folder = join(temporaryFolder(), 'ops');
    takeDaemonLock(folder).release();
    expect((statSync(join(folder, 'daemon.lock')).mode & 0o777).toString(8)).toBe('600');
    expect((statSync(folder).mode & 0o777).toString(8)).toBe('700');
  });

  test('a folder in its place is refused in words', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'daemon.lock'));
    expect(() => takeDaemonLock(folder)).toThrow(UserError);
    expect(() => isDaemonRunning(folder)).toThrow(UserError);
  });
});
