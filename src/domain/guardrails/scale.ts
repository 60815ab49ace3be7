// The seed: cap the scale at 3x the current capacity; above it, a reason. Counted from before our own first
// scale-up of the last hour as well, so that 2, 6, 18 is not three harmless steps.
import type { AssessedStep, Assessment, GuardrailFacts } from '../guardrails.ts';
import type { UndoCall } from '../plan.ts';
import { typedWord } from '../typed-word.ts';
import { allow, isDatabase, refuse } from './assessment.ts';

const SCALE_FACTOR = 3;

/** The largest count that needs no reason. Zero counts as one, so that a service can come back from nothing. */
function scaleCap(capacity: number, capacityBeforeScaleUps: number | null): number {
  return SCALE_FACTOR * Math.max(1, Math.min(capacity, capacityBeforeScaleUps ?? capacity));
}

export function assessScale(
  { args, facts, service }: AssessedStep<'services.scale'>,
  context: GuardrailFacts,
): Assessment {
  const name = typedWord(service ?? args.service);
  const { count, reason } = args;
  if (isDatabase(context)) {
    return refuse(
      'critical',
      'database-scale',
      `${name} is a database: its instances hold data and are not scaled from here`,
      `/metrics ${name}`,
    );
  }
  if (count === facts.capacity) {
    return refuse('routine', 'nothing-to-do', `${name} already has ${count}`, `/status`);
  }
  if (count === 0) return allow('critical', [`${name} will have no instance left: it stops answering`]);
  if (count < facts.capacity)
    return allow('disruptive', [`takes ${facts.capacity - count} of ${facts.capacity} away`]);

  const cap = scaleCap(facts.capacity, context.capacityBeforeScaleUps);
  if (count <= cap) return allow('routine');
  const basis = capBasis(facts.capacity, context.capacityBeforeScaleUps);
  if (!reason) {
    return refuse(
      'critical',
      'over-scale-cap',
      `${count} is over the cap of ${cap} (${SCALE_FACTOR}x ${basis}): up to ${cap} needs no reason, ${count} does`,
      `/scale ${name} ${count} --reason "why"`,
    );
  }
  return allow('critical', [
    `${count} is over the cap of ${cap} (${SCALE_FACTOR}x ${basis}), for the reason: ${reason}`,
  ]);
}

export function undoScale({ args, facts }: Pick<AssessedStep<'services.scale'>, 'args' | 'facts'>): UndoCall {
  const { service, count } = args;
  // Going back up may be over the cap, counted from where we are then; the reason is plain.
  const overCap = facts.capacity > scaleCap(count, null);
  return {
    capability: 'services.scale',
    args: {
      service,
      count: facts.capacity,
      ...(overCap ? { reason: `back to the ${facts.capacity} there were` } : {}),
    },
  };
}

function capBasis(capacity: number, before: number | null): string {
  if (before === null || before >= capacity) return `the current ${capacity}`;
  return `the ${before} there were before the scale-ups of the last hour`;
}
