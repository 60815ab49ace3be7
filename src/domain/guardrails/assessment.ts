// How a rule says yes and no.
import type { Assessment, GuardrailFacts } from '../guardrails.ts';
import type { Risk } from '../risk.ts';

export function allow(risk: Risk, notes: string[] = []): Assessment {
  return { risk, refusal: null, notes };
}

/** `risk` is what the step would have been: a refusal never makes it look smaller. */
export function refuse(risk: Risk, why: string, detail: string, instead: string): Assessment {
  return { risk, refusal: { why, detail, instead }, notes: [] };
}

export function isDatabase(context: GuardrailFacts): boolean {
  return context.serviceKind === 'database' || context.serviceIsDatabase === true;
}
