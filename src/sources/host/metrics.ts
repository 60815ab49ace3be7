// `metrics.query`, and what this source measures by itself for alert rules and auto-fixes.
import { HOST_METRICS, KILLS_METRIC, OOM_METRIC, SERVICE_METRICS } from '../../domain/built-in-metrics.ts';
import type { MetricSeries, MountUsage } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import { nearest } from '../../domain/similar.ts';
import type { Call, Measurement, ReadTool, SampleHistory } from '../../domain/tool.ts';
import { type BoundService, bindingOf, boundServices, type Host, requireBound } from './binding.ts';
import type { Machine } from './machine.ts';
import { usageOf, watchedMounts } from './mounts.ts';
import type { OomWatch } from './oom/watch.ts';
import type { ProbeReading } from './probe.ts';
import type { Probes } from './probes.ts';

export interface Meters {
  probes: Probes;
  machine: Machine;
  oom: OomWatch;
  /** Mounts named in the settings; null: all real ones. */
  disk: readonly string[] | null;
}

const HOUR_MS = 3_600_000;
const UNITS: Readonly<Record<string, MetricSeries['unit']>> = {
  ...SERVICE_METRICS,
  ...HOST_METRICS,
  [OOM_METRIC]: 'boolean',
  [KILLS_METRIC]: 'count',
};

/** Everything that can be measured now, of the host and its services. What cannot is left out. */
export async function measureAll(host: Host, meters: Meters, { signal }: Call): Promise<Measurement[]> {
  const bound = boundServices(host);
  const services = bound.flatMap(({ service }) => {
    const reading = meters.probes.read(service);
    return reading === null ? [] : ofService(service.name, reading);
  });
  const kills = await Promise.all(bound.map((one) => ofKills(one, meters, signal)));
  return [...(await ofHost(host, meters)), ...services, ...kills.flat()];
}

/**
 * A service's own metrics, then those of the machine it runs on. `disk_usage` is the fullest mount's. The
 * past comes from what was polled; a probe watches the service as a whole, so an instance narrows nothing.
 */
export function metricsTool(host: Host, meters: Meters, history: SampleHistory): ReadTool<'metrics.query'> {
  return {
    kind: 'read',
    capability: 'metrics.query',
    source: host.name,
    serves: (service) => bindingOf(host, service) !== null,
    read: async ({ metric, sinceMs }, asked, { signal }) => {
      const bound = requireBound(host, asked);
      const { service } = bound;
      const kills = await ofKills(bound, meters, signal);
      const reading = meters.probes.read(service);
      const now = new Map<string, Measurement>();
      for (const measurement of [
        ...(reading === null ? [] : ofService(service.name, reading)),
        ...(await ofHost(host, meters)),
        ...kills,
      ]) {
        const known = now.get(measurement.metric);
        if (known === undefined || measurement.value > known.value) now.set(measurement.metric, measurement);
      }
      const all = { ...(reading === null ? {} : SERVICE_METRICS), ...HOST_METRICS };
      // A count of everything since the cgroup began says nothing of now: shown where it is asked for.
      const shown = kills.map((one) => one.metric).filter((name) => name !== KILLS_METRIC);
      const names = metric === undefined ? [...Object.keys(all), ...shown] : [metric];
      const sinceAt = host.clock.now() - (sinceMs ?? HOUR_MS);
      return Promise.all(
        names.map(async (name) => {
          const unit = unitOf(name, host.name);
          const current = now.get(name);
          const target = current?.target ?? (name in HOST_METRICS ? host.hostname : service.name);
          return {
            metric: name,
            unit,
            current: current === undefined ? null : Number(current.value),
            points: await history.read({ source: host.name, target, metric: name, sinceAt }),
          };
        }),
      );
    },
  };
}

/** `disk.usage`: every watched mount, or the one that holds `path`. */
export function diskUsageTool(host: Host, meters: Meters): ReadTool<'disk.usage'> {
  return {
    kind: 'read',
    capability: 'disk.usage',
    source: host.name,
    read: async ({ path }) => {
      if (path === undefined) return usages(meters.disk);
      const usage = await usageOf(path);
      if (usage === null)
        throw new ToolError('failed', `${path} is not there, or its file system cannot be asked`);
      return [usage];
    },
  };
}

async function ofHost(host: Host, meters: Meters): Promise<Measurement[]> {
  const [mounts, memory, cpu] = await Promise.all([
    usages(meters.disk),
    meters.machine.memoryUsage(),
    meters.machine.cpuUsage(),
  ]);
  const one = (metric: string, target: string, value: number | null): Measurement[] =>
    value === null ? [] : [{ metric, unit: '%', value, service: null, target }];
  return [
    ...mounts.flatMap(({ mount, percent }) => one('disk_usage', mount, percent)),
    ...one('memory_usage', host.hostname, memory),
    ...one('cpu_usage', host.hostname, cpu),
  ];
}

function ofService(name: string, { up, errorRate, latencyMs }: ProbeReading): Measurement[] {
  const values = { up, error_rate: errorRate, latency: latencyMs };
  return Object.entries(SERVICE_METRICS).flatMap(([metric, unit]) => {
    const value = values[metric as keyof typeof values];
    return value === null ? [] : [{ metric, unit, value, service: name, target: name }];
  });
}

async function ofKills(bound: BoundService, { oom }: Meters, signal: AbortSignal): Promise<Measurement[]> {
  const reading = await oom.read(bound, signal);
  if (reading === null) return [];
  const { name } = bound.service;
  const of = { service: name, target: name };
  return [
    { metric: OOM_METRIC, unit: 'boolean', value: reading.killed, ...of },
    ...(reading.count === null ? [] : [{ metric: KILLS_METRIC, unit: 'count', value: reading.count, ...of }]),
  ];
}

async function usages(disk: readonly string[] | null): Promise<MountUsage[]> {
  const found = await Promise.all((await watchedMounts(disk)).map(usageOf));
  return found.filter((usage) => usage !== null);
}

function unitOf(metric: string, source: string): MetricSeries['unit'] {
  const unit = Object.hasOwn(UNITS, metric) ? UNITS[metric] : undefined;
  if (unit !== undefined) return unit;
  const near = nearest(metric, Object.keys(UNITS));
  const hint = near === null ? `it has ${Object.keys(UNITS).join(', ')}` : `did you mean ${near}?`;
  throw new ToolError('failed', `${source} does not measure "${metric.slice(0, 60)}": ${hint}`);
}
