// `caches.describe` and `caches.flush` by the binding's lists.
import type { CacheState } from '../../domain/capability.ts';
import { formatDurationWords } from '../../domain/duration.ts';
import { ToolError } from '../../domain/errors.ts';
import { holdsPlaceholder } from '../../domain/host-binding.ts';
import type { Call, ChangeTool, PreviewLine, ReadTool } from '../../domain/tool.ts';
import { type BoundService, type Host, requireBound, servesWith } from './binding.ts';
import { reconcileBy } from './operation.ts';
import { cacheOutput } from './outputs.ts';
import { readScript, runScript } from './script.ts';

const ALL = '*';

export function cacheStateTool(host: Host): ReadTool<'caches.describe'> {
  return {
    kind: 'read',
    capability: 'caches.describe',
    source: host.name,
    serves: servesWith(host, ['cacheStats']),
    read: async ({ pattern }, asked, call) =>
      readCache(host, requireBound(host, asked), pattern ?? ALL, call),
  };
}

export function flushTool(host: Host): ChangeTool<'caches.flush'> {
  return {
    kind: 'change',
    capability: 'caches.flush',
    source: host.name,
    version: 1,
    serves: servesWith(host, ['flush']),
    inspect: async ({ pattern }, asked, call) => {
      const bound = requireBound(host, asked);
      const { service, binding } = bound;
      const scope = pattern ?? ALL;
      if (scope !== ALL && !holdsPlaceholder(binding.flush ?? [], 'pattern')) {
        throw new ToolError(
          'failed',
          `the cache of ${service.name} can only be flushed as a whole here, as its \`flush\` list has no {pattern}: /flush-cache ${service.name}`,
        );
      }
      const what =
        scope === ALL
          ? `everything in the cache of ${service.name}`
          : `keys like ${scope} of ${service.name}`;
      return {
        target: { id: service.name, label: service.name },
        facts: { scope },
        preview: await cacheLines(host, bound, scope, what, call),
      };
    },
    run: async (_args, asked, { scope }, call) => {
      const bound = requireBound(host, asked);
      await runScript(host, bound, 'flush', call, { pattern: scope, key: call.key });
      const what = scope === ALL ? 'the cache' : `keys like ${scope}`;
      return { summary: `flushed ${what} of ${bound.service.name}` };
    },
    reconcile: reconcileBy(host),
  };
}

async function cacheLines(
  host: Host,
  bound: BoundService,
  scope: string,
  what: string,
  call: Call,
): Promise<PreviewLine[]> {
  if (bound.binding.cacheStats === undefined) {
    return [{ text: `${what}; how many keys and how long the rebuild takes is not known`, how: 'unknown' }];
  }
  const { keys, hitRate, rebuildMs } = await readCache(host, bound, scope, call);
  return [
    { text: keys === null ? what : `${what}: ${keys} keys`, how: keys === null ? 'unknown' : 'measured' },
    rebuildMs === null
      ? { text: 'how long the rebuild takes is not known', how: 'unknown' }
      : { text: `warm again in about ${formatDurationWords(rebuildMs)}`, how: 'estimated' },
    ...(hitRate === null ? [] : [{ text: `hit rate now ${percent(hitRate)}`, how: 'measured' as const }]),
  ];
}

function readCache(host: Host, bound: BoundService, pattern: string, call: Call): Promise<CacheState> {
  return readScript(host, bound, 'cacheStats', cacheOutput, call, { pattern });
}

/** Scripts give a share (0.97) or a percentage (97). */
function percent(rate: number): string {
  return `${Number((rate <= 1 ? rate * 100 : rate).toFixed(1))}%`;
}
