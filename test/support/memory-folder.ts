// Folders for states that need no disk: in memory where there is such a place, and gone with the process that made them.
// One that is killed cannot tidy up: its name stands in the folders', and the next process that makes one removes them.
import { mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from './is-running.ts';

/** A process we cannot see, in another container that shares the memory, writes to its folders more often than this. */
const LEFT_MS = 10 * 60_000;
/** With less to spare than this it is the disk after all. */
const ROOM_BYTES = 2e9;

const made = new Set<string>();

/** `openclaw-<what>-<process>-...`, removed at the end of this process at the latest. */
export function makeMemoryFolder(what: string): string {
  const root = memoryRoot();
  if (made.size === 0) {
    process.on('exit', removeMade);
    // The end of a test file: its process is told to go.
    process.on('SIGTERM', () => process.exit());
    sweep(root, Date.now());
  }
  const folder = mkdtempSync(join(root, `openclaw-${what}-${process.pid}-`));
  made.add(folder);
  return folder;
}

/** Removes what dead processes left under `root`. Gives their names. */
export function sweep(root: string, now: number): string[] {
  return readdirSync(root).filter((name) => {
    const pid = /^openclaw-[a-z]+-(\d+)-/.exec(name)?.[1];
    const folder = join(root, name);
    if (pid === undefined || isRunning(Number(pid)) || now - lastWritten(folder) < LEFT_MS) return false;
    rmSync(folder, { recursive: true, force: true });
    return true;
  });
}

function removeMade(): void {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
}

/** Another process may remove it in the same moment. */
function lastWritten(folder: string): number {
  try {
    return Math.max(
      ...[folder, ...readdirSync(folder).map((name) => join(folder, name))].map(
        (path) => statSync(path).mtimeMs,
      ),
    );
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function memoryRoot(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > ROOM_BYTES) return '/dev/shm';
  } catch {
    // Not on this system.
  }
  return tmpdir();
}
