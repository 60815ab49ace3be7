// Carries one post, or the newest edit of it, to its channel. States say what is known of its delivery.

import type { ChannelAdapter, OutgoingPost, Post } from '../../domain/channel.ts';
import type { ChatEvent } from '../../domain/chat.ts';
import { ToolError, type ToolOutcome } from '../../domain/errors.ts';
import { redact } from '../../domain/redact.ts';
import { clockTimeWithZone, momentText } from '../../domain/time.ts';
import { fallbackKey, watchPage } from '../../store/page-watch.ts';
import type { Tables } from '../../store/tables.ts';
import { channelZone } from '../channel-zone.ts';
import type { Commit, Engine, Handler, Run } from '../engine.ts';
import { nothing } from '../engine.ts';
import { LONGEST_WAIT_MS, NotYet } from '../not-yet.ts';
import { hasTurn, paceOf, takeTurn } from '../pace.ts';
import { waysOfPerson } from '../page-post.ts';
import { type PagedIn, pagedIn } from '../paged-in.ts';
import { noteNotPaged, notePageArrived, notePaged, notePerhapsPaged } from '../pager-record.ts';
import { letPagesGoFirst } from '../pages-first.ts';
import { isRoot, letEarlierRootsGoFirst } from '../roots-in-order.ts';
import { whyNoThread } from '../thread-root.ts';
import { withDeadline } from '../toolbox.ts';

const DAY_MS = 24 * 60 * 60_000;
const SEND_DEADLINE_MS = 10_000;
/** After this many tries whose end nobody knows a post is given up and says so; a page goes on. */
const MAX_TRIES = 8;
/** A channel that says it takes nothing now is asked for this long. */
const PATIENCE_MS = DAY_MS;
/** Of what one person alone is told about a press of theirs: later it says nothing to them. */
const PRIVATE_PATIENCE_MS = 5 * 60_000;
/** A post that waited longer than this says when it was said. */
const LATE_MS = 2 * 60_000;

/** As long as Slack answers a look for a post in doubt with errors, it is taken again. */
const LOOKED_FOR_MS = 15 * 60_000;

export const post: Handler = async (run, engine) => {
  const id = Number(run.job.payload.postId);
  const found = await engine.store.read.posts.find(id);
  if (!found || found.sentRevision >= found.revision) return nothing;
  const channel = engine.adapters().channels.find(({ name }) => name === found.channel);
  // Not configured: terminals show it under the channel's name, and that is its delivery.
  if (!channel)
    return noted(
      found,
      (await isReadThere(found, engine)) ? sent(found, found.eventId) : notWoken(found, engine),
      engine,
    );
  if (found.remoteId !== null) return edit(found, channel, engine, run);
  const why = await whyNoThread(found, engine, run);
  if (why !== null)
    return async (tx) => {
      await giveUp(found, 'failed', why, engine)(tx);
      await answerInPerson(tx, found, why);
    };
  if (!channel.follow) return noted(found, await send(found, channel, engine, run), engine);
  const about = await pagedIn(found, engine, run);
  if (about.kind === 'not wanted') return notWanted(found, about.why, engine);
  return noted(found, await send(found, channel, engine, run, about.incidents), engine, about.incidents);
};

/** What became of a page stands in the header of what it is for; of one to a pager that keeps incidents, in the record too. */
function noted(found: Post, commit: Commit, engine: Engine, incidents?: PagedIn): Commit {
  if (found.contact === null || found.remoteId !== null) return commit;
  return async (tx) => {
    await commit(tx);
    const now = await tx.posts.find(found.id);
    if (now?.state === 'failed') await noteNotPaged(tx, found, engine);
    if (now?.state !== 'sent') return;
    await notePageArrived(tx, found, engine);
    if (incidents) await notePaged(tx, found, incidents, engine);
  };
}

