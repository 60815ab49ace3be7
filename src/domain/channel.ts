// What a chat or a pager must be able to do. Adapters translate and nothing else.

import type { ChannelHook } from './channel-hook.ts';
import type { Attachment, Message } from './message.ts';
import type { OnCallFound, PagerPerson } from './on-call-answer.ts';
import type { PagedIncident, PagerTurn } from './paged-incident.ts';
import type { Call } from './tool.ts';

export interface OutgoingPost {
  /** Ours, stable over retries: a channel that can look for it never posts twice. */
  eventId: string;
  conversation: string;
  /** The channel's own id of the thread's first post; null: top level. */
  threadRemoteId: string | null;
  message: Message;
  /** People to wake, as this channel's ids. */
  mentions: string[];
  /** Set when an earlier try may have arrived. */
  possibleRepeat: boolean;
  /** Of a page to a channel that has `follow`: what it is for. None: it is for no incident, such as a test. */
  incidents?: readonly PagedIncident[];
}

/** Where a file goes: into the thread of the message it belongs to. */
export interface FilePlace {
  /** Of the message, and of the first one of its thread where it is in one. */
  remoteId: string;
  threadRemoteId: string | null;
  /** Names the file, the same at each try. */
  key: string;
  /** An earlier try may have done it. */
  again: boolean;
}

export interface WantedRoom {
  /** As it would best be called. The adapter makes a name of its chat from it, and another one where that is taken. */
  name: string;
  /** Names what the room is for, the same at each try: one that has it is ours. */
  mark: string;
  topic: string;
}

/** Conversations of a chat that are opened for one purpose. All may be repeated. Errors: as of `send`. */
export interface ChannelRooms {
  /** Makes it, or finds the one with that mark and takes it out of the archive. */
  open(room: WantedRoom, call: Call): Promise<{ conversation: string }>;
  /** People by this channel's ids; those who are there already stay. Errors: the first, after all were tried. */
  invite(conversation: string, ids: readonly string[], call: Call): Promise<void>;
  setTopic(conversation: string, topic: string, call: Call): Promise<void>;
  archive(conversation: string, call: Call): Promise<void>;
}

export interface ChannelAdapter {
  name: string;
  type: string;
  /** Of a chat: the least time between two writes to one conversation. Default: it takes them as they come. */
  paceMs?: number;
  /** Errors: ToolError 'retry' (surely not there), 'failed' (never will be), 'unknown'. Gives the channel's own id. */
  send(post: OutgoingPost, call: Call): Promise<{ remoteId: string }>;
  edit?(remoteId: string, post: OutgoingPost, call: Call): Promise<void>;
  /** Looks for our event id in the conversation. Null: surely not there. */
  find?(post: OutgoingPost, call: Call): Promise<{ remoteId: string } | null>;
  /** Looks again at what did not work, by the names it said it under, and says what is over. Errors: ToolError. */
  recheck?(abouts: readonly string[], call: Call): Promise<void>;
  /** Of a pager that keeps incidents of its own: what became of ours. To repeat it is harmless. Errors: ToolError. */
  follow?(turn: PagerTurn, call: Call): Promise<void>;
  /** Of a pager that knows who is on call: one schedule, by its id there or its exact name. Errors: ToolError. */
  onCall?(schedule: string, range: { from: number; until: number }, call: Call): Promise<OnCallFound>;
  /** Of a pager that knows people: one of them by its id there. Null: it knows nobody of that id. Errors: ToolError. */
  person?(id: string, call: Call): Promise<PagerPerson | null>;
  /** Of a chat that calls us: what it sends to `/channels/<name>`. */
  hook?: ChannelHook;
  /** Keeps a message in sight. Of one that is so already nothing more is done. */
  pin?(remoteId: string, call: Call): Promise<void>;
  rooms?: ChannelRooms;
  /** Looks for the file first where it may be there. Errors: as of `send`. */
  attach?(place: FilePlace, attachment: Attachment, call: Call): Promise<void>;
  /** Whose address it is. Errors: ToolError 'failed' where it is that of no person there. */
  findPerson?(email: string, call: Call): Promise<{ id: string; workspace: string }>;
  close(): Promise<void>;
}

const POST_STATES = ['pending', 'sending', 'sent', 'unknown', 'failed'] as const;
export type PostState = (typeof POST_STATES)[number];

/** Who goes first: pages, then answers to people, then incident posts, then edits. */
export const LANE_PRIORITY = { page: 0, answer: 1, thread: 2, edit: 3 } as const;
export type PostLane = keyof typeof LANE_PRIORITY;

/** How long a channel may take for a page before the person's next one is tried. */
export const PAGE_WAY_MS = 30_000;

export interface Post {
  id: number;
  eventId: string;
  channel: string;
  conversation: string;
  incidentId: number | null;
  /** The thread's first post; null: top level. */
  threadPostId: number | null;
  lane: PostLane;
  message: Message;
  mentions: string[];
  state: PostState;
  remoteId: string | null;
  /** Grows with each edit; `sentRevision` is what people see. */
  revision: number;
  sentRevision: number;
  /** Inbox key of the chat event it answers. */
  answers: string | null;
  /** What the exchange came to, for `openclaw chat`. */
  outcome: PostOutcome | null;
  error: string | null;
  /** Since when nobody knows whether it is there, and nothing has told; null: known. */
  inDoubtSince: number | null;
  /** Of a page: the name of the contact it is for, or of the pager itself. */
  contact: string | null;
  /** Of a page on a further channel: the id of the first one. */
  pageOf: number | null;
  /** Of one page for several incidents: their ids. Empty: it is for `incidentId` alone. */
  bundle: number[];
  createdAt: number;
  updatedAt: number;
}

/**
 * How an answered chat message ended: the exit code of a one-shot chat is read from it. Of a page: `withdrawn`, not sent
 * (again) because somebody had its incident by then or it was over. That is no trouble of its channel.
 */
export type PostOutcome =
  | { kind: 'answer' }
  | { kind: 'waiting'; approvalId: number; planId: number }
  | { kind: 'refused'; why: string }
  | { kind: 'withdrawn'; why: string };
