// A plan is the exact steps that will be taken. Its digest names those bytes; its card is rendered from them.
import type { ChangeArgs, ChangeCapability, FactsOf, Repeat } from './capability.ts';
import type { Destination } from './destination.ts';
import { digestOf, type Json } from './digest.ts';
import type { Principal } from './principal.ts';
import { principalKey } from './principal.ts';
import type { Risk } from './risk.ts';
import type { PreviewLine, Target } from './tool.ts';

export const PLAN_STATES = [
  'waiting',
  'approved',
  'executing',
  'watching',
  'done',
  'failed',
  'unknown',
  'refused',
  'denied',
  'expired',
  'void',
] as const;
export type PlanState = (typeof PLAN_STATES)[number];
export const OPEN_PLAN_STATES: readonly PlanState[] = ['waiting', 'approved', 'executing', 'watching'];

export interface Step {
  capability: ChangeCapability;
  source: string;
  version: number;
  repeat: Repeat;
  /** The configured service it acts on; null for the host itself. */
  service: string | null;
  args: ChangeArgs<ChangeCapability>;
  target: Target;
  facts: FactsOf[ChangeCapability];
  risk: Risk;
  preview: PreviewLine[];
}

/** Heads the note of an auto-fix's plan that says what was measured. */
export const BECAUSE = 'Because';

/** What the watch compares after the change. */
export type SuccessTest =
  | {
      kind: 'metric';
      service: string;
      metric: string;
      unit: string;
      before: number | null;
      goal: { op: '<' | '<=' | '>' | '>='; value: number } | null;
    }
  | { kind: 'healthy'; service: string; count: number | null }
  | { kind: 'disk'; source: string; mount: string; beforePercent: number }
  /** Of an auto-fix: what made it run has to be over, and the service, if it is one, healthy. */
  | {
      kind: 'condition';
      source: string;
      target: string;
      service: string | null;
      /** As it was written: `disk_usage > 90%`. */
      condition: string;
      metric: string;
      before: number | null;
    }
  | { kind: 'none' };

/** The call that takes it back, offered as a new plan when the watch says worse. */
export interface UndoCall {
  capability: ChangeCapability;
  args: ChangeArgs<ChangeCapability>;
}

/** Lines of a card under their heading. `code`: shown as they stand, such as a diff. */
export interface Note {
  heading: string;
  lines: string[];
  code?: true | undefined;
}

export interface Plan {
  id: number;
  state: PlanState;
  incidentId: number | null;
  /** The command's or auto-fix's name, and the words that asked for it. */
  command: string;
  asked: string;
  /** Set where an auto-fix made it. */
  autoFix: string | null;
  requester: Principal;
  destination: Destination;
  /** "Roll back deploy #492 of shop": by code. */
  title: string;
  service: string | null;
  steps: Step[];
  /** Lines that are shown and are not part of the digest: the diff, what was left out. */
  notes: Note[];
  risk: Risk;
  twoPerson: boolean;
  /** Set instead of steps: the incident this resolves, with the cause as stated. */
  closes: { incidentId: number; rootCause: string | null } | null;
  success: SuccessTest;
  undo: UndoCall | null;
  watchMs: number;
  digest: string;
  expiresAt: number;
  createdAt: number;
  /** Why it ended as it did. */
  reason: string | null;
}

/** The digest of what a person agrees to. Prose, measurements and display names are not in it. */
export function planDigest(
  plan: Pick<
    Plan,
    'steps' | 'risk' | 'closes' | 'success' | 'undo' | 'requester' | 'expiresAt' | 'twoPerson'
  >,
): string {
  const body = {
    steps: plan.steps.map(({ capability, source, version, repeat, service, args, target, facts, risk }) => ({
      capability,
      source,
      version,
      repeat,
      service,
      args,
      target: target.id,
      facts,
      risk,
    })),
    risk: plan.risk,
    closes: plan.closes,
    success:
      plan.success.kind === 'metric' || plan.success.kind === 'condition'
        ? { ...plan.success, before: null }
        : plan.success,
    undo: plan.undo,
    requester: principalKey(plan.requester),
    twoPerson: plan.twoPerson,
    expiresAt: plan.expiresAt,
  };
  // Through JSON once: optional keys that are undefined are absent in what is stored, so they must be here too.
  return digestOf(JSON.parse(JSON.stringify(body)) as Json);
}

/** Whether its bytes are still the ones its digest names. False also for bytes that are no plan at all. */
export function isIntact(plan: Plan): boolean {
  try {
    return plan.closes !== null || plan.steps.length > 0 ? planDigest(plan) === plan.digest : false;
  } catch {
    return false;
  }
}
