import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { openStore, type Store } from '../../src/store/store.ts';
import { createTestClock, type TestClock } from '../support/clock.ts';

export interface TestStore {
  folder: string;
  file: string;
  clock: TestClock;
  store: Store;
}

/** Gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in a real file, closed and removed when the test ends. */
export async function temporaryStore(): Promise<TestStore> {
  const folder = temporaryFolder();
  const file = join(folder, 'openclaw.db');
  const clock = createTestClock();
  const store = await openStore({ file, clock });
  onTestFinished(() => store.close());
  return { folder, file, clock, store };
}

/** A second connection that owes nothing to the code under test. */
export function look<T = Record<string, unknown>>(file: string, sql: string, ...parameters: unknown[]): T[] {
  const database = new Sqlite(file, { readonly: true });
  try {
    return database.prepare(sql).all(...parameters) as T[];
  } finally {
    database.close();
  }
}

export const runs = (usual: number, long = 10_000): { seed: number; numRuns: number } => ({
  seed: 42,
  numRuns: process.env.OPENCLAW_TEST_LONG ? long : usual,
});
