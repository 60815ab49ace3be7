// Which files any process has open or mapped now, as far as this user may see.
import { readdir, readFile, stat } from 'node:fs/promises';

export interface OpenFiles {
  has(file: { dev: bigint; ino: bigint }): boolean;
  /** Processes whose files this user may not see. */
  hidden: number;
}

const AT_ONCE = 8;

/** Reads /proc/<pid>/fd and /proc/<pid>/maps, proc(5). Null: there is no /proc to read. */
export async function findOpenFiles(signal: AbortSignal): Promise<OpenFiles | null> {
  const entries = await readdir('/proc').catch(() => null);
  const pids = entries?.filter((name) => /^\d+$/.test(name)) ?? [];
  if (pids.length === 0) return null;
  const opened = new Set<string>();
  // By inode alone: the device in `maps` is not the one stat gives on every file system, and too many are spared then.
  const mapped = new Set<string>();
  let hidden = 0;
  const worker = async (): Promise<void> => {
    for (let pid = pids.pop(); pid !== undefined; pid = pids.pop()) {
      signal.throwIfAborted();
      if (!(await addProcess(pid, opened, mapped))) hidden += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return {
    has: ({ dev, ino }) => opened.has(`${dev}:${ino}`) || mapped.has(String(ino)),
    hidden,
  };
}

async function addProcess(pid: string, opened: Set<string>, mapped: Set<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const fds = await readdir(folder).catch((error: unknown) => (isGone(error) ? [] : null));
  if (fds === null) return false;
  for (const fd of fds) {
    const found = await stat(`${folder}/${fd}`, { bigint: true }).catch(() => null);
    if (found?.isFile()) opened.add(`${found.dev}:${found.ino}`);
  }
  const maps = await readFile(`/proc/${pid}/maps`, 'latin1').catch(() => '');
  for (const match of maps.matchAll(/^\S+ \S+ \S+ \S+ ([1-9]\d*) /gm)) mapped.add(match[1] ?? '');
  return true;
}

/** It ended while we looked. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}
