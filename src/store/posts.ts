// Messages on their way out, each with what is known of its delivery. One `post` job per revision carries it.
import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import {
  LANE_PRIORITY,
  type Post,
  type PostLane,
  type PostOutcome,
  type PostState,
} from '../domain/channel.ts';
import type { Clock } from '../domain/clock.ts';
import type { Message } from '../domain/message.ts';
import { redactJson } from '../domain/redact.ts';
import { type Db, insertText } from './driver.ts';
import { jobTable } from './jobs.ts';
import type { PostTable } from './schema.ts';

export interface NewPost {
  channel: string;
  conversation: string;
  incidentId: number | null;
  threadPostId: number | null;
  lane: PostLane;
  message: Message;
  mentions?: string[];
  answers?: string | null;
  outcome?: PostOutcome | null;
  contact?: string | null;
  pageOf?: number | null;
  bundle?: readonly number[];
}

const ADD = `${insertText('post', [
  'event_id',
  'channel',
  'conversation',
  'incident_id',
  'thread_post_id',
  'lane',
  'message_json',
  'mentions_json',
  'state',
  'revision',
  'sent_revision',
  'answers',
  'outcome_json',
  'contact',
  'page_of',
  'bundle_json',
  'created_at',
  'updated_at',
])} returning id`;
const FIND = 'select * from post where id = ?';
const FIND_REMOTE = 'select * from post where remote_id = ? and channel = ? order by id limit 1';
/** `0` follows `/`: all ids that begin with the conversation's. */
const NAMED = `select conversation from post where remote_id > ? and remote_id < ? and channel = ?
  and conversation like '#%' order by id desc limit 1`;
/** As the index `post_root_in_doubt` has it, word for word: then it is a look at that alone. */
const ROOT_IN_DOUBT = `select 1 from post where channel = ? and remote_id is null and state in ('sending', 'unknown')
  and incident_id is not null and thread_post_id is null and lane != 'page' limit 1`;
const IN_ROOM = `state != 'sent' and state in ('pending', 'sending') and channel = ? and conversation = ?`;
/** So many are enough to know that it is a while yet: beside thousands the count would be what takes the time. */
const AHEAD_MAX = 100;
const WAITING = `select count(*) as ahead from
  (select 1 from post where lane in ('answer', 'thread', 'edit') and ${IN_ROOM} limit ${AHEAD_MAX})`;
// Two counts, each along the index of what is undelivered: what is next in its room has few before it.
const BEFORE = `select (select count(*) from post where lane = 'answer' and ? != 'answer' and ${IN_ROOM})
  + (select count(*) from post where lane = ? and id < ? and ${IN_ROOM}) as ahead`;
const EDIT = `update post set message_json = ?, revision = revision + 1, updated_at = ?
  where id = ? and message_json != ? returning state, remote_id`;
const SET_STATE = `update post set state = ?, updated_at = ?, remote_id = coalesce(?, remote_id),
  sent_revision = coalesce(?, sent_revision), error = iif(?, ?, error),
  in_doubt_since = case ? when 'sending' then ? when 'unknown' then coalesce(iif(?, null, in_doubt_since), ?) end,
  tried_at = iif(? in ('sending', 'unknown'), ?, tried_at), gave_way_at = iif(? = 'sending', null, gave_way_at)
  where id = ? returning revision`;
const WAYS = 'select * from post where id = ? or page_of = ? order by id';
const PAGES_TO = `select * from post where updated_at > ? and created_at > ? and contact = ? and lane = 'page' order by id`;
const UNDELIVERED_PAGES = `select * from post where state != 'sent' and lane = 'page' and contact is not null order by id`;
const BEGIN_PAGE = `update post set state = iif(state = 'pending', 'sending', 'unknown'), updated_at = ?
  where id = ? and lane = 'page' and state in ('pending', 'sending')`;

type Row = Selectable<PostTable>;

