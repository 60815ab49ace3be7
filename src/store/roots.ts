// The first posts of incidents' threads that a room has not got yet, in the order they were said.
import type { Post } from '../domain/channel.ts';
import type { Clock } from '../domain/clock.ts';
import type { Db } from './driver.ts';

export interface WaitingRoot {
  /** Of the job that carries it. */
  jobId: number;
  /** When it was last sent or looked for. Null: never. */
  triedAt: number | null;
}

/** So many of the oldest are enough: who waits for one of them waits for those behind it later. */
const MAX = 10;

// By the index of what is undelivered, then each by its own lane. What is behind another job of its lane cannot be tried.
const EARLIER = `select job.id as jobId, post.tried_at as triedAt from post join job
  on job.lane = 'post:' || post.channel || '/' || post.conversation || '/' || post.incident_id
  and (job.state = 'running' or (job.state = 'queued' and job.behind = 0))
  and job.kind = 'post' and job.payload_json ->> '$.postId' = post.id
  where post.state != 'sent' and post.lane = 'thread' and post.channel = ? and post.conversation = ? and post.id < ?
  and post.incident_id is not null and post.thread_post_id is null and post.remote_id is null
  and (post.state in ('sending', 'unknown') or (post.state = 'pending' and post.error is not null))
  order by post.id limit ${MAX}`;
const GAVE_WAY_AT = 'select gave_way_at as at from post where id = ?';
const GIVE_WAY = 'update post set gave_way_at = ? where id = ?';

export function rootTable(db: Db, clock: Clock) {
  return {
    /** Those of its room that were said before it and were tried in vain. What was never tried is ahead of it anyway. */
    async before({ id, channel, conversation }: Post): Promise<WaitingRoot[]> {
      return db.rows<WaitingRoot>(EARLIER, [channel, conversation, id]);
    },

    /** Null: it waits for none. */
    async gaveWayAt(id: number): Promise<number | null> {
      return (await db.row<{ at: number | null }>(GAVE_WAY_AT, [id]))?.at ?? null;
    },

    async giveWay(id: number): Promise<void> {
      await db.rows(GIVE_WAY, [clock.now(), id]);
    },
  };
}
