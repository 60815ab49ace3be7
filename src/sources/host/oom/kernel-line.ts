// Kills for memory as the kernel logs them. Only what the kernel itself wrote is read, and never by guess.

export interface OomKill {
  /** Milliseconds since 1970. */
  at: number;
  /** Its name, cut by the kernel to 15 bytes; null: the line does not say. */
  process: string | null;
  /** `/system.slice/shop.service`; null before Linux 5.0. */
  cgroup: string | null;
}

/**
 * One message. Linux 5.0 on: `oom-kill:constraint=…,task_memcg=/x,task=name,pid=1,uid=0` (mm/oom_kill.c); before:
 * `Killed process 1 (name) …`. A name stands behind its cgroup, so it cannot pretend to be in another.
 */
export function parseKill(text: string, at: number): OomKill | null {
  const stated = /^oom-kill:constraint=[A-Z_]+,.*?,task_memcg=(.*?),task=(.*),pid=\d+,uid=\d+$/.exec(text);
  if (stated) return { at, cgroup: stated[1] ?? null, process: stated[2] ?? null };
  const killed = /^(?:Memory cgroup out of memory|Out of memory)[^:]*: Killed process \d+ \((.*)\)/.exec(
    text,
  );
  return killed ? { at, cgroup: null, process: killed[1] ?? null } : null;
}

/** A record of /dev/kmsg: `priority,sequence,microseconds,flags;text`. Null: none, or not of the kernel's own. */
export function parseRecord(record: string): { sinceBootMs: number; text: string } | null {
  const [, priority = '', micro = '', text = ''] =
    /^(\d{1,10}),\d{1,20},(\d{1,18}),[^;]{0,100};(.*)$/.exec(record) ?? [];
  // Facility 0 is the kernel's: programs that may write here cannot choose it.
  if (priority === '' || Number(priority) >> 3 !== 0) return null;
  return { sinceBootMs: Number(micro) / 1000, text };
}
