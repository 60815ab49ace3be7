// `openclaw source dead-letters`: what came in and could not be read; looked at, and tried again.
import type { Command } from 'commander';
import { type DeadLetter, isCutOff } from '../domain/dead-letter.ts';
import { notFound, UserError, usageError } from '../domain/errors.ts';
import { printable, safeText } from '../domain/text/safe-text.ts';
import { definitionOf } from '../resources/all.ts';
import type { InboxEntry } from '../store/inbox.ts';
import type { Context } from './context.ts';
import { colours, details, localTime, printJson, success, table, timeWithAge } from './output.ts';
import { parseId } from './parse-id.ts';
import { findResource } from './resource/find.ts';

/** What `show` prints of one; `--json` has all that is kept. */
const SHOWN = 4000;
/** Of each in a list with `--json`, in characters. */
const EXCERPT = 200;
const MOST = 10_000;

export function defineDeadLetters(command: Command, context: Context): void {
  command.description('what sources sent and nobody could read: list, show, replay');
  command
    .command('list')
    .description('newest first')
    .option('--source <name>', 'of one source')
    .option('--all', 'those that were replayed too')
    .option('--limit <count>', 'how many at most', '50')
    .addHelpText('after', '\nExample:\n  $ openclaw source dead-letters list --source Alertmanager')
    .action((flags: { source?: string; all?: true; limit: string }) => list(context, flags));
  command
    .command('show')
    .description('why it could not be read, and what it was')
    .argument('<number>')
    .action((number: string) => show(context, parseId(number, 'entry of the dead-letter list')));
  command
    .command('replay')
    .description('read it again as the source is set up now, and take it in as if it came')
    .argument('[number]')
    .option('--all', 'all that were not replayed yet; with --source, of one source')
    .option('--source <name>', 'with --all: of one source')
    .addHelpText(
      'after',
      '\nAlerts that are here already are not taken twice. Works with and without a daemon.\nExamples:' +
        '\n  $ openclaw source dead-letters replay 12\n  $ openclaw source dead-letters replay --all --source Alertmanager',
    )
    .action((number: string | undefined, flags: { all?: true; source?: string }) =>
      replay(context, number, flags),
    );
}

async function list(context: Context, flags: { source?: string; all?: true; limit: string }): Promise<void> {
  const { io } = context;
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw usageError(`--limit takes a whole number from 1 to ${MOST}, not "${flags.limit}"`, '--limit 50');
  const found = await find(context, { ...flags, limit });
  if (io.json) return printJson(io, found.map(viewInShort));
  if (found.length === 0) return io.stdout('no dead letters\n');
  table(
    io,
    [{ title: '#', align: 'right' }, 'time', 'source', 'where', { title: 'bytes', align: 'right' }, 'reason'],
    found.map((entry) => {
      const { where, reason, bytes } = entry.body as DeadLetter;
      const done = entry.handledAt === null ? '' : ' (replayed)';
      return [
        String(entry.id),
        localTime(entry.receivedAt),
        entry.source,
        where,
        `${bytes}${isCutOff({ bytes }) ? ' (64 kB kept)' : ''}`,
        `${reason}${done}`,
      ];
    }),
  );
  const open = found.find(({ handledAt }) => handledAt === null);
  if (open)
    io.stderr(
      colours(io).dim(
        `  next: openclaw source dead-letters show ${open.id}; once it is mended: openclaw source dead-letters replay ${open.id}\n`,
      ),
    );
}

async function show(context: Context, id: number): Promise<void> {
  const { io } = context;
  const entry = await findOne(context, id);
  if (io.json) return printJson(io, view(entry));
  const letter = entry.body as DeadLetter;
  details(io, [
    ['number', String(entry.id)],
    ['source', entry.source],
    ['came', timeWithAge(entry.receivedAt, io.now())],
    ['where', letter.where],
    ['reason', letter.reason],
    ['bytes', `${letter.bytes}${isCutOff(letter) ? ', of which the first 64 kB are kept' : ''}`],
    ['replayed', entry.handledAt === null ? 'no' : timeWithAge(entry.handledAt, io.now())],
  ]);
  // Each line marked: what strangers sent must not look like words of ours.
  const lines = safeText(letter.raw.slice(0, SHOWN)).split('\n');
  io.stdout(`\n${lines.map((line) => `  | ${line}`).join('\n')}\n`);
  if (letter.raw.length > SHOWN) io.stdout('  | … (all that is kept: --json)\n');
}

