// What became of one conversation. Always a value: without Claude everything else goes on as before.
import type { ModelSpending } from '../../domain/model-budget.ts';
import { clockTimeWithZone } from '../../domain/time.ts';

/**
 * Why Claude said nothing that can be used. `refused`: it declined, or its API does not take the request as it is.
 * `withheld`: what would have gone out could not be cleaned of secrets.
 */
export type Silence =
  | 'no-key'
  | 'key-refused'
  | 'unreachable'
  | 'slow'
  | 'overloaded'
  | 'over-budget'
  | 'nonsense'
  | 'breaker'
  | 'refused'
  | 'withheld';

export interface ToolCall {
  tool: string;
  /** As its schema gave them. */
  args: unknown;
  /** What was answered, as it was sent: cleaned and cut. */
  result: string;
  /** False: `result` says what went wrong. */
  ok: boolean;
}

interface Account {
  /** Calls of reading tools that were run, in order. */
  calls: readonly ToolCall[];
  /** Of all requests together, in vain or not. */
  usage: ModelSpending;
  /** Answered requests. */
  turns: number;
}

export type Outcome = Account &
  (
    | {
        kind: 'said';
        /** Of the last turn; from outside. Empty where only a tool was called. */
        text: string;
        /** The text was longer than the model may write, and ends where it was cut. */
        cut: boolean;
        /** The tool that ended it, with its checked arguments. */
        ended: { tool: string; args: unknown } | null;
      }
    | {
        kind: 'silent';
        why: Silence;
        /** For people: what happened, and that this is without Claude. */
        sentence: string;
        /** What happened alone, and what to look at, where there is something. */
        words: string;
        hint: string | null;
        /** For the log alone: what the API said about it, on one line, cleaned and short. */
        detail: string | null;
      }
  );

/** One request, or the conversation, that came to nothing. */
export interface Failure {
  why: Silence;
  /** "Claude is overloaded (529)", the beginning of a sentence. */
  words: string;
  /** Where there is something to type or to look at. */
  hint?: string;
  detail?: string | null;
  /** A ready sentence in place of `words` and `hint`. */
  sentence?: string;
}

/** What a failure is to people. */
export function toldOf(failure: Failure): { sentence: string; words: string; hint: string | null } {
  return { sentence: sentenceOf(failure), words: failure.words, hint: failure.hint ?? null };
}

function sentenceOf({ words, hint, sentence }: Failure): string {
  return sentence ?? `${words}, so this is without it${hint === undefined ? '.' : `: ${hint}.`}`;
}

export const NO_KEY: Failure = { why: 'no-key', words: 'Claude has no key here' };

export function tooSlow(deadlineMs: number): Failure {
  return { why: 'slow', words: `Claude did not answer within ${seconds(deadlineMs)}` };
}

export function fellSilent(stallMs: number): Failure {
  return { why: 'slow', words: `Claude fell silent for ${seconds(stallMs)}` };
}

export function nonsense(what: string): Failure {
  return { why: 'nonsense', words: `Claude's answer made no sense (${what})` };
}

export function leftAlone(retryAt: number, zone: string): Failure {
  return {
    why: 'breaker',
    words: `Claude did not answer several times in a row and is left alone until ${clockTimeWithZone(retryAt, zone)}`,
  };
}

export function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`;
}
