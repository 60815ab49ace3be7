// One chat line as its verb sees it, and how a verb answers.
import { type Action, type AuthorizeFacts, authorize } from '../../domain/authorize.ts';
import { refusalCard } from '../../domain/cards/plan-card.ts';
import type { PostOutcome } from '../../domain/channel.ts';
import type { ChatEvent } from '../../domain/chat.ts';
import type { Incident } from '../../domain/incident.ts';
import { type Message, message } from '../../domain/message.ts';
import { principalKey } from '../../domain/principal.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Contact } from '../../domain/resource.ts';
import { proseOf } from '../../domain/tokenize.ts';
import type { Tables } from '../../store/tables.ts';
import type { Commit, Engine, Run } from '../engine.ts';
import { threadOf } from '../thread-of.ts';

export interface ChatRequest {
  event: ChatEvent;
  /** Inbox source and key: what the answer says it answers. */
  key: string;
  trigger: string;
  /** After the trigger. */
  words: string[];
  /** Of the thread it was said in, else the only open one of the room; null: neither. */
  incident: Incident | null;
  contacts: Contact[];
}

export type ChatVerb = (request: ChatRequest, engine: Engine, run: Run) => Promise<Commit>;

export function answer(
  request: ChatRequest,
  reply: Message | string,
  outcome: PostOutcome = { kind: 'answer' },
): Commit {
  return async (tx) => {
    await postAnswer(tx, request, reply, outcome);
  };
}

export async function postAnswer(
  tx: Tables,
  { event, key }: ChatRequest,
  reply: Message | string,
  /** Null: not the end of it, the answer is still to come. */
  outcome: PostOutcome | null = { kind: 'answer' },
): Promise<void> {
  const said = typeof reply === 'string' ? message(reply) : reply;
  const place = await threadOf(tx, event);
  // A thread in which everybody presses shows what was done, and not each press that came too late.
  const isPrivate = event.pressed !== undefined && outcome?.kind === 'refused';
  await tx.posts.add({
    channel: event.channel,
    conversation: event.conversation,
    ...place,
    // Slack shows in a thread what one person alone sees only to who has it open.
    ...(isPrivate && event.pressed?.inRoom ? { threadPostId: null } : {}),
    lane: 'answer',
    message: isPrivate ? onlyTo(event, said) : said,
    answers: key,
    outcome,
  });
}

/** A button that came too late changes nothing, which is news to who pressed it alone. Typed, it is an answer like any. */
export function overtaken({ event }: ChatRequest): PostOutcome {
  return event.pressed ? { kind: 'refused', why: 'overtaken' } : { kind: 'answer' };
}

export function onlyTo({ principal }: ChatEvent, said: Message): Message {
  return { ...said, onlyTo: principal.userId };
}

/** A no is on record too: who asked for what, and why not. `about`: the incident it was about; null: none. */
export function refuse(
  request: ChatRequest,
  refusal: Refusal,
  about: number | null = request.incident?.id ?? null,
): Commit {
  return async (tx) => {
    await tx.timeline.add({
      incidentId: about,
      kind: 'refused',
      actor: principalKey(request.event.principal),
      text: `refused ${request.event.text}: ${refusal.detail}`,
      data: { ...refusal },
    });
    await postAnswer(tx, request, refusalCard(refusal), { kind: 'refused', why: refusal.why });
  };
}

export function mayNot(request: ChatRequest, action: Action, plan?: AuthorizeFacts['plan']): Refusal | null {
  const { event, contacts } = request;
  return authorize(action, event, { contacts, ...(plan ? { plan } : {}) });
}

/** For a line that cannot be understood: nothing was done, so nothing is on record. */
export function usage(request: ChatRequest, what: string, instead: string): Commit {
  const hint = /^(?:\/|openclaw )/.test(instead) ? `Type: ${instead}` : instead;
  return answer(request, message(what, { tone: 'warning', blocks: [{ type: 'text', text: hint }] }), {
    kind: 'refused',
    why: 'usage',
  });
}

/** The last words of what was typed, as they were typed: a cause, a note, a reason. */
export function prose({ event }: ChatRequest, { length }: readonly string[]): string {
  return proseOf(event.text.trim(), length);
}

/** `#7`, `7`: a positive number, or null. */
export function readNumber(word: string | undefined): number | null {
  const match = /^#?(\d{1,9})$/.exec(word ?? '');
  return match ? Number(match[1]) : null;
}
