// Before the format of an existing file changes, a copy of it is made beside it.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { databaseOn } from '../../src/store/driver.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { openStore, SCHEMA_VERSION } from '../../src/store/store.ts';
import { verifyRecord } from '../../src/store/verify.ts';
import { createTestClock } from '../support/clock.ts';
import { look, temporaryFolder } from './temporary.ts';

/** As the first format wrote it, with a record. */
async function oldFile(folder: string): Promise<string> {
  const file = join(folder, 'openclaw.db');
  const database = new Sqlite(file);
  database.pragma('journal_mode = WAL');
  const db = databaseOn(
    async () => database,
    (error) => error,
  );
  await MIGRATIONS[0]?.(db.query, 1);
  const add = database.prepare(
    "insert into timeline (incident_id, at, kind, actor, text, data_json) values (1, 1, 'note', 'a', ?, '{}')",
  );
  for (let entry = 0; entry < 50; entry += 1) add.run(`old ${entry}`);
  database.pragma('user_version = 1');
  database.close();
  return file;
}

const copies = (folder: string) => readdirSync(folder).filter((name) => name.includes('.format-'));

test('the copy has the old format, the file the new one, and its record is chained from its first entry', async () => {
  const folder = temporaryFolder();
  const file = await oldFile(folder);
  const clock = createTestClock();
  const store = await openStore({ file, clock });
  const [copy, ...more] = copies(folder);
  expect([copy, more]).toEqual([expect.stringMatching(/^openclaw\.db\.format-1-\d{8}T\d{6}Z$/), []]);
  expect(look(join(folder, copy ?? ''), 'pragma user_version')).toEqual([{ user_version: 1 }]);
  expect(look(join(folder, copy ?? ''), 'select count(*) as n from timeline')).toEqual([{ n: 50 }]);
  expect(look(file, 'pragma user_version')).toEqual([{ user_version: SCHEMA_VERSION }]);
  await store.write((tx) => tx.timeline.add({ incidentId: 1, kind: 'note', text: 'new' }));
  expect(await verifyRecord(store.read, [])).toMatchObject({ entries: 51, flaws: [] });
  await store.close();
});

test('a file that is new, or as it should be, is not copied', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'openclaw.db');
  for (let turn = 0; turn < 2; turn += 1) await (await openStore({ file, clock: createTestClock() })).close();
  expect(copies(folder)).toEqual([]);
});

test('the newest three are kept', async () => {
  const folder = temporaryFolder();
  const file = await oldFile(folder);
  for (const name of ['1-20240101T000000Z', '2-20250101T000000Z', '1-20260101T000000Z'])
    new Sqlite(`${file}.format-${name}`).close();
  const store = await openStore({ file, clock: createTestClock() });
  await store.close();
  const left = copies(folder);
  expect(left).toHaveLength(3);
  expect(left).not.toContain('openclaw.db.format-1-20240101T000000Z');
});

test('where no copy can be made nothing is migrated, and the reason is said', async () => {
  const folder = temporaryFolder();
  const file = await oldFile(folder);
  // The name the copy is made under first is taken by a folder: as good as a full disk.
  const clock = createTestClock();
  const stamp = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  mkdirSync(`${file}.format-1-${stamp}.part-${process.pid}`);
  await expect(openStore({ file, clock })).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('could not be copied before its format changes'),
  });
  expect(look(file, 'pragma user_version')).toEqual([{ user_version: 1 }]);
});
