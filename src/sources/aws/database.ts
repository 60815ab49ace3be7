// A database as RDS knows it: an Aurora or Multi-AZ cluster, an instance with a standby, or an instance alone.
import type { DBCluster, DBInstance } from '@aws-sdk/client-rds';
import { ToolError } from '../../domain/errors.ts';
import type { Call } from '../../domain/tool.ts';
import { isMissing } from './ask.ts';
import type { AwsSession } from './session.ts';

export interface AwsDatabase {
  kind: 'aurora' | 'multi-az-cluster' | 'multi-az-instance' | 'instance';
  id: string;
  /** `aurora-postgresql 15.4` */
  engine: string;
  /** As RDS says it: `available`, `failing-over`, `rebooting`. */
  status: string;
  /** The member that takes writes; of an instance with a standby, the instance in its zone. Null: none right now. */
  primary: string | null;
  /** Of that member. */
  primaryStatus: string;
  /** Where it can fail over to. */
  replicas: { id: string; status: string }[];
}

/** Errors: ToolError 'failed' where RDS knows neither a cluster nor an instance of that name. */
export async function readDatabase(session: AwsSession, id: string, call: Call): Promise<AwsDatabase> {
  const cluster = await readCluster(session, id, call);
  if (cluster !== null) return clusterState(cluster, await readMembers(session, id, call));
  const instance = await readInstance(session, id, call);
  if (instance === null)
    throw new ToolError(
      'failed',
      `${session.source} has no database ${id}: neither a cluster nor an instance`,
    );
  const of = instance.DBClusterIdentifier;
  // Its name was given, and a change is made to the cluster it is part of.
  if (of !== undefined && of !== id) return readDatabase(session, of, call);
  return instanceState(instance);
}

export function clusterState(cluster: DBCluster, instances: readonly DBInstance[]): AwsDatabase {
  const members = cluster.DBClusterMembers ?? [];
  const statusOf = (id: string) =>
    instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === id)?.DBInstanceStatus ?? 'unknown';
  const named = members.flatMap(({ DBInstanceIdentifier: id, IsClusterWriter }) =>
    id === undefined ? [] : [{ id, writes: IsClusterWriter === true, status: statusOf(id) }],
  );
  const writers = named.filter(({ writes }) => writes);
  // Two that say they write, as right after a failover, are as good as none.
  const writer = writers.length === 1 ? writers[0] : undefined;
  return {
    kind: cluster.Engine?.startsWith('aurora') ? 'aurora' : 'multi-az-cluster',
    id: cluster.DBClusterIdentifier ?? '',
    engine: engineText(cluster),
    status: cluster.Status ?? 'unknown',
    primary: writer?.id ?? null,
    primaryStatus: writer?.status ?? 'unknown',
    replicas: named
      .filter(({ writes }) => !writes)
      .map(({ id, status }) => ({ id, status }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** The standby has no name of its own; with its zone it is told from the primary, and they change places. */
export function instanceState(instance: DBInstance): AwsDatabase {
  const id = instance.DBInstanceIdentifier ?? '';
  const status = instance.DBInstanceStatus ?? 'unknown';
  const standby = instance.MultiAZ === true ? instance.SecondaryAvailabilityZone : undefined;
  return {
    kind: instance.MultiAZ === true ? 'multi-az-instance' : 'instance',
    id,
    engine: engineText(instance),
    status,
    primary: instance.MultiAZ === true ? inZone(id, instance.AvailabilityZone) : id,
    primaryStatus: status,
    replicas: standby === undefined ? [] : [{ id: inZone(id, standby), status }],
  };
}

function inZone(id: string, zone: string | undefined): string {
  return `${id}@${zone ?? 'unknown'}`;
}

function engineText({
  Engine,
  EngineVersion,
}: {
  Engine?: string | undefined;
  EngineVersion?: string | undefined;
}) {
  return [Engine ?? 'unknown', EngineVersion].filter((part) => part !== undefined).join(' ');
}

async function readCluster(session: AwsSession, id: string, call: Call): Promise<DBCluster | null> {
  const rds = await session.rds();
  try {
    const { DBClusters = [] } = await session.ask(
      `the database ${id}`,
      (options) => rds.describeDBClusters({ DBClusterIdentifier: id }, options),
      call,
    );
    return DBClusters[0] ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function readMembers(session: AwsSession, cluster: string, call: Call): Promise<DBInstance[]> {
  const rds = await session.rds();
  const found: DBInstance[] = [];
  let Marker: string | undefined;
  do {
    const answer = await session.ask(
      `the members of ${cluster}`,
      (options) =>
        rds.describeDBInstances(
          {
            Filters: [{ Name: 'db-cluster-id', Values: [cluster] }],
            ...(Marker === undefined ? {} : { Marker }),
          },
          options,
        ),
      call,
    );
    found.push(...(answer.DBInstances ?? []));
    Marker = answer.Marker;
  } while (Marker !== undefined && found.length < 200);
  return found;
}

async function readInstance(session: AwsSession, id: string, call: Call): Promise<DBInstance | null> {
  const rds = await session.rds();
  try {
    const { DBInstances = [] } = await session.ask(
      `the database ${id}`,
      (options) => rds.describeDBInstances({ DBInstanceIdentifier: id }, options),
      call,
    );
    return DBInstances[0] ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Neither failing over nor starting again: what RDS calls a backup or a resize does not stop writes. */
export function isSettled({ status, primary, primaryStatus }: AwsDatabase): boolean {
  return primary !== null && !MOVING.has(status) && !MOVING.has(primaryStatus);
}

const MOVING: ReadonlySet<string> = new Set([
  'failing-over',
  'rebooting',
  'starting',
  'promoting',
  'unknown',
]);
