// Reading the answers of several sources: the first that knows, and the names of those that did not say.
import type { ReadCapability, ReadResults } from '../domain/capability.ts';
import type { Note } from '../domain/plan.ts';
import type { Kit, Proposal, ReadAnswer } from '../domain/playbook.ts';
import { typedWord } from '../domain/typed-word.ts';
import { clean } from './text.ts';

export interface Known<C extends ReadCapability> {
  source: string;
  result: ReadResults[C];
}

export function known<C extends ReadCapability>(answers: readonly ReadAnswer<C>[]): Known<C>[] {
  return answers.flatMap((answer) => (answer.ok ? [{ source: answer.source, result: answer.result }] : []));
}

/** Of the source that will make the change, where it answered; else the first that did. */
export function firstKnown<C extends ReadCapability>(
  answers: readonly ReadAnswer<C>[],
  preferred: string | null = null,
): Known<C> | null {
  const all = known(answers);
  return all.find(({ source }) => source === preferred) ?? all[0] ?? null;
}

/** `GitHub did not answer: timed out after 5s`, one line a source. */
export function silentSources(...answers: readonly ReadAnswer<ReadCapability>[][]): string[] {
  const lines = answers
    .flat()
    .flatMap((answer) => (answer.ok ? [] : [silence(answer.source, clean(answer.why, 200))]));
  return [...new Set(lines)];
}

/** What names the source already says itself whether it answered. */
function silence(source: string, why: string): string {
  return why.startsWith(`${source} `) ? why : `${source} did not answer: ${why}`;
}

export function refusal(why: string, detail: string, instead: string): Proposal {
  return { kind: 'refusal', why, detail, instead };
}

/** `what`: "roll back shop". Says whether it is the command's sources or the service that lacks something. */
export function noSource(what: string, service: string | null, kit: Pick<Kit, 'sources'>): Proposal {
  const names = kit.sources.slice(0, 5).join(', ');
  if (names === '') {
    return refusal(
      'no-source',
      `cannot ${what}: no source of this command is configured`,
      'openclaw source list',
    );
  }
  return refusal(
    'no-source',
    `cannot ${what}: of this command's sources (${names}) none knows how`,
    service === null ? 'openclaw source list' : `openclaw service show ${typedWord(service)}`,
  );
}

export function sections(...notes: readonly Note[]): Note[] {
  return notes.filter(({ lines }) => lines.length > 0);
}
