// Walks a folder by directory handles and visits what is old enough to remove. A path is never looked up twice: a folder
// that is swapped for a link in the meantime cannot lead out of the tree. Linux: needs /proc/self/fd.
import { type BigIntStats, constants } from 'node:fs';
import { access, open, rmdir, unlink } from 'node:fs/promises';
import {
  closeFolder,
  folderPath,
  lookAt,
  lookAtFolder,
  mountOf,
  namesIn,
  openFolder,
} from './folder-handle.ts';
import type { OpenFiles } from './open-files.ts';

export interface OldFilesQuery {
  root: string;
  /** Removed is what was changed, read and created (mtime, atime, ctime) before this. */
  before: number;
  openFiles: OpenFiles;
  signal: AbortSignal;
}

export interface OldFiles {
  files: number;
  folders: number;
  /** Blocks of files whose last name this was; a file with other names elsewhere frees nothing. */
  bytes: number;
  kept: { open: number; special: number; mounts: number; denied: number; deep: number };
}

const MAX_DEPTH = 60;
const BLOCK = 512n;
/** One after the other would wait for each: a folder of 100,000 names takes minutes so. */
const AT_ONCE = 64;
/** Walked side by side, beside the one that is walked anyhow. Each may hold as many descriptors as it is deep. */
const FOLDERS_AT_ONCE = 7;

/** Belong to running systems however old they look: as tmpwatch and systemd-tmpfiles are set up by distributions. */
const PROTECTED =
  /^(\.(X11|ICE|XIM|font|Test)-unix|\.X\d+-lock|systemd-private-.*|snap-private-tmp|snap\..*|lost\+found|a?quota\..*|hsperfdata_.*|pulse-.*)$/;

type Act = 'count' | 'remove';

/**
 * `count` changes nothing. `remove` looks at each file once more in the moment before it goes.
 * Errors: those of opening the root; an aborted signal; anything below it is counted as kept.
 */
export async function walkOldFiles(query: OldFilesQuery, act: Act): Promise<OldFiles> {
  const result: OldFiles = {
    files: 0,
    folders: 0,
    bytes: 0,
    kept: { open: 0, special: 0, mounts: 0, denied: 0, deep: 0 },
  };
  // By its own error where it cannot be opened.
  const root = await open(query.root, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const { dev } = await root.stat({ bigint: true });
    const walk: Walk = {
      query,
      act,
      result,
      dev,
      mount: mountOf(root.fd),
      links: new Map(),
      beside: 0,
      severalNames: Promise.resolve(),
    };
    await walkFolder(walk, root.fd, await namesIn(root.fd), 0);
  } finally {
    await root.close();
  }
  return result;
}

interface Walk {
  query: OldFilesQuery;
  act: Act;
  result: OldFiles;
  dev: bigint;
  /** Null: the kernel does not say. */
  mount: string | null;
  /** Names of a file with several that went so far, by inode. */
  links: Map<bigint, bigint>;
  /** Folders that are walked beside others now. */
  beside: number;
  /** The end of the last removal of a file with several names: of two at once neither would know whether it is the last. */
  severalNames: Promise<unknown>;
}

async function walkFolder(
  walk: Walk,
  folder: number,
  names: readonly Buffer[] | null,
  depth: number,
): Promise<void> {
  const { kept } = walk.result;
  if (names === null) {
    kept.denied += 1;
    return;
  }
  const mayRemove = await removalRight(folder);
  const start = Buffer.from(`${folderPath(folder)}/`);
  const wanted = names.filter((name) => depth > 0 || !PROTECTED.test(name.toString('latin1')));
  const beside: Promise<void>[] = [];
  try {
    for (let from = 0; from < wanted.length; from += AT_ONCE) {
      walk.query.signal.throwIfAborted();
      const paths = wanted.slice(from, from + AT_ONCE).map((name) => Buffer.concat([start, name]));
      const looks = await Promise.all(paths.map(lookAt));
      for (const [index, path] of paths.entries()) {
        const found = looks[index];
        if (!found) continue;
        const visited = visit(walk, path, found, depth, mayRemove);
        // With no place left it is walked here: whoever waits for a place would keep the one it has.
        if (!found.isDirectory() || walk.beside >= FOLDERS_AT_ONCE) await visited;
        else {
          walk.beside += 1;
          const ended = visited.finally(() => {
            walk.beside -= 1;
          });
          // Its error is that of the walk, below; until then it is nobody's.
          ended.catch(() => undefined);
          beside.push(ended);
        }
      }
    }
  } finally {
    // Their paths go by this folder's descriptor, which is closed after this.
    if (beside.length > 0) await Promise.allSettled(beside);
  }
  await Promise.all(beside);
}

