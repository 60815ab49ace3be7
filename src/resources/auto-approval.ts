// What may be agreed to in advance. The executor asks the same rule again before it runs: this is the first gate.
import { autoFixRefusal, neverUnattended } from '../domain/guardrails.ts';
import type { CompiledStep } from '../domain/resource.ts';
import { writeStep } from './values/typed-step.ts';

export function refusalOfAuto(
  steps: readonly CompiledStep[],
  notify: string | undefined,
): { why: string; hint?: string } | null {
  if (steps.length === 0) return { why: 'it has no steps to run' };
  const refused = autoFixRefusal(steps);
  const step = refused && steps[refused.line - 1];
  if (step) return { why: `step "${writeStep(step)}": ${refused.refusal.detail}` };
  if (notify === undefined) {
    return {
      why: 'nobody would be told when it runs',
      hint: 'add --notify "#ops-info", or write --approval ask',
    };
  }
  return null;
}

/** Of steps whose arguments may still be wrong: the first that is never automatic, and why. */
export function neverAuto(steps: readonly CompiledStep[]): string | null {
  for (const step of steps) {
    const why = neverUnattended(step.capability);
    if (why !== null) return `step "${writeStep(step)}": ${why}`;
  }
  return null;
}
