// `service_oom_killed`: whether the kernel killed something of a service for memory lately, by whatever this machine
// has: systemd, the cgroup's own count, the kernel log. A restart through this source ends it.
import { KILLS_METRIC, OOM_METRIC } from '../../../domain/built-in-metrics.ts';
import { parseDuration } from '../../../domain/duration.ts';
import type { HostBinding } from '../../../domain/host-binding.ts';
import type { SampleHistory } from '../../../domain/tool.ts';
import type { BoundService, Host } from '../binding.ts';
import { readKillCount } from './cgroup.ts';
import type { OomKill } from './kernel-line.ts';
import { createKernelLog, KERNEL_FILES, type KernelFiles } from './kernel-log.ts';
import { readUnit } from './systemd.ts';

export interface OomReading {
  killed: boolean;
  /** Null: no cgroup counts for it. */
  count: number | null;
}

export interface OomWatch {
  /** Null: the service says not where to look, or nothing of that can be read here. */
  read(bound: BoundService, signal: AbortSignal): Promise<OomReading | null>;
  /** What was known when this restart began is over with it. */
  restarted(service: string, beganAt: number): void;
  close(): void;
}

export interface OomFiles extends KernelFiles {
  cgroup: string;
}

export const OOM_FILES: OomFiles = { ...KERNEL_FILES, cgroup: '/sys/fs/cgroup' };

type OomBinding = NonNullable<HostBinding['oom']>;

interface Known {
  /** The cgroup's count when it was last read. */
  count: number | null;
  /** When that was, where it was before this start; null: since this start. */
  countedAt: number | null;
  killedAt: number | null;
  restartedAt: number;
}

export function createOomWatch(host: Host, history: SampleHistory, files: OomFiles = OOM_FILES): OomWatch {
  const kernel = createKernelLog(host.clock, host.env, files);
  const services = new Map<string, Known>();
  async function knownOf(service: string, withinMs: number): Promise<Known> {
    const found = services.get(service) ?? (await remembered(service, withinMs));
    // Another look, or a restart, may have come first.
    const known = services.get(service) ?? found;
    services.set(service, known);
    return known;
  }
  /**
   * What was polled before this start, and no longer ago than a kill counts: one that came since is then as recent. Of
   * anything older nobody could tell when it was.
   */
  async function remembered(service: string, withinMs: number): Promise<Known> {
    const of = (metric: string) =>
      history.read({ source: host.name, target: service, metric, sinceAt: host.clock.now() - withinMs });
    const counted = (await of(KILLS_METRIC)).at(-1);
    const looks = await of(OOM_METRIC);
    const since = looks[looks.findLastIndex(({ value }) => value === 0) + 1];
    return {
      count: counted?.value ?? null,
      countedAt: counted?.at ?? null,
      killedAt: since?.at ?? null,
      restartedAt: 0,
    };
  }
  return {
    async read({ service, binding }, signal) {
      const { oom } = binding;
      if (oom === undefined) return null;
      const withinMs = parseDuration(oom.within);
      const known = await knownOf(service.name, withinMs);
      const unit = oom.unit === undefined ? null : await readUnit(oom.unit, host.env, signal);
      const path = oom.cgroup ?? unit?.cgroup ?? null;
      const count = path === null ? null : await readKillCount(files.cgroup, path);
      const now = host.clock.now();
      const logged = await kernel.kills(now - withinMs, signal);
      if (unit === null && count === null && (logged === null || !isTiedToLog(oom))) return null;

      if (count !== null) {
        // A cgroup made anew counts from 0; what it counts then is new as well.
        const before = known.count === null ? count : count < known.count ? 0 : known.count;
        if (count > before) known.killedAt = known.countedAt ?? now;
        known.count = count;
        known.countedAt = null;
      }
      const last = logged?.findLast((kill) => isOf(kill, oom))?.at;
      if (last !== undefined && last > known.restartedAt)
        known.killedAt = Math.max(known.killedAt ?? 0, last);
      // Ahead of a clock that was set back: it counts from now.
      if (known.killedAt !== null && known.killedAt > now) known.killedAt = now;
      const lately = known.killedAt !== null && now - known.killedAt < withinMs;
      return { killed: unit?.killed === true || lately, count };
    },
    restarted(service, beganAt) {
      const known = services.get(service);
      if (!known) {
        services.set(service, { count: null, countedAt: null, killedAt: null, restartedAt: beganAt });
        return;
      }
      known.restartedAt = beganAt;
      if (known.killedAt !== null && known.killedAt <= beganAt) known.killedAt = null;
    },
    close: () => kernel.close(),
  };
}

function isTiedToLog({ process, cgroup, unit }: OomBinding): boolean {
  return process !== undefined || cgroup !== undefined || unit !== undefined;
}

/** By its cgroup or one below it, by the unit's name in that path, or by its name as far as the kernel keeps it. */
function isOf(kill: OomKill, { process, cgroup, unit }: OomBinding): boolean {
  const path = kill.cgroup;
  if (path !== null && cgroup !== undefined) {
    const own = `/${cgroup.replace(/^\/+|\/+$/g, '')}`;
    if (path === own || path.startsWith(`${own}/`)) return true;
  }
  if (path !== null && unit !== undefined && path.split('/').includes(unit)) return true;
  return process !== undefined && kill.process === process.slice(0, 15);
}
