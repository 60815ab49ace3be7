// What people see of a model's words: made inert, and without what nobody measured, said or configured.
import type { Question } from '../../domain/assistant.ts';
import type { Kit } from '../../domain/playbook.ts';
import { checkFacts } from './check-facts.ts';
import { withoutLinks } from './without-links.ts';

/** A model posts no address at all: the cards of code have those that help. */
const NO_HOSTS: ReadonlySet<string> = new Set();

/** `struck`: sentences, rows and lines that lost something. */
export function checkedWords(
  text: string,
  {
    question,
    kit,
    results,
    about,
  }: {
    question: Question;
    kit: Kit;
    results: readonly string[];
    about?: readonly (string | undefined)[];
  },
): { text: string; struck: number } {
  const { incident, words, known, commands, command, agent } = question;
  const { text: checked, statements } = checkFacts(text, {
    now: kit.now,
    zone: kit.zone ?? 'UTC',
    results,
    about,
    given: [
      words,
      ...(incident ? [incident.title, `#${incident.id}`, incident.service ?? ''] : []),
      ...known.map((each) => each.text),
      ...(command ? [command.instructions] : []),
      agent.instructions,
    ],
    instants: incident ? [incident.startedAt, kit.now] : [kit.now],
    services: kit.services,
    commands: [
      ...commands.map(({ trigger }) => trigger),
      ...(kit.commands ?? []).map(({ trigger }) => trigger),
    ],
  });
  // A mark of ours before a bracket of the model's would be a link of Markdown.
  return { text: inertWords(checked.replaceAll('](', '] (')).trim(), struck: statements };
}

/** What is shown unchecked, as it is written or where an id was expected: it links to nothing and calls nobody. */
export function inertWords(text: string): string {
  return withoutLinks(text, { allowedHosts: NO_HOSTS });
}
