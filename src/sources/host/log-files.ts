// Finds and opens the log files a binding names, and never a file outside their folder.
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';

/** One log with its rotated siblings: `shop.log`, then `shop.log.1`, `shop.log.2`. */
export interface LogFile {
  /** The file's name without `.log`. */
  instance: string;
  /** Real path of the folder: nothing outside it is opened. */
  folder: string;
  /** Names in the folder, newest first. */
  names: string[];
}

/** Where a pattern is relative, `dir` is its beginning. A folder that cannot be read has no files. */
export async function findLogFiles(
  patterns: readonly string[],
  dir: string | undefined,
): Promise<{ files: LogFile[]; problems: string[] }> {
  const found = new Map<string, LogFile>();
  const problems: string[] = [];
  for (const pattern of patterns) {
    const path = isAbsolute(pattern) ? resolve(pattern) : resolve(dir ?? '/', pattern);
    const folder = await realpath(dirname(path)).catch(() => null);
    const names = folder === null ? null : await readdir(folder).catch(() => null);
    if (folder === null || names === null) {
      problems.push(`${dirname(path)} cannot be read`);
      continue;
    }
    const matching = names.filter(globOf(basename(path)));
    // A pattern that matches the siblings too (`*.log*`) would show their lines twice.
    const logs = matching.filter(
      (name) => !matching.some((other) => other !== name && isRotated(name, other)),
    );
    if (logs.length === 0) problems.push(`no file matches ${pattern}`);
    for (const name of logs) {
      const rotated = names.filter((other) => isRotated(other, name)).sort(newestFirst(name));
      found.set(join(folder, name), { instance: instanceOf(name), folder, names: [name, ...rotated] });
    }
  }
  return { files: [...found.values()], problems };
}

/** Null: not there, no regular file, outside the folder, or not readable by us. */
export async function openLog(folder: string, name: string): Promise<FileHandle | null> {
  const real = await realpath(join(folder, name)).catch(() => null);
  if (real === null || !isBelow(real, folder)) return null;
  // Not following, not waiting: a pipe without a writer would hold the call for ever.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(real, flags).catch(() => null);
  if (file === null) return null;
  // Between realpath and open a folder on the way may have become a link: ask where we really are.
  const opened = await readlink(`/proc/self/fd/${file.fd}`).catch(() => real);
  if (isBelow(opened.replace(/ \(deleted\)$/, ''), folder) && (await file.stat()).isFile()) return file;
  await file.close();
  return null;
}

export function instanceOf(name: string): string {
  return name.replace(/\.(log|txt|jsonl?)$/, '') || name;
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder === sep ? sep : folder + sep);
}

/** `shop.log.1`, `shop.log-20240517`, `shop.log.2024-05-17`; compressed ones cannot be read from their end. */
function isRotated(name: string, of: string): boolean {
  return name.startsWith(of) && /^[.-]\d{1,14}(?:[-.]\d{1,6}){0,4}$/.test(name.slice(of.length));
}

/** Small numbers count up with age, dates count down. */
function newestFirst(of: string): (a: string, b: string) => number {
  const key = (name: string): number => {
    const suffix = name.slice(of.length + 1);
    return /^\d{1,4}$/.test(suffix) ? Number(suffix) : -Number(suffix.replace(/\D/g, ''));
  };
  return (a, b) => key(a) - key(b);
}

/** `*` stands for any characters of one name; a leading dot is matched only where it is written. */
function globOf(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (parts.length === 1) return (name) => name === pattern;
  const shape = new RegExp(`^${parts.join('[^]*?')}$`);
  return (name) =>
    name.length <= 255 && (pattern.startsWith('.') || !name.startsWith('.')) && shape.test(name);
}
