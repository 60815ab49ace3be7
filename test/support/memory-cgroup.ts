// A cgroup with a small limit, and a child in it that the kernel really kills. As root, where cgroups can be made.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
const LIMIT = String(16 * 1024 * 1024);

export interface MemoryCgroup {
  /** As in /proc/PID/cgroup. */
  path: string;
  /** Starts a child that takes memory until it is killed; resolves when it is dead. */
  killOne(): Promise<void>;
  remove(): void;
}

/** A text: why there is none here. */
export function memoryCgroup(name: string): MemoryCgroup | string {
  if (process.getuid?.() !== 0) return 'only root makes cgroups';
  const v1 = existsSync(join(ROOT, 'memory', 'memory.limit_in_bytes'));
  const folder = v1 ? join(ROOT, 'memory', name) : join(ROOT, name);
  try {
    mkdirSync(folder);
  } catch (error) {
    return `no cgroup can be made here (${String(error)})`;
  }
  const remove = (): void => rmdirSync(folder);
  try {
    writeFileSync(join(folder, v1 ? 'memory.limit_in_bytes' : 'memory.max'), LIMIT);
    const swap = join(folder, v1 ? 'memory.memsw.limit_in_bytes' : 'memory.swap.max');
    if (existsSync(swap)) writeFileSync(swap, v1 ? LIMIT : '0');
    const counts = readFileSync(join(folder, v1 ? 'memory.oom_control' : 'memory.events'), 'utf8');
    if (!/^oom_kill \d/m.test(counts)) throw new Error('it does not count kills');
  } catch (error) {
    remove();
    return `this cgroup does not limit memory (${String(error)})`;
  }
  return {
    path: `/${name}`,
    killOne: () =>
      new Promise((resolve, reject) => {
        const child = spawn('sh', ['-c', `echo $$ > '${folder}/cgroup.procs' && exec tail /dev/zero`], {
          stdio: 'ignore',
        });
        child.once('error', reject);
        child.once('close', (code, signal) =>
          signal === 'SIGKILL' ? resolve() : reject(new Error(`it ended with ${signal ?? code}`)),
        );
      }),
    remove,
  };
}
