// Reads what an approved plan rests on once more. What was shown is what runs, or nothing runs.
import { canonicalJson, type Json } from '../domain/digest.ts';
import { clipped } from '../domain/excerpt.ts';
import type { Plan, Step } from '../domain/plan.ts';
import type { Service } from '../domain/resource.ts';
import type { ChangeTool } from '../domain/tool.ts';
import type { Engine } from './engine.ts';
import { findChangeTool, withDeadline } from './toolbox.ts';

const INSPECT_DEADLINE_MS = 15_000;

/** The first difference between what was agreed to and what is, in words; null: none. */
export async function findDrift(
  plan: Pick<Plan, 'steps'>,
  engine: Engine,
  signal: AbortSignal,
): Promise<string | null> {
  for (const step of plan.steps) {
    const check = await checkStep(step, engine, signal);
    if (check.kind === 'drift') return check.text;
  }
  return null;
}

/** `absent`: nothing is left to do there, which is what the step was for. */
export type StepCheck = { kind: 'same' } | { kind: 'absent'; text: string } | { kind: 'drift'; text: string };

export async function checkStep(step: Step, engine: Engine, signal: AbortSignal): Promise<StepCheck> {
  const found = await findStepTool(step, engine);
  if (typeof found === 'string') return { kind: 'drift', text: found };
  const { tool, service } = found;
  const now = await withDeadline(INSPECT_DEADLINE_MS, signal, (limited) =>
    tool.inspect(step.args, service ?? undefined, { signal: limited }),
  );
  if (now.absent) return { kind: 'absent', text: now.absent };
  const text =
    now.target.id === step.target.id
      ? describeDifference(asJson(step.facts), asJson(now.facts))
      : `the target was ${step.target.label} and is now ${now.target.label}`;
  return text === null ? { kind: 'same' } : { kind: 'drift', text };
}

/** The very tool that was agreed to: same source, capability and version. */
export async function findStepTool(
  step: Step,
  engine: Engine,
): Promise<{ tool: ChangeTool; service: Service | null } | string> {
  const found =
    step.service === null ? null : await engine.store.read.resources.find('service', step.service);
  if (step.service !== null && !found?.enabled) return `the service ${step.service} is gone or disabled`;
  const service = found?.spec ?? null;
  const tool = findChangeTool(engine.adapters().sources, [step.source], step.capability, service);
  if (!tool) return `${step.source} can no longer do ${step.capability}`;
  if (tool.version !== step.version)
    return `${step.capability} of ${step.source} works differently since the plan was made`;
  return { tool, service };
}

function describeDifference(before: Record<string, Json>, after: Record<string, Json>): string | null {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const was = canonicalJson(before[key] ?? null);
    const is = canonicalJson(after[key] ?? null);
    if (was !== is)
      return `${factWords(key)} was ${factText(before[key])} and is now ${factText(after[key])}`;
  }
  return null;
}

const FACT_WORDS: Readonly<Record<string, string>> = {
  latest: 'the newest deploy',
  target: 'the deploy to go back to',
  inProgress: 'a deploy on its way',
  to: 'the next primary',
  before: 'the last of its kind',
};
const LONGEST_FACT = 200;

/** `desiredCount` to `desired count`. */
function factWords(key: string): string {
  return FACT_WORDS[key] ?? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** As people read it: numbers of deploys as they stand elsewhere, lists without brackets. */
function factText(value: Json | undefined): string {
  if (value === undefined || value === null) return 'not known';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return /^\d{1,12}$/.test(value) ? `#${value}` : clipped(value, LONGEST_FACT);
  if (Array.isArray(value) && value.every((each) => typeof each === 'string' || typeof each === 'number'))
    return value.length === 0 ? 'none' : clipped(value.join(', '), LONGEST_FACT);
  return clipped(canonicalJson(value), LONGEST_FACT);
}

/** Through JSON, as the stored plan went: undefined and absent are the same. */
function asJson(facts: object): Record<string, Json> {
  return JSON.parse(JSON.stringify(facts)) as Record<string, Json>;
}
