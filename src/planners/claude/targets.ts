// Whether what the model chose to act on was named by somebody who may: the person, the operator, the incident, or a source in a
// field of its own. What free text from outside alone names is no target. Pure.
import type { Question } from '../../domain/assistant.ts';
import type { Kit, StepRequest } from '../../domain/playbook.ts';
import { names, type Seen } from './outside.ts';

/** Null: it is a target. Else why not, for people. */
export function whyNoTarget(
  steps: readonly StepRequest[],
  { question, kit, seen }: { question: Question; kit: Pick<Kit, 'services'>; seen: Seen },
): string | null {
  const trusted = [question.words, question.command?.instructions ?? '', question.agent.instructions].join(
    '\n',
  );
  const near = related(question.incident?.service ?? null, kit);
  for (const { args } of steps) {
    const { service, deploy, to, pattern } = args;
    if (service !== undefined) {
      if (typeof service !== 'string' || !kit.services.some(({ name }) => name === service))
        return 'it is about a service that is not configured';
      const named = names(trusted, service) || near.has(service) || kit.services.length === 1;
      // Whether that text names it cannot be told: backwards, in base64 or in two halves a model finds it all the same.
      if (!named && seen.outside.some((text) => text.trim() !== ''))
        return `only text from outside names ${service} here, if anything does: say yourself that it is meant`;
    }
    if (deploy !== undefined && !isKnown('deploy', String(deploy).replace(/^#/, ''), trusted, seen))
      return `nobody named deploy #${String(deploy).slice(0, 40)}, and no source lists it`;
    if (to !== undefined && !isKnown('replica', String(to), trusted, seen))
      return `no source lists ${String(to).slice(0, 80)} as a replica`;
    // What goes from a cache is a matter of the one who asks.
    if (pattern !== undefined && !names(trusted, String(pattern)))
      return 'the keys to remove were not named by you';
  }
  return null;
}

function isKnown(what: string, id: string, trusted: string, { ids }: Seen): boolean {
  return ids.has(`${what} ${id}`) || names(trusted, id);
}

/** The incident's service, and what it needs, step by step. */
function related(service: string | null, { services }: Pick<Kit, 'services'>): Set<string> {
  const found = new Set<string>(service === null ? [] : [service]);
  for (const name of found)
    for (const needed of services.find((each) => each.name === name)?.dependsOn ?? []) found.add(needed);
  return found;
}
