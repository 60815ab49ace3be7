// The chain over the timeline, against hands in the database.
import { randomUUID } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headLine } from '../../src/domain/record.ts';
import type { Store } from '../../src/store/store.ts';
import { verifyRecord } from '../../src/store/verify.ts';
import { look, runs, temporaryStore } from './temporary.ts';

fc.configureGlobal({ seed: 42 });

const verify = (store: Store, heads: string[] = []) =>
  verifyRecord(
    store.read,
    heads.map((hash) => ({ hash, entry: null, where: '--head' })),
  );

const note = (text: string, incidentId: number | null = 1) => ({ incidentId, kind: 'note' as const, text });

async function filled(count: number) {
  const made = await temporaryStore();
  for (let entry = 1; entry <= count; entry += 1)
    await made.store.write((tx) => tx.timeline.add(note(`e${entry}`)));
  return made;
}

/** As somebody with the file and sqlite3 would. */
function byHand(file: string, sql: string, ...parameters: unknown[]): void {
  const database = new Sqlite(file);
  database.prepare(sql).run(...parameters);
  database.close();
}

describe('the record', () => {
  test('holds with entries of every sort, from commits that share a sync', async () => {
    const { store, file } = await temporaryStore();
    const hostile = ['', '\uD800 half', 'a\u0000b', '😀', 'x'.repeat(50_000), '{"a":1}'];
    await Promise.all(
      hostile.map((text, index) =>
        store.write(async (tx) => {
          await tx.timeline.add({
            ...note(text, index % 2 === 0 ? null : index),
            data: { text, deep: [{ n: 1.5 }] },
          });
          await tx.timeline.add(note(text));
        }),
      ),
    );
    const { flaws, entries, head } = await verify(store);
    expect(flaws).toEqual([]);
    expect(entries).toBe(12);
    expect(head).toEqual(await store.read.timeline.head());
    expect(look(file, 'select count(distinct hash) as n from timeline')).toEqual([{ n: 12 }]);
  });

  test('does not know of work that was undone beside work that stood', async () => {
    const { store } = await temporaryStore();
    const failing = (text: string) =>
      store.write(async (tx) => {
        await tx.timeline.add(note(text));
        throw new Error('no');
      });
    const all = [1, 2, 3, 4, 5, 6].map((n) =>
      n % 2 === 0 ? failing(`undone ${n}`) : store.write((tx) => tx.timeline.add(note(`stood ${n}`))),
    );
    await Promise.allSettled(all);
    const { flaws, entries } = await verify(store);
    expect([flaws, entries]).toEqual([[], 3]);
    expect((await store.read.timeline.ofIncident(1)).map(({ id, text }) => [id, text])).toEqual([
      [1, 'stood 1'],
      [2, 'stood 3'],
      [3, 'stood 5'],
    ]);
  });

  test('is one chain over two stores on the same file', async () => {
    const { store, file, clock } = await temporaryStore();
    const { openStore } = await import('../../src/store/store.ts');
    const other = await openStore({ file, clock });
    for (let turn = 0; turn < 5; turn += 1)
      await Promise.all([store, other].map((one) => one.write((tx) => tx.timeline.add(note(`${turn}`)))));
    await other.close();
    const { flaws, entries } = await verify(store);
    expect([flaws, entries]).toEqual([[], 10]);
  });

  test('of an empty file has no head and no flaw', async () => {
    const { store } = await temporaryStore();
    expect(await verify(store)).toEqual({ head: null, entries: 0, flaws: [] });
  });
});

