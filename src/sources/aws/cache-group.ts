// A cache as ElastiCache knows it: a replication group, of one shard or of several, or a node alone.
import type { CacheCluster, ReplicationGroup } from '@aws-sdk/client-elasticache';
import { ToolError } from '../../domain/errors.ts';
import type { Call } from '../../domain/tool.ts';
import { isMissing } from './ask.ts';
import type { AwsSession } from './session.ts';

export interface CacheMember {
  /** What its metrics are kept under. */
  id: string;
  node: string;
  shard: string;
  /** Null: in cluster mode ElastiCache does not say. */
  primary: boolean | null;
}

export interface CacheGroup {
  id: string;
  status: string;
  host: string;
  port: number;
  tls: boolean;
  /** It asks for a password. */
  auth: boolean;
  /** Keys are spread over shards. */
  cluster: boolean;
  members: CacheMember[];
}

/** Errors: ToolError 'failed' where there is none of that name, or it is a Memcached. */
export async function readCacheGroup(session: AwsSession, id: string, call: Call): Promise<CacheGroup> {
  const group = await readGroup(session, id, call);
  if (group !== null) return groupState(group, session.source);
  const cluster = await readCluster(session, id, call);
  if (cluster === null) throw new ToolError('failed', `${session.source} has no cache ${id}`);
  const of = cluster.ReplicationGroupId;
  if (of !== undefined && of !== id) return readCacheGroup(session, of, call);
  return clusterState(cluster, session.source);
}

export function groupState(group: ReplicationGroup, source: string): CacheGroup {
  const id = group.ReplicationGroupId ?? '';
  const shards = group.NodeGroups ?? [];
  const cluster = group.ClusterEnabled === true || group.ConfigurationEndpoint !== undefined;
  const endpoint = cluster ? group.ConfigurationEndpoint : shards[0]?.PrimaryEndpoint;
  return {
    id,
    status: group.Status ?? 'unknown',
    ...addressOf(endpoint, id, source),
    tls: group.TransitEncryptionEnabled === true,
    auth: group.AuthTokenEnabled === true || (group.UserGroupIds ?? []).length > 0,
    cluster,
    members: shards.flatMap(({ NodeGroupId = '', NodeGroupMembers = [] }) =>
      NodeGroupMembers.flatMap(({ CacheClusterId, CacheNodeId = '0001', CurrentRole }): CacheMember[] =>
        CacheClusterId === undefined
          ? []
          : [
              {
                id: CacheClusterId,
                node: CacheNodeId,
                shard: NodeGroupId,
                primary: CurrentRole === undefined ? null : CurrentRole === 'primary',
              },
            ],
      ),
    ),
  };
}

export function clusterState(cluster: CacheCluster, source: string): CacheGroup {
  const id = cluster.CacheClusterId ?? '';
  if (cluster.Engine === 'memcached')
    throw new ToolError('failed', `${id} of ${source} is a Memcached, and only Redis and Valkey are spoken`);
  const [node] = cluster.CacheNodes ?? [];
  return {
    id,
    status: cluster.CacheClusterStatus ?? 'unknown',
    ...addressOf(node?.Endpoint, id, source),
    tls: cluster.TransitEncryptionEnabled === true,
    auth: cluster.AuthTokenEnabled === true,
    cluster: false,
    members: [{ id, node: node?.CacheNodeId ?? '0001', shard: '0001', primary: true }],
  };
}

function addressOf(
  endpoint: { Address?: string | undefined; Port?: number | undefined } | undefined,
  id: string,
  source: string,
): { host: string; port: number } {
  const { Address, Port } = endpoint ?? {};
  if (Address === undefined || Port === undefined)
    throw new ToolError('retry', `the cache ${id} of ${source} has no address to write to right now`);
  return { host: Address, port: Port };
}

async function readGroup(session: AwsSession, id: string, call: Call): Promise<ReplicationGroup | null> {
  const elastiCache = await session.elastiCache();
  try {
    const { ReplicationGroups = [] } = await session.ask(
      `the cache ${id}`,
      (options) => elastiCache.describeReplicationGroups({ ReplicationGroupId: id }, options),
      call,
    );
    return ReplicationGroups[0] ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function readCluster(session: AwsSession, id: string, call: Call): Promise<CacheCluster | null> {
  const elastiCache = await session.elastiCache();
  try {
    const { CacheClusters = [] } = await session.ask(
      `the cache ${id}`,
      (options) =>
        elastiCache.describeCacheClusters({ CacheClusterId: id, ShowCacheNodeInfo: true }, options),
      call,
    );
    return CacheClusters[0] ?? null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
