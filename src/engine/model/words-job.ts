// Words of a model about what is there already, asked for when it is and told when they come: nothing waits for them.
import type { ChatEvent } from '../../domain/chat.ts';
import { type Message, message, plainText } from '../../domain/message.ts';
import { sourceOf, withoutSource } from '../../domain/source-text.ts';
import type { Tables } from '../../store/tables.ts';
import type { Engine } from '../engine.ts';

export interface WordsPayload {
  purpose: 'remarks' | 'narrative' | 'closing';
  incidentId: number | null;
  /** What it is about, as people see it. */
  about: string;
  /** Changed lines that were shown with it, which not every agent may tell a model. */
  source?: string;
  /** Of remarks: the line that was answered, and by which command. */
  event?: ChatEvent;
  command?: string;
  /** Of a plan: remarks on one that was decided meanwhile help nobody. */
  planId?: number;
}

const LONGEST = 20_000;

/** Nothing where there is no model. */
export async function askForWords(
  tx: Tables,
  { about, ...payload }: Omit<WordsPayload, 'about' | 'source'> & { about: Message },
  engine: Engine,
): Promise<void> {
  if (!engine.assistant) return;
  const text = plainText(withoutSource(about)).slice(0, LONGEST);
  const source = sourceOf(about).slice(0, LONGEST);
  const shown = { about: text, ...(source === '' ? {} : { source }) };
  // In no lane: one that hangs holds up no other, and the worker runs a few beside each other.
  await tx.jobs.add('words', { ...payload, ...shown });
}

/** What the post of such a job answers: found again after a kill. */
export function wordsKey(jobId: number): string {
  return `words:${jobId}`;
}

/** In place of words that were shown while they were written, and of which none stay. */
export const CAME_TO_NOTHING =
  '🤖 A model began to write here, and nothing came of it that could be checked.';

/** It is tried no more: what it had begun to show does not stay as if it went on. */
export async function giveUpWords(tx: Tables, jobId: number): Promise<void> {
  for (const { id, outcome } of await tx.posts.answering(wordsKey(jobId)))
    if (outcome === null) await tx.posts.edit(id, message(CAME_TO_NOTHING));
}