async function send(
  found: Post,
  channel: ChannelAdapter,
  engine: Engine,
  run: Run,
  incidents?: PagedIn,
): Promise<Commit> {
  const isPage = found.lane === 'page';
  // `sending` on entry: an earlier try was cut off between the call and its record. A page is so since its claim,
  // which makes it `unknown` where it was so before.
  const inDoubt = found.state === 'unknown' || (found.state === 'sending' && !isPage);
  const repeats = isPage && (inDoubt || (await mayHaveIt(found, engine)));
  // By its key a repeat is the same incident there, and no second page.
  const known = incidents !== undefined && incidents.length > 0;
  const outgoing = {
    ...(await outgoingOf(found, engine, repeats && !known)),
    ...(incidents ? { incidents } : {}),
  };
  if (inDoubt && !isPage) {
    // Nobody can look for what one person alone sees. Once more would be worse than not at all: they can press again.
    if (!channel.find || found.message.onlyTo !== undefined)
      return (tx) => tx.posts.setState(found.id, 'unknown', { error: 'it may or may not have been posted' });
    try {
      const there = await withDeadline(
        SEND_DEADLINE_MS,
        run.signal,
        (signal) => channel.find?.(outgoing, { signal }) ?? Promise.resolve(null),
      );
      if (there) return foundThere(found, there.remoteId);
    } catch (error) {
      // Whatever became of the look, the doubt is what it was. One that told nothing uses up no try for a while.
      return failed(found, inOutcome('unknown', error), mayLookAgain(error, found, engine), engine, run);
    }
  }
  if (!isPage) {
    const paceMs = paceOf(found, channel, isLate(found, engine));
    // Not before its own turn, or what goes first would have to be tried anew when that comes.
    if (await hasTurn(engine.store.read, found, paceMs, engine.clock.now())) {
      if (found.error !== null) await letPagesGoFirst(found, engine, run);
      await letEarlierRootsGoFirst(found, engine, run);
    }
    await run.commit(async (tx) => {
      await takeTurn(tx, found, paceMs, engine.clock.now());
      await tx.posts.setState(found.id, 'sending');
    });
  }
  try {
    const { remoteId } = await withDeadline(SEND_DEADLINE_MS, run.signal, (signal) =>
      channel.send(outgoing, { signal }),
    );
    return sent(found, remoteId);
  } catch (error) {
    return failed(found, error, isDown(error), engine, run);
  }
}

async function edit(found: Post, channel: ChannelAdapter, engine: Engine, run: Run): Promise<Commit> {
  const { remoteId } = found;
  if (!channel.edit || remoteId === null) return sent(found, remoteId ?? found.eventId);
  const paceMs = paceOf(found, channel, false);
  if (paceMs > 0) await run.commit((tx) => takeTurn(tx, found, paceMs, engine.clock.now()));
  const outgoing = await outgoingOf(found, engine, false);
  try {
    await withDeadline(
      SEND_DEADLINE_MS,
      run.signal,
      (signal) => channel.edit?.(remoteId, outgoing, { signal }) ?? Promise.resolve(),
    );
  } catch (error) {
    // An edit may be made twice, so there is no doubt to keep.
    const known =
      error instanceof ToolError && error.outcome === 'failed' ? error : inOutcome('retry', error);
    // It holds up nothing but itself, so one without an answer waits as for the end of an outage.
    const unanswered = error instanceof ToolError && error.outcome === 'unknown';
    return failed(found, known, unanswered || isDown(error), engine, run);
  }
  return sent(found, remoteId);
}

async function outgoingOf(found: Post, engine: Engine, possibleRepeat: boolean): Promise<OutgoingPost> {
  const thread = found.threadPostId === null ? null : await engine.store.read.posts.find(found.threadPostId);
  const zone = await channelZone(found.channel, engine.store.read, engine);
  return {
    eventId: found.eventId,
    conversation: found.conversation,
    threadRemoteId: thread?.remoteId ?? null,
    message: {
      ...found.message,
      title: `${marks(found, { engine, zone, possibleRepeat })}${found.message.title}`,
    },
    mentions: found.mentions,
    possibleRepeat,
  };
}

/** `(possible repeat) (03:14 UTC) ` */
function marks(
  found: Post,
  { engine, zone, possibleRepeat }: { engine: Engine; zone: string; possibleRepeat: boolean },
): string {
  const now = engine.clock.now();
  const at =
    now - found.createdAt < DAY_MS / 2
      ? clockTimeWithZone(found.createdAt, zone)
      : momentText(found.createdAt, now, zone);
  return `${possibleRepeat ? '(possible repeat) ' : ''}${isLate(found, engine) ? `(${at}) ` : ''}`;
}

function isLate({ remoteId, createdAt }: Post, engine: Engine): boolean {
  return remoteId === null && engine.clock.now() - createdAt >= LATE_MS;
}

