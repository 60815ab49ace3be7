// One start of the engine as the daemon does it, without its HTTP server and its glances: a test says when it works.
import { randomUUID } from 'node:crypto';
import type { Assistant } from '../../src/domain/assistant.ts';
import type { ChannelAdapter } from '../../src/domain/channel.ts';
import type { HttpsGet } from '../../src/domain/https-get.ts';
import type { Planner } from '../../src/domain/playbook.ts';
import type { SourceAdapter } from '../../src/domain/tool.ts';
import type { LogEntry } from '../../src/engine/engine.ts';
import { HANDLERS } from '../../src/engine/handlers/all.ts';
import { AUDIT_KEY } from '../../src/engine/handlers/audit.ts';
import { LOOKOUT_KEY } from '../../src/engine/handlers/lookout.ts';
import { POLL_KEY } from '../../src/engine/handlers/poll.ts';
import type { Space } from '../../src/engine/low-space.ts';
import { createWorker, type Worker } from '../../src/engine/worker.ts';
import { createPlaybookPlanner } from '../../src/planners/playbook.ts';
import { PLAYBOOKS } from '../../src/playbooks/all.ts';
import type { Store } from '../../src/store/store.ts';
import type { TestClock } from './clock.ts';

export const TIMERS = ['poll', 'audit', 'lookout'] as const;
export type Timer = (typeof TIMERS)[number];

export interface EngineParts {
  clock: TestClock;
  store: Store;
  sources: readonly SourceAdapter[];
  channels: readonly ChannelAdapter[];
  /** Default: the playbooks. */
  planner?: Planner | undefined;
  /** Default: there is no model. */
  assistant?: Assistant | undefined;
  log(entry: LogEntry): void;
  /** Which of the daemon's own timers run. */
  timers: readonly Timer[];
  /** Default: nothing can be fetched. */
  httpsGet?: HttpsGet;
  /** Free where the state is. Default: not known. */
  space?: () => Promise<Space | null>;
  /** Whether alerts pour in. Default: never. */
  givesWay?: (() => boolean) | undefined;
}

export interface RunningEngine {
  worker: Worker;
  /** Moves the clock to an instant, stopping at each job that falls due on the way. */
  runUntil(at: number): Promise<void>;
}

/** Takes back what an earlier start was running. Nothing works yet: call `runUntil` or the worker. */
export async function startEngine(parts: EngineParts): Promise<RunningEngine> {
  const { clock, store, sources, channels, timers } = parts;
  await store.write(async (tx) => {
    await tx.jobs.takeBack();
    if (timers.includes('poll')) await tx.jobs.set('poll', {}, { key: POLL_KEY });
    if (timers.includes('audit')) await tx.jobs.set('audit', {}, { key: AUDIT_KEY });
    if (timers.includes('lookout'))
      await tx.jobs.set('lookout', { since: clock.now() }, { key: LOOKOUT_KEY });
  });
  const worker = createWorker(
    {
      clock,
      store,
      adapters: () => ({ sources, channels }),
      planner: parts.planner ?? createPlaybookPlanner(PLAYBOOKS),
      assistant: parts.assistant ?? null,
      log: parts.log,
      startId: randomUUID(),
      zone: 'UTC',
      ...(parts.httpsGet ? { httpsGet: parts.httpsGet } : {}),
      ...(parts.space ? { space: parts.space } : {}),
      ...(parts.givesWay ? { givesWay: parts.givesWay } : {}),
    },
    HANDLERS,
  );
  return {
    worker,
    async runUntil(at) {
      for (;;) {
        await worker.runUntilIdle();
        // What is due already waits for its lane.
        const due = await store.read.jobs.nextDueAt(clock.now());
        if (due === null || due > at) break;
        clock.set(due);
      }
      clock.set(at);
      await worker.runUntilIdle();
    },
  };
}
