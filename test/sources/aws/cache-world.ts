// A cache that ElastiCache describes, and the Redis behind it.
import { onTestFinished } from 'vitest';
import type { CacheOptions } from '../../../src/sources/aws/caches.ts';
import { service, startAws, type TestAws } from '../../support/aws/session.ts';
import { list } from '../../support/aws/wire.ts';
import {
  type FakeRedis,
  type RedisOptions,
  startRedis,
  startRedisCluster,
} from '../../support/redis-server.ts';

export const sessions = service('elasticache:sessions', { name: 'sessions', kind: 'cache' });

export interface CacheWorld {
  aws: TestAws;
  shards: FakeRedis[];
  options: CacheOptions;
}

/** One replication group. */
export async function cacheWorld(
  redis: RedisOptions = {},
  {
    shards: count = 1,
    auth = null,
  }: { shards?: number; auth?: Awaited<ReturnType<CacheOptions['auth']>> } = {},
): Promise<CacheWorld> {
  const aws = await startAws();
  const shards = count > 1 ? await startRedisCluster(count, redis) : [await startRedis(redis)];
  onTestFinished(async () => {
    await Promise.all(shards.map((shard) => shard.close()));
  });
  const endpoint = { Address: '127.0.0.1', Port: shards[0]?.port };
  aws.server.on('elasticache:DescribeReplicationGroups', {
    ReplicationGroups: list('ReplicationGroup', [
      {
        ReplicationGroupId: 'sessions',
        Status: 'available',
        ClusterEnabled: count > 1,
        TransitEncryptionEnabled: redis.tls !== undefined,
        AuthTokenEnabled: redis.password !== undefined,
        ...(count > 1 ? { ConfigurationEndpoint: endpoint } : {}),
        NodeGroups: list(
          'NodeGroup',
          shards.map((_, index) => ({
            NodeGroupId: `000${index + 1}`,
            ...(count > 1 ? {} : { PrimaryEndpoint: endpoint }),
            NodeGroupMembers: list('NodeGroupMember', [
              {
                CacheClusterId: `sessions-00${index + 1}`,
                CacheNodeId: '0001',
                ...(count > 1 ? {} : { CurrentRole: 'primary' }),
              },
            ]),
          })),
        ),
      },
    ]),
  });
  aws.server.on('cloudwatch:GetMetricData', { MetricDataResults: [] });
  return { aws, shards, options: { auth: async () => auth } };
}