describe('what somebody did to the file is said by entry', () => {
  test.each<[string, string, string[]]>([
    [
      'a text',
      "update timeline set text = 'nothing happened' where id = 3",
      ['entry 3 is not what was written: it was changed, or put in by hand'],
    ],
    [
      'an actor',
      "update timeline set actor = 'slack:T:me' where id = 6",
      ['entry 6 is not what was written: it was changed, or put in by hand'],
    ],
    ['a removal', 'delete from timeline where id = 4', ['entry 4 is missing']],
    ['the first two', 'delete from timeline where id < 3', ['entries 1 to 2 are missing']],
    ['the end', 'delete from timeline where id > 4', ['entries 5 to 6 were cut off the end']],
    [
      'a hash',
      "update timeline set hash = replace(hash, substr(hash, 1, 4), 'beef') where id = 2",
      ['entry 2: its hash was overwritten; the rest of it is as it was written'],
    ],
    [
      'a hash taken away',
      'update timeline set hash = null where id = 2',
      ['entry 2: its hash was overwritten; the rest of it is as it was written'],
    ],
    [
      'a new one at the end',
      "insert into timeline (incident_id, at, kind, actor, text, data_json) values (1, 1, 'note', 'me', 'I was told', '{}')",
      ['entry 7 has no hash: it was put in by hand, or its hash was taken away'],
    ],
    [
      'a new one before the first',
      "insert into timeline (id, incident_id, at, kind, actor, text, data_json) values (0, 1, 1, 'note', 'me', 'x', '{}')",
      ['entry 0 was put in by hand'],
    ],
    [
      'its order',
      'update timeline set id = case id when 2 then -3 when 3 then -2 end where id in (2, 3)',
      ['entry -3 was put in by hand', 'entry -2 was put in by hand', 'entries 2 to 3 are missing'],
    ],
  ])('%s', async (_what, sql, told) => {
    const { store, file } = await filled(6);
    byHand(file, sql);
    expect((await verify(store)).flaws.map(({ text }) => text)).toEqual(told);
  });

  test('two that changed places', async () => {
    const { store, file } = await filled(6);
    byHand(file, 'update timeline set id = -id where id in (2, 3)');
    byHand(file, 'update timeline set id = 5 + id where id < 0');
    expect((await verify(store)).flaws.map(({ text }) => text)).toEqual([
      'entry 2 stands at 3: the order was changed',
      'entry 3 stands at 2: the order was changed',
    ]);
  });

  test('an end cut so that the file itself forgot it: by a head that was kept, or one in a summary', async () => {
    const { store, file } = await filled(6);
    const head = await store.read.timeline.head();
    const short = head?.hash.slice(0, 12) ?? '';
    expect((await verify(store, [short])).flaws).toEqual([]);
    await store.write((tx) =>
      tx.posts.add({
        channel: 'slack',
        conversation: '#ops',
        incidentId: 1,
        threadPostId: null,
        lane: 'thread',
        message: {
          title: 'over',
          tone: 'ok',
          blocks: [{ type: 'text', text: headLine(head ?? { entry: 0, hash: '' }) }],
        },
      }),
    );
    byHand(file, 'delete from timeline where id > 4');
    byHand(file, "update sqlite_sequence set seq = 4 where name = 'timeline'");
    const { flaws, head: now } = await verify(store, [short]);
    expect(now?.entry).toBe(4);
    expect(flaws.map(({ text }) => text)).toEqual([
      `--head names ${short}, and the record has no such head: it was rewritten, or its end was cut off`,
      `the summary of incident #1 names ${short} (entry 6), and the record ends before it: its end was cut off`,
    ]);
  });

  test('any one change of any row is found', async () => {
    const columns = ['incident_id', 'at', 'kind', 'actor', 'text', 'data_json', 'hash'] as const;
    const { store, file } = await filled(8);
    const database = new Sqlite(file);
    const rows = database.prepare('select * from timeline').all();
    const put = database.prepare(
      'insert into timeline values (@id, @incident_id, @at, @kind, @actor, @text, @data_json, @hash)',
    );
    const restore = database.transaction(() => {
      database.exec('delete from timeline');
      for (const row of rows) put.run(row);
      database.exec("update sqlite_sequence set seq = 8 where name = 'timeline'");
    });
    const id = fc.integer({ min: 1, max: 8 });
    const anything = fc.oneof(fc.string(), fc.integer(), fc.constant(randomUUID()));
    const change = fc.oneof(
      fc.record({ do: fc.constant('edit' as const), id, column: fc.constantFrom(...columns), to: anything }),
      fc.record({ do: fc.constant('remove' as const), id }),
      fc.record({ do: fc.constant('swap' as const), id, with: id, whole: fc.boolean() }),
      fc.record({ do: fc.constant('insert' as const), id, to: fc.integer({ min: -2, max: 30 }) }),
    );
    const same = () => JSON.stringify(database.prepare('select * from timeline order by id').all());
    const untouched = same();
    await fc.assert(
      fc.asyncProperty(change, async (what) => {
        restore();
        switch (what.do) {
          case 'edit':
            database.prepare(`update timeline set ${what.column} = ? where id = ?`).run(what.to, what.id);
            break;
          case 'remove':
            database.prepare('delete from timeline where id = ?').run(what.id);
            break;
          case 'swap': {
            const taken = what.whole ? columns : columns.filter((column) => column !== 'hash');
            const list = taken.join(', ');
            database.exec('create temp table kept as select * from timeline');
            for (const [to, of] of [
              [what.id, what.with],
              [what.with, what.id],
            ])
              database
                .prepare(
                  `update timeline set (${list}) = (select ${list} from kept where id = ?) where id = ?`,
                )
                .run(of, to);
            database.exec('drop table kept');
            break;
          }
          case 'insert':
            database
              .prepare(
                `insert or ignore into timeline select ?, incident_id, at, kind, actor, text, data_json, hash from timeline where id = ?`,
              )
              .run(what.to, what.id);
            break;
        }
        const { flaws } = await verify(store);
        expect(flaws.length > 0).toBe(same() !== untouched);
      }),
      runs(300),
    );
    restore();
    expect((await verify(store)).flaws).toEqual([]);
    database.close();
  });
});
