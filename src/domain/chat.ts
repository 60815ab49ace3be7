// What a person said, as every channel hands it in: an inbox row, once per key.
import type { Principal } from './principal.ts';

/** As a chat hands it in, which knows of threads by its own ids alone. */
export interface Spoken extends Omit<ChatEvent, 'incidentId' | 'thread'> {
  /** Of the thread's first post, as `ChannelAdapter.send` gave it; null: in the room. */
  threadRemoteId: string | null;
  /** What the words are in a thread of an incident, where they stand without a slash: `rollback #492`. */
  inThread?: string;
}

export interface ChatEvent {
  /** The channel's own event id: the same event twice is one. */
  key: string;
  principal: Principal;
  channel: string;
  conversation: string;
  /** The incident of the thread it was said in; null: in the room. */
  incidentId: number | null;
  text: string;
  at: number;
  /** Bots may read; they never acknowledge or approve. */
  bot: boolean;
  /** Said in a thread that may be one of ours whose id we do not know yet: the answer to its first post was lost. */
  thread?: { remoteId: string; inThread?: string };
  /** No person at the keyboard (a script in CI). */
  unattended: boolean;
}
