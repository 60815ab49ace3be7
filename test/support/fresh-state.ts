// A state file as a first start makes it: made once in a process, by the real store, and copied for each test after that.
// What a migration does is what the store's own tests are about.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, type Store } from '../../src/store/store.ts';
import { makeMemoryFolder } from './memory-folder.ts';

const made = new Map<string, Promise<Buffer>>();

/** Puts one at `file`, as of `at`. `kind` names what `fill` puts in: the same for two that fill it alike. */
export async function makeFreshState(
  file: string,
  { at, kind, fill }: { at: number; kind: string; fill: (store: Store) => Promise<void> },
): Promise<void> {
  const key = `${at} ${kind}`;
  let state = made.get(key);
  if (!state) {
    state = make(at, fill);
    made.set(key, state);
  }
  writeFileSync(file, await state, { mode: 0o600 });
}

async function make(at: number, fill: (store: Store) => Promise<void>): Promise<Buffer> {
  const folder = makeMemoryFolder('fresh');
  try {
    const file = join(folder, 'openclaw.db');
    const store = await openStore({ file, clock: { now: () => at } });
    await fill(store);
    // An orderly close leaves all of it in the one file.
    await store.close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
