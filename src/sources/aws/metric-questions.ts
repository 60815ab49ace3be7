// What is asked of CloudWatch about each kind of thing, under the names alert rules and people use. Pure.
import type { MetricSeries } from '../../domain/capability.ts';
import type { CacheMember } from './cache-group.ts';
import { cachePart } from './cache-lookups.ts';
import type { AwsDatabase } from './database.ts';
import { lagPart } from './database-lag.ts';
import type { MetricPart } from './metric-data.ts';
import type { Traffic } from './traffic.ts';

export interface Question {
  metric: string;
  unit: MetricSeries['unit'];
  parts: readonly (MetricPart | SearchPart)[];
  /** One moment of the parts, in their order, as one value; null: it has none. `minutes`: how long the moment is. */
  combine(values: readonly (number | undefined)[], minutes: number): number | null;
}

/** What the CloudWatch agent sends: how many series there are depends on its machines and disks. */
export interface SearchPart {
  /** `AVG` or `MAX` of what is found. */
  of: 'AVG' | 'MAX';
  schema: string;
  /** Exact values of dimensions. */
  where: Readonly<Record<string, string>>;
  name: string;
}

const known = (values: readonly (number | undefined)[]): number[] =>
  values.filter((value) => value !== undefined);
const sum = (values: readonly (number | undefined)[]): number | null =>
  known(values).length === 0 ? null : known(values).reduce((all, value) => all + value, 0);
const most = (values: readonly (number | undefined)[]): number | null =>
  known(values).length === 0 ? null : Math.max(...known(values));
const mean = (values: readonly (number | undefined)[]): number | null => {
  const all = sum(values);
  return all === null ? null : all / known(values).length;
};
const aMinute = (values: readonly (number | undefined)[], minutes: number): number | null => {
  const all = sum(values);
  return all === null ? null : all / minutes;
};
const times =
  (factor: number, of: Question['combine']): Question['combine'] =>
  (values, minutes) => {
    const value = of(values, minutes);
    return value === null ? null : value * factor;
  };

/** Machines of a group, or some of them. */
export function machineQuestions(
  of: { group: string } | { machines: readonly string[]; inGroup: boolean },
): Question[] {
  const agent =
    'group' in of || of.inGroup ? `CWAgent,AutoScalingGroupName,${MACHINE}` : `CWAgent,${MACHINE}`;
  const dimensions: Record<string, string>[] =
    'group' in of ? [{ AutoScalingGroupName: of.group }] : of.machines.map((InstanceId) => ({ InstanceId }));
  const searched = (name: string, schema: string, how: SearchPart['of'], more: Record<string, string> = {}) =>
    dimensions.map((where): SearchPart => ({ of: how, schema, where: { ...where, ...more }, name }));
  return [
    {
      metric: 'cpu_usage',
      unit: '%',
      parts: dimensions.map((each) => part('AWS/EC2', 'CPUUtilization', each, 'Average')),
      combine: mean,
    },
    {
      metric: 'memory_usage',
      unit: '%',
      parts: searched('mem_used_percent', agent, 'AVG'),
      combine: mean,
    },
    {
      metric: 'disk_usage',
      unit: '%',
      // Of the root alone: an image that is mounted somewhere is full by its nature.
      parts: searched('disk_used_percent', `${agent},device,fstype,path`, 'MAX', { path: '/' }),
      combine: most,
    },
  ];
}

/** The dimensions the agent adds by its default configuration. */
const MACHINE = 'ImageId,InstanceId,InstanceType';

export function taskQuestions({ cluster, service }: { cluster: string; service: string }): Question[] {
  const dimensions = { ClusterName: cluster, ServiceName: service };
  return [
    one('cpu_usage', '%', part('AWS/ECS', 'CPUUtilization', dimensions, 'Average')),
    one('memory_usage', '%', part('AWS/ECS', 'MemoryUtilization', dimensions, 'Average')),
  ];
}

/**
 * As its load balancers see a service. A request the balancer itself answered with 5xx reached nobody, and counts
 * where the balancer serves this service alone; it is not in `RequestCount`.
 */
