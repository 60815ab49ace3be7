// Memory and processor of this machine, in percent, from /proc and, inside a container with a limit, from its cgroup.
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../domain/clock.ts';

export interface Machine {
  /** Percent that cannot be had by a new program; null where /proc does not say. */
  memoryUsage(): Promise<number | null>;
  /** Percent busy since the last call, of all processors; null the first time. */
  cpuUsage(): Promise<number | null>;
}

export interface MachineFiles {
  proc: string;
  cgroup: string;
}

/** Two readers within this time get the same value: over a shorter one it would be noise. */
const CPU_STEP_MS = 1_000;

export function createMachine(
  clock: Clock,
  files: MachineFiles = { proc: '/proc', cgroup: '/sys/fs/cgroup' },
): Machine {
  let last: { at: number; busy: number; total: number } | null = null;
  let usage: number | null = null;
  return {
    memoryUsage: async () => {
      const [meminfo, max, current, stat] = await Promise.all([
        read(`${files.proc}/meminfo`),
        read(`${files.cgroup}/memory.max`),
        read(`${files.cgroup}/memory.current`),
        read(`${files.cgroup}/memory.stat`),
      ]);
      return memoryPercent(meminfo, { max, current, stat });
    },
    cpuUsage: async () => {
      const now = clock.now();
      if (last !== null && now - last.at < CPU_STEP_MS && now >= last.at) return usage;
      const times = parseCpu(await read(`${files.proc}/stat`));
      if (times === null) return null;
      if (last !== null && times.total > last.total) {
        usage = percent(Math.max(0, times.busy - last.busy), times.total - last.total);
      }
      last = { at: now, ...times };
      return usage;
    },
  };
}

/**
 * (MemTotal - MemAvailable) / MemTotal, proc(5). Under a cgroup v2 limit below that total: memory.current without
 * inactive_file (cache the kernel drops first) of memory.max.
 */
export function memoryPercent(
  meminfo: string,
  cgroup: { max: string; current: string; stat: string },
): number | null {
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? Number.NaN);
  const total = kilobytes('MemTotal') * 1024;
  const available = kilobytes('MemAvailable') * 1024;
  const limit = /^\d+\s*$/.test(cgroup.max) ? Number(cgroup.max) : Number.POSITIVE_INFINITY;
  const current = /^\d+\s*$/.test(cgroup.current) ? Number(cgroup.current) : null;
  if (current !== null && limit > 0 && !(limit >= total)) {
    const droppable = Number(/^inactive_file (\d+)$/m.exec(cgroup.stat)?.[1] ?? 0);
    return percent(Math.max(0, current - droppable), limit);
  }
  if (!(total > 0) || Number.isNaN(available)) return null;
  return percent(total - available, total);
}

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal, proc(5). */
export function parseCpu(stat: string): { busy: number; total: number } | null {
  const fields = /^cpu +([\d ]+)$/m.exec(stat)?.[1]?.trim().split(/ +/).slice(0, 8).map(Number);
  if (fields === undefined || fields.length < 4) return null;
  const total = fields.reduce((sum, value) => sum + value, 0);
  return { busy: total - (fields[3] ?? 0) - (fields[4] ?? 0), total };
}

function percent(part: number, whole: number): number {
  return Number(Math.min(100, (100 * part) / whole).toFixed(1));
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
