// One message to the running daemon and its reply, both through the database: the only API between them.
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Post, PostOutcome } from '../domain/channel.ts';
import type { ChatEvent } from '../domain/chat.ts';
import { CLI_ROOM } from '../domain/destination.ts';
import { formatDuration } from '../domain/duration.ts';
import { UserError } from '../domain/errors.ts';
import { type Message, plainText } from '../domain/message.ts';
import { printable } from '../domain/text/safe-text.ts';
import { asCommand, spokenTo } from '../domain/to-us.ts';
import type { Context } from './context.ts';
import { localPerson } from './local-person.ts';
import { colours, printJson } from './output.ts';

export interface Exchange {
  text: string;
  /** How long to wait for the end of it. */
  waitMs: number;
  /** Where it is said. Default: the command line's own room. */
  place?: { channel: string; conversation: string; incidentId: number | null } | undefined;
}

export interface Reply {
  key: string;
  outcome: PostOutcome;
  messages: Message[];
}

export const DEFAULT_WAIT_MS = 30_000;
export const CLI_PLACE = { channel: 'terminal', conversation: CLI_ROOM, incidentId: null } as const;

/**
 * Says it and waits for an answer, a plan that waits, or a refusal. Errors: UserError when no daemon runs, it
 * stops meanwhile, or the time is over.
 */
export async function exchange(
  context: Context,
  { text, waitMs, place = CLI_PLACE }: Exchange,
): Promise<Reply> {
  const { io, stateDir } = context;
  if (!(await daemonRuns(stateDir))) {
    throw new UserError(`no daemon runs on ${stateDir}, so nobody would answer`, 'start one: openclaw run');
  }
  const store = await context.store();
  const { receiveChat } = await import('../store/receive.ts');
  const { triggersOf } = await import('../store/triggers.ts');
  const triggers = await triggersOf(store.read);
  const now = io.now();
  const event: ChatEvent = {
    key: `cli:${randomUUID()}`,
    principal: localPerson(),
    ...place,
    // Whoever waits for a reply speaks to us, by name or not.
    text: asCommand(spokenTo(text, triggers).text, triggers),
    toUs: true,
    at: now,
    bot: false,
    unattended: !io.attended,
  };
  await store.write((tx) => receiveChat(tx, event));
  const posts = await waitForOutcome(context, event.key, now + waitMs, waitMs);
  const outcome = posts.findLast((post) => post.outcome !== null)?.outcome ?? { kind: 'answer' };
  // Files are for chats that show them.
  const messages = posts.map(({ message: { attachments: _files, ...said } }) => said);
  return { key: event.key, outcome, messages };
}

/** The reply where it belongs, and the exit code of the exchange: 0, 4 refused, 5 waiting. */
export async function printReply(context: Context, reply: Reply): Promise<void> {
  const { io } = context;
  const { outcome, messages } = reply;
  if (outcome.kind === 'refused') context.exitCode = 4;
  if (outcome.kind === 'waiting') context.exitCode = 5;
  if (io.json) {
    printJson(io, replyDocument(reply));
    return;
  }
  const [{ paletteOf }, { renderMessage }] = await Promise.all([
    import('../domain/text/palette.ts'),
    import('../domain/text/render-message.ts'),
  ]);
  // What goes into a file or a pipe is not broken at the width of some terminal.
  const paper = { width: io.isTty ? io.width : Number.POSITIVE_INFINITY, pen: paletteOf(colours(io)) };
  for (const row of messages.flatMap((message) => renderMessage(message, paper))) io.stdout(`${row}\n`);
  if (outcome.kind === 'waiting') {
    io.stderr(`waiting for approval #${outcome.approvalId}: openclaw approve ${outcome.approvalId}\n`);
  }
}

function replyDocument({ outcome, messages }: Reply) {
  const said = { text: messages.map(plainText).join('\n'), messages };
  if (outcome.kind === 'refused') {
    const { title = outcome.why, blocks = [] } = messages.at(-1) ?? {};
    const texts = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []));
    const hint = texts.find((text) => text.startsWith(INSTEAD))?.slice(INSTEAD.length) ?? null;
    const error = { type: 'refused', why: outcome.why, message: title.replace(REFUSED, ''), hint };
    return { ok: false, error, ...said };
  }
  const { kind, ...ids } = outcome;
  return { ok: true, outcome: kind, ...ids, ...said };
}

/** How a refusal is written in chat. */
const REFUSED = /^⛔ Refused: /;
const INSTEAD = 'Instead: ';

export async function daemonRuns(stateDir: string): Promise<boolean> {
  if (!existsSync(join(stateDir, 'daemon.lock'))) return false;
  const { isDaemonRunning } = await import('../store/daemon-lock.ts');
  return isDaemonRunning(stateDir);
}

const POLL_MS = 25;
const LOOK_FOR_DAEMON_MS = 1_000;

async function waitForOutcome(
  context: Context,
  key: string,
  untilAt: number,
  waitMs: number,
): Promise<Post[]> {
  let endAt = untilAt;
  const { io, stateDir } = context;
  const store = await context.store();
  let seen: number | undefined;
  let lastWord = '';
  let lookAt = io.now() + LOOK_FOR_DAEMON_MS;
  for (;;) {
    // Read before the posts: a commit in between is seen in the next round.
    const version = store.dataVersion();
    if (version !== seen) {
      seen = version;
      const posts = await store.read.posts.answering(key);
      if (posts.some(({ outcome }) => outcome !== null)) return posts;
      const title = posts.at(-1)?.message.title ?? '';
      if (title !== lastWord) {
        // Whoever says how far it is will answer.
        endAt = Math.max(endAt, io.now() + waitMs);
        lastWord = title;
        if (io.isTty) io.stderr(`${printable(title)}\n`);
      }
    }
    const now = io.now();
    if (now >= endAt) {
      throw new UserError(
        `no answer within ${formatDuration(waitMs)}`,
        'it is stored and will still be worked on; look with: openclaw status, or wait longer with --wait',
      );
    }
    if (now >= lookAt) {
      lookAt = now + LOOK_FOR_DAEMON_MS;
      if (!(await daemonRuns(stateDir))) {
        throw new UserError(
          'the daemon stopped before it answered',
          'your message is stored and is worked on when it starts again: openclaw run',
        );
      }
    }
    await sleep(POLL_MS);
  }
}
