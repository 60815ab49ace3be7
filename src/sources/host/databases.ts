// `databases.describe` and `databases.failover` by the binding's lists.
import type { DatabaseState } from '../../domain/capability.ts';
import { formatDurationWords } from '../../domain/duration.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Call, ChangeTool, PreviewLine, ReadTool } from '../../domain/tool.ts';
import { type BoundService, type Host, requireBound, servesWith } from './binding.ts';
import { reconcileBy } from './operation.ts';
import { databaseOutput } from './outputs.ts';
import { readScript, runScript } from './script.ts';

export function databaseTool(host: Host): ReadTool<'databases.describe'> {
  return {
    kind: 'read',
    capability: 'databases.describe',
    source: host.name,
    serves: servesWith(host, ['database']),
    read: async (_args, asked, call) => describeDatabase(host, requireBound(host, asked), call),
  };
}

export function failoverTool(host: Host): ChangeTool<'databases.failover'> {
  return {
    kind: 'change',
    capability: 'databases.failover',
    source: host.name,
    version: 1,
    serves: servesWith(host, ['database', 'failover']),
    inspect: async (args, asked, call) => {
      const state = await describeDatabase(host, requireBound(host, asked), call);
      const to = chooseReplica(state, args.to);
      return {
        target: { id: state.cluster, label: state.cluster },
        facts: { primary: state.primary, to, replicas: state.replicas.map(({ id }) => id).sort() },
        preview: failoverLines(state, to),
      };
    },
    run: async (_args, asked, { primary, to }, call) => {
      const bound = requireBound(host, asked);
      if (to === null) throw new ToolError('failed', `${bound.service.name} has no replica to fail over to`);
      const { cluster, primary: present, replicas } = await describeDatabase(host, bound, call);
      if (present !== primary) {
        throw new ToolError(
          'failed',
          `the primary of ${cluster} is ${present} by now, not ${primary}: nothing was done`,
        );
      }
      if (!replicas.some(({ id }) => id === to)) {
        throw new ToolError('failed', `${to.slice(0, 60)} is not a replica of ${cluster}: nothing was done`);
      }
      await runScript(host, bound, 'failover', call, { cluster, to, key: call.key });
      return { summary: `failed ${cluster} over from ${primary} to ${to}` };
    },
    reconcile: reconcileBy(host),
  };
}

/**
 * The named one, whatever it is: the guardrail says why it may not be. Else the one least behind, in whole seconds and
 * then by name, so that milliseconds of lag do not turn the choice around between preview and run. Null: there is none
 * whose lag is known.
 */
function chooseReplica({ replicas }: DatabaseState, named: string | undefined): string | null {
  if (named !== undefined) return named;
  const known = replicas.flatMap(({ id, lagMs }) =>
    lagMs === null ? [] : [{ id, seconds: Math.floor(lagMs / 1000) }],
  );
  return known.sort((a, b) => a.seconds - b.seconds || (a.id < b.id ? -1 : 1))[0]?.id ?? null;
}

function failoverLines(
  { cluster, engine, primary, replicas, downtimeMs }: DatabaseState,
  to: string | null,
): PreviewLine[] {
  const lags = replicas.map(({ id, lagMs }): PreviewLine => {
    const chosen = id === to ? ', becomes the primary' : '';
    return lagMs === null
      ? { text: `replica ${id}: lag not known${chosen}`, how: 'unknown' }
      : { text: `replica ${id}: ${Math.round(lagMs)} ms behind${chosen}`, how: 'measured' };
  });
  return [
    { text: `${cluster} (${engine}): primary ${primary}`, how: 'measured' },
    ...(lags.length === 0 ? [{ text: 'no replica', how: 'measured' as const }] : lags),
    downtimeMs === null
      ? { text: 'how long writes will fail is not known', how: 'unknown' }
      : { text: `writes fail for about ${formatDurationWords(downtimeMs)}`, how: 'estimated' },
  ];
}

function describeDatabase(host: Host, bound: BoundService, call: Call): Promise<DatabaseState> {
  return readScript(host, bound, 'database', databaseOutput, call);
}
