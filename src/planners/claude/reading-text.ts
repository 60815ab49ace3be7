// What a source's answer looks like to the model: what a colleague would read out, never more than a screen. Text of others
// stands in it and has to be fenced.
import { byAuthor } from '../../domain/by-author.ts';
import type {
  Comparison,
  Deploy,
  MountUsage,
  ReadCapability,
  ReadResults,
  ServiceHealth,
} from '../../domain/capability.ts';
import { formatDurationWords } from '../../domain/duration.ts';
import { formatBytes, valueText } from '../../domain/value-text.ts';
import { lagText } from '../../playbooks/database.ts';
import { healthLine, instanceLines } from '../../playbooks/health.ts';
import { clean, deployText, timeText } from '../../playbooks/text.ts';

/** Of any one result, in UTF-16 units. */
export const MOST_READING = 3_000;

export interface ReadingFacts {
  now: number;
  /** IANA zone of the times in it. */
  zone: string;
  /** When the incident began: what was measured before is what is usual. */
  startedAt?: number | undefined;
}

/** Logs and metrics are read by the playbooks, which people are answered by; no dashboard is read. */
export type ReadAsText = Exclude<ReadCapability, 'logs.search' | 'metrics.query' | 'dashboards.find'>;

type Readers = { [C in ReadAsText]: (result: ReadResults[C], facts: ReadingFacts) => string[] };

const READERS: Readers = {
  'services.list': (all) => all.flatMap(healthLines),
  'services.health': healthLines,
  'deploys.list': deployLines,
  'deploys.compare': comparisonLines,
  'databases.describe': databaseLines,
  'caches.describe': cacheLines,
  'disk.usage': (all) => all.map(mountLine),
};

/** At most 3,000 characters, a line each thing, what matters most first; what is left out is counted in the last line. */
export function readingOf<C extends ReadAsText>(
  capability: C,
  result: ReadResults[C],
  facts: ReadingFacts,
): string {
  return bounded(READERS[capability](result, facts), capability);
}

/** The newest first. */
function deployLines(all: readonly Deploy[], facts: ReadingFacts): string[] {
  const sorted = all.toSorted((a, b) => b.at - a.at);
  return sorted.map((deploy) => {
    const undone = deploy.rolledBack ? ', rolled back' : '';
    const { startedAt } = facts;
    const apart = startedAt === undefined ? 0 : startedAt - deploy.at;
    const before = apart > 0 ? `, ${formatDurationWords(apart)} before the incident` : '';
    return `${deployText(deploy)} at ${timeText(deploy.at, facts)}, ${deploy.status}${undone}${before}`;
  });
}

const MOST_COMMITS = 12;
const MOST_FILES = 25;

function comparisonLines({ commits, files, migrations, services, changes = [] }: Comparison): string[] {
  const database =
    migrations === null
      ? 'whether the database was changed is not known'
      : migrations.length === 0
        ? 'no migrations'
        : `${many(migrations.length, 'migration')}: ${some(migrations, MOST_COMMITS)}`;
  return [
    `${many(commits.length, 'commit')}, ${many(files.length, 'file')}, ${database}`,
    ...commits.slice(0, MOST_COMMITS).map(({ sha, title, author }) => {
      return `${clean(sha.slice(0, 7), 7)} ${clean(title, 120)}${byAuthor(author && clean(author, 60))}`;
    }),
    ...(commits.length > MOST_COMMITS ? [`and ${many(commits.length - MOST_COMMITS, 'more commit')}`] : []),
    ...(files.length > 0 ? [`files: ${some(files, MOST_FILES)}`] : []),
    ...(services ? [`services touched: ${some(services.touched, MOST_FILES) || 'none'}`] : []),
    ...changes.map((change) => clean(change, 200)),
  ];
}

function healthLines(state: ServiceHealth): string[] {
  return [`${clean(state.service, 80)}: ${healthLine(state)}`, ...instanceLines(state)];
}

function databaseLines(state: ReadResults['databases.describe'], facts: ReadingFacts): string[] {
  const { cluster, engine, primary, status, replicas, downtimeMs, downtimeFrom, events = [] } = state;
  const how = downtimeFrom === undefined ? '' : ` (${clean(downtimeFrom, 100)})`;
  return [
    `${clean(cluster, 80)}: ${clean(engine, 60)}, primary ${clean(primary, 80)}${status === undefined ? '' : ` ${clean(status, 60)}`}`,
    ...replicas.map(({ id, lagMs }) => `replica ${clean(id, 80)}: ${lagText(lagMs)}`),
    downtimeMs === null
      ? 'how long a failover takes is not known'
      : `a failover takes about ${formatDurationWords(downtimeMs)}${how}`,
    ...events.toReversed().map(({ at, text }) => `${timeText(at, facts)} ${clean(text, 200)}`),
  ];
}

function cacheLines({ keys, keysEstimated, hitRate, rebuildMs }: ReadResults['caches.describe']): string[] {
  const counted = keys === null ? 'how many keys is not known' : many(keys, 'key');
  return [
    `${keysEstimated === true ? 'about ' : ''}${counted}`,
    hitRate === null ? 'hit rate not known' : `hit rate ${valueText(hitRate * 100, '%')}`,
    rebuildMs === null
      ? 'how long it takes to warm up is not known'
      : `warm again in about ${formatDurationWords(rebuildMs)}`,
  ];
}

function mountLine({ mount, totalBytes, usedBytes, percent }: MountUsage): string {
  return `${clean(mount, 200)}: ${valueText(percent, '%')} used, ${formatBytes(usedBytes)} of ${formatBytes(totalBytes)}`;
}

function some(all: readonly string[], most: number): string {
  const shown = all.slice(0, most).map((each) => clean(each, 120));
  return all.length > most ? `${shown.join(', ')} and ${all.length - most} more` : shown.join(', ');
}

function many(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Room for the line that says what was left out. */
const ROOM_FOR_REST = 60;
const LONGEST_LINE = 600;

function bounded(lines: readonly string[], capability: ReadCapability): string {
  if (lines.length === 0) return `${capability}: nothing was found`;
  const shown: string[] = [];
  let room = MOST_READING - ROOM_FOR_REST;
  for (const line of lines) {
    const short = clean(line, LONGEST_LINE);
    if (short.length + 1 > room) break;
    shown.push(short);
    room -= short.length + 1;
  }
  const left = lines.length - shown.length;
  return [
    ...shown,
    ...(left > 0 ? [`and ${left.toLocaleString('en-US')} more, which are left out`] : []),
  ].join('\n');
}
