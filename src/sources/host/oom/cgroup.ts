// How many processes of a cgroup the kernel has killed for memory, as the cgroup itself counts them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * `oom_kill` of `memory.events` (v2) or of `memory.oom_control` (v1, Linux 4.13 on). Null: there is no such cgroup,
 * or its kernel does not count. `path` as in /proc/PID/cgroup: `/system.slice/shop.service`. A new cgroup of the
 * same name begins at 0.
 */
export async function readKillCount(root: string, path: string): Promise<number | null> {
  const below = path.replace(/^\/+/, '');
  if (below.split('/').some((part) => part === '..' || part === '.')) return null;
  const files = [
    join(root, below, 'memory.events'),
    join(root, 'unified', below, 'memory.events'),
    join(root, 'memory', below, 'memory.oom_control'),
  ];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => null);
    const count = text === null ? undefined : /^oom_kill (\d{1,15})$/m.exec(text)?.[1];
    if (count !== undefined) return Number(count);
  }
  return null;
}
