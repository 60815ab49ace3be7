// A failover: asked for once, then watched until another member writes and the database is available again.
import type { FactsOf } from '../../domain/capability.ts';
import { formatDurationWords } from '../../domain/duration.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Call, ChangeOutcome, Reconciliation } from '../../domain/tool.ts';
import { type AwsDatabase, isSettled, readDatabase } from './database.ts';
import { type DatabaseEvent, failoverNews, readEvents } from './database-events.ts';
import type { AwsSession } from './session.ts';

type Facts = FactsOf['databases.failover'];

const LOOK_MS = 5_000;
/** Twelve minutes: within the fifteen a step has. */
const MOST_LOOKS = 144;
/** After a lost answer: so long until RDS would show that it has begun. */
const LOOKS_FOR_A_SIGN = 12;
export const SHOWN_AFTER_MS = LOOKS_FOR_A_SIGN * LOOK_MS;
const RECENT_MS = 60 * 60_000;

/** Errors: ToolError 'failed' where nothing was done or AWS took it back, 'unknown' where it has not ended. */
export async function askFailover(
  session: AwsSession,
  database: AwsDatabase,
  { primary, to }: Facts,
  call: Call,
): Promise<ChangeOutcome> {
  const { id } = database;
  if (to === null) throw new ToolError('failed', `${id} has nothing to fail over to: nothing was done`);
  if (database.primary !== primary)
    throw new ToolError(
      'failed',
      `the writer of ${id} is ${database.primary ?? 'nobody'} by now, not ${primary}: nothing was done`,
    );
  if (!database.replicas.some((replica) => replica.id === to))
    throw new ToolError('failed', `${to} is not a reader of ${id}: nothing was done`);
  const askedAt = session.clock.now();
  let lost: ToolError | null = null;
  try {
    await begin(session, database, to, call);
  } catch (error) {
    if (!(error instanceof ToolError) || error.outcome !== 'unknown' || call.signal.aborted) throw error;
    // RDS shows whether it has begun: no need to guess.
    lost = error;
  }
  return watch(session, { id, primary, to, askedAt, lost }, call);
}

/** RDS takes no token for either: only what it shows afterwards tells whether it was asked. */
async function begin(session: AwsSession, { kind, id }: AwsDatabase, to: string, call: Call): Promise<void> {
  const rds = await session.rds();
  if (kind === 'aurora' || kind === 'multi-az-cluster') {
    await session.ask(
      `the failover of ${id} to ${to}`,
      (options) =>
        rds.failoverDBCluster({ DBClusterIdentifier: id, TargetDBInstanceIdentifier: to }, options),
      call,
      { changes: true },
    );
    return;
  }
  await session.ask(
    `the reboot of ${id} with failover`,
    (options) => rds.rebootDBInstance({ DBInstanceIdentifier: id, ForceFailover: true }, options),
    call,
    { changes: true },
  );
}

interface Watched {
  id: string;
  primary: string;
  to: string;
  askedAt: number;
  /** Set: nobody said whether it was taken. */
  lost: ToolError | null;
}

async function watch(session: AwsSession, watched: Watched, call: Call): Promise<ChangeOutcome> {
  const { id, primary, to, askedAt } = watched;
  let { lost } = watched;
  let shown = 'nothing';
  for (let look = 1; look <= MOST_LOOKS; look += 1) {
    await session.wait(LOOK_MS, call.signal);
    if (call.signal.aborted) break;
    const database = await lookAt(session, id, call);
    if (database === null) continue;
    const { status } = database;
    shown = `writer ${database.primary ?? 'nobody'}, ${status}`;
    if (database.primary === to && isSettled(database)) {
      const took = formatDurationWords(session.clock.now() - askedAt);
      return { summary: `failed ${id} over from ${primary} to ${to}, available again after ${took}` };
    }
    if (database.primary !== primary || !isSettled(database)) {
      // It has begun, whoever lost the answer.
      lost = null;
      continue;
    }
    const news = await newsSince(session, database, askedAt, call);
    if (news.some(({ text }) => failoverNews(text) === 'failed'))
      throw new ToolError(
        'failed',
        `AWS gave up the failover of ${id}: ${news.at(-1)?.text ?? ''}; ${primary} writes again`,
      );
    // Zones are shown late, as RDS's own guide says; its events are not.
    if (news.some(({ text }) => failoverNews(text) === 'completed'))
      return { summary: `failed ${id} over to ${to}: completed, as AWS's events say` };
    if (news.length > 0) lost = null;
    if (lost !== null && look >= LOOKS_FOR_A_SIGN) throw lost;
  }
  throw new ToolError(
    'unknown',
    `the failover of ${id} to ${to} was asked for and has not ended (${shown}): look at it in RDS`,
  );
}

/** Null: it could not be read this time. */
async function lookAt(session: AwsSession, id: string, call: Call): Promise<AwsDatabase | null> {
  try {
    return await readDatabase(session, id, call);
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}

/** What RDS has written of failovers since; two clocks are never quite the same. */
async function newsSince(
  session: AwsSession,
  database: AwsDatabase,
  sinceAt: number,
  call: Call,
): Promise<DatabaseEvent[]> {
  const agoMs = session.clock.now() - sinceAt + 60_000;
  const events = await readEvents(session, database, agoMs, call).catch(() => []);
  return events.filter(({ at, text }) => at >= sinceAt - LOOK_MS && failoverNews(text) !== null);
}

/** After a crash: who writes now, and what RDS wrote about it in the last hour. */
export async function reconcileFailover(
  session: AwsSession,
  id: string,
  { primary, to }: Facts,
  call: Call,
): Promise<Reconciliation> {
  for (let look = 1; look <= 2; look += 1) {
    const database = await readDatabase(session, id, call);
    if (!isSettled(database)) return 'running';
    if (database.primary === to) return 'succeeded';
    if (database.primary !== primary) return 'unknown';
    const news = await readEvents(session, database, RECENT_MS, call);
    const last = news.map(({ text }) => failoverNews(text)).findLast((each) => each !== null);
    if (last === 'started') return 'running';
    if (last === 'failed') return 'failed';
    // It has been somewhere since: whether by this step, nobody can tell.
    if (last === 'completed') return 'unknown';
    // What was asked for a moment ago may not be seen yet.
    if (look === 1) await session.wait(LOOK_MS, call.signal);
    if (call.signal.aborted) return 'unknown';
  }
  return 'not-started';
}