async function replay(
  context: Context,
  number: string | undefined,
  flags: { all?: true; source?: string },
): Promise<void> {
  const { io } = context;
  const ids = await chosen(context, number, flags);
  const { replayDeadLetters } = await import('../daemon/dead-letters.ts');
  const done = await replayDeadLetters(await context.store(), ids, { now: () => io.now() });
  const stayed = done.filter(({ why }) => why !== null);
  if (stayed.length > 0) context.exitCode = 1;
  if (io.json) return printJson(io, { ok: stayed.length === 0, replayed: done });
  if (done.length === 0) return io.stdout('no dead letters to replay\n');
  for (const { id, source, alerts, duplicates, why } of done) {
    if (why === null) {
      const here = duplicates > 0 ? `, ${duplicates} of them here already` : '';
      const what = alerts === 1 ? '1 alert' : `${alerts} alerts`;
      success(io, `#${id} from ${source} is taken in: ${what}${here}`);
    } else {
      io.stderr(
        `${colours(io).red('✗')} ${printable(`#${id}${source ? ` from ${source}` : ''} stays: ${why}`)}\n`,
      );
    }
  }
  const [first] = stayed;
  if (first?.source) io.stderr(colours(io).dim(`  next: openclaw source dead-letters show ${first.id}\n`));
}

async function chosen(
  context: Context,
  number: string | undefined,
  { all, source }: { all?: true; source?: string },
): Promise<number[]> {
  if (number !== undefined) {
    if (all || source !== undefined)
      throw usageError(
        'a number and --all or --source exclude each other',
        'openclaw source dead-letters replay 12',
      );
    const entry = await findOne(context, parseId(number, 'entry of the dead-letter list'));
    if (entry.handledAt !== null)
      throw new UserError(
        `dead letter #${entry.id} was replayed ${localTime(entry.handledAt)}`,
        'openclaw source dead-letters list',
      );
    return [entry.id];
  }
  if (!all)
    throw usageError(
      'which one? a number, or --all',
      'openclaw source dead-letters list shows them; replay 12 or replay --all --source NAME',
    );
  const found = await find(context, { ...(source === undefined ? {} : { source }), limit: MOST });
  // In the order they came.
  return found.map(({ id }) => id).reverse();
}

/** A source that is gone, or a rule of ours, may have left some: any name that has some is one. */
async function find(
  context: Context,
  query: { source?: string; all?: true; limit: number },
): Promise<InboxEntry[]> {
  const { read } = await context.store();
  const { source } = query;
  if (source === undefined) return read.inbox.deadLetters(query);
  const exact = await read.inbox.deadLetters(query);
  if (exact.length > 0) return exact;
  const { name } = await findResource(read, await definitionOf('source'), source);
  return read.inbox.deadLetters({ ...query, source: name });
}

async function findOne(context: Context, id: number): Promise<InboxEntry> {
  const entry = await (await context.store()).read.inbox.findById(id);
  if (entry?.kind === 'dead-letter') return entry;
  throw notFound(`there is no dead letter #${id}`, 'openclaw source dead-letters list --all');
}

function view(entry: InboxEntry) {
  const { id, source, receivedAt, handledAt } = entry;
  const letter = entry.body as DeadLetter;
  return { id, source, receivedAt, replayedAt: handledAt, ...letter, cutOff: isCutOff(letter) };
}

/** With the beginning of what came; `show` has all that is kept. */
function viewInShort(entry: InboxEntry) {
  const { raw, ...rest } = view(entry);
  return { ...rest, excerpt: raw.slice(0, EXCERPT) };
}
