import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { UserError } from '../../src/domain/errors.ts';
import { StoreError } from '../../src/store/errors.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { openStore, SCHEMA_VERSION } from '../../src/store/store.ts';
import { createTestClock } from '../support/clock.ts';
import { look, temporaryFolder } from './temporary.ts';

const clock = createTestClock();
const open = (file: string) => openStore({ file, clock });
const entry = (key: string, body: unknown = {}) => ({
  source: 's',
  key,
  kind: 'alert' as const,
  body,
  receivedAt: 0,
});
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function refusal(file: string): Promise<UserError> {
  const error: unknown = await open(file).then(
    async (store) => {
      await store.close();
      return null;
    },
    (reason) => reason,
  );
  if (!(error instanceof UserError)) throw new Error(`not refused with a UserError: ${String(error)}`);
  expect(error.message).toContain(file);
  expect(error.hint).toBeTruthy();
  return error;
}

/** A closed state file with some rows in it. */
async function written(rows = 200): Promise<string> {
  const file = join(temporaryFolder(), 'openclaw.db');
  const store = await open(file);
  await store.write((tx) =>
    tx.inbox.addMany(Array.from({ length: rows }, (_, n) => entry(`${n}`, 'x'.repeat(500)))),
  );
  await store.close();
  return file;
}

describe('a fresh folder', () => {
  test('gets a file of the newest format with the built-in agent in it', async () => {
    const file = join(temporaryFolder(), 'openclaw.db');
    const store = await open(file);
    expect((await store.read.resources.list('agent')).map(({ name }) => name)).toEqual(['DevOps Monitor']);
    await store.close();
    expect(look(file, 'pragma user_version')).toEqual([{ user_version: SCHEMA_VERSION }]);
    expect(MIGRATIONS).toHaveLength(SCHEMA_VERSION);
  });

  test('is made for its owner alone, and so is every file in it', async () => {
    const old = process.umask(0);
    onTestFinished(() => {
      process.umask(old);
    });
    const folder = join(temporaryFolder(), 'a', 'b');
    const file = join(folder, 'openclaw.db');
    const store = await open(file);
    await store.write((tx) => tx.inbox.add(entry('a')));
    expect(mode(folder)).toBe('700');
    expect(readdirSync(folder).sort()).toEqual(['openclaw.db', 'openclaw.db-shm', 'openclaw.db-wal']);
    expect(readdirSync(folder).map((name) => mode(join(folder, name)))).toEqual(['600', '600', '600']);
    await store.close();
  });

  test('an empty file is a fresh one', async () => {
    const file = join(temporaryFolder(), 'openclaw.db');
    writeFileSync(file, '');
    const store = await open(file);
    await store.close();
    expect(look(file, 'pragma user_version')).toEqual([{ user_version: SCHEMA_VERSION }]);
  });
});

