// The first to open a fresh file changes its journal; whoever comes in that moment waits for it.

import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { BUSY_TIMEOUT_MS, setWriteAhead } from '../../src/store/write-ahead.ts';
import { temporaryFolder } from './temporary.ts';

function twoConnections() {
  const file = join(temporaryFolder(), 'openclaw.db');
  const [holder, opener] = [new Sqlite(file), new Sqlite(file, { timeout: 0 })];
  onTestFinished(() => void [holder, opener].map((each) => each.close()));
  return { holder, opener };
}

test('it asks again until the other one has let go, and is told the journal there is then', () => {
  const { holder, opener } = twoConnections();
  holder.exec('begin exclusive');
  // Asked once, without patience, it is refused: that is what it has to live with.
  expect(() => opener.pragma('journal_mode = WAL')).toThrow('locked');
  let pauses = 0;
  const journal = setWriteAhead(opener, () => {
    pauses += 1;
    if (pauses === 3) holder.exec('commit');
  });
  expect([journal, pauses]).toEqual(['wal', 3]);
});

test('it gives up after as long as any statement waits, and says that the file is busy', () => {
  const { holder, opener } = twoConnections();
  holder.exec('begin exclusive');
  let waitedMs = 0;
  expect(() =>
    setWriteAhead(opener, (ms) => {
      waitedMs += ms;
    }),
  ).toThrow(expect.objectContaining({ code: 'SQLITE_BUSY' }));
  expect(waitedMs).toBe(BUSY_TIMEOUT_MS);
});

test('any other refusal is none to wait for', () => {
  const { opener } = twoConnections();
  opener.close();
  expect(() => setWriteAhead(opener, () => expect.unreachable('it waits'))).toThrow('not open');
});
