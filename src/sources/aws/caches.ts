// `caches.describe` and `caches.flush`: ElastiCache says where the cache is, and the cache itself what is in it.
import type { CacheState } from '../../domain/capability.ts';
import { formatDurationWords } from '../../domain/duration.ts';
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Service } from '../../domain/resource.ts';
import type { Call, ChangeTool, PreviewLine, ReadTool, Tool } from '../../domain/tool.ts';
import { openRedis, type RedisLink } from '../redis-connection.ts';
import { hitRate, type RedisInfo, rebuildMs } from '../redis-info.ts';
import { countKeys, flushEverything, readInfos, removeKeys } from '../redis-keys.ts';
import { isEverything } from '../redis-pattern.ts';
import { type CacheGroup, readCacheGroup } from './cache-group.ts';
import { readLookups } from './cache-lookups.ts';
import { findPlace } from './find-place.ts';
import { servesKinds } from './place.ts';
import type { AwsSession } from './session.ts';

const ALL = '*';

export interface CacheOptions {
  /** The login of its caches, from the secret `cache-auth`. Null: none is set. */
  auth(): Promise<{ username?: string | undefined; password: string } | null>;
  /** PEM. Default: the authorities Node trusts, which sign ElastiCache's certificates. */
  ca?: string | undefined;
}

export function cacheTools(session: AwsSession, options: CacheOptions): Tool[] {
  return [describeTool(session, options), flushTool(session, options)];
}

function describeTool(session: AwsSession, options: CacheOptions): ReadTool<'caches.describe'> {
  return {
    kind: 'read',
    capability: 'caches.describe',
    source: session.source,
    serves: servesKinds(session.source, ['elasticache']),
    read: async ({ pattern }, service, call) => {
      const group = await findGroup(session, service, call);
      return withLink(session, group, options, call, (link) =>
        measure(session, { group, link, pattern }, call),
      );
    },
  };
}

function flushTool(session: AwsSession, options: CacheOptions): ChangeTool<'caches.flush'> {
  return {
    kind: 'change',
    capability: 'caches.flush',
    source: session.source,
    version: 1,
    serves: servesKinds(session.source, ['elasticache']),
    inspect: async ({ pattern }, service, call) => {
      const group = await findGroup(session, service, call);
      const scope = isEverything(pattern) ? ALL : (pattern ?? ALL);
      const preview = await withLink(session, group, options, call, async (link) => {
        const infos = await readInfos(link, nameOf(group));
        const state = await measure(session, { group, link, pattern, infos }, call);
        return previewOf(group, scope, state, infos, link.primaries.length);
      });
      return { target: { id: `elasticache:${group.id}`, label: group.id }, facts: { scope }, preview };
    },
    run: async (_args, service, { scope }, call) => {
      const group = await findGroup(session, service, call);
      return withLink(session, group, options, call, async (link) => {
        const name = nameOf(group);
        // Who answers is asked once more: a replica would refuse, but only at the first key.
        await readInfos(link, name);
        if (scope === ALL) {
          await flushEverything(link, name, call.signal);
          return { summary: `flushed everything in the cache ${group.id}` };
        }
        const removed = await removeKeys(link, { pattern: scope, name }, call.signal);
        return {
          summary: `removed ${removed.toLocaleString('en-US')} keys like ${clipped(scope, 80)} from the cache ${group.id}`,
        };
      });
    },
  };
}

async function findGroup(session: AwsSession, service: Service | undefined, call: Call): Promise<CacheGroup> {
  const { id } = await findPlace(session, service, ['elasticache'], call);
  return readCacheGroup(session, id, call);
}

async function withLink<T>(
  session: AwsSession,
  group: CacheGroup,
  { auth, ca }: CacheOptions,
  call: Call,
  use: (link: RedisLink) => Promise<T>,
): Promise<T> {
  const login = group.auth ? await auth() : null;
  if (group.auth && login === null)
    throw new ToolError(
      'failed',
      `the cache ${group.id} asks for a password: openclaw source edit "${session.source}" --secret cache-auth=env:NAME`,
    );
  const link = await openRedis({ ...group, name: nameOf(group), auth: login, ca }, call.signal);
  try {
    return await use(link);
  } finally {
    link.close();
  }
}

interface Measuring {
  group: CacheGroup;
  link: RedisLink;
  pattern: string | undefined;
  infos?: readonly RedisInfo[];
}

async function measure(session: AwsSession, measuring: Measuring, call: Call): Promise<CacheState> {
  const { group, link, pattern } = measuring;
  const infos = measuring.infos ?? (await readInfos(link, nameOf(group)));
  const total = sumOf(infos, ({ keys }) => sumOf([...keys.values()], (count) => count));
  const [counted, lookups] = await Promise.all([
    isEverything(pattern)
      ? { keys: total, estimated: false }
      : countKeys(link, { pattern: pattern ?? ALL, total, name: nameOf(group) }, call.signal),
    readLookups(session, group, infos, call),
  ]);
  const rate = lookups === null ? null : hitRate(lookups);
  return {
    keys: counted.keys,
    keysEstimated: counted.estimated,
    hitRate: rate,
    rebuildMs:
      counted.keys === 0
        ? 0
        : rebuildMs({
            keys: total,
            hitRate: rate,
            lookupsPerSecond: lookups === null ? null : lookups.perSecond,
          }),
  };
}

function previewOf(
  group: CacheGroup,
  scope: string,
  { keys, keysEstimated, hitRate: rate, rebuildMs: rebuild }: CacheState,
  infos: readonly RedisInfo[],
  shards: number,
): PreviewLine[] {
  const what =
    scope === ALL
      ? `everything in the cache ${group.id}`
      : `keys like ${clipped(scope, 80)} of the cache ${group.id}`;
  const where = shards > 1 ? `, on ${shards} shards` : '';
  const others = new Set(infos.flatMap((info) => [...info.keys.keys()]).filter((database) => database !== 0));
  return [
    keys === null
      ? { text: `${what}${where}`, how: 'unknown' }
      : {
          text: `${what}: ${keysEstimated ? 'about ' : ''}${keys.toLocaleString('en-US')} keys${where}`,
          how: keysEstimated ? 'estimated' : 'measured',
        },
    ...(scope !== ALL && others.size > 0
      ? [
          {
            text: `only of database 0: ${others.size} other databases have keys too`,
            how: 'measured' as const,
          },
        ]
      : []),
    rebuild === null
      ? { text: 'how long the rebuild takes is not known', how: 'unknown' }
      : { text: `warm again in about ${formatDurationWords(rebuild)}`, how: 'estimated' },
    ...(rate === null
      ? []
      : [{ text: `hit rate now ${Number((rate * 100).toFixed(1))}%`, how: 'measured' as const }]),
  ];
}

function nameOf({ id }: CacheGroup): string {
  return `the cache ${id}`;
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
