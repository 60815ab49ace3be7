// Folders by their descriptors, and what stands in them by the folder's descriptor and one name. The callbacks of
// `node:fs`, because a promise of `node:fs/promises` costs twice the call itself, and a walk makes some 100,000 of them.
import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstat,
  open,
  readdir,
  readFileSync,
} from 'node:fs';

const AS_FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Never through a link. Null: it is none any more, or may not be opened. The caller closes it. */
export function openFolder(path: string | Buffer): Promise<number | null> {
  return new Promise((resolve) => open(path, AS_FOLDER, (error, fd) => resolve(error ? null : fd)));
}

/** At once, as the next two: of what is open the kernel has all this in its memory, and no disk is waited for. */
export function closeFolder(fd: number): void {
  closeSync(fd);
}

export function lookAtFolder(fd: number): BigIntStats {
  return fstatSync(fd, { bigint: true });
}

/** `mnt_id` of /proc/self/fdinfo, proc(5). Null: the kernel does not say. */
export function mountOf(fd: number): string | null {
  try {
    return /^mnt_id:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Null: it is not there. */
export function lookAt(path: Buffer): Promise<BigIntStats | null> {
  return new Promise((resolve) => {
    lstat(path, { bigint: true }, (error, found) => resolve(error ? null : found));
  });
}

/** Null: they may not be read. */
export function namesIn(fd: number): Promise<Buffer[] | null> {
  return new Promise((resolve) => {
    readdir(folderPath(fd), { encoding: 'buffer' }, (error, names) => resolve(error ? null : names));
  });
}

/** What is behind it is the folder that was opened, wherever that has been moved to. */
export function folderPath(fd: number): string {
  return `/proc/self/fd/${fd}`;
}
