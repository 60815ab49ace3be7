// From a planner's wish to a plan: parse, find the tool, read the facts, let the guardrails judge, take the digest.
import { DEFAULT_WATCH_MS, HEALTHY_WATCH_MS } from '../domain/built-in.ts';
import {
  CHANGE_ARGS,
  type ChangeArgs,
  type ChangeCapability,
  isChangeCapability,
  REPEAT,
} from '../domain/capability.ts';
import type { Destination } from '../domain/destination.ts';
import { clipped, quoted } from '../domain/excerpt.ts';
import { assessPlan, assessStep, undoOf } from '../domain/guardrails.ts';
import { type Plan, planDigest, type Step } from '../domain/plan.ts';
import type { Proposal, StepRequest } from '../domain/playbook.ts';
import type { Principal } from '../domain/principal.ts';
import { redact, redactJson } from '../domain/redact.ts';
import type { Refusal } from '../domain/refusal.ts';
import { approvalWindowMs, worstRisk } from '../domain/risk.ts';
import type { Engine } from './engine.ts';
import { guardrailFacts } from './guardrail-facts.ts';
import { findChangeTool, withDeadline } from './toolbox.ts';

const INSPECT_DEADLINE_MS = 15_000;
/** A folder is measured by looking at every file in it. */
const MEASURE_DEADLINE_MS = 60_000;

export interface PlanRequest {
  command: string;
  /** Sources in the order they are asked for the change. */
  sources: readonly string[];
  asked: string;
  autoFix: string | null;
  requester: Principal;
  destination: Destination;
  incidentId: number | null;
  twoPerson: boolean;
  watchMs: number | null;
  proposal: Extract<Proposal, { kind: 'steps' }>;
}

export type Prepared = { kind: 'plan'; plan: Omit<Plan, 'id'> } | { kind: 'refused'; refusal: Refusal };

export async function preparePlan(
  request: PlanRequest,
  engine: Engine,
  signal: AbortSignal,
): Promise<Prepared> {
  const { proposal } = request;
  const now = engine.clock.now();
  const steps: Step[] = [];
  const notes = [...proposal.notes];
  const leftOut: string[] = [];
  for (const wish of proposal.steps) {
    const made = await prepareStep(wish, request, engine, signal);
    if (made.kind === 'refused') return made;
    if (made.kind === 'absent') leftOut.push(made.text);
    else {
      steps.push(made.step);
      if (made.notes.length > 0) notes.push({ heading: 'Mind', lines: made.notes });
    }
  }
  if (leftOut.length > 0) notes.push({ heading: 'Left out', lines: leftOut });
  if (steps.length === 0) {
    return refused(
      'nothing-to-do',
      leftOut.length > 0 ? leftOut.join('; ') : 'there is nothing to do',
      '/status',
    );
  }
  const refusal = assessPlan(steps);
  if (refusal) return { kind: 'refused', refusal };

  const risk = worstRisk(steps.map((step) => step.risk));
  const only = steps.length === 1 ? steps[0] : undefined;
  const body = {
    steps,
    risk,
    closes: null,
    success: proposal.success,
    undo: only ? undoOf(only) : null,
    requester: request.requester,
    twoPerson: request.twoPerson,
    expiresAt: now + approvalWindowMs(risk, { twoPerson: request.twoPerson }),
  };
  return {
    kind: 'plan',
    plan: {
      ...body,
      digest: planDigest(body),
      state: 'waiting',
      incidentId: request.incidentId,
      command: request.command,
      asked: request.asked,
      autoFix: request.autoFix,
      destination: request.destination,
      // Prose from outside (commit messages, names) is stored as it may be shown; the digest does not cover it.
      title: redact(proposal.title),
      service: proposal.service,
      notes: redactJson(notes),
      watchMs: request.watchMs ?? (proposal.success.kind === 'healthy' ? HEALTHY_WATCH_MS : DEFAULT_WATCH_MS),
      createdAt: now,
      reason: null,
    },
  };
}

type MadeStep =
  | { kind: 'step'; step: Step; notes: string[] }
  | { kind: 'absent'; text: string }
  | { kind: 'refused'; refusal: Refusal };

async function prepareStep(
  wish: StepRequest,
  request: PlanRequest,
  engine: Engine,
  signal: AbortSignal,
): Promise<MadeStep> {
  const { capability } = wish;
  if (!isChangeCapability(capability)) {
    return refused('unknown-capability', `there is no way to ${quoted(capability)}`, '/help');
  }
  const parsed = CHANGE_ARGS[capability].safeParse(wish.args);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refused(
      'bad-arguments',
      `${capability}: ${issue ? `${issue.path.join('.')} ${issue.message}` : 'bad arguments'}`,
      '/help',
    );
  }
  const args = parsed.data as ChangeArgs<ChangeCapability>;
  if (!isSayable(args)) {
    return refused(
      'bad-arguments',
      `${capability}: its arguments hold characters that cannot be shown`,
      '/help',
    );
  }
  const serviceName = 'service' in args ? args.service : null;
  const service =
    serviceName === null ? null : await engine.store.read.resources.find('service', serviceName);
  if (serviceName !== null && !service?.enabled) {
    return refused(
      'unknown-service',
      `there is no service named ${quoted(serviceName)}`,
      `openclaw service add --name ${quoted(serviceName)}`,
    );
  }
  const { sources } = engine.adapters();
  const tool = findChangeTool(sources, request.sources, capability, service?.spec ?? null);
  if (!tool) {
    const who =
      request.sources.length > 0 ? request.sources.map((name) => `"${name}"`).join(', ') : 'no source';
    return refused(
      'no-source',
      `${who} cannot do ${capability}${serviceName ? ` for ${serviceName}` : ''}`,
      serviceName ? `openclaw service show "${serviceName}"` : 'openclaw source list',
    );
  }
  const limitMs = capability.startsWith('disk.') ? MEASURE_DEADLINE_MS : INSPECT_DEADLINE_MS;
  const inspection = await withDeadline(limitMs, signal, (limited) =>
    tool.inspect(args, service?.spec, { signal: limited }),
  );
  if (inspection.absent) return { kind: 'absent', text: inspection.absent };
  const { target, facts, preview } = inspection;
  const history = await guardrailFacts(
    engine.store.read,
    { source: tool.source, target, service: serviceName },
    engine.clock.now(),
  );
  const assessment = assessStep({ capability, args, facts, service: serviceName }, history);
  if (assessment.refusal) return { kind: 'refused', refusal: assessment.refusal };
  return {
    kind: 'step',
    notes: assessment.notes,
    step: {
      capability,
      source: tool.source,
      version: tool.version,
      repeat: REPEAT[capability],
      service: serviceName,
      args,
      target,
      facts,
      risk: assessment.risk,
      preview: redactJson(preview),
    },
  };
}

function refused(why: string, detail: string, instead: string): { kind: 'refused'; refusal: Refusal } {
  // What was asked for may be anybody's words: they stand in ours, on one line.
  return { kind: 'refused', refusal: { why, detail: clipped(detail, 500), instead: clipped(instead, 300) } };
}

/** What cannot be named or shown exactly cannot be agreed to: half a surrogate pair, a terminal code, a line break. */
function isSayable(args: ChangeArgs<ChangeCapability>): boolean {
  const unseen = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u;
  return Object.values(args).every((value) => typeof value !== 'string' || !unseen.test(value));
}
