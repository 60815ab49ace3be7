// `metrics.query`: what CloudWatch keeps of a service, under the names alert rules and people use.
import type { MetricSeries } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Service } from '../../domain/resource.ts';
import { nearest } from '../../domain/similar.ts';
import type { Call, ReadTool, Tool } from '../../domain/tool.ts';
import { readCacheGroup } from './cache-group.ts';
import { type AwsDatabase, readDatabase } from './database.ts';
import { findPlace } from './find-place.ts';
import { machinesNamed, machinesTagged } from './machines.ts';
import {
  cacheQuestions,
  databaseQuestions,
  machineQuestions,
  type Question,
  taskQuestions,
  trafficQuestions,
} from './metric-questions.ts';
import { readSeries } from './metric-series.ts';
import { servesKinds } from './place.ts';
import type { Readers } from './readers.ts';
import type { AwsSession } from './session.ts';
import { createTrafficReader, type ReadTraffic } from './traffic.ts';

const HOUR_MS = 3_600_000;
const MEASURED_KINDS = ['asg', 'ecs', 'rds', 'elasticache', 'ec2'] as const;
/** Of an EC2 tag: more machines are more questions than one look is worth. */
const MOST_MACHINES = 50;

export type MetricReaders = Pick<Readers, 'group' | 'containerService'> & { traffic: ReadTraffic };

export function metricsTools(
  session: AwsSession,
  readers: Pick<Readers, 'group' | 'containerService'>,
): Tool[] {
  return [metricsTool(session, { ...readers, traffic: createTrafficReader(session) })];
}

/** Of all metrics those that have a value in that time; a metric that was named comes without one as well. */
function metricsTool(session: AwsSession, readers: MetricReaders): ReadTool<'metrics.query'> {
  return {
    kind: 'read',
    capability: 'metrics.query',
    source: session.source,
    serves: servesKinds(session.source, MEASURED_KINDS),
    read: async ({ metric, instance, sinceMs }, service, call) => {
      const all = await questionsOf(session, readers, service, instance, call);
      const questions = metric === undefined ? all : [named(metric, all, session.source)];
      const series = await readSeries(session, questions, sinceMs ?? HOUR_MS, call);
      if (metric !== undefined && series.length === 0) return questions.map(withoutPoints);
      return metric === undefined ? series.filter(({ points }) => points.length > 0) : series;
    },
  };
}

/** Errors: those of `findPlace` and `session.ask`. */
export async function questionsOf(
  session: AwsSession,
  readers: MetricReaders,
  service: Service | undefined,
  instance: string | undefined,
  call: Call,
): Promise<Question[]> {
  const place = await findPlace(session, service, MEASURED_KINDS, call);
  switch (place.kind) {
    case 'asg': {
      const machines = instance === undefined ? [] : await machinesNamed(session, instance, call);
      const own = machineQuestions(machines.length > 0 ? { machines, inGroup: true } : { group: place.name });
      const group = await readers.group(place.name, call);
      return [...(await traffic(readers, group.TargetGroupARNs ?? [], call)), ...own];
    }
    case 'ecs': {
      const found = await readers.containerService(place, call);
      const arns = (found.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
      return [...(await traffic(readers, arns, call)), ...taskQuestions(place)];
    }
    case 'ec2': {
      const machines = (await machinesTagged(session, place, call)).slice(0, MOST_MACHINES);
      const one = instance === undefined ? [] : await machinesNamed(session, instance, call);
      return machineQuestions({ machines: one.length > 0 ? one : machines, inGroup: false });
    }
    case 'rds': {
      const database = await readDatabase(session, place.id, call);
      return databaseQuestions(database, memberOf(database, instance));
    }
    case 'elasticache': {
      const { members } = await readCacheGroup(session, place.id, call);
      const own = members.filter(({ id }) => id === instance);
      return cacheQuestions(own.length > 0 ? own : members);
    }
    default:
      return place satisfies never;
  }
}

async function traffic(
  { traffic: read }: MetricReaders,
  arns: readonly string[],
  call: Call,
): Promise<Question[]> {
  return arns.length === 0 ? [] : trafficQuestions(await read(arns, call));
}

/** The writer's, unless another member was named. An instance with a standby keeps its metrics under its own name. */
function memberOf({ id, kind, primary, replicas }: AwsDatabase, instance: string | undefined): string {
  if (kind === 'instance' || kind === 'multi-az-instance') return id;
  const named = [primary, ...replicas.map((replica) => replica.id)].find((member) => member === instance);
  return named ?? primary ?? id;
}

function named(metric: string, all: readonly Question[], source: string): Question {
  const lower = metric.toLowerCase();
  const found =
    all.find((question) => question.metric === lower) ??
    // As CloudWatch calls it, where that is one whole question.
    all.find(({ parts }) => parts.every(({ name }) => name.toLowerCase() === lower));
  if (found) return found;
  const names = all.map((question) => question.metric);
  const near = nearest(lower, names);
  const hint = near === null ? `it has ${names.join(', ')}` : `did you mean ${near}?`;
  throw new ToolError('failed', `${source} does not measure "${clipped(metric, 60)}" there: ${hint}`);
}

function withoutPoints({ metric, unit }: Question): MetricSeries {
  return { metric, unit, current: null, points: [] };
}
