// What people see of a model's words: made inert, and without what nobody measured, said or configured.
import type { Question } from '../../domain/assistant.ts';
import type { Kit } from '../../domain/playbook.ts';
import { checkFacts } from './check-facts.ts';
import { inert } from './inert.ts';

/** `struck`: sentences, rows and lines that lost something. */
export function checkedWords(
  text: string,
  { question, kit, results }: { question: Question; kit: Kit; results: readonly string[] },
): { text: string; struck: number } {
  const { incident, words, known, commands, command, agent } = question;
  const { text: checked, statements } = checkFacts(inert(text), {
    now: kit.now,
    zone: kit.zone ?? 'UTC',
    results,
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
  return { text: checked.replaceAll('](', '] (').trim(), struck: statements };
}
