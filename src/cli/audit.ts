// `openclaw audit list`: the record of everything, not of one incident alone. Works without a daemon.
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { nameOfKey } from '../domain/called.ts';
import { notFound, usageError } from '../domain/errors.ts';
import type { TimelineEntry, TimelineKind } from '../domain/incident.ts';
import { parsePrincipalKey } from '../domain/principal.ts';
import { headLine } from '../domain/record.ts';
import type { Contact } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import type { Tables } from '../store/tables.ts';
import type { Context } from './context.ts';
import { localNames } from './local-person.ts';
import { colours, localTime, printJson, table } from './output.ts';
import { parseId } from './parse-id.ts';
import { parseMoment } from './since.ts';

const KINDS: Readonly<Record<TimelineKind, true>> = {
  alert: true,
  opened: true,
  severity: true,
  paged: true,
  escalated: true,
  acknowledged: true,
  said: true,
  plan: true,
  approval: true,
  execution: true,
  watch: true,
  note: true,
  'auto-fix': true,
  refused: true,
  resolved: true,
  merged: true,
  reopened: true,
  configured: true,
  system: true,
};
const MOST = 100_000;

interface Flags {
  since?: string;
  until?: string;
  actor?: string;
  incident?: string;
  kind?: string;
  limit: string;
}

export function defineAudit(command: Command, context: Context): void {
  command
    .command('list')
    .description('the newest entries, the last one last')
    .option('--since <time>', 'from then on: 2h ago, or 2026-11-23, or 2026-11-23T03:14Z')
    .option('--until <time>', 'up to then; a day is the whole of it')
    .option(
      '--actor <who>',
      'of one: a contact, a name as texts show it, a user id, a whole key, or openclaw',
    )
    .option('--incident <number>', 'of one incident')
    .option('--kind <kind>', `one of ${Object.keys(KINDS).join(', ')}`)
    .option('--limit <count>', 'how many at most', '100')
    .addHelpText(
      'after',
      '\nExamples:\n  $ openclaw audit list --since 2h\n  $ openclaw audit list --kind configured --since 2026-11-23' +
        '\n  $ openclaw audit list --actor sarah --json',
    )
    .action((flags: Flags) => list(context, flags));
}

async function list(context: Context, flags: Flags): Promise<void> {
  const { io } = context;
  const asked = readFlags(flags, io.now());
  const { read } = await context.store();
  const contacts = (await read.resources.list('contact')).map(({ spec }) => spec);
  const actors = flags.actor === undefined ? undefined : await actorsCalled(flags.actor, read, contacts);
  const entries = await read.timeline.search({ ...asked, actors });
  const head = await read.timeline.head();
  if (io.json) {
    printJson(io, {
      entries: entries.map((entry) => ({ ...entry, actorName: nameOfKey(entry.actor, contacts) })),
      head,
      record: head && headLine(head),
    });
    return;
  }
  tell(context, entries, contacts);
  if (head) io.stderr(`${colours(io).dim(headLine(head))}\n`);
}

function readFlags({ since, until, incident, kind, limit }: Flags, now: number) {
  const most = Number(limit);
  if (!Number.isInteger(most) || most < 1 || most > MOST)
    throw usageError(`--limit takes a whole number from 1 to ${MOST}, not "${limit}"`, '--limit 100');
  return {
    since: since === undefined ? undefined : parseMoment(since, { flag: 'since', now, end: false }),
    until: until === undefined ? undefined : parseMoment(until, { flag: 'until', now, end: true }),
    incidentId: incident === undefined ? undefined : parseId(incident, 'incident'),
    kind: kind === undefined ? undefined : kindOf(kind),
    limit: most,
  };
}

function kindOf(text: string): TimelineKind {
  const kinds = Object.keys(KINDS) as TimelineKind[];
  const found = kinds.find((kind) => kind === text.trim().toLowerCase());
  if (found) return found;
  const near = nearest(text, kinds);
  throw usageError(
    `"${text.slice(0, 100)}" is no kind of entry`,
    near ? `did you mean --kind ${near}?` : `one of ${kinds.join(', ')}`,
  );
}

/** By the name of their contact or of their account, their id with or without what is before it, or the whole key. */
async function actorsCalled(text: string, read: Pick<Tables, 'timeline'>, contacts: readonly Contact[]) {
  const wanted = text.trim().replace(/^@/, '');
  if (wanted === '') throw usageError('--actor is blank', '--actor sarah');
  const [keys, accounts] = await Promise.all([read.timeline.actors(), localNames()]);
  const found = keys.filter((key) => {
    const names = [key, ...idsOf(key), nameOfKey(key, contacts), accountOf(key, accounts)];
    return names.some((name) => name.toLowerCase() === wanted.toLowerCase());
  });
  if (found.length > 0) return found;
  const names = [...new Set(keys.map((key) => nameOfKey(key, contacts)))];
  const near = nearest(wanted, names);
  throw notFound(
    `nobody called "${text.slice(0, 100)}" is on record`,
    near ? `did you mean --actor ${near}?` : `on record: ${names.slice(0, 10).join(', ') || 'nobody'}`,
  );
}

/** `U1`, `T1:U1`, `slack:U1` of `slack:T1:U1`. */
function idsOf(key: string): string[] {
  const { platform, workspace, userId } = parsePrincipalKey(key);
  return userId === '' ? [] : [userId, `${workspace}:${userId}`, `${platform}:${userId}`];
}

/** As texts write them, `root` of `@root`, where it is a user of this machine. Else blank. */
function accountOf(key: string, accounts: ReadonlyMap<string, string>): string {
  const { platform, workspace, userId } = parsePrincipalKey(key);
  return platform === 'local' && workspace === hostname() ? (accounts.get(userId) ?? '') : '';
}

function tell({ io }: Context, entries: readonly TimelineEntry[], contacts: readonly Contact[]): void {
  if (entries.length === 0) {
    io.stdout('nothing on record fits\n');
    return;
  }
  table(
    io,
    ['time', 'actor', 'incident', 'kind', 'text'],
    entries.map(({ at, actor, incidentId, kind, text }) => [
      localTime(at),
      nameOfKey(actor, contacts),
      incidentId === null ? '-' : `#${incidentId}`,
      kind,
      text,
    ]),
  );
}
