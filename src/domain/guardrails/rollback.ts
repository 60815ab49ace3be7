// The seed: never more than one deployment at a time, and never into one that is still going out, unless that one is
// undone itself by a source that can stop it.
import type { AssessedStep, Assessment } from '../guardrails.ts';
import { typedWord } from '../typed-word.ts';
import { allow, refuse } from './assessment.ts';

export function assessRollback({ args, facts, service }: AssessedStep<'deploys.rollback'>): Assessment {
  const name = service ?? args.service;
  const risk = facts.migrations.length > 0 ? 'critical' : 'disruptive';
  const { deploy } = args;
  const stops = facts.stops === true && facts.inProgress === deploy;
  if (facts.inProgress !== null && !stops) {
    return refuse(
      risk,
      'deploy-in-progress',
      `deploy #${facts.inProgress} of ${name} is still going out: wait until it ended, then ask again`,
      `/rollback #${typedWord(deploy)}`,
    );
  }
  if (deploy !== facts.latest && !stops) {
    const target = facts.target === deploy ? `; that alone brings #${deploy} back` : '';
    return refuse(
      risk,
      'several-deploys',
      `#${deploy} is not what ${name} runs now: undoing it would undo #${facts.latest} as well, and one rollback undoes ` +
        `one deploy. Roll back #${facts.latest} first${target}`,
      `/rollback #${typedWord(facts.latest)}`,
    );
  }
  if (facts.target === null) {
    return refuse(
      risk,
      'nothing-to-go-back-to',
      `${name} has no earlier successful deploy that was not rolled back itself`,
      `/restart ${typedWord(name)}`,
    );
  }
  const notes = stops ? [`#${deploy} is still going out: it is stopped on its way`] : [];
  if (facts.migrations.length === 0) return allow(risk, notes);
  return allow(risk, [
    ...notes,
    `#${deploy} changed the database (${listed(facts.migrations)}): the older release meets the newer schema`,
  ]);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
