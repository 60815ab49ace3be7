// How far the readers of a database are behind, as CloudWatch measured it last.
import type { Call } from '../../domain/tool.ts';
import type { AwsDatabase } from './database.ts';
import { type MetricPart, partQuery, readMetricData, wholePeriods } from './metric-data.ts';
import type { AwsSession } from './session.ts';

const MINUTE_MS = 60_000;
/** An older value says nothing of now. */
const FRESH_MS = 10 * MINUTE_MS;

/** Milliseconds by reader; one without a fresh value is left out. A standby has every write before it is acknowledged. */
export async function readLags(
  session: AwsSession,
  { kind, replicas }: Pick<AwsDatabase, 'kind' | 'replicas'>,
  call: Call,
): Promise<Map<string, number>> {
  if (kind === 'multi-az-instance') return new Map(replicas.map(({ id }) => [id, 0]));
  if (replicas.length === 0) return new Map();
  const queries = replicas.map(({ id }, index) => partQuery(`q${index}`, lagPart(kind, id), MINUTE_MS, true));
  const range = wholePeriods(session.clock.now(), FRESH_MS, MINUTE_MS);
  const found = await readMetricData(session, queries, range, call);
  return new Map(
    replicas.flatMap(({ id }, index): [string, number][] => {
      const last = found.get(`q${index}`)?.at(-1);
      // AuroraReplicaLag is in milliseconds, ReplicaLag in seconds; -1: RDS cannot tell.
      return last === undefined || last.value < 0 ? [] : [[id, last.value * (kind === 'aurora' ? 1 : 1000)]];
    }),
  );
}

export function lagPart(kind: AwsDatabase['kind'], id: string): MetricPart {
  return {
    namespace: 'AWS/RDS',
    name: kind === 'aurora' ? 'AuroraReplicaLag' : 'ReplicaLag',
    dimensions: { DBInstanceIdentifier: id },
    stat: 'Average',
  };
}