/** A look changes nothing. One that never works ends all the same: what is behind the post has to go on. */
function mayLookAgain(error: unknown, { inDoubtSince, createdAt }: Post, engine: Engine): boolean {
  const isYoung = engine.clock.now() - (inDoubtSince ?? createdAt) < LOOKED_FOR_MS;
  if (!(error instanceof ToolError)) return false;
  if (error.mendable === 'access' || error.mendable === 'room') return true;
  return error.outcome === 'retry' || (isYoung && error.outcome === 'unknown');
}

/** A look that was refused, or reached nobody, says nothing of the post; those to come are no fewer for it. */
function toldWhy({ cause }: ToolError): boolean {
  return cause instanceof ToolError && cause.outcome !== 'unknown';
}

/** It says itself that it took nothing and may be asked again. */
function isDown(error: unknown): boolean {
  return error instanceof ToolError && error.outcome === 'retry';
}

/**
 * Refused until somebody mends the token, the scope or the room: it waits for that as for the end of an outage. What one
 * person asked for outside of any thread is told to them alone, where it is the room that does not take it.
 */
function waitsToBeMended(found: Post, { mendable }: ToolError): boolean {
  if (mendable !== 'room') return mendable !== undefined;
  return (
    found.message.onlyTo === undefined &&
    (found.answers === null || found.remoteId !== null || found.threadPostId !== null)
  );
}

/** A thread hangs on its first message: it is looked for, and sent, for as long as an outage may last. */
function mayWaitInDoubt(found: Post, { outcome, cause }: ToolError): boolean {
  const cannotLook = cause instanceof ToolError && cause.mendable === 'right';
  return outcome === 'unknown' && !cannotLook && isRoot(found);
}

/** On another way the page is there, or may be. */
async function mayHaveIt({ id, pageOf, contact }: Post, engine: Engine): Promise<boolean> {
  if (contact === null) return false;
  const ways = await engine.store.read.posts.waysOf(pageOf ?? id);
  return ways.some((way) => way.id !== id && way.state !== 'pending' && way.state !== 'failed');
}

function sent(found: Post, remoteId: string): Commit {
  return async (tx) => {
    await tx.posts.setState(found.id, 'sent', { remoteId, sentRevision: found.revision, error: null });
    if (found.contact !== null) await tx.jobs.cancel(fallbackKey(found.id));
    if (found.sentRevision === 0) await addWhatComesWith(tx, found);
  };
}

/** In the commit that knows the message is there: a job each, and none twice. */
async function addWhatComesWith(tx: Tables, { id, channel, message }: Post): Promise<void> {
  if (message.pinned) await tx.jobs.add('pin', { postId: id }, { lane: `pin:${channel}`, priority: 3 });
  for (const index of message.attachments?.keys() ?? [])
    await tx.jobs.add('attach', { postId: id, index }, { lane: `attach:${channel}`, priority: 3 });
}

/** A page is, where its person said that they read the terminal: `--order terminal`. */
async function isReadThere({ channel, contact: name }: Post, engine: Engine): Promise<boolean> {
  if (name === null) return true;
  if (channel !== 'terminal') return false;
  const contact = await engine.store.read.resources.find('contact', name);
  const ways = contact ? await waysOfPerson(engine.store.read, contact.spec) : [];
  return ways.some((way) => way.channel === channel && !way.lastResort);
}

/** A terminal may show it under their name, and nobody is woken by that. */
function notWoken(found: Post, engine: Engine): Commit {
  const error = found.channel === 'terminal' ? 'no channel of theirs is configured' : 'it is not connected';
  return giveUp(found, 'failed', error, engine);
}

/** Of a page the next way is tried at once. */
function giveUp(found: Post, state: 'unknown' | 'failed', error: string, engine: Engine): Commit {
  return async (tx) => {
    await tx.posts.setState(found.id, state, { error });
    if (found.contact !== null) await watchPage(tx, found.id, engine.clock.now());
  };
}

/** What its room does not take is told to who asked: they wait for it, and what they asked for was done. */
async function answerInPerson(tx: Tables, found: Post, error: string): Promise<void> {
  const { answers, channel, conversation, message, remoteId } = found;
  if (answers === null || remoteId !== null || message.onlyTo !== undefined) return;
  const entry = await tx.inbox.find(`chat:${channel}`, answers);
  const person = (entry?.body as ChatEvent | undefined)?.principal.userId ?? '';
  // What somebody says in direct messages is answered there already.
  if (person === '' || conversation === person || conversation.startsWith('D')) return;
  if ((await tx.posts.answering(answers)).some((post) => post.conversation === person)) return;
  const why = {
    type: 'text' as const,
    text: `You asked in ${conversation}, which does not take it (${error}).`,
  };
  await tx.posts.add({
    channel,
    conversation: person,
    incidentId: null,
    threadPostId: null,
    lane: 'answer',
    message: { ...message, blocks: [why, ...message.blocks] },
    answers,
    outcome: found.outcome,
  });
}

