// Whether what the model chose to act on was named by somebody who may: the person, the operator, the incident, or a source in a
// field of its own. What free text from outside alone names is no target. Pure.
import type { Question } from '../../domain/assistant.ts';
import type { Kit, StepRequest } from '../../domain/playbook.ts';
import { isTainted, mayTarget, namesWord, type Seen, type Taint } from './taint.ts';

/** Of the arguments of a change those that say what it is done to. */
const TARGETS = ['service', 'deploy', 'to', 'pattern'] as const;

/** Null: all of them are targets. Else why not, for people. */
export function whyNoTarget(
  steps: readonly StepRequest[],
  { question, kit, seen }: { question: Question; kit: Pick<Kit, 'services'>; seen: Seen },
): string | null {
  const trusted = [question.words, question.command?.instructions ?? '', question.agent.instructions];
  const taint: Taint = { trusted, ids: seen.ids, untrusted: seen.outside, services: kit.services };
  const near = related(question.incident?.service ?? null, kit);
  for (const { args } of steps)
    for (const name of TARGETS) {
      const value = args[name];
      if (value === undefined) continue;
      const target = String(value);
      const found = mayTarget(target, taint);
      if (!found.may) return found.why;
      if (name === 'service' && !kit.services.some((each) => each.name === target))
        return `"${target}" is no service that is configured`;
      // There are many configured ones, and which is meant is not for a log line to say. Whether such a text names it cannot be
      // told: backwards, in base64 or in two halves a model finds it all the same.
      const meant =
        near.has(target) || kit.services.length === 1 || trusted.some((text) => namesWord(text, target));
      if (name === 'service' && !meant && isTainted(taint))
        return `only text from outside names ${target} here, if anything does: say yourself that it is meant`;
    }
  return null;
}

/** The incident's service, and what it needs, step by step. */
function related(service: string | null, { services }: Pick<Kit, 'services'>): Set<string> {
  const found = new Set<string>(service === null ? [] : [service]);
  for (const name of found)
    for (const needed of services.find((each) => each.name === name)?.dependsOn ?? []) found.add(needed);
  return found;
}
