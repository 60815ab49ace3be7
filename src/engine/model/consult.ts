// Asks the model, where there is one, on behalf of a command, a person or an incident; whatever happens is an answer.
import { agentFor } from '../../domain/agent-for.ts';
import type { OfferedCommand, Question, Reply } from '../../domain/assistant.ts';
import type { Kit } from '../../domain/playbook.ts';
import { playbookOf } from '../../domain/playbook-of.ts';
import { redact } from '../../domain/redact.ts';
import type { Agent, Command } from '../../domain/resource.ts';
import type { Tables } from '../../store/tables.ts';
import type { Engine, Run } from '../engine.ts';
import { knownAlerts } from './known-alerts.ts';
import { openTalk } from './talk.ts';

export type Consulted = Reply & { agent: string };
export type Ask = Omit<Question, 'agent'> & {
  actor: string | null;
  /** Changed lines of code, told only where the agent may. */
  source?: string | undefined;
  onText?: (soFar: string) => void;
  /** Called once a second as long as nothing of an answer came, for who waits for it. */
  onWait?: () => void;
};

const BEAT_MS = 1000;

/** Null: there is no model here, and nothing is to be said of one. */
export async function consult(
  { actor, source = '', onText, onWait, ...asked }: Ask,
  kit: Kit,
  engine: Engine,
  run: Pick<Run, 'signal'>,
): Promise<Consulted | null> {
  const { assistant, store } = engine;
  if (!assistant) return null;
  const agent = agentFor(await agents(store.read), asked.incident);
  const { name, message, model = null, budget, sourceText = false } = agent;
  const alerts = asked.incident ? await knownAlerts(store.read, asked.incident.id) : [];
  const question: Question = {
    ...asked,
    agent: { name, instructions: message, model },
    known: [
      ...asked.known,
      ...(sourceText && source !== '' ? [{ label: 'changed lines', text: source }] : []),
      ...alerts,
    ],
  };
  const talk = await openTalk(engine, question, { actor, budget, sourceText });
  let reply: Reply;
  const stopWaiting = onWait ? (engine.beat ?? byTimer)(onWait) : () => {};
  const heard = (soFar: string) => {
    stopWaiting();
    onText?.(soFar);
  };
  try {
    const options = { signal: run.signal, record: talk, ...(onText ? { onText: heard } : {}) };
    reply = await assistant.ask(question, kit, options);
  } catch (error) {
    run.signal.throwIfAborted();
    // Ours, then: everything else works without it.
    const text = redact(error instanceof Error ? (error.stack ?? error.message) : String(error));
    engine.log({ level: 'error', event: 'assistant-failed', purpose: asked.purpose, error: text });
    reply = {
      kind: 'silent',
      sentence: 'Claude could not be asked, and the log says why; this is without it.',
      cost: { tokens: 0, microDollars: 0 },
    };
  } finally {
    stopWaiting();
  }
  await talk.end(reply);
  return { ...reply, agent: name };
}

function byTimer(each: () => void): () => void {
  const timer = setInterval(each, BEAT_MS);
  return () => clearInterval(timer);
}

async function agents({ resources }: Tables): Promise<Agent[]> {
  return (await resources.list('agent')).filter(({ enabled }) => enabled).map(({ spec }) => spec);
}

/** What it may propose steps for. `only`: of this one command; else of all that are stored. */
export async function offered(
  { resources }: Tables,
  knows: (command: Pick<Command, 'trigger' | 'playbook'>) => boolean,
  only?: string,
): Promise<OfferedCommand[]> {
  const commands = (await resources.list('command')).filter(
    ({ enabled, name }) => enabled && (only === undefined || name === only),
  );
  return commands.map(({ name, spec }) => ({
    name,
    trigger: spec.trigger,
    playbook: knows(spec) ? playbookOf(spec) : null,
  }));
}