async function visit(
  walk: Walk,
  path: Buffer,
  found: BigIntStats,
  depth: number,
  mayRemove: (file: BigIntStats) => boolean,
): Promise<void> {
  const { kept } = walk.result;
  if (found.dev !== walk.dev) {
    kept.mounts += 1;
  } else if (found.isDirectory()) {
    await enterFolder(walk, path, found, depth, mayRemove);
  } else if (found.isFile()) {
    await visitFile(walk, path, found, mayRemove);
  } else if (isOld(found, walk.query.before)) {
    kept.special += 1;
  }
}

async function enterFolder(
  walk: Walk,
  path: Buffer,
  found: BigIntStats,
  depth: number,
  mayRemove: (file: BigIntStats) => boolean,
): Promise<void> {
  const { result, act, query } = walk;
  if (depth >= MAX_DEPTH) {
    result.kept.deep += 1;
    return;
  }
  const folder = await openFolder(path);
  if (folder === null) {
    result.kept.denied += 1;
    return;
  }
  let empty = false;
  try {
    const opened = lookAtFolder(folder);
    // A bind mount of the same file system has the same device: only the mount tells.
    if (opened.dev !== walk.dev || mountOf(folder) !== walk.mount) {
      result.kept.mounts += 1;
      return;
    }
    if (opened.ino !== found.ino) return;
    const names = await namesIn(folder);
    empty = names?.length === 0;
    if (!empty) await walkFolder(walk, folder, names, depth + 1);
  } finally {
    closeFolder(folder);
  }
  // Our own look into a folder sets its atime, so that does not count here.
  if (!empty || !mayRemove(found) || newest([found.mtimeMs, found.ctimeMs]) >= query.before) return;
  if (act === 'remove') {
    const removed = await rmdir(path).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
  result.folders += 1;
}

async function visitFile(
  walk: Walk,
  path: Buffer,
  found: BigIntStats,
  mayRemove: (file: BigIntStats) => boolean,
): Promise<void> {
  const { query, act, result } = walk;
  if (!isOld(found, query.before)) return;
  if (query.openFiles.has(found)) {
    result.kept.open += 1;
    return;
  }
  if (!mayRemove(found)) {
    result.kept.denied += 1;
    return;
  }
  const last = act === 'remove' ? await removed(walk, path, found) : found;
  if (last === null) {
    result.kept.denied += 1;
    return;
  }
  result.files += 1;
  result.bytes += freedBy(walk, last);
}

/** One after the other, where each changes what the others see. */
function removed(walk: Walk, path: Buffer, found: BigIntStats): Promise<BigIntStats | null> {
  const { before } = walk.query;
  if (found.nlink === 1n) return removeFile(path, found, before);
  const own = walk.severalNames.then(() => removeFile(path, found, before));
  walk.severalNames = own;
  return own;
}

/** Looks once more, and gives what it saw: what took the name's place in between is another file, and stays. */
async function removeFile(path: Buffer, found: BigIntStats, before: number): Promise<BigIntStats | null> {
  const again = await lookAt(path);
  if (again === null || again.ino !== found.ino || again.dev !== found.dev) return null;
  if (!again.isFile() || !isOld(again, before)) return null;
  return unlink(path).then(
    () => again,
    () => null,
  );
}

function freedBy(walk: Walk, { nlink, ino, blocks }: BigIntStats): number {
  const bytes = Number(blocks * BLOCK);
  if (nlink === 1n && !walk.links.has(ino)) return bytes;
  const gone = (walk.links.get(ino) ?? 0n) + 1n;
  walk.links.set(ino, gone);
  // Counting leaves the number of names as it was; removing has lowered it with each name that went.
  const names = walk.act === 'count' ? nlink : nlink + gone - 1n;
  return gone === names ? bytes : 0;
}

/** In a sticky folder one may remove one's own files only, unlink(2). */
async function removalRight(folder: number): Promise<(file: BigIntStats) => boolean> {
  const uid = BigInt(process.geteuid?.() ?? -1);
  if (uid === 0n) return () => true;
  const writable = await access(folderPath(folder), constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!writable) return () => false;
  const own = lookAtFolder(folder);
  const sticky = (own.mode & 0o1000n) !== 0n;
  return (file) => !sticky || own.uid === uid || file.uid === uid;
}

function isOld({ mtimeMs, atimeMs, ctimeMs }: BigIntStats, before: number): boolean {
  return newest([mtimeMs, atimeMs, ctimeMs]) < before;
}

function newest(times: readonly bigint[]): number {
  return Math.max(...times.map(Number));
}
