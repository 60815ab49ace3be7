// Claude as the daemon makes it, in front of a Messages API of ours, with a clock of the test's own.
import { z } from 'zod';
import type { Ledger, ModelSpending } from '../../src/domain/model-budget.ts';
import { type Breaker, createBreaker } from '../../src/planners/claude/breaker.ts';
import { type ClaudeParts, type Conversation, createClaude } from '../../src/planners/claude/claude.ts';
import type { Outcome } from '../../src/planners/claude/outcome.ts';
import { endTool, readTool } from '../../src/planners/claude/tools.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { type ApiReply, type MessagesApi, startMessagesApi } from './messages-api/server.ts';

export interface TestLedger extends Ledger {
  told: ModelSpending[];
  asked: number;
  /** Requests that cost nothing. */
  free: number;
}

export interface ClaudeBench {
  api: MessagesApi;
  clock: TestClock;
  breaker: Breaker;
  ledger: TestLedger;
  /** Pauses between tries, which took no time but the clock's. */
  pauses: number[];
  /** Each time the reading tool was run, with what it was given. */
  read: unknown[];
  converse(more?: Partial<Conversation>): Promise<Outcome>;
}

/** What the reading tool of a bench says. */
export const READING = 'error_rate 12.3% since 03:10';

export async function claudeBench(
  replies: readonly ApiReply[] = [],
  more: Partial<ClaudeParts> = {},
): Promise<ClaudeBench> {
  const api = await startMessagesApi(replies);
  const clock = createTestClock();
  const breaker = createBreaker(clock);
  const ledger = openLedger();
  const pauses: number[] = [];
  const read: unknown[] = [];
  const claude = createClaude({
    key: api.key,
    base: api.url,
    clock,
    breaker,
    random: () => 0.5,
    wait: async (ms) => {
      pauses.push(ms);
      clock.advance(ms);
    },
    ...more,
  });
  const reads = [
    readTool({
      name: 'metrics_query',
      description: 'Reads one metric of a service.',
      schema: z.strictObject({ service: z.string(), metric: z.string() }),
      run: async (args) => {
        read.push(args);
        return READING;
      },
    }),
  ];
  const ends = [
    endTool({
      name: 'propose_plan',
      description: 'Proposes the steps to take.',
      schema: z.strictObject({ steps: z.array(z.strictObject({ capability: z.string() })).min(1) }),
    }),
  ];
  return {
    api,
    clock,
    breaker,
    ledger,
    pauses,
    read,
    converse: (conversation = {}) =>
      claude.converse({
        model: 'claude-sonnet-5-5',
        system: { stable: ['You help people on call.'], varying: ['Incident 43.'] },
        user: 'what is wrong?',
        reads,
        ends,
        ledger,
        signal: new AbortController().signal,
        ...conversation,
      }),
  };
}

/** Has room as long as the test does not say otherwise. */
export function openLedger(): TestLedger {
  const ledger: TestLedger = {
    told: [],
    asked: 0,
    free: 0,
    room: async () => {
      ledger.asked += 1;
      return { ok: true };
    },
    spent: async (spending) => {
      if (spending) ledger.told.push(spending);
      else ledger.free += 1;
    },
  };
  return ledger;
}
