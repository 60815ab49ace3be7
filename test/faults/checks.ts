// What has to be true of a night once all is well again, whatever happened in it.
import { expect } from 'vitest';
import type { Post } from '../../src/domain/channel.ts';
import { clockTimeWithZone } from '../../src/domain/time.ts';
import type { FakeChannel } from '../support/fake-channel.ts';
import type { Harness } from '../support/harness.ts';
import type { FakeSlack, Posted } from '../support/slack.ts';

export interface Said {
  /** As the inbox names it. */
  key: string;
  text: string;
}

/** What came to anybody, on either channel, in order. */
export interface Arrival {
  eventId: string;
  title: string;
  at: number;
  by: 'slack' | 'mail';
}

const LATE_MS = 2 * 60_000;
const REPEAT = '(possible repeat)';

export function arrivalsOf(slack: FakeSlack, mail: FakeChannel['posts'], mailAt: number[]): Arrival[] {
  return [
    ...slack.posted.map((posted) => ({
      eventId: eventIdOf(posted),
      title: posted.cameAs ?? posted.text,
      at: posted.at,
      by: 'slack' as const,
    })),
    ...mail.map(({ eventId, message }, index) => ({
      eventId,
      title: message.title,
      at: mailAt[index] ?? 0,
      by: 'mail' as const,
    })),
  ].sort((a, b) => a.at - b.at);
}

/** Each thing said was worked, once. */
export async function nothingSaidIsLost({ store }: Harness, said: readonly Said[]): Promise<void> {
  const notes = (await store.read.timeline.ofIncident(1)).filter(({ kind }) => kind === 'note');
  for (const { key, text } of said) {
    // What its room did not take was told to who asked as well.
    const answers = (await store.read.posts.answering(key)).filter(
      ({ conversation }) => conversation.startsWith('#') || conversation.startsWith('C'),
    );
    expect(answers, `answers to ${text}`).toHaveLength(1);
    const words = /^incident note (.+)$/.exec(text)?.[1];
    if (words === undefined) continue;
    const kept = notes.filter((note) => note.text.includes(words));
    expect(kept, text).toHaveLength(1);
  }
}

/** Each post is there: once, or as a page that says of itself that it may be a repeat. */
export function everyPostIsThere(posts: readonly Post[], arrivals: readonly Arrival[]): void {
  const known = new Set(posts.map(({ eventId }) => eventId));
  expect(arrivals.filter(({ eventId }) => !known.has(eventId))).toEqual([]);
  for (const post of posts) {
    // Of what one person alone is shown nobody can see whether it is there: it is sent once at most.
    if (post.message.onlyTo !== undefined) {
      expect(['sent', 'unknown'], `post ${post.id}, for one person`).toContain(post.state);
      continue;
    }
    // Its room was archived, and who asked was told instead.
    if (
      post.answers !== null &&
      post.threadPostId === null &&
      post.state === 'failed' &&
      /is_archived|no conversation/.test(post.error ?? '')
    )
      continue;
    const what = `post ${post.id} (${post.lane}): ${post.message.title}`;
    expect([what, post.state, post.error]).toEqual([what, 'sent', null]);
    expect([what, post.sentRevision]).toEqual([what, post.revision]);
    const there = arrivals.filter(({ eventId }) => eventId === post.eventId);
    expect([what, there.length > 0]).toEqual([what, true]);
    if (post.lane !== 'page') expect([what, there.length]).toEqual([what, 1]);
  }
}

/**
 * Over all ways to the same person: what comes after the first says so. Of two that are sent in one instant, each on its
 * way, the one that was sent first may come last.
 */
export function repeatedPagesAreMarked(posts: readonly Post[], arrivals: readonly Arrival[]): void {
  const byEvent = new Map(posts.map((post) => [post.eventId, post]));
  const pages = new Map<number, Arrival[]>();
  for (const arrival of arrivals) {
    const post = byEvent.get(arrival.eventId);
    if (post?.lane !== 'page') continue;
    const page = post.pageOf ?? post.id;
    pages.set(page, [...(pages.get(page) ?? []), arrival]);
  }
  for (const came of pages.values()) {
    const repeats = came.filter(({ title }) => title.includes(REPEAT));
    expect(came.length - repeats.length, JSON.stringify(came)).toBeLessThanOrEqual(1);
    for (const { title, at } of came)
      if (!title.includes(REPEAT)) expect(at, JSON.stringify(came)).toBe(came[0]?.at);
  }
}

/** What is there stands in its thread, in the order it was said, and says when that was where it came late. */
export function threadsAreInOrder(posts: readonly Post[], slack: FakeSlack): void {
  const place = new Map(slack.posted.map((posted, index) => [eventIdOf(posted), index]));
  const inSlack = posts.filter(
    ({ channel, lane, message }) => channel === 'slack' && lane !== 'page' && message.onlyTo === undefined,
  );
  for (const post of inSlack) {
    const posted = slack.posted[place.get(post.eventId) ?? -1];
    const root = inSlack.find(({ id }) => id === post.threadPostId);
    if (posted || post.state === 'sent') expect(posted?.thread_ts).toBe(root?.remoteId?.split('/')[1]);
    if (posted && posted.at - post.createdAt >= LATE_MS && post.revision === 1)
      expect(posted.text).toContain(`(${clockTimeWithZone(post.createdAt, 'UTC')})`);
  }
  // Outside of a thread a room that Slack would not name, and where nothing of ours is known to be yet, is another room.
  const placeOf = ({ incidentId, conversation }: Post) =>
    incidentId === null ? conversation : `thread of ${incidentId}`;
  // An answer to a person goes before what is told to all.
  for (const lane of ['thread', 'answer'] as const)
    for (const where of new Set(inSlack.map(placeOf))) {
      const ids = inSlack
        .filter((post) => placeOf(post) === where && post.lane === lane)
        .sort((a, b) => a.id - b.id)
        // What an archived room did not take is nowhere; `everyPostIsThere` says which may be.
        .flatMap(({ eventId }) => place.get(eventId) ?? []);
      expect(ids).toEqual([...ids].sort((a, b) => a - b));
    }
}

export function eventIdOf({ metadata }: Posted): string {
  return String((metadata as { event_payload?: { event_id?: string } })?.event_payload?.event_id);
}
