// A room of a chat gets one write in a while: what it is told in the same moment waits for its turn, in this order:
// answers to people, then what is said in threads, each as it was added, then edits. Pages wait for nobody.
import type { ChannelAdapter, Post } from '../domain/channel.ts';
import type { Tables } from '../store/tables.ts';
import { NotYet } from './not-yet.ts';

/** What comes late is not poured out either, whatever the channel takes. */
const LATE_PACE_MS = 1000;

/** Between two writes to its room; 0: none. */
export function paceOf(post: Post, channel: ChannelAdapter, isLate: boolean): number {
  if (post.lane === 'page') return 0;
  return channel.paceMs ?? (isLate ? LATE_PACE_MS : 0);
}

/** As far as the pace goes. */
export async function hasTurn(
  tx: Pick<Tables, 'traffic'>,
  post: Post,
  paceMs: number,
  now: number,
): Promise<boolean> {
  return paceMs === 0 || (await sinceLast(tx, post, paceMs, now)) >= paceMs;
}

/** In the commit before the write. Errors: NotYet while it is not its turn. */
export async function takeTurn(tx: Tables, post: Post, paceMs: number, now: number): Promise<void> {
  if (paceMs === 0) return;
  const since = await sinceLast(tx, post, paceMs, now);
  // Who is ahead has its slot before ours, and does not hold us where it cannot use it.
  if (since < paceMs) throw new NotYet(Math.max(paceMs - since, (await tx.posts.aheadOf(post)) * paceMs));
  await tx.traffic.note(placeOf(post), now);
}

const placeOf = ({ channel, conversation }: Post): string => `${channel}/${conversation}`;

async function sinceLast(
  tx: Pick<Tables, 'traffic'>,
  post: Post,
  paceMs: number,
  now: number,
): Promise<number> {
  const last = await tx.traffic.last(placeOf(post));
  // Ahead of the clock: it was set back since.
  return last === null || last > now ? paceMs : now - last;
}
