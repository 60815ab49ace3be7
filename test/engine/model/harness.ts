// The whole engine with Claude, whose API is one of ours on loopback that says what a test scripts.
import { onTestFinished } from 'vitest';
import type { Assistant } from '../../../src/domain/assistant.ts';
import type { Clock } from '../../../src/domain/clock.ts';
import { createAssistant } from '../../../src/planners/claude/assistant.ts';
import { createBreaker } from '../../../src/planners/claude/breaker.ts';
import { createClaude } from '../../../src/planners/claude/claude.ts';
import { PLAYBOOKS } from '../../../src/playbooks/all.ts';
import { createHarness, type Harness, type HarnessOptions } from '../../support/harness.ts';
import { type ApiReply, type MessagesApi, startMessagesApi } from '../../support/messages-api/server.ts';

export interface ModelHarness {
  h: Harness;
  api: MessagesApi;
  /** All that the model was sent, as text. */
  sent(): string;
  titles(): string[];
}

/** `onLook`: whenever the model's side looks at the clock, as it does at each piece of text. */
export async function withModel(
  replies: readonly ApiReply[] = [],
  { onLook, beat }: { onLook?: (h: Harness) => void; beat?: HarnessOptions['beat'] } = {},
): Promise<ModelHarness> {
  const api = await startMessagesApi(replies);
  let h: Harness | undefined;
  const now = () => {
    if (h) onLook?.(h);
    return h?.clock.now() ?? 0;
  };
  h = await createHarness({ assistant: assistantAt(api, { now }), beat });
  const harness = h;
  onTestFinished(() => harness.close());
  return {
    h,
    api,
    sent: () => api.requests.map(({ raw }) => raw).join('\n'),
    titles: () => harness.slack.posts.map(({ message }) => message.title),
  };
}

/** Claude whose API is ours, and whose marks around text from outside hold `nonce`. */
export function assistantAt(api: MessagesApi, clock: Clock, nonce = 'n0nce'): Assistant {
  const breaker = createBreaker(clock);
  const claude = createClaude({
    key: api.key,
    base: api.url,
    clock,
    breaker,
    wait: async () => {},
    random: () => 0,
  });
  return createAssistant({
    claude,
    breaker,
    playbooks: PLAYBOOKS,
    model: undefined,
    nonce: () => nonce,
  });
}
