// One page on its way to one person, and the timer that tries their next channel. Called inside a commit.
import { CRITICAL_ROOM } from '../domain/built-in.ts';
import { PAGE_WAY_MS } from '../domain/channel.ts';
import type { Message } from '../domain/message.ts';
import type { Recipient } from '../domain/on-call.ts';
import { type Way, waysTo } from '../domain/ways.ts';
import { watchPage } from '../store/page-watch.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';

export interface Page {
  /** Name of the contact, or of the pager itself. */
  contact: string;
  incidentId: number | null;
  /** Of one page for several incidents: their ids. */
  bundle?: readonly number[];
  message: Message;
  /** Where it is a further way to them: the post of the first one. */
  pageOf?: number;
}

export async function sendPage(tx: Tables, page: Page, way: Way, engine: Engine): Promise<number> {
  const postId = await tx.posts.add({
    channel: way.channel,
    ...(await placeOf(tx, page, way)),
    lane: 'page',
    mentions: way.id ? [way.id] : [],
    ...page,
  });
  const now = engine.clock.now();
  // Where pages wait already, nobody waits for another half minute to find out.
  const waitMs = (await isStuck(tx, way.channel, now)) ? 0 : PAGE_WAY_MS;
  await watchPage(tx, postId, now + waitMs);
  return postId;
}

/** Of a group the thread of the first incident it is about; the critical room where that is in another chat, or is none. */
async function placeOf(
  tx: Tables,
  { incidentId, bundle }: Page,
  way: Way,
): Promise<{ conversation: string; threadPostId: number | null }> {
  if (!way.inThread) return { conversation: way.conversation, threadPostId: null };
  const about = incidentId ?? bundle?.[0];
  const incident = about === undefined ? null : await tx.incidents.find(about);
  return incident?.channel === way.channel
    ? { conversation: incident.conversation, threadPostId: incident.headerPostId }
    : { conversation: CRITICAL_ROOM, threadPostId: null };
}

/** It has kept a page waiting for as long as any way gets. */
export async function isStuck(tx: Tables, channel: string, now: number): Promise<boolean> {
  return (await tx.posts.undeliveredPages()).some(
    (page) => page.channel === channel && page.state !== 'failed' && page.createdAt <= now - PAGE_WAY_MS,
  );
}

/** At least one; a channel once. */
export async function waysOfPerson(tx: Tables, person: Recipient): Promise<[Way, ...Way[]]> {
  const channels = (await tx.resources.list('channel'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  const ways = waysTo(person, channels);
  const [first, ...others] = ways.filter(
    (way, index) => ways.findIndex(({ channel }) => channel === way.channel) === index,
  );
  if (!first) throw new Error(`no way to ${person.name}`);
  return [first, ...others];
}
