// What RDS has written about a database lately, and what its past failovers say about the next.
import { formatDurationWords } from '../../domain/duration.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call } from '../../domain/tool.ts';
import type { AwsDatabase } from './database.ts';
import type { AwsSession } from './session.ts';

export interface DatabaseEvent {
  at: number;
  text: string;
}

/** RDS keeps events for 14 days. */
const KEPT_MS = 14 * 86_400_000;
const MOST_PAGES = 5;

/** Oldest first. Errors: ToolError. */
export async function readEvents(
  session: AwsSession,
  { id, kind }: Pick<AwsDatabase, 'id' | 'kind'>,
  sinceMs: number,
  call: Call,
): Promise<DatabaseEvent[]> {
  const rds = await session.rds();
  const found: DatabaseEvent[] = [];
  let Marker: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await session.ask(
      `the events of ${id}`,
      (options) =>
        rds.describeEvents(
          {
            SourceIdentifier: id,
            SourceType: kind === 'aurora' || kind === 'multi-az-cluster' ? 'db-cluster' : 'db-instance',
            Duration: Math.ceil(Math.min(sinceMs, KEPT_MS) / 60_000),
            ...(Marker === undefined ? {} : { Marker }),
          },
          options,
        ),
      call,
    );
    for (const { Date: date, Message } of answer.Events ?? [])
      if (date && Message) found.push({ at: date.getTime(), text: clipped(Message, 200).trim() });
    Marker = answer.Marker;
    if (Marker === undefined) break;
  }
  return found.sort((a, b) => a.at - b.at);
}

/** How RDS words it ("Amazon RDS event categories and event messages": RDS-EVENT-0013, 0049, 0069 to 0073). */
export type FailoverNews = 'started' | 'completed' | 'failed';

export function failoverNews(text: string): FailoverNews | null {
  if (/^(Started (same|cross) AZ failover|Multi-AZ instance failover started|Failover .*started)/i.test(text))
    return 'started';
  if (/^(Completed failover|Multi-AZ (instance failover completed|failover to standby complete))/i.test(text))
    return 'completed';
  return /(failover failed|Promoting previous primary|Abandoning user requested failover)/i.test(text)
    ? 'failed'
    : null;
}

export interface Downtime {
  ms: number;
  /** Completes "estimated: …". */
  from: string;
}

/** What AWS's user guides give as typical, the longer end of it. */
const DOCUMENTED: Readonly<Record<AwsDatabase['kind'], number | null>> = {
  aurora: 60_000,
  'multi-az-cluster': 35_000,
  'multi-az-instance': 120_000,
  instance: null,
};

/** From the last failover of this very database, else AWS's own figure. Null: it cannot fail over. */
export function estimateDowntime(
  kind: AwsDatabase['kind'],
  events: readonly DatabaseEvent[],
): Downtime | null {
  const documented = DOCUMENTED[kind];
  if (documented === null) return null;
  const end = events.findLastIndex(({ text }) => failoverNews(text) === 'completed');
  const start = events.slice(0, Math.max(0, end)).findLast(({ text }) => failoverNews(text) === 'started');
  const last = events[end];
  if (last === undefined || start === undefined || last.at <= start.at)
    return { ms: documented, from: `AWS gives up to ${formatDurationWords(documented)} as typical` };
  return { ms: last.at - start.at, from: 'as long as its last failover took' };
}
