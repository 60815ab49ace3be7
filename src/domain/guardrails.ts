// What code refuses and how dangerous it calls the rest, from arguments and facts alone. Asked when a plan is made
// and again in the transaction that writes the started execution. Every rule answers with a reason.

import type { ChangeArgs, ChangeCapability, FactsOf } from './capability.ts';
import { CHANGE_ARGS, isChangeCapability, isReadCapability } from './capability.ts';
import { assessFailover } from './guardrails/failover.ts';
import { assessFlush } from './guardrails/flush.ts';
import { assessRestart } from './guardrails/restart.ts';
import { assessRollback } from './guardrails/rollback.ts';
import { assessScale, undoScale } from './guardrails/scale.ts';
import type { UndoCall } from './plan.ts';
import type { Refusal } from './refusal.ts';
import type { ServiceKind } from './resource.ts';
import type { Risk } from './risk.ts';

export interface GuardrailFacts {
  serviceKind: ServiceKind | null;
  /** By what it is (engine, image), whatever its kind or name says. */
  serviceIsDatabase?: boolean | undefined;
  /** Capacity before our own first scale-up of this target within the last hour, from execution rows; null: none. */
  capacityBeforeScaleUps: number | null;
}

export interface Assessment {
  risk: Risk;
  refusal: Refusal | null;
  /** Lines the card must show. */
  notes: string[];
}

export interface AssessedStep<C extends ChangeCapability = ChangeCapability> {
  capability: C;
  args: ChangeArgs<C>;
  facts: FactsOf[C];
  service: string | null;
  /** Instances running now, where the caller counted them. */
  instances?: number | undefined;
}

export type Rule<C extends ChangeCapability> = (step: AssessedStep<C>, context: GuardrailFacts) => Assessment;

/** What of a step matters beside its neighbours. */
export interface StepLike {
  capability: string;
  args: Record<string, unknown>;
  source: string;
  target: { id: string };
  risk: Risk;
}

/** More than a person reads on one card. */
export const MAX_STEPS = 10;

const routine = (): Assessment => ({ risk: 'routine', refusal: null, notes: [] });

const RULES: { [C in ChangeCapability]: Rule<C> } = {
  'services.scale': assessScale,
  'services.restart': assessRestart,
  'deploys.rollback': assessRollback,
  'caches.flush': assessFlush,
  'databases.failover': assessFailover,
  // Bounded by their schemas (two roots, a smallest age, a smallest journal), converging, repeatable.
  'disk.prune-docker': routine,
  'disk.vacuum-journal': routine,
  'disk.remove-old-files': routine,
};

/** The risk of one step, and whether it may be proposed or run at all. `args` are already parsed by their schema. */
export function assessStep<C extends ChangeCapability>(
  step: AssessedStep<C>,
  context: GuardrailFacts,
): Assessment {
  const rule: Rule<C> = RULES[step.capability];
  return rule(step, context);
}

/** What steps may not be in one plan together. */
export function assessPlan(steps: readonly StepLike[]): Refusal | null {
  if (steps.length === 0) {
    return { why: 'no-steps', detail: 'there is nothing to do: the plan has no step', instead: '/status' };
  }
  if (steps.length > MAX_STEPS) {
    return {
      why: 'too-many-steps',
      detail: `${steps.length} steps are more than a person can check on one card (at most ${MAX_STEPS})`,
      instead: '/help',
    };
  }
  if (steps.filter(({ capability }) => capability === 'deploys.rollback').length > 1) {
    return {
      why: 'several-rollbacks',
      detail: 'one plan rolls back one deploy at most: see what the first one does before the next',
      instead: '/rollback',
    };
  }
  if (steps.length > 1 && steps.some(({ risk }) => risk === 'critical')) {
    return {
      why: 'critical-goes-alone',
      detail: 'a critical step is confirmed by typing the name of its one target, so it is a plan by itself',
      instead: '/help',
    };
  }
  const seen = new Set<string>();
  for (const step of steps) {
    const touched = touches(step);
    if (seen.has(touched)) {
      return {
        why: 'same-target-twice',
        detail: `two steps change ${step.target.id}: the second would rest on facts the first has changed`,
        instead: '/help',
      };
    }
    seen.add(touched);
  }
  return null;
}

/** The call that takes the step back. Null: nothing we may do takes it back. */
export function undoOf<C extends ChangeCapability>(
  step: Pick<AssessedStep<C>, 'capability' | 'args' | 'facts'>,
): UndoCall | null {
  // Taking back a rollback is a new deploy, a failover a second failover; a flush and a restart cannot be.
  return step.capability === 'services.scale'
    ? undoScale(step as unknown as Pick<AssessedStep<'services.scale'>, 'args' | 'facts'>)
    : null;
}

/**
 * Why these steps may not run without a person: only what is bounded and may be repeated, or asked about after a
 * crash, may. `line` is the number of the step, from 1.
 */
export function autoFixRefusal(
  steps: readonly { capability: string; args: Record<string, unknown> }[],
): { line: number; refusal: Refusal } | null {
  for (const [index, step] of steps.entries()) {
    const refusal = refuseUnattended(step);
    if (refusal) return { line: index + 1, refusal };
  }
  return null;
}

const UNATTENDED: readonly ChangeCapability[] = [
  'disk.prune-docker',
  'disk.vacuum-journal',
  'disk.remove-old-files',
  'services.restart',
];

const NEVER_UNATTENDED: Partial<Record<ChangeCapability, string>> = {
  'deploys.rollback': 'a rollback is never automatic',
  'services.scale': 'scaling is never automatic: it costs money going up and capacity coming down',
  'caches.flush': 'a cache flush is never automatic: the load behind the cache may be what is failing',
  'databases.failover': 'a database operation is never automatic',
};

/** Why a change of this kind is never agreed to in advance, whatever its arguments. Null: some may be. */
export function neverUnattended(capability: string): string | null {
  if (!isChangeCapability(capability) || UNATTENDED.includes(capability)) return null;
  return NEVER_UNATTENDED[capability] ?? `${capability} is not pre-approvable`;
}

function refuseUnattended({
  capability,
  args,
}: {
  capability: string;
  args: Record<string, unknown>;
}): Refusal | null {
  if (isReadCapability(capability)) return null;
  const instead = 'use --approval ask: it shows what it found and waits for a yes';
  if (!isChangeCapability(capability)) {
    return {
      why: 'unknown-capability',
      detail: `"${capability.slice(0, 100)}" is nothing openclaw can do`,
      instead,
    };
  }
  const detail = neverUnattended(capability);
  if (detail !== null) return { why: 'needs-a-person', detail, instead };
  if (!CHANGE_ARGS[capability].safeParse(args).success) {
    return { why: 'invalid-arguments', detail: `the arguments of ${capability} are not valid`, instead };
  }
  if (capability === 'services.restart' && args.mode !== 'rolling') {
    return {
      why: 'needs-a-person',
      detail: 'a full restart is downtime and never automatic: only a rolling one is',
      instead,
    };
  }
  return null;
}

/** Disk steps of one host touch different things; anything else on one target counts as the same. */
function touches({ capability, args, source, target }: StepLike): string {
  const what = capability.startsWith('disk.') ? [capability, String(args.path ?? '')] : [];
  return JSON.stringify([source, target.id, ...what]);
}
