// What a short command does with the state file: opens as little of it as it needs, and leaves it at once.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/errors.ts';
import { openStore } from '../../src/store/store.ts';
import { createTestClock } from '../support/clock.ts';
import { look, temporaryFolder } from './temporary.ts';

const clock = createTestClock();
const open = (file: string) => openStore({ file, clock, open: 'when needed' });
const entry = (key: string, body: unknown = {}) => ({
  source: 's',
  key,
  kind: 'alert' as const,
  body,
  receivedAt: 0,
});

describe('opened when needed', () => {
  test('nothing is made before the first read or write', async () => {
    const file = join(temporaryFolder(), 'ops', 'openclaw.db');
    const store = await open(file);
    await store.close();
    expect(existsSync(join(file, '..'))).toBe(false);
  });

  test('a first read makes the file whole', async () => {
    const file = join(temporaryFolder(), 'ops', 'openclaw.db');
    const store = await open(file);
    expect(await store.read.resources.list('agent')).toHaveLength(1);
    await store.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('a read of a file that is as it should be opens nothing for writing', async () => {
    const file = join(temporaryFolder(), 'openclaw.db');
    await (await openStore({ file, clock })).close();
    const before = readFileSync(file);
    const store = await open(file);
    expect(await store.read.resources.list('agent')).toHaveLength(1);
    await store.close();
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('a write and a read see each other', async () => {
    const store = await open(join(temporaryFolder(), 'openclaw.db'));
    await store.write((tx) => tx.inbox.add(entry('a')));
    const version = store.dataVersion();
    expect(await store.read.inbox.countUnhandled()).toBe(1);
    await store.write((tx) => tx.inbox.add(entry('b')));
    expect(await store.read.inbox.countUnhandled()).toBe(2);
    expect(store.dataVersion()).not.toBe(version);
    await store.close();
  });

  test.each(['read', 'write'] as const)('the first %s says what is wrong with the file', async (how) => {
    const file = join(temporaryFolder(), 'openclaw.db');
    writeFileSync(file, 'no database, and long enough to be read as one. '.repeat(100));
    const store = await open(file);
    const used =
      how === 'read' ? store.read.resources.list('agent') : store.write((tx) => tx.inbox.add(entry('a')));
    await expect(used).rejects.toThrow(/is damaged/);
    await expect(used).rejects.toBeInstanceOf(UserError);
    await store.close();
  });
});

describe('left instead of closed', () => {
  test('what was committed is there for the next one, which an orderly close tidies up', async () => {
    const file = join(temporaryFolder(), 'openclaw.db');
    const first = await open(file);
    await first.write((tx) => tx.inbox.add(entry('a')));
    await first.leave();
    await expect(first.write((tx) => tx.inbox.add(entry('late')))).rejects.toThrow(/closed/);
    const second = await open(file);
    expect(await second.read.inbox.countUnhandled()).toBe(1);
    await second.close();
    expect(look(file, 'select key from inbox')).toEqual([{ key: 'a' }]);
    await first.close();
  });

  test('a log that has grown is moved into the database all the same', async () => {
    const file = join(temporaryFolder(), 'openclaw.db');
    const store = await open(file);
    await store.write((tx) => tx.inbox.add(entry('big', 'x'.repeat(500_000))));
    expect(existsSync(`${file}-wal`)).toBe(true);
    await store.leave();
    expect(existsSync(`${file}-wal`)).toBe(false);
  });
});