export function trafficQuestions(traffic: readonly Traffic[]): Question[] {
  if (traffic.length === 0) return [];
  const of = (name: string, stat: string) =>
    traffic.map(({ balancer, targetGroup }) =>
      part('AWS/ApplicationELB', name, { LoadBalancer: balancer, TargetGroup: targetGroup }, stat),
    );
  const unserved = traffic
    .filter(({ alone }) => alone)
    .map(({ balancer }) =>
      part('AWS/ApplicationELB', 'HTTPCode_ELB_5XX_Count', { LoadBalancer: balancer }, 'Sum'),
    );
  const requests = of('RequestCount', 'Sum');
  return [
    {
      metric: 'error_rate',
      unit: '%',
      parts: [...requests, ...unserved, ...of('HTTPCode_Target_5XX_Count', 'Sum')],
      combine: (values) => {
        const served = sum(values.slice(0, requests.length)) ?? 0;
        const refused = sum(values.slice(requests.length, requests.length + unserved.length)) ?? 0;
        const failed = sum(values.slice(requests.length + unserved.length)) ?? 0;
        const all = served + refused;
        return all <= 0 ? null : Math.min(100, (100 * (failed + refused)) / all);
      },
    },
    { metric: 'latency', unit: 'ms', parts: of('TargetResponseTime', 'p95'), combine: times(1000, most) },
    { metric: 'request_count', unit: 'count', parts: requests, combine: aMinute },
  ];
}

/** Of the member that writes, or the one asked about. Sizes in bytes, times in milliseconds. */
export function databaseQuestions(
  { kind, replicas }: Pick<AwsDatabase, 'kind' | 'replicas'>,
  member: string,
): Question[] {
  const of = (name: string, stat = 'Average') =>
    part('AWS/RDS', name, { DBInstanceIdentifier: member }, stat);
  const lagged = kind === 'aurora' || kind === 'multi-az-cluster' ? replicas : [];
  const seconds = (metric: string, name: string): Question => ({
    metric,
    unit: 'ms',
    parts: [of(name)],
    combine: times(1000, most),
  });
  return [
    one('cpu_usage', '%', of('CPUUtilization')),
    one('connections', 'count', of('DatabaseConnections', 'Maximum')),
    seconds('read_latency', 'ReadLatency'),
    seconds('write_latency', 'WriteLatency'),
    one('free_memory', 'bytes', of('FreeableMemory')),
    ...(kind === 'aurora' ? [] : [one('free_storage', 'bytes', of('FreeStorageSpace', 'Minimum'))]),
    ...(lagged.length === 0
      ? []
      : [
          {
            metric: 'replica_lag',
            unit: 'ms' as const,
            parts: lagged.map(({ id }) => lagPart(kind, id)),
            combine: times(kind === 'aurora' ? 1 : 1000, most),
          },
        ]),
  ];
}

export function cacheQuestions(members: readonly CacheMember[]): Question[] {
  const of = (name: string, stat: string, some = members) =>
    some.map((member) => cachePart(member, name, stat));
  // Each shard once: its replicas hold the same keys.
  const shards = [...new Set(members.map(({ shard }) => shard))].flatMap((shard) => {
    const own = members.filter((member) => member.shard === shard);
    return own.find(({ primary }) => primary === true) ?? own[0] ?? [];
  });
  const replicas = members.filter(({ primary }) => primary === false);
  return [
    { metric: 'cpu_usage', unit: '%', parts: of('EngineCPUUtilization', 'Average'), combine: most },
    {
      metric: 'memory_usage',
      unit: '%',
      parts: of('DatabaseMemoryUsagePercentage', 'Average', shards),
      combine: most,
    },
    {
      metric: 'hit_rate',
      unit: '%',
      parts: [...of('CacheHits', 'Sum'), ...of('CacheMisses', 'Sum')],
      combine: (values) => {
        const hits = sum(values.slice(0, members.length)) ?? 0;
        const misses = sum(values.slice(members.length)) ?? 0;
        return hits + misses <= 0 ? null : (100 * hits) / (hits + misses);
      },
    },
    { metric: 'evictions', unit: 'count', parts: of('Evictions', 'Sum', shards), combine: aMinute },
    { metric: 'connections', unit: 'count', parts: of('CurrConnections', 'Maximum'), combine: sum },
    { metric: 'keys', unit: 'count', parts: of('CurrItems', 'Average', shards), combine: sum },
    ...(replicas.length === 0
      ? []
      : [
          {
            metric: 'replica_lag',
            unit: 'ms' as const,
            parts: of('ReplicationLag', 'Maximum', replicas),
            combine: times(1000, most),
          },
        ]),
  ];
}

function one(metric: string, unit: Question['unit'], only: MetricPart): Question {
  return { metric, unit, parts: [only], combine: ([value]) => value ?? null };
}

function part(
  namespace: string,
  name: string,
  dimensions: Readonly<Record<string, string>>,
  stat: string,
): MetricPart {
  return { namespace, name, dimensions, stat };
}
