// The kernel's log, where this user may read it: /dev/kmsg, else `journalctl --dmesg`.
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Clock } from '../../../domain/clock.ts';
import { runProcess } from '../run.ts';
import { type OomKill, parseKill, parseRecord } from './kernel-line.ts';

export interface KernelLog {
  /** Kills no older than this, oldest first; null: the log cannot be read here. */
  kills(sinceAt: number, signal: AbortSignal): Promise<readonly OomKill[] | null>;
  close(): void;
}

export interface KernelFiles {
  kmsg: string;
  uptime: string;
}

export const KERNEL_FILES: KernelFiles = { kmsg: '/dev/kmsg', uptime: '/proc/uptime' };

/** Of one look: a log that is written faster than it is read is read on at the next. */
const MAX_RECORDS = 50_000;
const RECORD_BYTES = 8192;
const KEPT = 1000;
const JOURNAL_LIMIT_MS = 10_000;

export function createKernelLog(
  clock: Clock,
  env: Readonly<Record<string, string>>,
  files: KernelFiles = KERNEL_FILES,
): KernelLog {
  let file: number | 'closed' | 'unreadable' | null = null;
  let rest = '';
  let known: OomKill[] = [];
  return {
    async kills(sinceAt, signal) {
      file ??= open(files.kmsg);
      if (typeof file !== 'number') return journalKills(sinceAt, env, signal);
      const upMs = Number((await readFile(files.uptime, 'utf8').catch(() => '')).split(' ')[0]) * 1000;
      if (!(upMs > 0)) return null;
      const now = clock.now();
      const bootAt = now - upMs;
      const lines = `${rest}${readAll(file)}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const record = parseRecord(line);
        if (record === null) continue;
        // The uptime is told in hundredths of a second: what was logged just now would be in the future by that much.
        const at = Math.min(now, Math.round(bootAt + record.sinceBootMs));
        const kill = parseKill(record.text, at);
        if (kill) known.push(kill);
      }
      known = known.slice(-KEPT);
      return known.filter(({ at }) => at >= sinceAt);
    },
    close() {
      if (typeof file === 'number') closeSync(file);
      file = 'closed';
    },
  };
}

function open(path: string): number | 'unreadable' {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return 'unreadable';
  }
}

/** What was not read yet. Each read of /dev/kmsg is one record, and never waits. */
function readAll(file: number): string {
  const buffer = Buffer.alloc(RECORD_BYTES);
  const parts: string[] = [];
  for (let record = 0; record < MAX_RECORDS; record += 1) {
    try {
      const length = readSync(file, buffer);
      if (length === 0) break;
      parts.push(buffer.toString('utf8', 0, length));
    } catch (error) {
      // EPIPE: what would have come next was overwritten; the next read goes on behind it. EAGAIN: that was all.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') break;
    }
  }
  return parts.join('');
}

const journalLine = z.object({ MESSAGE: z.string(), __REALTIME_TIMESTAMP: z.string().regex(/^\d{1,18}$/) });

async function journalKills(
  sinceAt: number,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<OomKill[] | null> {
  const words = ['journalctl', '--dmesg', '--output=json', '--no-pager', '--quiet'];
  const end = await runProcess({
    words: [...words, `--since=@${Math.floor(sinceAt / 1000)}`],
    env,
    signal,
    timeoutMs: JOURNAL_LIMIT_MS,
    onFlood: 'end',
  });
  if (end.kind !== 'exited' || end.code !== 0) return null;
  return end.stdout.split('\n').flatMap((line) => {
    const entry = journalLine.safeParse(parsed(line));
    if (!entry.success) return [];
    return parseKill(entry.data.MESSAGE, Number(entry.data.__REALTIME_TIMESTAMP) / 1000) ?? [];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
