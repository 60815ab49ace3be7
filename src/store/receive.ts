// The two doors into the engine: what a person said, and what a monitoring system told us.
import type { Post } from '../domain/channel.ts';
import type { ChatEvent, Spoken } from '../domain/chat.ts';
import { threadIn } from '../domain/incident.ts';
import { message } from '../domain/message.ts';
import type { PagerNews } from '../domain/pager-news.ts';
import type { RequestRecord } from './deliveries.ts';
import type { NewInboxEntry } from './inbox.ts';
import { touchRepeats } from './repeats.ts';
import type { Tables } from './tables.ts';

/** False: this event was already here. One conversation is answered in the order it spoke. */
export async function receiveChat(
  tx: Tables,
  event: ChatEvent,
  place = event.conversation,
): Promise<boolean> {
  const source = `chat:${event.channel}`;
  const added = await tx.inbox.add({
    source,
    key: event.key,
    kind: 'chat',
    body: event,
    receivedAt: event.at,
  });
  if (!added) return false;
  await tx.jobs.add(
    'chat',
    { source, key: event.key },
    { lane: `chat:${event.channel}/${place}`, priority: 1 },
  );
  return true;
}

/** As `receiveChat`, of a chat that knows our threads by its own ids. */
export async function receiveSpoken(
  tx: Tables,
  { threadRemoteId, inThread, about, place, ...event }: Spoken,
): Promise<boolean> {
  const root = await rootOf(tx, event.channel, threadRemoteId);
  // A chat that cannot say the name in time gives the id, and the room's incident would not be found under that.
  const conversation = await tx.posts.conversationOf(event.channel, event.conversation);
  const here = { channel: event.channel, conversation };
  const incidentId = root?.incidentId ?? (about === undefined ? null : await incidentHere(tx, here, about));
  // In other people's threads the same words are theirs.
  const text = incidentId === null && root === null ? event.text : (inThread ?? event.text);
  const isOursMaybe =
    threadRemoteId !== null &&
    root === null &&
    incidentId === null &&
    (await tx.posts.isAnyRootInDoubt(event.channel));
  const thread = isOursMaybe
    ? { thread: { remoteId: threadRemoteId, ...(inThread === undefined ? {} : { inThread }) } }
    : {};
  // Whose room it is is looked up when it is worked through, and not before it is acknowledged.
  const inRoom = incidentId === null && root === null && inThread !== undefined ? { inRoom: inThread } : {};
  // A press stands under the card itself: what comes of it is for the room.
  const under = root === null || event.pressed ? {} : await underPost(tx, root, conversation);
  return receiveChat(tx, { ...event, conversation, text, incidentId, ...inRoom, ...under, ...thread }, place);
}

/** Of a line in the thread of a post of ours: where its answer goes. Empty: into the thread of the post's incident. */
export async function underPost(
  tx: Tables,
  root: Post,
  conversation: string,
): Promise<Pick<ChatEvent, 'rootPostId'>> {
  const incident = root.incidentId === null ? null : await tx.incidents.find(root.incidentId);
  return incident && threadIn(incident, conversation) === root.id ? {} : { rootPostId: root.id };
}

/**
 * Somebody who has nothing to say here: stored, so that they are told once, and worked through with that. Nothing is
 * done for them.
 */
export async function turnAway(
  tx: Tables,
  { threadRemoteId, inThread: _, about: __, place: ___, ...event }: Spoken,
  why: string,
): Promise<void> {
  const { channel, conversation, key, at, principal } = event;
  const incidentId = (await rootOf(tx, channel, threadRemoteId))?.incidentId ?? null;
  const source = `chat:${channel}`;
  const body: ChatEvent = { ...event, incidentId };
  if (!(await tx.inbox.add({ source, key, kind: 'chat', body, receivedAt: at }))) return;
  const entry = await tx.inbox.find(source, key);
  if (entry) await tx.inbox.markHandled([entry.id], at);
  const thread = incidentId === null ? null : await tx.incidents.find(incidentId);
  await tx.posts.add({
    channel,
    conversation,
    incidentId,
    threadPostId: thread?.headerPostId ?? null,
    lane: 'answer',
    message: { ...message(why, { tone: 'warning' }), onlyTo: principal.userId },
    answers: key,
    outcome: { kind: 'refused', why: 'stranger' },
  });
}

/** In another room than it is said in, it would be a right of that room. */
async function incidentHere(
  tx: Tables,
  { channel, conversation }: Pick<ChatEvent, 'channel' | 'conversation'>,
  id: number,
): Promise<number | null> {
  const incident = await tx.incidents.find(id);
  return incident?.channel === channel && incident.conversation === conversation ? id : null;
}

/** The post that a thread hangs on; null: none of ours, or not known yet. */
async function rootOf(tx: Tables, channel: string, threadRemoteId: string | null): Promise<Post | null> {
  return threadRemoteId === null ? null : tx.posts.findRemote(channel, threadRemoteId);
}

/** Gives how many were new. The rows are read later, in batches, by one job however many there are. */
export async function receiveAlerts(tx: Tables, entries: readonly NewInboxEntry[]): Promise<number> {
  const newest = await tx.inbox.newestId();
  const added = await tx.inbox.addMany(entries);
  const [first] = entries;
  if (first && added < entries.length) await touchRepeats(tx, entries, newest, first.receivedAt);
  if (added > 0) await tx.jobs.add('alert', {}, { key: 'alerts', lane: 'alerts', priority: 1 });
  if (added > 0 && entries.some(({ kind }) => kind === 'notice'))
    await tx.jobs.add('notice', {}, { key: 'notices', lane: 'notices' });
  return added;
}

/** As `receiveAlerts`, for what a source sent by itself: it was heard, whether it could be read or not. */
export async function receiveDelivery(
  tx: Tables,
  entries: readonly NewInboxEntry[],
  at: number,
): Promise<number> {
  await tx.heard.touch(
    entries.filter(({ unproven }) => !unproven).map(({ source }) => source),
    at,
  );
  return receiveAlerts(tx, await keepRequests(tx, entries));
}

/** What a pager tells by its own channel: the same event is one, whatever a source of that name has. */
export async function receivePagerNews(tx: Tables, news: PagerNews, at: number): Promise<number> {
  const source = `channel:${news.pager ?? ''}`;
  return receiveDelivery(tx, [{ source, key: news.eventId, kind: 'notice', body: news, receivedAt: at }], at);
}

/** One row for each request, however much was read of it. Gives the entries with where theirs is. */
async function keepRequests(
  tx: Tables,
  entries: readonly NewInboxEntry[],
): Promise<readonly NewInboxEntry[]> {
  const firsts = new Map<RequestRecord, NewInboxEntry>();
  for (const entry of entries)
    if (entry.request && !firsts.has(entry.request)) firsts.set(entry.request, entry);
  if (firsts.size === 0) return entries;
  const ids = await tx.deliveries.addMany(
    [...firsts].map(([request, { source, receivedAt }]) => ({ ...request, source, receivedAt })),
  );
  const idOf = new Map([...firsts.keys()].map((request, index) => [request, ids[index]]));
  return entries.map((entry) => (entry.request ? { ...entry, deliveryId: idOf.get(entry.request) } : entry));
}
