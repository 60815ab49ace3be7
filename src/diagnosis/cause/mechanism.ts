// How it hurts, whatever began it: what the logs and measurements of the service and of what it needs agree on.
import type { ServiceHealth } from '../../domain/capability.ts';
import type { LogFact } from './log-evidence.ts';
import { isLoad, isNearlyFull, type MetricFact } from './metric-evidence.ts';
import type { Scene } from './scene.ts';
import type { Trouble } from './signatures.ts';

/** Less than this of the reads found in the cache, and most of the work is done behind it. */
const COLD_CACHE = 0.5;

/** Troubles that are new, or may be: what was there all the time or came later explains nothing. */
export function newTroubles(scene: Scene, service: string): LogFact[] {
  return scene.logs(service).filter(({ since, level, signature }) => {
    // Who mentions a timeout in passing complains of nothing.
    if (signature?.role === 'symptom' && (level === 'info' || level === 'debug')) return false;
    return since === 'new' || since === 'unknown';
  });
}

/** Of a service it needs, or its own: what is full of work, by its measurements, before the effect or with it. */
export function saturatedMetrics(scene: Scene, service: string): MetricFact[] {
  return scene
    .metrics(service)
    .filter(
      (fact) =>
        fact.abnormal &&
        fact.up &&
        !fact.shared &&
        isLoad(fact.metric) &&
        fact.since !== null &&
        fact.since <= scene.onset.by,
    );
}

export function saysSaturated(scene: Scene, service: string): LogFact | null {
  return (
    newTroubles(scene, service).find(({ signature }) =>
      ['saturated', 'locks', 'pool'].includes(signature?.trouble ?? ''),
    ) ?? null
  );
}

/** It says that its queries wait for locks, and no processor or disk of it is busier than usual. */
export function waitsForLocks(scene: Scene, service: string): boolean {
  return (
    newTroubles(scene, service).some(({ signature }) => signature?.trouble === 'locks') &&
    !saturatedMetrics(scene, service).some(({ metric }) => /cpu|iops|load|busy/i.test(metric))
  );
}

export interface ColdCache {
  service: string;
  hitRate: number;
}

/** A cache that answers little, of the service itself or of what it needs. */
export function coldCache(scene: Scene): ColdCache | null {
  for (const service of [scene.own, ...scene.needed]) {
    const hitRate = scene.about(service)?.cache?.hitRate ?? null;
    if (hitRate !== null && hitRate < COLD_CACHE) return { service, hitRate };
  }
  return null;
}

/** Whether it runs fewer healthy instances than it should, or all of them; neither where that is not known. */
export function standing(health: ServiceHealth | null): 'short' | 'whole' | 'unknown' {
  if (health === null || health.healthy === null || health.desired === null) return 'unknown';
  return health.healthy < health.desired ? 'short' : 'whole';
}

/** The databases and queues it needs that have more work than they can do. */
export function saturatedNeeds(scene: Scene): string[] {
  return scene.needed.filter(
    (service) => saturatedMetrics(scene, service).length > 0 || saysSaturated(scene, service) !== null,
  );
}

/** One line beside a hundred others explains little, and what is logged as mere information less. */
export function saysMuch(fact: LogFact, beside: readonly LogFact[]): number {
  const most = beside.reduce((max, { level, count }) => (level === 'error' ? Math.max(max, count) : max), 0);
  const once = ONCE_IS_ENOUGH.has(fact.signature?.trouble) || fact.count >= 3 || fact.count * 20 >= most;
  if (fact.signature?.trouble === 'failover') return 1;
  const told = fact.level === 'info' || fact.level === 'debug' ? 0.6 : 1;
  return (once ? 1 : 0.5) * told;
}

/** Who dies of it says it once. */
const ONCE_IS_ENOUGH: ReadonlySet<Trouble | undefined> = new Set(['out-of-memory', 'configuration']);

export function isKilledForMemory(scene: Scene, service: string): boolean {
  const killed = scene.metric(service, 'service_oom_killed');
  const { health = null } = scene.about(service) ?? {};
  return (
    Number(killed?.current ?? 0) > 0 ||
    killedNote(health) !== null ||
    scene.logs(service).some(({ signature }) => signature?.trouble === 'out-of-memory')
  );
}

/** What the health of a service says of a kill for memory; 137 is 128 and SIGKILL. */
export function killedNote(health: ServiceHealth | null): string | null {
  const words = [...(health?.notes ?? []), ...(health?.instances ?? []).map(({ detail = '' }) => detail)];
  return words.find((each) => /exit code 137|OOMKilled|OutOfMemory/i.test(each)) ?? null;
}

/** What a service beside it shares with it, or has of it, where that has more work than it can do; null: nothing such. */
export function busyShared(scene: Scene, service: string): string | null {
  const own = saturatedMetrics(scene, scene.own).length > 0 || saysSaturated(scene, scene.own) !== null;
  const busy = [...(own ? [scene.own] : []), ...saturatedNeeds(scene)];
  const { dependsOn = [] } = scene.readings.services.find(({ name }) => name === service) ?? {};
  return dependsOn.find((each) => busy.includes(each)) ?? null;
}

export function fullDisk(scene: Scene, service: string): MetricFact | null {
  const fact = scene.metric(service, 'disk_usage');
  return fact && isNearlyFull(fact) ? fact : null;
}
