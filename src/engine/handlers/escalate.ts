// Tells the next level, until a human answers. The timer re-reads everything when it fires and may do nothing.
import type { Job } from '../../store/jobs.ts';
import type { Tables } from '../../store/tables.ts';
import type { Engine, Handler } from '../engine.ts';
import { nothing } from '../engine.ts';
import { heldBy } from '../held.ts';
import { escalateKey, followAlerts, isClearing } from '../incident-state.ts';
import { addSchedules, askSchedules, unknownSchedules } from '../schedules.ts';
import { type Occasion, tellNextLevel } from '../tell-level.ts';

/** Whoever is to be told waits no longer than this for a pager to say who it is. */
const ASK_MS = 3000;

export const escalate: Handler = async (run, engine) => {
  const { id, nobody } = payloadOf(run.job);
  const dueAt = run.job.runAt;
  const { read } = engine.store;
  const incident = await read.incidents.find(id);
  if (!incident) return nothing;
  // Who is on call is asked all the time; only a level that never was is waited for, and not for long.
  const unknown = await unknownSchedules(read, incident);
  const limits = { deadlineMs: ASK_MS, signal: run.signal };
  const asked = unknown.length > 0 ? await askSchedules(unknown, [], limits, engine) : [];
  return async (tx) => {
    if (asked.length > 0) await addSchedules(tx, asked);
    await tellIfOpen(tx, id, { kind: 'timer', dueAt, nobody }, engine);
  };
};

/** The round that is due is made in the commit that found it due: who is paged waits for one commit less. */
export async function tellNow(tx: Tables, incidentId: number, engine: Engine): Promise<void> {
  const key = escalateKey(incidentId);
  const job = await tx.jobs.findQueued(key);
  if (!job || job.attempts > 0 || job.runAt > engine.clock.now()) return;
  const incident = await tx.incidents.find(incidentId);
  // Asking takes a call: the job makes it.
  if (incident && (await unknownSchedules(tx, incident)).length > 0) return;
  await tx.jobs.cancel(key);
  const { id, nobody } = payloadOf(job);
  await tellIfOpen(tx, id, { kind: 'timer', dueAt: job.runAt, nobody }, engine);
}

async function tellIfOpen(tx: Tables, id: number, occasion: Occasion, engine: Engine): Promise<void> {
  // Read inside the commit: an acknowledgement and this timer race by commit order.
  const now = await tx.incidents.find(id);
  if (now?.state !== 'open' || now.ackedBy !== null) return;
  // Something has to end the wait, or nobody would be told when an alert fires again.
  if (await isClearing(tx, id)) return followAlerts(tx, now, engine);
  // Whatever holds it back starts it again when it lets go.
  if ((await heldBy(tx, now)) !== null) return;
  await tellNextLevel(tx, now, occasion, engine);
}

function payloadOf({ payload }: Job): { id: number; nobody: number } {
  return { id: Number(payload.incidentId), nobody: Number(payload.nobody ?? 0) };
}
