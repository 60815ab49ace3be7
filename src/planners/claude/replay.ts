// A conversation run again from its record, by the same code: what goes out, what its readings say and what is made of its words
// are compared byte for byte with what was kept. Nothing is asked.
import type { Question, TalkRecord, TalkRequest, Turn } from '../../domain/assistant.ts';
import { canonicalJson, type Json } from '../../domain/digest.ts';
import type { Playbook } from '../../domain/playbook.ts';
import { redactJson } from '../../domain/redact.ts';
import type { Difference } from '../../domain/replayed.ts';
import { createAssistant } from './assistant.ts';
import { createBreaker } from './breaker.ts';
import { type Claude, createClaude } from './claude.ts';
import { DEFAULT_BASE } from './model.ts';
import { recordedClient } from './recorded-client.ts';
import { recordedKit, recordedReads } from './recorded-kit.ts';

export interface KeptTalk {
  request: TalkRequest;
  turns: readonly Turn[];
  /** A `Reply`, cleaned. */
  outcome: unknown;
}

export interface RanAgain {
  requests: number;
  readings: number;
  difference: Difference | null;
}

/** Ends a conversation where its record does. */
class RecordEnds extends Error {
  override readonly name = 'RecordEnds';
}

export async function runAgain(talk: KeptTalk, playbooks: readonly Playbook[]): Promise<RanAgain> {
  const { request, turns } = talk;
  const controller = new AbortController();
  const missed: string[] = [];
  const clock = { now: () => request.kit.now };
  const breaker = createBreaker(clock);
  const claude = createClaude({
    key: 'none',
    base: DEFAULT_BASE,
    clock,
    breaker,
    client: recordedClient(turns, {
      asked: () => {},
      ended: () => {
        controller.abort(new RecordEnds());
        throw new RecordEnds();
      },
    }),
    random: () => 0,
    wait: async () => {},
  });
  const again = await ask(talk, {
    claude,
    breaker,
    playbooks,
    signal: controller.signal,
    missed: (what) => missed.push(what),
  });
  return {
    requests: again.turns.length,
    readings: turns.reduce((sum, { results }) => sum + (Array.isArray(results) ? results.length : 0), 0),
    difference: firstDifference(talk, again, missed),
  };
}

export interface AskParts {
  claude: Claude;
  breaker: ReturnType<typeof createBreaker>;
  playbooks: readonly Playbook[];
  signal: AbortSignal;
  missed(what: string): void;
  /** In place of what was asked then. */
  question?: Question;
}

export interface Again {
  request: TalkRequest | null;
  turns: Turn[];
  /** Undefined: the record ended before it did. */
  reply: unknown;
}

/** The same question over the recorded readings, to whomever `claude` is. Errors: none but of `signal`. */
export async function ask({ request, turns }: KeptTalk, parts: AskParts): Promise<Again> {
  const again: Again = { request: null, turns: [], reply: undefined };
  const assistant = createAssistant({
    claude: parts.claude,
    breaker: parts.breaker,
    playbooks: parts.playbooks,
    model: request.model,
    nonce: () => request.nonce,
    reads: recordedReads(turns, parts.missed),
  });
  const record: TalkRecord = {
    room: async () => ({ ok: true }),
    spent: async () => {},
    planned: async () => {},
    began: async (began) => {
      again.request = began;
    },
    turn: async (turn) => {
      again.turns.push(turn);
    },
  };
  const planned = turns.flatMap((turn) => turn.planned ?? []);
  const kit = recordedKit(request.kit, planned, parts.missed);
  try {
    const question = parts.question ?? request.question;
    again.reply = await assistant.ask(question, kit, { signal: parts.signal, record });
  } catch (error) {
    if (!(error instanceof RecordEnds)) throw error;
  }
  return again;
}

/** In the order in which one follows from the other. */
function firstDifference(then: KeptTalk, now: Again, missed: readonly string[]): Difference | null {
  const [asked, again] = [then.request, redactJson(now.request)];
  const found =
    differs('the model', asked.model, again?.model) ??
    differs('the instructions', textsOf(asked.system), textsOf(again?.system)) ??
    differs('the tools', linesOf(asked.tools), linesOf(again?.tools)) ??
    differs('the question', asked.user, again?.user);
  if (found) return found;
  for (const [index, turn] of then.turns.entries()) {
    const other = now.turns[index];
    const number = index + 1;
    const difference =
      differs(`request ${number}`, turn.sent ?? '', other?.sent ?? '') ??
      differs(`answer ${number}`, linesOf(turn.answer), linesOf(other?.answer)) ??
      differs(`readings of turn ${number}`, linesOf(turn.results), linesOf(other?.results));
    if (difference) return difference;
  }
  const [miss] = missed;
  if (miss !== undefined) return differs('what is read', '', miss);
  // What ended it from outside (the API, the time, a budget) is not said again.
  if (now.reply === undefined && kindOf(then.outcome) === 'silent') return null;
  return differs('what came of it', replyLines(then.outcome), replyLines(now.reply));
}

/** Null: the same. */
export function differs(what: string, then: string, now: string | undefined): Difference | null {
  if (then === now) return null;
  const [old, fresh] = [then.split('\n'), (now ?? '').split('\n')];
  const line = old.findIndex((text, at) => text !== fresh[at]);
  const at = line < 0 ? old.length : line;
  return { what, line: at + 1, before: old[at] ?? '(nothing)', after: fresh[at] ?? '(nothing)' };
}

/** A reply as lines, without what it cost. */
export function replyLines(reply: unknown): string {
  if (typeof reply !== 'object' || reply === null) return linesOf(reply);
  const { cost: _, ...rest } = redactJson(reply) as Record<string, unknown>;
  return linesOf(rest);
}

function textsOf(system: unknown): string {
  const { stable, varying } = (system ?? {}) as { stable?: unknown; varying?: unknown };
  return [stable, varying].flatMap((texts) => (Array.isArray(texts) ? texts.map(String) : [])).join('\n');
}

function linesOf(value: unknown): string {
  const kept: unknown = value === undefined ? null : JSON.parse(JSON.stringify(redactJson(value)));
  return JSON.stringify(JSON.parse(canonicalJson(kept as Json)), null, 1);
}

export function kindOf(reply: unknown): unknown {
  return typeof reply === 'object' && reply !== null && 'kind' in reply ? reply.kind : null;
}