/** What it was for is over, or somebody has it: nobody is woken for that. One that may be there all the same is ended there. */
function notWanted(found: Post, why: string, engine: Engine): Commit {
  const inDoubt = found.state === 'unknown';
  return async (tx) => {
    const error = inDoubt ? `it may have arrived, and was not sent again: ${why}` : `not sent: ${why}`;
    await tx.posts.setState(found.id, inDoubt ? 'unknown' : 'failed', { error });
    await tx.posts.withdraw(found.id, why);
    await tx.jobs.cancel(fallbackKey(found.id));
    if (inDoubt) await notePerhapsPaged(tx, found);
    await noteNotPaged(tx, found, engine);
  };
}

/** What arrived may be an older text than the one we have now: then an edit follows. */
function foundThere(found: Post, remoteId: string): Commit {
  const sentRevision = Math.max(1, found.revision - 1);
  return async (tx) => {
    await tx.posts.setState(found.id, 'sent', { remoteId, sentRevision, error: null });
    await addWhatComesWith(tx, found);
  };
}

/** The same error, with what it means for the post. Anything an adapter throws that is no word of its own is in doubt. */
function inOutcome(outcome: ToolOutcome, error: unknown): ToolError {
  const retryAfterMs = error instanceof ToolError ? error.retryAfterMs : undefined;
  return new ToolError(outcome, redact(error instanceof Error ? error.message : String(error)), {
    cause: error,
    ...(retryAfterMs ? { retryAfterMs } : {}),
  });
}

async function failed(
  found: Post,
  thrown: unknown,
  saysSo: boolean,
  engine: Engine,
  run: Run,
): Promise<Commit> {
  const error = thrown instanceof ToolError ? thrown : inOutcome('unknown', thrown);
  const text = redact(error.message);
  const isRefused = error.outcome === 'failed' && waitsToBeMended(found, error);
  const down = saysSo || isRefused;
  engine.log({
    level: 'warn',
    event: 'post-failed',
    post: found.id,
    channel: found.channel,
    outcome: error.outcome,
    error: text,
  });
  const isPrivate = found.message.onlyTo !== undefined;
  const patienceMs = isPrivate ? PRIVATE_PATIENCE_MS : PATIENCE_MS;
  const goesOn =
    (found.lane === 'page' && !isRefused) ||
    (down || mayWaitInDoubt(found, error)
      ? engine.clock.now() - run.job.createdAt < patienceMs
      : run.job.attempts < MAX_TRIES);
  // A page that may be there from an earlier try may be so still, whatever became of this one.
  const inDoubt = error.outcome === 'unknown' || (found.lane === 'page' && found.state === 'unknown');
  if ((error.outcome === 'failed' && !isRefused) || !goesOn) {
    const over = giveUp(found, inDoubt ? 'unknown' : 'failed', text, engine);
    return async (tx) => {
      await over(tx);
      if (error.outcome === 'failed') await answerInPerson(tx, found, text);
    };
  }
  await run.commit(async (tx) => {
    await tx.posts.setState(found.id, inDoubt ? 'unknown' : 'pending', {
      error: text,
      isDoubtAnew: toldWhy(error),
    });
    // The next way is tried at once: this one may take long.
    if (isRefused && found.contact !== null)
      await tx.jobs.pullForward(fallbackKey(found.id), engine.clock.now());
    if (error.mendable === 'room') await answerInPerson(tx, found, text);
  });
  // No try: an outage must not use up those of a post that is in doubt when it ends.
  if (down && found.lane !== 'page')
    throw new NotYet(waitOutMs(error, engine.clock.now() - run.job.createdAt));
  throw new ToolError('retry', text, {
    cause: error,
    ...(error.retryAfterMs ? { retryAfterMs: error.retryAfterMs } : {}),
  });
}

/** As long as it asks for; else as long again as it has been so far: 1 s, 2 s, 4 s, ... at most a minute. */
function waitOutMs({ retryAfterMs }: ToolError, sinceMs: number): number {
  if (retryAfterMs) return Math.min(retryAfterMs, LONGEST_WAIT_MS);
  return Math.min(60_000, Math.max(1000, sinceMs));
}
