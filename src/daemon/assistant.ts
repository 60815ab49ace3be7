// The model, where the environment has a key for it. Whatever is wrong with it is said, and everything else works.
import type { Assistant } from '../domain/assistant.ts';
import type { Clock } from '../domain/clock.ts';
import { UserError } from '../domain/errors.ts';
import type { LogEntry } from '../engine/engine.ts';
import { createAssistant } from '../planners/claude/assistant.ts';
import { createBreaker } from '../planners/claude/breaker.ts';
import { createClaude } from '../planners/claude/claude.ts';
import { readBaseUrl } from '../planners/claude/model.ts';
import { PLAYBOOKS } from '../playbooks/all.ts';
import type { Store } from '../store/store.ts';

const WARNING = 'model';

/** `ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL`, `ANTHROPIC_MODEL`. Null: there is no key, or what is said of it cannot be. */
export async function assistantOf(
  env: Readonly<Record<string, string | undefined>>,
  { store, clock, zone, log }: { store: Store; clock: Clock; zone: string; log(entry: LogEntry): void },
): Promise<Assistant | null> {
  const key = env.ANTHROPIC_API_KEY?.trim() ?? '';
  const say = (text: string | null) => store.write((tx) => tx.settings.warn(WARNING, text));
  if (key === '') {
    await say(null);
    return null;
  }
  try {
    const base = readBaseUrl(env.ANTHROPIC_BASE_URL);
    const breaker = createBreaker(clock);
    const claude = createClaude({ key, base, clock, breaker, zone });
    const assistant = createAssistant({ claude, breaker, playbooks: PLAYBOOKS, model: env.ANTHROPIC_MODEL });
    const { model } = assistant.state();
    log({ level: 'info', event: 'model', model });
    await say(null);
    return assistant;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    await say(`Claude is not used: ${error.message}${error.hint === undefined ? '' : `; ${error.hint}`}`);
    log({ level: 'error', event: 'model-not-used', error: error.message });
    return null;
  }
}

/** Of a chat, where there is one to speak to. */
export function modelGreeting(assistant: Assistant | null): string[] {
  return assistant === null
    ? []
    : [`Begin with @openclaw to ask ${assistant.state().model} in your own words; only people approve.`];
}
