// Prose of an auto-fix that our own rules do not read, read by the model when it is added: typed steps, for a person to confirm.
// When the fix runs no model decides anything.
import { AFFECTED_SERVICE } from '../domain/affected-service.ts';
import type { Question } from '../domain/assistant.ts';
import { BUILT_IN_AGENT } from '../domain/built-in.ts';
import type { Clock } from '../domain/clock.ts';
import { type Allowance, tokensOf } from '../domain/model-budget.ts';
import type { CompiledStep } from '../domain/resource.ts';
import { openTalk } from '../engine/model/talk.ts';
import { createBreaker } from '../planners/claude/breaker.ts';
import { createClaude } from '../planners/claude/claude.ts';
import { compileTools } from '../planners/claude/compile-tools.ts';
import { instructions, stableFrame } from '../planners/claude/frame.ts';
import { cleanQuestion } from '../planners/claude/keep.ts';
import { chooseModel, readBaseUrl } from '../planners/claude/model.ts';
import { outgoing } from '../planners/claude/outgoing.ts';
import { namesWord } from '../planners/claude/taint.ts';
import { checkStep } from '../resources/check-step.ts';
import type { Store } from '../store/store.ts';

export interface ReadFix {
  /** Checked by the same rules as `--step`. Empty: there are none. */
  steps: CompiledStep[];
  /** Why there are none; empty where there are. */
  sentence: string;
  cost: Allowance;
}

/** `action`: the operator's own words. Errors: UserError for a model or an address that cannot be. */
export async function compileFix(
  { action, condition }: { action: string; condition: string },
  {
    store,
    clock,
    env,
    signal,
  }: { store: Store; clock: Clock; env: Readonly<Record<string, string | undefined>>; signal: AbortSignal },
): Promise<ReadFix> {
  const found = await store.read.resources.find('agent', BUILT_IN_AGENT.name);
  const agent = found?.spec ?? BUILT_IN_AGENT;
  const { model } = chooseModel({ agent: agent.model ?? null, environment: env.ANTHROPIC_MODEL });
  const asked: Question = {
    purpose: 'compile',
    agent: { name: agent.name, instructions: agent.message, model },
    command: null,
    words: action,
    incident: null,
    known: [],
    commands: [],
  };
  const question = cleanQuestion(asked, outgoing);
  const claude = createClaude({
    key: env.ANTHROPIC_API_KEY ?? null,
    base: readBaseUrl(env.ANTHROPIC_BASE_URL),
    clock,
    breaker: createBreaker(clock),
  });
  const engine = { store, clock, zone: env.OPENCLAW_ZONE ?? 'UTC' };
  const record = await openTalk(engine, question, { actor: null, budget: agent.budget, sourceText: false });
  const system = { stable: [stableFrame()], varying: [instructions(question)] };
  const user = `Condition of the auto-fix: ${outgoing(condition)}\nIts action:\n${question.words}`;
  const ends = compileTools();
  await record.began({
    model,
    system,
    tools: ends.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    user,
    nonce: '',
    question,
    kit: { now: clock.now(), zone: engine.zone, services: [], sources: [], commands: null, changers: [] },
  });
  const outcome = await claude.converse({
    model,
    system,
    user,
    reads: [],
    ends,
    ledger: record,
    signal,
    onTurn: (turn) => record.turn(turn),
  });
  const read = readOutcome(outcome, action);
  await record.end(read);
  const { usage } = outcome;
  return { ...read, cost: { tokens: tokensOf(usage), microDollars: usage.microDollars } };
}

function readOutcome(
  outcome: Awaited<ReturnType<ReturnType<typeof createClaude>['converse']>>,
  action: string,
): Omit<ReadFix, 'cost'> {
  if (outcome.kind === 'silent') return none(outcome.sentence);
  if (outcome.ended?.tool !== 'steps') return none('Claude does not read it as steps of ours either.');
  const { steps } = outcome.ended.args as { steps: { capability: string; args: Record<string, unknown> }[] };
  try {
    const checked = steps.map(({ capability, args }) => checkStep({ capability, args, from: '' }));
    const strange = checked.map(({ args }) => args.service).find((name) => !isNamed(name, action));
    return strange === undefined
      ? { steps: checked, sentence: '' }
      : none(`Claude reads it as about ${String(strange).slice(0, 80)}, which the action does not name.`);
  } catch {
    return none('Claude read it as steps that openclaw does not have.');
  }
}

function isNamed(service: unknown, action: string): boolean {
  return service === undefined || service === AFFECTED_SERVICE || namesWord(action, String(service));
}

function none(sentence: string): Omit<ReadFix, 'cost'> {
  return { steps: [], sentence };
}
