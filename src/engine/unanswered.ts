// What an investigation asked for and did not get: by source, why, and what is unknown for it.
import type { ReadCapability } from '../domain/capability.ts';
import { clipped } from '../domain/excerpt.ts';
import type { ReadAnswer } from '../domain/playbook.ts';

export interface Unanswered {
  source: string;
  /** "timed out after 8 s. Missing here: logs, deploys" */
  text: string;
}

/** One answer's share: who did not give it, and why. */
export interface Silence {
  source: string;
  why: string;
  what: string;
}

const MOST_REASONS = 2;
const WHY_LENGTH = 240;

/** `what`: "logs", as a person would call it. */
export function silences(what: string, answers: readonly ReadAnswer<ReadCapability>[]): Silence[] {
  return answers.flatMap((answer) => (answer.ok ? [] : [{ source: answer.source, why: answer.why, what }]));
}

/** One a source, in the order they were asked. Expired credentials fail every question in the same words, or nearly. */
export function unanswered(all: readonly Silence[]): Unanswered[] {
  return [...new Set(all.map(({ source }) => source))].map((source) => {
    const own = all.filter((each) => each.source === source);
    const whys = [...new Set(own.map(({ why }) => sentence(clipped(why, WHY_LENGTH))))];
    const whats = [...new Set(own.map(({ what }) => what))];
    const more = whys.length - MOST_REASONS;
    const reasons = [...whys.slice(0, MOST_REASONS), ...(more > 0 ? [`And ${more} more errors.`] : [])];
    return { source, text: `${reasons.join(' ')} Missing here: ${whats.join(', ')}` };
  });
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
