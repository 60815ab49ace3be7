import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/errors.ts';
import { openStore } from '../../src/store/store.ts';
import { createTestClock } from '../support/clock.ts';
import { runs, temporaryFolder, temporaryStore } from './temporary.ts';

fc.configureGlobal({ seed: 42 });

const agent = (name: string, message = 'm') => ({ name, message });

describe('a resource', () => {
  test('is found by name and by id, within its kind, and listed by name', async () => {
    const { store } = await temporaryStore();
    const b = await store.write((tx) => tx.resources.insert('agent', 'b', agent('b')));
    await store.write((tx) => tx.resources.insert('agent', 'a', agent('a')));
    expect((await store.read.resources.list('agent')).map(({ name }) => name)).toEqual([
      'DevOps Monitor',
      'a',
      'b',
    ]);
    expect(await store.read.resources.find('agent', 'b')).toEqual(b);
    expect(await store.read.resources.findById('agent', b.id)).toEqual(b);
    expect(await store.read.resources.find('source', 'b')).toBeNull();
    expect(await store.read.resources.findById('source', b.id)).toBeNull();
  });

  test('counts its edits', async () => {
    const { store, clock } = await temporaryStore();
    const made = await store.write((tx) => tx.resources.insert('agent', 'a', agent('a')));
    clock.advance(5);
    const changed = await store.write((tx) => tx.resources.update('agent', made.id, { enabled: false }));
    expect(changed).toEqual({ ...made, enabled: false, revision: 2, updatedAt: clock.now() });
  });

  test('does not take a name that another has, neither new nor by renaming, and says so', async () => {
    const { store } = await temporaryStore();
    const a = await store.write((tx) => tx.resources.insert('agent', 'a', agent('a')));
    await store.write((tx) => tx.resources.insert('agent', 'b', agent('b')));
    const again = store.write((tx) => tx.resources.insert('agent', 'a', agent('a')));
    await expect(again).rejects.toThrow(/another .*"a"/);
    const renamed = store.write((tx) => tx.resources.update('agent', a.id, { name: 'b' }));
    await expect(renamed).rejects.toBeInstanceOf(UserError);
    await store.write((tx) => tx.resources.update('agent', a.id, { name: 'a', spec: agent('a', 'new') }));
    expect((await store.read.resources.find('agent', 'a'))?.spec.message).toBe('new');
  });
});

describe('a list that is asked for again', () => {
  test('is read once while nothing of its kind changes, and nobody can change it', async () => {
    const { store } = await temporaryStore();
    await store.write((tx) => tx.resources.insert('agent', 'a', agent('a')));
    const first = await store.read.resources.list('agent');
    await store.write((tx) => tx.jobs.add('alert', {}));
    expect(await store.read.resources.list('agent')).toBe(first);
    expect(() => Object.assign(first[0]?.spec ?? {}, { message: 'other' })).toThrow(TypeError);
  });

  test('is read again after a change of this process, of another, and of one that was rolled back', async () => {
    const { store, file } = await temporaryStore();
    const other = await openStore({ file, clock: createTestClock() });
    const names = async () => (await store.read.resources.list('agent')).map(({ name }) => name);
    await store.write((tx) => tx.resources.insert('agent', 'a', agent('a')));
    expect(await names()).toContain('a');
    await other.write((tx) => tx.resources.insert('agent', 'b', agent('b')));
    expect(await names()).toContain('b');
    const undone = store.write(async (tx) => {
      await tx.resources.insert('agent', 'c', agent('c'));
      expect((await tx.resources.list('agent')).map(({ name }) => name)).toContain('c');
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await store.write((tx) => tx.resources.insert('agent', 'd', agent('d')));
    const seen = await store.write(async (tx) => (await tx.resources.list('agent')).map(({ name }) => name));
    expect(seen).toEqual(await names());
    expect(seen).toContain('d');
    expect(seen).not.toContain('c');
    await other.close();
  });
});

test('the fingerprint differs between any two different states, whatever happened in between', async () => {
  const folder = temporaryFolder();
  const clock = createTestClock();
  let round = 0;
  const operation = fc.record({
    do: fc.constantFrom('insert' as const, 'update' as const, 'remove' as const),
    which: fc.nat(4),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 15 }), async (operations) => {
      const store = await openStore({ file: join(folder, `${round++}.db`), clock });
      try {
        const seen = new Map<string, string>();
        const note = async () => {
          const rows = (await store.read.resources.list('agent')).map(
            ({ id, revision }) => `${id}/${revision}`,
          );
          const state = rows.sort().join(' ');
          const fingerprint = await store.read.resources.fingerprint();
          expect(seen.get(fingerprint) ?? state).toBe(state);
          seen.set(fingerprint, state);
        };
        await note();
        for (const [n, one] of operations.entries()) {
          const rows = await store.read.resources.list('agent');
          const row = rows[one.which % Math.max(1, rows.length)];
          await store.write(async (tx) => {
            if (one.do === 'insert') await tx.resources.insert('agent', `${n}`, agent(`${n}`));
            else if (row && one.do === 'update')
              await tx.resources.update('agent', row.id, { spec: agent('x') });
            else if (row) await tx.resources.remove('agent', row.id);
          });
          await note();
        }
      } finally {
        await store.close();
      }
    }),
    runs(40, 1000),
  );
});
