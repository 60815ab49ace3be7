// What a person said, as every channel hands it in: an inbox row, once per key.
import type { Form, SentForm } from './form.ts';
import type { Principal } from './principal.ts';

/** As a chat hands it in, which knows of threads by its own ids alone. */
export interface Spoken extends Omit<ChatEvent, 'incidentId' | 'rootPostId' | 'thread' | 'inRoom'> {
  /** Of the thread's first post, as `ChannelAdapter.send` gave it; null: in the room. */
  threadRemoteId: string | null;
  /** The chat's own id of the conversation, which it always knows: what was said in one is worked through in order. */
  place?: string;
  /** What the words are where they need no slash, in a thread of ours and in an incident's own room: `rollback #492`. */
  inThread?: string;
  /** Of a button that says in whose thread it counts as said: an incident of the same room. */
  about?: number;
}

/** A button that was pressed, or a form that was sent, instead of words that were typed. */
export interface Pressed {
  /** The message it stands in, by the channel's own id; null: the channel does not say. */
  remoteId: string | null;
  /** Of a button that decides on a plan: the digest of what its card shows. */
  digest?: string;
  /** Of a message that began a thread: it was pressed in the room, beside which that thread may not be open. */
  inRoom?: true;
  /** It opens this form and does nothing else; what is written there comes as an event of its own. */
  form?: Form['kind'];
}

/** What presses open, and what becomes of it, for a chat that has forms. */
export interface Forms {
  /** Null: the press is what it says. So it is for who may not do it: they are told at once, and not after the form. */
  formFor(press: Spoken): Promise<Form | null>;
  /** Resolves once it is stored. Gives what is wrong with it, for the person to read; null: nothing. */
  formSent(sent: SentForm, by: Principal): Promise<string | null>;
  /** Nothing is done, and that person alone is told why. Resolves once it is stored. */
  turnAway(spoken: Spoken, why: string): Promise<void>;
}

export interface ChatEvent {
  /** The channel's own event id: the same event twice is one. */
  key: string;
  principal: Principal;
  channel: string;
  conversation: string;
  /** The incident of the thread it was said in; null: in the room. */
  incidentId: number | null;
  /** The post of ours in whose thread it was said, where that is no incident's thread in this room: it is answered there. */
  rootPostId?: number;
  text: string;
  at: number;
  /** Bots may read; they never acknowledge or approve. */
  bot: boolean;
  /** Said in a thread that may be one of ours whose id we do not know yet: the answer to its first post was lost. */
  thread?: { remoteId: string; inThread?: string };
  /** What the words are if the conversation is an incident's own room: `rollback #492` without its slash. */
  inRoom?: string;
  /** Addressed to us by name or in a conversation of two: what is no command gets an answer, too. */
  toUs?: true;
  /** In a conversation of two, which is about no incident by itself. */
  direct?: true;
  /** No person at the keyboard (a script in CI). */
  unattended: boolean;
  /** Set where nothing was typed. It gives no right, and a no to it is said to that person alone. */
  pressed?: Pressed;
}
