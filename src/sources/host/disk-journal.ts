// `disk.vacuum-journal`: the oldest archived files of systemd's journal, as `journalctl --vacuum-size` removes them.
import { constants } from 'node:fs';
import { access, lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Call, ChangeTool } from '../../domain/tool.ts';
import { formatBytes } from '../../domain/value-text.ts';
import type { Host } from './binding.ts';
import { runProcess } from './run.ts';
import { outcomeOf } from './script.ts';

export interface JournalFiles {
  /** Each holds one folder per machine id. */
  folders: readonly string[];
  machineId: string;
}

export const SYSTEM_JOURNAL: JournalFiles = {
  folders: ['/var/log/journal', '/run/log/journal'],
  machineId: '/etc/machine-id',
};

const LIMIT_MS = 5 * 60_000;

export function vacuumJournalTool(host: Host, journal: JournalFiles): ChangeTool<'disk.vacuum-journal'> {
  return {
    kind: 'change',
    capability: 'disk.vacuum-journal',
    source: host.name,
    version: 1,
    inspect: async ({ keepBytes }, _service, call) => {
      const base = {
        target: { id: host.hostname, label: `the journal of ${host.hostname}` },
        facts: { host: host.hostname },
      };
      const absent = await whyAbsent(host, call);
      if (absent !== null) return { ...base, preview: [], absent };
      const found = await excess(journal, keepBytes);
      if (found.denied) {
        return { ...base, preview: [], absent: 'this user may not remove files of the journal' };
      }
      if (found.files === 0) {
        return {
          ...base,
          preview: [],
          absent: `the archived journal is ${formatBytes(found.totalBytes)}, within ${formatBytes(keepBytes)} already`,
        };
      }
      const text = `system journal: the ${found.files} oldest archived files, ${formatBytes(found.bytes)} of ${formatBytes(found.totalBytes)}`;
      return { ...base, preview: [{ text, how: 'measured', bytes: found.bytes }] };
    },
    run: async ({ keepBytes }, _service, _facts, call) => {
      const before = (await excess(journal, keepBytes)).totalBytes;
      const words = ['journalctl', '--no-pager', `--vacuum-size=${keepBytes}`];
      await runTool(host, words, call);
      const freedBytes = Math.max(0, before - (await excess(journal, keepBytes)).totalBytes);
      return { summary: `vacuumed the system journal: ${formatBytes(freedBytes)} freed`, freedBytes };
    },
  };
}

async function runTool(host: Host, words: string[], call: Call): Promise<void> {
  const end = await runProcess({
    words,
    env: host.env,
    signal: call.signal,
    timeoutMs: LIMIT_MS,
    onFlood: 'drop',
  });
  outcomeOf(end, words.join(' '), 'change');
}

async function whyAbsent(host: Host, call: Call): Promise<string | null> {
  const words = ['journalctl', '--no-pager', '--disk-usage'];
  const end = await runProcess({
    words,
    env: host.env,
    signal: call.signal,
    timeoutMs: 20_000,
    onFlood: 'end',
  });
  if (end.kind === 'not-started' && !end.aborted) return 'there is no journalctl here';
  if (end.kind === 'exited' && end.code !== 0) return 'journalctl cannot read a journal here';
  outcomeOf(end, words.join(' '), 'read');
  return null;
}

export interface Excess {
  files: number;
  bytes: number;
  /** Of all archived files. */
  totalBytes: number;
  /** Some folder with files to remove is not writable by us. */
  denied: boolean;
}

/**
 * What a vacuum removes: in each folder of this machine, the oldest archived files until the rest is within `keepBytes`.
 * Active files are neither counted nor touched; sizes are allocated blocks (systemd, journal-vacuum.c).
 */
async function excess(journal: JournalFiles, keepBytes: number): Promise<Excess> {
  const machineId = (await readFile(journal.machineId, 'utf8').catch(() => '')).trim();
  const result: Excess = { files: 0, bytes: 0, totalBytes: 0, denied: false };
  if (!/^[0-9a-f]{32}$/.test(machineId)) return result;
  for (const parent of journal.folders) {
    const folder = join(parent, machineId);
    const files = await archivedFiles(folder);
    let sum = files.reduce((total, { bytes }) => total + bytes, 0);
    result.totalBytes += sum;
    const removable = files.sort(byAge).filter(({ bytes }) => {
      if (sum <= keepBytes) return false;
      sum -= bytes;
      return true;
    });
    if (removable.length === 0) continue;
    result.files += removable.length;
    result.bytes += removable.reduce((total, { bytes }) => total + bytes, 0);
    const writable = await access(folder, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    result.denied ||= !writable;
  }
  return result;
}

interface Archived {
  name: string;
  bytes: number;
  /** Microseconds since 1970. */
  realtime: bigint;
  /** Of one writer, in its order; null: only the time is known. */
  sequence: { id: string; number: bigint } | null;
}

/** `system@<seqnum id>-<seqnum>-<realtime>.journal`, or `system@<realtime>-<random>.journal~` after a crash. */
const CLEAN = /^[^@]+@([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{16})\.journal$/;
const BROKEN = /^[^@]+@([0-9a-f]{16})-[0-9a-f]{16}\.journal~$/;

async function archivedFiles(folder: string): Promise<Archived[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    names.map(async (name): Promise<Archived[]> => {
      const clean = CLEAN.exec(name);
      const time = clean?.[3] ?? BROKEN.exec(name)?.[1];
      const stats = time === undefined ? null : await lstat(join(folder, name)).catch(() => null);
      if (time === undefined || stats === null || !stats.isFile()) return [];
      const [, id, number] = clean ?? [];
      const sequence = id && number ? { id, number: BigInt(`0x${number}`) } : null;
      return [{ name, bytes: stats.blocks * 512, realtime: BigInt(`0x${time}`), sequence }];
    }),
  );
  return found.flat();
}

function byAge(a: Archived, b: Archived): number {
  if (a.sequence && b.sequence && a.sequence.id === b.sequence.id) {
    return compare(a.sequence.number, b.sequence.number);
  }
  return compare(a.realtime, b.realtime) || compare(a.name, b.name);
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