export function postTable(db: Db, clock: Clock) {
  const jobs = jobTable(db, clock);
  const addEdit = (postId: number) =>
    jobs.add(
      'post',
      { postId },
      { key: `edit:${postId}`, lane: `edit:${postId}`, priority: LANE_PRIORITY.edit },
    );
  return {
    /** Stores it and the job that sends it. Redaction stands here, before anything leaves. */
    async add(post: NewPost): Promise<number> {
      const now = clock.now();
      const added = await db.row<{ id: number }>(ADD, [
        randomUUID(),
        post.channel,
        post.conversation,
        post.incidentId,
        post.threadPostId,
        post.lane,
        JSON.stringify(redactJson(post.message)),
        JSON.stringify(post.mentions ?? []),
        'pending',
        1,
        0,
        post.answers ?? null,
        post.outcome ? JSON.stringify(post.outcome) : null,
        post.contact ?? null,
        post.pageOf ?? null,
        post.bundle?.length ? JSON.stringify(post.bundle) : null,
        now,
        now,
      ]);
      if (!added) throw new Error('a post was not stored');
      const { id } = added;
      await jobs.add('post', { postId: id }, { lane: laneOf(post), priority: LANE_PRIORITY[post.lane] });
      return id;
    },

    /**
     * Replaces its text; edits that were not sent yet become one. While the post itself is on its way, the job
     * that carries it takes the newest text, and `setState` sees to what came too late for that: two jobs
     * sending one post would post it twice.
     */
    async edit(id: number, message: Message): Promise<void> {
      const text = JSON.stringify(redactJson(message));
      const edited = await db.row<Pick<PostTable, 'state' | 'remote_id'>>(EDIT, [
        text,
        clock.now(),
        id,
        text,
      ]);
      if (edited && (edited.remote_id !== null || edited.state === 'failed')) await addEdit(id);
    },

    /** One that was given up is tried once more, as what is said now needs it. */
    async tryAgain(id: number): Promise<void> {
      await addEdit(id);
    },

    /** As `edit`, with the text it has: what people see may be older than that, whatever we were told. */
    async showAgain(id: number): Promise<void> {
      const shown = await db.query
        .updateTable('post')
        .set((column) => ({ revision: column('revision', '+', 1), updated_at: clock.now() }))
        .where('id', '=', id)
        .where('remote_id', 'is not', null)
        .executeTakeFirst();
      if (shown.numUpdatedRows === 1n) await addEdit(id);
    },

    /** Those that ask for this decision. `since`: when it was first asked for. */
    async asking(approvalId: number, since: number): Promise<Post[]> {
      const rows = await db.query
        .selectFrom('post')
        .selectAll()
        .where('updated_at', '>=', since)
        .where('outcome_json', 'is not', null)
        .orderBy('id')
        .execute();
      return rows
        .map(fromRow)
        .filter(({ outcome }) => outcome?.kind === 'waiting' && outcome.approvalId === approvalId);
    },

    async find(id: number): Promise<Post | null> {
      const row = await db.row<Row>(FIND, [id]);
      return row ? fromRow(row) : null;
    },

    async setState(
      id: number,
      state: PostState,
      change: {
        remoteId?: string;
        sentRevision?: number;
        error?: string | null;
        isDoubtAnew?: boolean;
      } = {},
    ): Promise<void> {
      const { remoteId = null, sentRevision = null, error, isDoubtAnew = false } = change;
      const now = clock.now();
      const row = await db.row<{ revision: number }>(SET_STATE, [
        state,
        now,
        remoteId,
        sentRevision,
        error === undefined ? 0 : 1,
        error ?? null,
        state,
        now,
        isDoubtAnew ? 1 : 0,
        now,
        state,
        now,
        state,
        id,
      ]);
      if (row && sentRevision !== null && row.revision > sentRevision) await addEdit(id);
    },

    /** A page that is not wanted any more. */
    async withdraw(id: number, why: string): Promise<void> {
      const outcome: PostOutcome = { kind: 'withdrawn', why };
      await db.query
        .updateTable('post')
        .set({ outcome_json: JSON.stringify(outcome) })
        .where('id', '=', id)
        .execute();
    },

    /** A page is about to be sent. One that was so already was cut off, and nobody knows whether it arrived. */
    async beginPage(id: number): Promise<void> {
      await db.rows(BEGIN_PAGE, [clock.now(), id]);
    },

    /** Answers to one chat event, oldest first. */
    async answering(key: string): Promise<Post[]> {
      const rows = await db.query
        .selectFrom('post')
        .selectAll()
        .where('answers', '=', key)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },

    /**
     * For a terminal that follows along: new and changed since an instant, oldest change first. The next page: the
     * last one's `updatedAt` and id.
     */
    async changedSince(at: number, limit: number, afterId = 0): Promise<Post[]> {
      const rows = await db.query
        .selectFrom('post')
        .selectAll()
        .where('updated_at', '>=', at)
        .where(({ or, eb }) => or([eb('updated_at', '>', at), eb('id', '>', afterId)]))
        .orderBy('updated_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },

    /** By the channel's own id of it. */
    async findRemote(channel: string, remoteId: string): Promise<Post | null> {
      const row = await db.row<Row>(FIND_REMOTE, [remoteId, channel]);
      return row ? fromRow(row) : null;
    },

    /** Of a conversation that a channel names by its id: as we named it when we posted there (`C1` where posts are `C1/...`). */
    async conversationOf(channel: string, id: string): Promise<string> {
      if (id.startsWith('#')) return id;
      const row = await db.row<{ conversation: string }>(NAMED, [`${id}/`, `${id}0`, channel]);
      return row?.conversation ?? id;
    },

    /** Whether the first post of an incident's thread may be there without our knowing under which id. */
    async isAnyRootInDoubt(channel: string): Promise<boolean> {
      return (await db.row(ROOT_IN_DOUBT, [channel])) !== undefined;
    },

    async ofIncident(incidentId: number): Promise<Post[]> {
      const rows = await db.query
        .selectFrom('post')
        .selectAll()
        .where('incident_id', '=', incidentId)
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },

    /** The ways on which one page was tried, the first one first. `first`: id of that one. */
    async waysOf(first: number): Promise<Post[]> {
      return (await db.rows<Row>(WAYS, [first, first])).map(fromRow);
    },

    /** Pages to a person made since then, those for several incidents too. */
    async pagesTo(contact: string, since: number): Promise<Post[]> {
      return (await db.rows<Row>(PAGES_TO, [since, since, contact])).map(fromRow);
    },

    /** Pages that are for a person and are not known to have arrived. By the partial index, so the words are literal. */
    async undeliveredPages(): Promise<Post[]> {
      return (await db.rows<Row>(UNDELIVERED_PAGES)).map(fromRow);
    },

    /** How many writes to the room of a post come before it: an edit comes after all that was not yet posted. */
    async aheadOf({ id, channel, conversation, lane, remoteId }: Post): Promise<number> {
      const room = [channel, conversation];
      const row =
        remoteId !== null
          ? await db.row<{ ahead: number }>(WAITING, room)
          : await db.row<{ ahead: number }>(BEFORE, [lane, ...room, lane, id, ...room]);
      return row?.ahead ?? 0;
    },

    async moveToIncident(from: number, to: number): Promise<void> {
      await db.query.updateTable('post').set({ incident_id: to }).where('incident_id', '=', from).execute();
    },

    /** Unchanged since then and over. The first posts of threads stay: replies hang on them. */
    async prune(before: number, limit: number): Promise<void> {
      await db.query
        .deleteFrom('post')
        .where('id', 'in', ({ selectFrom }) =>
          selectFrom('post')
            .select('id')
            .where('updated_at', '<', before)
            .where('state', 'in', ['sent', 'unknown', 'failed'])
            .where(({ or, eb }) => or([eb('incident_id', 'is', null), eb('thread_post_id', 'is not', null)]))
            .limit(limit),
        )
        .execute();
    },

    /** Those that were given up, or may not have arrived; not those that were withdrawn. */
    async countUndeliveredSince(at: number): Promise<number> {
      const { count } = await db.query
        .selectFrom('post')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('state', 'in', ['failed', 'unknown'])
        .where('updated_at', '>=', at)
        .where(sql<string>`coalesce(outcome_json ->> '$.kind', '')`, '!=', 'withdrawn')
        .executeTakeFirstOrThrow();
      return count;
    },

    async counts(): Promise<Record<string, number>> {
      const rows = await db.query
        .selectFrom('post')
        .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute();
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
  };
}

/** Pages of one person keep their order, and so does a thread; neither waits for the other. */
function laneOf(post: NewPost): string {
  const place = `${post.channel}/${post.conversation}`;
  return post.lane === 'page' ? `page:${place}` : `post:${place}/${post.incidentId ?? ''}`;
}

function fromRow(row: Row): Post {
  return {
    id: row.id,
    eventId: row.event_id,
    channel: row.channel,
    conversation: row.conversation,
    incidentId: row.incident_id,
    threadPostId: row.thread_post_id,
    lane: row.lane as PostLane,
    message: JSON.parse(row.message_json) as Message,
    mentions: JSON.parse(row.mentions_json) as string[],
    state: row.state as PostState,
    remoteId: row.remote_id,
    revision: row.revision,
    sentRevision: row.sent_revision,
    answers: row.answers,
    outcome: row.outcome_json ? (JSON.parse(row.outcome_json) as PostOutcome) : null,
    error: row.error,
    inDoubtSince: row.in_doubt_since,
    createdAt: row.created_at,
    contact: row.contact,
    pageOf: row.page_of,
    bundle: row.bundle_json ? (JSON.parse(row.bundle_json) as number[]) : [],
    updatedAt: row.updated_at,
  };
}
