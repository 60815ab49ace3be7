// `databases.describe` and `databases.failover`: what RDS says a database is, and another of its members as the writer.
import type { DatabaseState } from '../../domain/capability.ts';
import { formatDurationWords } from '../../domain/duration.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Call, ChangeTool, PreviewLine, ReadTool, Tool } from '../../domain/tool.ts';
import { type AwsDatabase, readDatabase } from './database.ts';
import { type DatabaseEvent, estimateDowntime, failoverNews, readEvents } from './database-events.ts';
import { readLags } from './database-lag.ts';
import { askFailover, reconcileFailover, SHOWN_AFTER_MS } from './failover.ts';
import { findPlace } from './find-place.ts';
import { servesKinds } from './place.ts';
import type { AwsSession } from './session.ts';

const EVENTS_MS = 14 * 86_400_000;
const SHOWN_EVENTS = 5;

export function databaseTools(session: AwsSession): Tool[] {
  return [describeTool(session), failoverTool(session)];
}

function describeTool(session: AwsSession): ReadTool<'databases.describe'> {
  return {
    kind: 'read',
    capability: 'databases.describe',
    source: session.source,
    serves: servesKinds(session.source, ['rds']),
    read: async (_args, service, call) => {
      const { id } = await findPlace(session, service, ['rds'], call);
      return (await describe(session, id, call)).state;
    },
  };
}

function failoverTool(session: AwsSession): ChangeTool<'databases.failover'> {
  return {
    kind: 'change',
    capability: 'databases.failover',
    source: session.source,
    version: 1,
    shownAfterMs: SHOWN_AFTER_MS,
    serves: servesKinds(session.source, ['rds']),
    inspect: async (args, service, call) => {
      const { id } = await findPlace(session, service, ['rds'], call);
      const { database, state } = await describe(session, id, call);
      const to = args.to ?? leastBehind(state);
      return {
        target: { id: `rds:${database.id}`, label: database.id },
        facts: { primary: state.primary, to, replicas: state.replicas.map((replica) => replica.id).sort() },
        preview: preview(database, state, to),
      };
    },
    run: async (_args, service, facts, call) => {
      const { id } = await findPlace(session, service, ['rds'], call);
      return askFailover(session, await readDatabase(session, id, call), facts, call);
    },
    reconcile: async (_args, service, facts, call) => {
      const { id } = await findPlace(session, service, ['rds'], call);
      return reconcileFailover(session, id, facts, call);
    },
  };
}

async function describe(
  session: AwsSession,
  id: string,
  call: Call,
): Promise<{ database: AwsDatabase; state: DatabaseState }> {
  const database = await readDatabase(session, id, call);
  if (database.primary === null)
    throw new ToolError('retry', `${database.id} has no writer right now: RDS says it is ${database.status}`);
  // Neither decides anything: what may be done does not depend on them.
  const [events, lags] = await Promise.all([
    orNone(readEvents(session, database, EVENTS_MS, call), call),
    orNone(readLags(session, database, call), call),
  ]);
  return { database, state: stateOf(database, database.primary, events ?? [], lags ?? new Map()) };
}

export function stateOf(
  database: AwsDatabase,
  primary: string,
  events: readonly DatabaseEvent[],
  lags: ReadonlyMap<string, number>,
): DatabaseState {
  const downtime = estimateDowntime(database.kind, events);
  // Backups and the like are noise beside these, and come every day.
  const news = events.filter(
    ({ text }) => failoverNews(text) !== null || !/back(ing )?up|snapshot/i.test(text),
  );
  return {
    cluster: database.id,
    engine: database.engine,
    primary,
    status: database.primaryStatus,
    replicas: database.replicas.map(({ id }) => ({ id, lagMs: lags.get(id) ?? null })),
    downtimeMs: downtime?.ms ?? null,
    downtimeFrom: downtime?.from,
    events: news.slice(-SHOWN_EVENTS),
  };
}

/** In whole seconds and then by name, so that milliseconds do not turn the choice around between preview and run. */
function leastBehind({ replicas }: DatabaseState): string | null {
  const known = replicas.flatMap(({ id, lagMs }) =>
    lagMs === null ? [] : [{ id, seconds: Math.floor(lagMs / 1000) }],
  );
  return known.sort((a, b) => a.seconds - b.seconds || (a.id < b.id ? -1 : 1))[0]?.id ?? null;
}

function preview(database: AwsDatabase, state: DatabaseState, to: string | null): PreviewLine[] {
  const { cluster, engine, primary, replicas, downtimeMs, downtimeFrom } = state;
  const statusOf = (id: string) =>
    database.replicas.find((replica) => replica.id === id)?.status ?? 'unknown';
  const lines = replicas.map(({ id, lagMs }): PreviewLine => {
    const rest = `${statusOf(id) === 'available' ? '' : `, ${statusOf(id)}`}${id === to ? ', becomes the writer' : ''}`;
    if (database.kind === 'multi-az-instance')
      return { text: `standby ${id}: has every write already${rest}`, how: 'measured' };
    return lagMs === null
      ? { text: `reader ${id}: lag not known${rest}`, how: 'unknown' }
      : { text: `reader ${id}: ${Math.round(lagMs)} ms behind${rest}`, how: 'measured' };
  });
  return [
    { text: `${cluster} (${engine}): writer ${primary}, ${database.status}`, how: 'measured' },
    ...(lines.length > 0 ? lines : [{ text: 'nothing it can fail over to', how: 'measured' as const }]),
    downtimeMs === null
      ? { text: 'how long writes will fail is not known', how: 'unknown' }
      : {
          text: `writes fail for about ${formatDurationWords(downtimeMs)} (${downtimeFrom ?? ''})`,
          how: 'estimated',
        },
  ];
}

/** Null: it could not be read. */
async function orNone<T>(reading: Promise<T>, { signal }: Call): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ToolError && !signal.aborted) return null;
    throw error;
  }
}