test('opening again changes nothing, and takes back a mode that others could read', async () => {
  const file = await written();
  const before = readFileSync(file);
  chmodSync(file, 0o644);
  const store = await open(file);
  expect(await store.read.inbox.countUnhandled()).toBe(200);
  await store.close();
  expect(mode(file)).toBe('600');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test.skipIf(!existsSync('/proc/self/fdinfo'))(
  'a second store in the same process does not loosen the locks of the first (skipped without /proc/self/fdinfo)',
  async () => {
    const file = await written();
    // Not from /proc/locks: that is read in pieces, between which the locks of other processes come and go.
    const locks = () =>
      readdirSync('/proc/self/fd')
        .filter((descriptor) => leadsTo(descriptor, file))
        .flatMap(
          (descriptor) => readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8').match(/^lock:/gm) ?? [],
        ).length;
    const first = await open(file);
    expect(locks()).toBe(1);
    await (await open(file)).close();
    expect(locks()).toBe(1);
    await first.close();
    expect(locks()).toBe(0);
  },
);

/** The descriptor that lists the folder is gone by then. */
function leadsTo(descriptor: string, file: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`) === realpathSync(file);
  } catch {
    return false;
  }
}

describe('is refused in words, with nothing changed:', () => {
  test('a file of a newer version', async () => {
    const file = await written();
    const database = new Sqlite(file);
    database.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    database.pragma('journal_mode = DELETE');
    database.close();
    const before = readFileSync(file);
    expect((await refusal(file)).message).toContain(
      `newer openclaw (format ${SCHEMA_VERSION + 1}, this one knows ${SCHEMA_VERSION})`,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('the database of another program', async () => {
    const file = join(temporaryFolder(), 'openclaw.db');
    const database = new Sqlite(file);
    database.exec('create table job (id integer)');
    database.close();
    const before = readFileSync(file);
    expect((await refusal(file)).message).toMatch(/another program/);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test.each([
    ['text', Buffer.from('this is not a database\n'.repeat(500))],
    ['a short text', Buffer.from('x'.repeat(600))],
    ['zeros', Buffer.alloc(8192)],
    ['a broken header', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8000, 0xff)])],
  ])('not a database: %s', async (_, bytes) => {
    const file = join(temporaryFolder(), 'openclaw.db');
    writeFileSync(file, bytes);
    expect((await refusal(file)).message).toMatch(/damaged/);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test('a folder where the file should be', async () => {
    const file = join(temporaryFolder(), 'openclaw.db');
    mkdirSync(file);
    await refusal(file);
    expect(readdirSync(file)).toEqual([]);
  });

  test('a file where the folder should be', async () => {
    const folder = join(temporaryFolder(), 'ops');
    writeFileSync(folder, 'notes');
    await refusal(join(folder, 'openclaw.db'));
    await refusal(join(folder, 'deeper', 'openclaw.db'));
    expect(readFileSync(folder, 'utf8')).toBe('notes');
  });

  test.each(['/proc/openclaw-test/openclaw.db', '/sys/openclaw-test/openclaw.db'])('%s', async (file) => {
    await refusal(file);
  });

  test('a link to nowhere, and a link to itself', async () => {
    const folder = temporaryFolder();
    symlinkSync(join(folder, 'nowhere', 'x.db'), join(folder, 'openclaw.db'));
    await refusal(join(folder, 'openclaw.db'));
    symlinkSync(join(folder, 'loop.db'), join(folder, 'loop.db'));
    await refusal(join(folder, 'loop.db'));
  });
});

describe('a damaged file is said to be damaged', () => {
  test('when it is read', async () => {
    const file = await written();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096);
    writeFileSync(file, bytes);
    const failure = await open(file).then(
      async (store) => {
        const error = await store.read.inbox.unhandled('alert', 10).catch((reason: unknown) => reason);
        await store.close();
        return error;
      },
      (reason: unknown) => reason,
    );
    expect(failure).toBeInstanceOf(StoreError);
    expect(String(failure)).toMatch(/damaged/);
  });

  test('when it is written', async () => {
    const file = await written();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096);
    writeFileSync(file, bytes);
    const failure = await open(file).then(
      async (store) => {
        const error = await store
          .write((tx) => tx.inbox.add(entry('new')))
          .catch((reason: unknown) => reason);
        await store.close();
        return error;
      },
      (reason: unknown) => reason,
    );
    expect(String(failure)).toMatch(/damaged/);
  });

  test('when it was cut off', async () => {
    const file = await written();
    truncateSync(file, 3 * 4096);
    const failure = await open(file).then(
      async (store) => {
        const error = await store.read.inbox.unhandled('alert', 10).catch((reason: unknown) => reason);
        await store.close();
        return error;
      },
      (reason: unknown) => reason,
    );
    expect(String(failure)).toMatch(/damaged/);
  });
});

describe('a store opened when needed', () => {
  const later = (file: string) => openStore({ file, clock, open: 'when needed' });

  test('makes nothing until it is used, and closes unused', async () => {
    const folder = temporaryFolder();
    const store = await later(join(folder, 'ops', 'openclaw.db'));
    await store.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each(['read', 'write'] as const)('makes and fills a fresh file with its first %s', async (first) => {
    const file = join(temporaryFolder(), 'ops', 'openclaw.db');
    const store = await later(file);
    if (first === 'write') await store.write((tx) => tx.inbox.add(entry('a')));
    expect((await store.read.resources.list('agent')).map(({ name }) => name)).toEqual(['DevOps Monitor']);
    expect(mode(file)).toBe('600');
    await store.close();
  });

  test('that is asked for everything in one breath opens once and answers all', async () => {
    const store = await later(join(temporaryFolder(), 'openclaw.db'));
    const [, , added] = await Promise.all([
      store.read.resources.list('agent'),
      store.read.inbox.countUnhandled(),
      store.write((tx) => tx.inbox.add(entry('a'))),
      store.write((tx) => tx.inbox.add(entry('b'))),
    ]);
    expect(added).toBe(true);
    expect(await store.read.inbox.countUnhandled()).toBe(2);
    await store.close();
  });

  test('says what is wrong with the file when it is used, each time', async () => {
    const file = join(temporaryFolder(), 'openclaw.db');
    writeFileSync(file, 'this is not a database\n'.repeat(500));
    const store = await later(file);
    for (let n = 0; n < 2; n++) {
      await expect(store.read.inbox.countUnhandled()).rejects.toThrow(/damaged/);
      await expect(store.write((tx) => tx.inbox.add(entry('a')))).rejects.toThrow(/damaged/);
    }
    await store.close();
  });
});

/** A file system of its own, of one megabyte. Null: this user may not mount. */
function mountTmpfs(): string | null {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder], { stdio: 'pipe' });
  } catch {
    return null;
  }
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder], { stdio: 'pipe' });
  });
  return folder;
}

/** Takes all the space there is. Gives how to give it back. */
function fill(folder: string): () => void {
  const filler = join(folder, 'filler');
  for (const size of [65_536, 4096, 512]) {
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(size, 1), { flag: 'a' });
    } catch {
      // Full for this size.
    }
  }
  return () => rmSync(filler);
}

describe('on a file system of its own (skipped where this user may not mount one):', () => {
  test('a full disk refuses the write whole, and takes it once there is room', async (context) => {
    const folder = mountTmpfs();
    if (folder === null) return context.skip('mounting is not permitted here');
    const file = join(folder, 'openclaw.db');
    const store = await open(file);
    await store.write((tx) => tx.inbox.add(entry('before')));
    const free = fill(folder);
    const big = async (key: string) =>
      store.write(async (tx) => {
        await tx.inbox.add(entry(`${key}/1`));
        await tx.inbox.add(entry(`${key}/2`, 'x'.repeat(200_000)));
      });
    const settled = await Promise.allSettled([big('a'), big('b')]);
    for (const one of settled) {
      expect(one.status).toBe('rejected');
      const { reason } = one as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(StoreError);
      expect(reason.message).toMatch(/did not take the write/);
    }
    expect(await store.read.inbox.countUnhandled()).toBe(1);
    free();
    await big('a');
    expect((await store.read.inbox.unhandled('alert', 9)).map(({ key }) => key)).toEqual([
      'before',
      'a/1',
      'a/2',
    ]);
    await store.close();
    expect(look(file, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });

  test('more than memory holds before the commit is refused whole too', async (context) => {
    const folder = mountTmpfs();
    if (folder === null) return context.skip('mounting is not permitted here');
    const store = await open(join(folder, 'openclaw.db'));
    const settled = await Promise.allSettled([
      store.write((tx) => tx.inbox.add(entry('neighbour'))),
      store.write(async (tx) => {
        for (let n = 0; n < 400; n++) await tx.inbox.add(entry(`${n}`, 'x'.repeat(50_000)));
      }),
    ]);
    // One of them alone would have fitted: but whoever was refused left nothing, and who was not is there.
    const kept = settled[0]?.status === 'fulfilled' ? 1 : 0;
    expect(settled[1]?.status).toBe('rejected');
    expect((settled[1] as PromiseRejectedResult).reason).toBeInstanceOf(StoreError);
    expect(await store.read.inbox.countUnhandled()).toBe(kept);
    await store.write((tx) => tx.inbox.add(entry('after')));
    expect(await store.read.inbox.countUnhandled()).toBe(kept + 1);
    await store.close();
  });

  test('a fresh store on a full disk is refused, and made once there is room', async (context) => {
    const folder = mountTmpfs();
    if (folder === null) return context.skip('mounting is not permitted here');
    const file = join(folder, 'openclaw.db');
    const free = fill(folder);
    expect((await refusal(file)).message).toMatch(/did not take the write|cannot be opened/);
    free();
    const store = await open(file);
    expect(await store.read.resources.list('agent')).toHaveLength(1);
    await store.close();
  });

  test('a file system that is read-only is refused in words', async (context) => {
    const folder = mountTmpfs();
    if (folder === null) return context.skip('mounting is not permitted here');
    const file = join(folder, 'openclaw.db');
    await (await open(file)).close();
    const before = readFileSync(file);
    execFileSync('mount', ['-o', 'remount,ro', folder], { stdio: 'pipe' });
    expect((await refusal(file)).message).toMatch(/cannot be opened for writing/);
    await refusal(join(folder, 'fresh', 'openclaw.db'));
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});
