// `openclaw contact test`: a real page, marked as a test, through the daemon and every queue a page goes through.
import { setTimeout as sleep } from 'node:timers/promises';
import { asKnown } from '../domain/called.ts';
import { PAGE_WAY_MS, type Post } from '../domain/channel.ts';
import { UserError } from '../domain/errors.ts';
import { message } from '../domain/message.ts';
import { printable } from '../domain/text/safe-text.ts';
import { waysTo } from '../domain/ways.ts';
import { addWayTo } from '../resources/add-way.ts';
import { definitionOf } from '../resources/all.ts';
import { shellQuote } from '../resources/shell-quote.ts';
import { watchPage } from '../store/page-watch.ts';
import type { Context } from './context.ts';
import { daemonRuns } from './exchange.ts';
import { localPerson } from './local-person.ts';
import { printJson, success } from './output.ts';
import { findResource } from './resource/find.ts';

/** Beside what each way of theirs gets. */
const SLACK_MS = 5000;
const POLL_MS = 50;

export async function testContact(context: Context, asked: string): Promise<void> {
  const { io, stateDir } = context;
  const store = await context.store();
  const contact = await findResource(store.read, await definitionOf('contact'), asked);
  const { name } = contact;
  if (!contact.enabled)
    throw new UserError(
      `${name} is disabled, so nobody pages them`,
      `openclaw contact enable ${shellQuote(name)}`,
    );
  if (!(await daemonRuns(stateDir)))
    throw new UserError(`no daemon runs on ${stateDir}, so nothing would send it`, 'start one: openclaw run');
  const channels = (await store.read.resources.list('channel')).filter(({ enabled }) => enabled);
  const ways = waysTo(
    contact.spec,
    channels.map(({ spec }) => spec),
  );
  const [way] = ways;
  if (!way || way.lastResort)
    throw new UserError(
      `${name} is on no channel that is configured: a page would appear in the terminal, and wake nobody`,
      addWayTo(contact.spec),
    );
  const contacts = (await store.read.resources.list('contact')).filter(({ enabled }) => enabled);
  const by = asKnown(
    localPerson(),
    contacts.map(({ spec }) => spec),
  ).displayName;
  const since = io.now();
  const id = await store.write(async (tx) => {
    const page = await tx.posts.add({
      channel: way.channel,
      conversation: way.conversation,
      incidentId: null,
      threadPostId: null,
      lane: 'page',
      mentions: way.id === undefined ? [] : [way.id],
      contact: name,
      message: message(`📟 TEST @${name}: this is a test page, nothing is wrong`, {
        tone: 'info',
        blocks: [{ type: 'text', text: `${by} tries whether pages reach you. There is nothing to do.` }],
      }),
    });
    // As of every page: where its channel does not take it, their next one is tried.
    await watchPage(tx, page, since + PAGE_WAY_MS);
    return page;
  });
  io.stderr(`paging @${printable(name)} through ${printable(way.channel)} ...\n`);
  const posts = await untilKnown(context, {
    id,
    since,
    ways: new Set(ways.map(({ channel }) => channel)).size,
  });
  const results = posts.map((post) => ({ channel: post.channel, state: stateOf(post), error: post.error }));
  const taken = results.find(({ state }) => state === 'sent');
  if (!taken) context.exitCode = 1;
  if (io.json) return printJson(io, { ok: taken !== undefined, contact: name, results });
  for (const { channel, state, error } of results) {
    if (state === 'sent')
      success(io, `${printable(channel)} took it: ask ${printable(name)} whether it woke them`);
    else
      io.stdout(`${printable(channel)}: ${WORDS[state]}${error === null ? '' : `: ${printable(error)}`}\n`);
  }
}

type State = 'sent' | 'shown in a terminal only' | 'waiting' | 'unknown' | 'failed';

const WORDS: Readonly<Record<State, string>> = {
  sent: 'took it',
  'shown in a terminal only':
    'it was shown in the terminal only: this version does not speak it, or it did not start',
  waiting: 'not sent yet; the daemon goes on trying',
  unknown: 'it may or may not have arrived; the daemon goes on trying',
  failed: 'refused it, and it is not tried again',
};

/** A post that no channel carried has our own id in place of the channel's. */
function stateOf({ state, remoteId, eventId }: Post): State {
  if (state === 'sent') return remoteId === eventId ? 'shown in a terminal only' : 'sent';
  return state === 'failed' || state === 'unknown' ? state : 'waiting';
}

/** The page and those on further channels of theirs. Ends when one arrived, all were given up, or all had their time. */
async function untilKnown(
  context: Context,
  { id, since, ways }: { id: number; since: number; ways: number },
): Promise<Post[]> {
  const store = await context.store();
  const endAt = performance.now() + ways * PAGE_WAY_MS + SLACK_MS;
  let known = 1;
  for (;;) {
    const posts = (await store.read.posts.changedSince(since, 1000)).filter(
      (post) => post.id === id || post.pageOf === id,
    );
    for (const { channel } of posts.slice(known))
      context.io.stderr(`not taken yet, so ${printable(channel)} is tried as well ...\n`);
    known = Math.max(known, posts.length);
    const over = posts.length >= ways && posts.every(({ state }) => state === 'failed');
    if (over || posts.some(({ state }) => state === 'sent') || performance.now() >= endAt) return posts;
    await sleep(POLL_MS);
  }
}
