// `openclaw chat`: one exchange with the daemon, or the terminal chat on it.
import type { Command } from 'commander';
import { defaultChannel } from '../domain/destination.ts';
import { formatDuration, parseDuration } from '../domain/duration.ts';
import { notFound, UserError, usageError } from '../domain/errors.ts';
import type { Context } from './context.ts';
import { CLI_PLACE, DEFAULT_WAIT_MS, daemonRuns, exchange, printReply } from './exchange.ts';
import { localPerson } from './local-person.ts';
import { parseId } from './parse-id.ts';

interface ChatFlags {
  wait: string;
  room?: string;
  incident?: string;
}

/** What a channel would take at most; a longer text is a mistake, such as a log piped in. */
const LONGEST_MESSAGE = 16_000;

export function defineChat(command: Command, context: Context): void {
  command
    .argument('[text]', 'what to say, such as "/status"; `-` reads it from standard input')
    .option('--wait <duration>', 'how long to wait for the reply', formatDuration(DEFAULT_WAIT_MS))
    .option('--room <name>', 'say it in this room, such as "#ops-critical"')
    .option('--incident <number>', 'say it in the thread of this incident')
    .addHelpText(
      'after',
      '\nExamples:\n  $ openclaw chat "/status"\n  $ openclaw chat "/rollback #492" --incident 43 --json\n  $ openclaw chat\n' +
        '\nEnds with 0 at an answer, 5 when a plan waits for approval, 4 at a refusal, 1 when nobody answers.',
    )
    .action((text: string | undefined, flags: ChatFlags) => chat(context, text, flags));
}

async function chat(context: Context, given: string | undefined, flags: ChatFlags): Promise<void> {
  const { io, stateDir } = context;
  const waitMs = parseDuration(flags.wait);
  if (given === undefined) {
    if (!io.isTty) {
      throw usageError('what should be said? there is no terminal to chat on', 'openclaw chat "/status"');
    }
    if (!(await daemonRuns(stateDir))) {
      throw new UserError(
        `no daemon runs on ${stateDir}`,
        'start one, with chat in its terminal: openclaw run',
      );
    }
    const { attachTerminal } = await import('../daemon/attach.ts');
    await attachTerminal({ stateDir, io, person: localPerson() });
    return;
  }
  const text = (given === '-' ? await io.stdin() : given).trim();
  if (text === '') throw usageError('the message is empty', 'openclaw chat "/status"');
  if (text.length > LONGEST_MESSAGE) {
    throw usageError(`the message has ${text.length} characters, ${LONGEST_MESSAGE} at most`, 'say less');
  }
  await printReply(context, await exchange(context, { text, waitMs, place: await placeOf(context, flags) }));
}

async function placeOf(context: Context, { room, incident }: ChatFlags) {
  if (incident !== undefined) {
    const id = parseId(incident, 'incident');
    const found = await (await context.store()).read.incidents.find(id);
    if (!found) throw notFound(`there is no incident #${id}`, 'openclaw incident list --all');
    return { channel: found.channel, conversation: room ?? found.conversation, incidentId: id };
  }
  if (room === undefined) return CLI_PLACE;
  if (room.trim() === '') throw usageError('--room is blank', '--room "#ops-critical"');
  const channels = await (await context.store()).read.resources.list('channel');
  const channel = defaultChannel(channels.map(({ name, spec }) => ({ name, type: spec.type })));
  return { channel, conversation: room.trim(), incidentId: null };
}
