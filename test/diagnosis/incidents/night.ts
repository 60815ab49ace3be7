// Builders of incidents as sources would have answered: one night, times as HH:MM[:SS] UTC, one point a minute.
import type { Readings, ServiceReadings } from '../../../src/diagnosis/cause/readings.ts';
import { readLine } from '../../../src/diagnosis/log-line.ts';
import type {
  Comparison,
  Deploy,
  LogLine,
  MetricSeries,
  ServiceHealth,
} from '../../../src/domain/capability.ts';
import type { ServiceKind } from '../../../src/domain/resource.ts';

export interface IncidentFixture {
  name: string;
  /** What really happened. */
  story: string;
  /** Right answers, as `labelOf` writes them; any of them is right. */
  answer: readonly string[];
  readings: Readings;
}

const MINUTE = 60_000;
const HISTORY_MS = 120 * MINUTE;

/** `22:50` is of the evening before: nights begin at noon. */
export function at(time: string): number {
  const hour = Number(time.slice(0, 2));
  const day = hour >= 12 ? '2026-11-22' : '2026-11-23';
  return Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);
}

/** Numbers that look measured, the same at each run. */
function noise(seed: string): () => number {
  let state = [...seed].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

type Unit = MetricSeries['unit'];
/** Times of a curve and its value from then on; `to` climbs there evenly until the time after it. */
export type Curve = readonly [time: string, value: number][];

export interface Series {
  metric: string;
  unit: Unit;
  curve: Curve;
  /** Straight lines between the points instead of steps. */
  slope: boolean;
}

export const steps = (metric: string, unit: Unit, ...curve: Curve): Series => ({
  metric,
  unit,
  curve,
  slope: false,
});
export const slope = (metric: string, unit: Unit, ...curve: Curve): Series => ({
  metric,
  unit,
  curve,
  slope: true,
});

function seriesOf({ metric, unit, curve, slope: sloping }: Series, now: number): MetricSeries {
  const random = noise(metric);
  const points: MetricSeries['points'] = [];
  for (let instant = now - HISTORY_MS; instant <= now; instant += MINUTE) {
    const index = curve.findLastIndex(([time]) => at(time) <= instant);
    const [from, next] = [curve[Math.max(0, index)], curve[index + 1]];
    if (!from) continue;
    const way = next && sloping && index >= 0 ? (instant - at(from[0])) / (at(next[0]) - at(from[0])) : 0;
    const exact = from[1] + way * ((next?.[1] ?? from[1]) - from[1]);
    const isCount = unit === 'boolean';
    points.push({ at: instant, value: isCount ? exact : exact * (1 + (random() - 0.5) * 0.06) });
  }
  return { metric, unit, current: points.at(-1)?.value ?? null, points };
}

export interface Lines {
  from: string;
  to: string;
  everyMs: number;
  instances: readonly string[];
  text(index: number, time: string): string;
}

/** The same sentence again and again, with what differs each time. */
export const lines = (
  from: string,
  to: string,
  everyMs: number,
  instances: readonly string[] | string,
  text: Lines['text'],
): Lines => ({ from, to, everyMs, instances: typeof instances === 'string' ? [instances] : instances, text });

function linesOf(all: readonly Lines[], now: number): LogLine[] {
  const out: LogLine[] = [];
  for (const { from, to, everyMs, instances, text } of all) {
    let index = 0;
    for (let instant = at(from); instant <= Math.min(at(to), now); instant += everyMs) {
      // Programs are not metronomes.
      const when = instant + ((index * 137) % 400);
      const line = text(index, new Date(when).toISOString());
      out.push({
        at: when,
        level: readLine(line, now).level,
        text: line,
        instance: instances[index % instances.length] ?? '',
      });
      index += 1;
    }
  }
  return out.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
}

export function deploy(
  number: string,
  time: string,
  title: string,
  author = 'ana',
  more: Partial<Deploy> = {},
): Deploy {
  return { number, title, author, at: at(time), status: 'succeeded', rolledBack: false, ...more };
}

export function files(...names: string[]): Comparison {
  return { commits: [{ sha: '9f1c2ab', title: 'see the pull request' }], files: names, migrations: null };
}

export interface About {
  kind?: ServiceKind;
  dependsOn?: string[];
  instances?: string[];
  deploys?: Deploy[];
  comparisons?: Record<string, Comparison>;
  logs?: Lines[];
  /** Only the newest lines were given. */
  logsFrom?: string | null;
  health?: Partial<ServiceHealth> | null;
  metrics?: Series[];
  database?: ServiceReadings['database'];
  cache?: ServiceReadings['cache'];
}

export interface Night {
  startedAt: string;
  /** When it was looked at: a minute later. */
  now?: string;
  service: string;
  metric?: string | null;
  alerts?: string[];
  about: Record<string, About>;
  incidents?: Readings['incidents'];
  doings?: Readings['doings'];
  changes?: Readings['changes'];
  disks?: Readings['disks'];
  silent?: Readings['silent'];
}

export function night(it: Night): Readings {
  const startedAt = at(it.startedAt);
  const now = it.now === undefined ? startedAt + MINUTE : at(it.now);
  const entries = Object.entries(it.about);
  return {
    now,
    startedAt,
    service: it.service,
    metric: it.metric === undefined ? 'error_rate' : it.metric,
    alerts: it.alerts ?? [],
    services: entries.map(([name, { kind = 'app', dependsOn = [], instances = [] }]) => ({
      name,
      kind,
      dependsOn,
      instances,
    })),
    about: entries.map(([service, about]) => ({
      service,
      deploys: about.deploys ?? [],
      comparisons: about.comparisons ?? {},
      lines: linesOf(about.logs ?? [], now),
      linesFrom:
        about.logsFrom === undefined
          ? startedAt - 30 * MINUTE
          : about.logsFrom === null
            ? null
            : at(about.logsFrom),
      health: about.health === null ? null : healthOf(service, about.health),
      series: (about.metrics ?? []).map((each) => seriesOf(each, now)),
      database: about.database ?? null,
      cache: about.cache ?? null,
    })),
    incidents: it.incidents ?? [],
    doings: it.doings ?? [],
    changes: it.changes ?? [],
    disks: it.disks ?? [],
    silent: it.silent ?? [],
  };
}

function healthOf(service: string, over: Partial<ServiceHealth> = {}): ServiceHealth {
  const desired = over.desired === undefined ? 2 : over.desired;
  return { service, desired, running: desired, healthy: desired, instances: [], ...over };
}

export const GB = 1_000_000_000;
