// One conversation with Claude at a time of need: text and read-only tools in, words or one checked call out.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Turn } from '../../domain/assistant.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Ledger, ModelSpending } from '../../domain/model-budget.ts';
import type { Breaker, Health } from './breaker.ts';
import { nothingSpent } from './budget.ts';
import { type Client, loadClient } from './client.ts';
import { hideKey } from './hide-key.ts';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import { type Failure, leftAlone, NO_KEY, type Outcome, toldOf } from './outcome.ts';
import { outgoing } from './outgoing.ts';
import { talk } from './talk.ts';
import type { EndTool, ReadTool } from './tools.ts';

export interface ClaudeParts {
  /** Handed in by the daemon. Null or blank: there is none. It is in no outcome and no error. */
  key: string | null;
  /** From `readBaseUrl`. */
  base: string;
  clock: Clock;
  /** One for this key and address. */
  breaker: Breaker;
  /** Everything that leaves passes it. Where it throws, nothing leaves. Default: `outgoing`. */
  outgoing?: (text: string) => string;
  /** From 0 to 1, for the pauses between tries. Default: Math.random. */
  random?: () => number;
  /** Between tries. Default: a timer. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** IANA zone of times in sentences. Default: UTC. */
  zone?: string;
  /** In place of the SDK's: what was said once, said again. */
  client?: Client;
}

export interface Conversation {
  model: string;
  system: {
    /** The same bytes in every conversation of its kind: what the prompt cache keeps, with the tools. */
    stable: readonly string[];
    varying?: readonly string[];
  };
  user: string;
  /** In an order that is always the same. */
  reads: readonly ReadTool[];
  /** Each ends the conversation: its checked arguments are the result. */
  ends?: readonly EndTool[];
  ledger: Ledger;
  /** Hangs up: the one thing for which `converse` throws, its reason. */
  signal: AbortSignal;
  /** The text of the turn that runs, at most once a second; a turn that is tried again begins anew. From outside. */
  onText?: (soFar: string) => void;
  limits?: Partial<Limits>;
  /** Each answered request, before the next is made. What it throws ends the conversation. */
  onTurn?: (turn: Turn) => Promise<void>;
}

export interface Claude {
  /** Errors: only the reason of `signal`. */
  converse(conversation: Conversation): Promise<Outcome>;
}

/** Of one request, for the SDK; the conversation's own deadline is sooner. */
const LONGEST_MS = 600_000;

export function createClaude(parts: ClaudeParts): Claude {
  const { breaker, clock } = parts;
  const key = parts.key?.trim() ?? '';
  let client: Promise<Client> | undefined = parts.client && Promise.resolve(parts.client);

  function load(): Promise<Client> {
    if (client) return client;
    const loading = loadClient({ key, base: parts.base, timeoutMs: LONGEST_MS });
    loading.catch(() => {
      client = undefined;
    });
    client = loading;
    return loading;
  }

  return {
    async converse(conversation) {
      conversation.signal.throwIfAborted();
      const unasked = (failure: Failure) => silent(failure, conversation.model);
      if (key === '') return unasked(NO_KEY);
      // A header could not hold it, and `fetch` would repeat it in its own error.
      if (!/^[!-~]+$/.test(key))
        return unasked({
          why: 'key-refused',
          words: "Claude's key holds a character that no header may",
          hint: 'look at the secret that holds it',
        });
      const entered = breaker.enter();
      if (!entered.ok) return unasked(leftAlone(entered.retryAt, parts.zone ?? 'UTC'));
      let health: Health = 'unknown';
      try {
        const limits = { ...DEFAULT_LIMITS, ...conversation.limits };
        const { onText } = conversation;
        const hidden = onText && ((soFar: string) => onText(hideKey(soFar, key)));
        const talked = await talk(hidden ? { ...conversation, onText: hidden } : conversation, {
          client: load(),
          clock,
          limits,
          outgoing: parts.outgoing ?? outgoing,
          random: parts.random ?? Math.random,
          wait: parts.wait ?? ((ms, signal) => sleep(ms, undefined, { signal })),
        });
        health = talked.health;
        return hideKey(talked.outcome, key);
      } finally {
        entered.done(health);
      }
    },
  };
}

function silent(failure: Failure, model: string): Outcome {
  const usage: ModelSpending = nothingSpent(model);
  const { why, detail = null } = failure;
  return { kind: 'silent', why, ...toldOf(failure), detail, calls: [], usage, turns: 0 };
}
