import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isDaemonRunning, takeDaemonLock } from '../../src/store/daemon-lock.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { until } from '../support/until.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

const now = Date.parse('2026-11-23T03:30:00Z');
let folder: ReturnType<typeof temporaryStateDir>;
let store: Store;

beforeEach(async () => {
  folder = temporaryStateDir();
  store = await openStore({ file: state(), clock: { now: () => now } });
  await note('one');
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const state = () => join(folder.stateDir, 'openclaw.db');
const at = (name: string) => join(folder.stateDir, name);
const note = (text: string) =>
  store.write((tx) => tx.timeline.add({ incidentId: null, kind: 'system', text }));
const run = (args: string[], answers?: boolean[]) =>
  runCli(args, { stateDir: folder.stateDir, now, ...(answers ? { answers } : {}) });
const texts = (file: string) => {
  const database = new Sqlite(file, { readonly: true });
  const rows = database.prepare('select text from timeline order by id').all() as { text: string }[];
  database.close();
  return rows.map(({ text }) => text);
};
const leftovers = () => readdirSync(folder.stateDir).filter((name) => name.includes('.part-'));

describe('openclaw backup', () => {
  test('is a whole copy for its owner alone, with what is still in the log, beside an open store', async () => {
    const shown = await run(['backup', 'copy.db']);
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout).toMatch(
      /✓ backed up to .*copy\.db: \d+ kB, checked\nRecord: [0-9a-f]{12} \(entry 1\)\n$/,
    );
    expect(texts(at('copy.db'))).toEqual(['one']);
    expect(statSync(at('copy.db')).mode & 0o777).toBe(0o600);
    await note('two');
    expect((await run(['backup', 'copy.db', '--yes', '--json'])).json()).toMatchObject({
      ok: true,
      file: at('copy.db'),
      head: { entry: 2 },
    });
    expect(texts(at('copy.db'))).toEqual(['one', 'two']);
    expect(leftovers()).toEqual([]);
  });

  test('does not write over anything unasked', async () => {
    writeFileSync(at('mine.txt'), 'mine');
    expect(await run(['backup', 'mine.txt'])).toMatchObject({ code: 2 });
    expect((await run(['backup', 'mine.txt'], [false])).code).toBe(1);
    expect(readFileSync(at('mine.txt'), 'utf8')).toBe('mine');
    expect((await run(['backup', 'mine.txt'], [true])).code).toBe(0);
    expect(texts(at('mine.txt'))).toEqual(['one']);
  });

  test.each([[''], ['openclaw.db'], ['.']])('to "%s" is refused', async (file) => {
    expect((await run(['backup', file, '--yes'])).code).toBe(2);
    expect(texts(state())).toEqual(['one']);
  });

  test('where it cannot be written nothing is left', async () => {
    expect((await run(['backup', 'no/such/folder/copy.db'])).code).toBe(1);
    expect(existsSync(at('no'))).toBe(false);
  });
});

describe('openclaw restore', () => {
  test('puts the copy in place and keeps what it replaced', async () => {
    await run(['backup', 'copy.db']);
    await note('two');
    await store.close();
    const shown = await run(['restore', 'copy.db', '--yes']);
    expect(shown.code, shown.stderr).toBe(0);
    const kept = `${state()}.before-restore-20261123T033000Z`;
    expect(shown.stdout).toContain(kept);
    expect(texts(state())).toEqual(['one']);
    expect(texts(kept)).toEqual(['one', 'two']);
    expect([state(), kept].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    expect((await run(['incident', 'verify'])).code).toBe(0);
    await run(['restore', kept, '--yes']);
    expect(texts(state())).toEqual(['one', 'two']);
    expect(leftovers()).toEqual([]);
  });

  test('is refused while a daemon runs', async () => {
    await run(['backup', 'copy.db']);
    await note('two');
    const lock = takeDaemonLock(folder.stateDir);
    expect((await run(['restore', 'copy.db', '--yes'])).code).toBe(78);
    lock.release();
    expect(texts(state())).toEqual(['one', 'two']);
  });

  test('waits for who is writing, and keeps what they wrote', async () => {
    await run(['backup', 'copy.db']);
    const other = new Sqlite(state());
    other.exec('begin immediate');
    other.exec(
      "insert into timeline (incident_id, at, kind, actor, text, data_json) values (null, 1, 'note', 'me', 'late', '{}')",
    );
    const restoring = run(['restore', 'copy.db', '--yes']);
    await until(() => isDaemonRunning(folder.stateDir));
    // It asks the file system twice before it tries: after so many questions of ours it has tried.
    for (let turn = 0; turn < 20; turn += 1) await stat(state());
    other.exec('commit');
    other.close();
    expect((await restoring).code).toBe(0);
    expect(texts(state())).toEqual(['one']);
    expect(texts(`${state()}.before-restore-20261123T033000Z`)).toEqual(['one', 'late']);
    // The store that was open all the time goes on with what is there now.
    await note('two');
    expect(texts(state())).toEqual(['one', 'two']);
  });

  test('asks first', async () => {
    await run(['backup', 'copy.db']);
    await note('two');
    expect((await run(['restore', 'copy.db'])).code).toBe(2);
    expect((await run(['restore', 'copy.db'], [false])).code).toBe(1);
    expect(texts(state())).toEqual(['one', 'two']);
  });

  test.each<[string, (file: string) => void, string]>([
    ['that is not there', () => {}, 'cannot be read as a state file'],
    ['of text', (file) => writeFileSync(file, 'hello'.repeat(1000)), 'cannot be read as a state file'],
    ['that is empty', (file) => writeFileSync(file, ''), 'is no state file of openclaw'],
    ['that is a folder', (file) => mkdirSync(file), 'cannot be read as a state file'],
    [
      'of another program',
      (file) => {
        const other = new Sqlite(file);
        other.exec('create table incident (id); pragma user_version = 2');
        other.close();
      },
      'is no state file of openclaw',
    ],
    [
      'of a newer openclaw',
      (file) => {
        const other = new Sqlite(file);
        other.exec('create table incident (id); create table timeline (id); create table job (id)');
        other.pragma('user_version = 99');
        other.close();
      },
      'newer openclaw (format 99',
    ],
  ])('a file %s changes nothing', async (_what, make, told) => {
    make(at('bad.db'));
    const shown = await run(['restore', 'bad.db', '--yes']);
    expect([shown.code, shown.stderr]).toEqual([1, expect.stringContaining(told)]);
    expect(texts(state())).toEqual(['one']);
    expect(leftovers()).toEqual([]);
  });

  test('a damaged state is replaced, and kept as it is', async () => {
    await run(['backup', 'copy.db']);
    await store.close();
    writeFileSync(state(), 'broken'.repeat(500));
    const shown = await run(['restore', 'copy.db', '--yes']);
    expect(shown.code, shown.stderr).toBe(0);
    expect(texts(state())).toEqual(['one']);
    expect(readFileSync(`${state()}.before-restore-20261123T033000Z`, 'utf8')).toBe('broken'.repeat(500));
  });
});
