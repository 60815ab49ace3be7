// Asks pagers who is on call, so that the answer is there when somebody has to be told.

import { knownSchedule } from '../../domain/on-call-answer.ts';
import type { Handler } from '../engine.ts';
import { askSchedules, FRESH_MS, keepSchedules, wantedSchedules } from '../schedules.ts';

export const ON_CALL_KEY = 'on-call';
/** How soon a level that was just configured is asked for. */
const LOOK_EVERY_MS = 5000;
/** Where no level names a schedule. */
const IDLE_MS = 30_000;
const DEADLINE_MS = 10_000;

export const onCall: Handler = async (run, engine) => {
  const { read } = engine.store;
  const now = engine.clock.now();
  const wanted = await wantedSchedules(read);
  const before = await read.settings.get('schedules');
  const triedAt = (run.job.payload.triedAt ?? {}) as Record<string, number>;
  const due = wanted.filter((one) => {
    const at = knownSchedule(one, before)?.answer?.askedAt ?? 0;
    return now - Math.max(at, triedAt[one.target] ?? 0) >= FRESH_MS;
  });
  const asked = await askSchedules(due, before, { deadlineMs: DEADLINE_MS, signal: run.signal }, engine);
  const tried = Object.fromEntries(
    wanted.map(({ target }) => [
      target,
      due.some((one) => one.target === target) ? now : (triedAt[target] ?? 0),
    ]),
  );
  return async (tx) => {
    await keepSchedules(tx, asked, wanted, engine);
    const runAt = engine.clock.now() + (wanted.length > 0 ? LOOK_EVERY_MS : IDLE_MS);
    await tx.jobs.set('on-call', { triedAt: tried }, { key: ON_CALL_KEY, runAt, priority: 0 });
  };
};
