// The question of then put to a model anew, over the readings of then: would it have proposed otherwise? Changes nothing.
import type { Question } from '../../domain/assistant.ts';
import type { Clock } from '../../domain/clock.ts';
import { canonicalJson, type Json } from '../../domain/digest.ts';
import { UserError } from '../../domain/errors.ts';
import type { Playbook } from '../../domain/playbook.ts';
import type { CameOfIt, ProposedOtherwise } from '../../domain/replayed.ts';
import { createBreaker } from './breaker.ts';
import { createClaude } from './claude.ts';
import { chooseModel, readBaseUrl } from './model.ts';
import { ask, type KeptTalk, kindOf } from './replay.ts';

export interface AskAgain {
  playbooks: readonly Playbook[];
  clock: Clock;
  /** `ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL`. */
  env: Readonly<Record<string, string | undefined>>;
  model?: string | undefined;
  /** Today's instructions of agents and commands, by name. Undefined: those of then. */
  instructions?:
    | { agents: Readonly<Record<string, string>>; commands: Readonly<Record<string, string>> }
    | undefined;
  signal: AbortSignal;
}

/** Errors: UserError where there is no key, or no such model can be; the reason of `signal`. */
export async function askAgain(talk: KeptTalk, options: AskAgain): Promise<ProposedOtherwise> {
  const { clock, env, signal, playbooks } = options;
  const key = env.ANTHROPIC_API_KEY?.trim() ?? '';
  if (key === '')
    throw new UserError(
      'there is no key to ask a model with',
      'ANTHROPIC_API_KEY=... openclaw replay FILE --with-model',
    );
  const { model } = chooseModel({ agent: options.model ?? talk.request.model });
  const breaker = createBreaker(clock);
  const claude = createClaude({ key, base: readBaseUrl(env.ANTHROPIC_BASE_URL), clock, breaker });
  const missed: string[] = [];
  const { reply } = await ask(talk, {
    claude,
    breaker,
    playbooks,
    signal,
    missed: (what) => missed.push(what),
    question: asked(talk.request.question, model, options.instructions),
  });
  const [before, after] = [cameOf(talk.outcome), cameOf(reply)];
  return {
    model: { before: talk.request.model, after: model },
    before,
    after,
    same: kindOf(reply) === 'silent' ? null : before.proposal === after.proposal,
    missed,
  };
}

function asked(then: Question, model: string, today: AskAgain['instructions']): Question {
  const question: Question = { ...then, agent: { ...then.agent, model } };
  const { agent, command } = question;
  if (!today) return question;
  return {
    ...question,
    agent: { ...agent, instructions: today.agents[agent.name] ?? agent.instructions },
    command: command && { ...command, instructions: today.commands[command.name] ?? command.instructions },
  };
}

function cameOf(reply: unknown): CameOfIt {
  const { text, remark, sentence, line, command, proposal } = (reply ?? {}) as Record<string, unknown>;
  const words = String(text ?? remark ?? sentence ?? '');
  if (kindOf(reply) !== 'proposed') return { proposal: 'nothing', words };
  const { kind, title, detail, question, steps } = (proposal ?? {}) as Record<string, unknown>;
  const what =
    kind === 'steps'
      ? // What was kept has its fields in another order.
        canonicalJson(JSON.parse(JSON.stringify(steps ?? title ?? null)) as Json)
      : `${String(kind)}: ${String(detail ?? question ?? '')}`;
  return { proposal: `${typeof line === 'string' ? line : String(command)} → ${what}`, words };
}
