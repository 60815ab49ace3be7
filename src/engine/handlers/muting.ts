// Follows the silences: what they begin to cover, what they let go of, and when to look again. Reads all of it anew.
import type { Alert } from '../../domain/alert.ts';
import type { Silence } from '../../domain/resource.ts';
import { activeUntil, nextChange, silencedBy } from '../../domain/silence.ts';
import { MUTING_KEY } from '../../store/resources.ts';
import type { Tables } from '../../store/tables.ts';
import { beginBatch, endBatch } from '../alerts/batch.ts';
import { endOf, mutedBySilence, recordMuting, silenceName } from '../alerts/mute.ts';
import { readSetup, type Setup } from '../alerts/setup.ts';
import { tell } from '../alerts/take.ts';
import type { Engine, Handler } from '../engine.ts';
import { holdPages, letGo } from '../hold.ts';

/** Muted alerts looked at in one commit. */
const BATCH = 200;

export const muting: Handler = async (run, engine) => {
  const after = Number(run.job.payload.after ?? 0);
  return async (tx) => {
    const now = engine.clock.now();
    const setup = beginBatch(await readSetup(tx));
    const muted = await tx.alerts.muted(after, BATCH);
    for (const alert of muted) await follow(tx, alert, setup, engine);
    await endBatch(tx, setup, engine);
    const last = muted.length === BATCH ? muted.at(-1) : undefined;
    if (last) return tx.jobs.set('muting', { after: last.id }, { key: MUTING_KEY, priority: 1 });
    await cover(tx, setup.silences, engine);
    const changes = setup.silences
      .flatMap((silence) => nextChange(silence, now) ?? [])
      .filter(Number.isFinite);
    if (changes.length > 0)
      await tx.jobs.set('muting', {}, { key: MUTING_KEY, runAt: Math.min(...changes), priority: 1 });
  };
};

/** Of a muted alert: another silence may have it now, or none. */
async function follow(tx: Tables, alert: Alert, setup: Setup, engine: Engine): Promise<void> {
  const { id, mutedBy, ...before } = alert;
  if (mutedBy === null) return;
  const silence = silencedBy(alert, setup.silences, engine.clock.now());
  if (silence) {
    if (mutedBySilence(silence.name) === mutedBy) return;
    await tx.alerts.setMutedBy(id, mutedBySilence(silence.name));
    return recordMuting(tx, alert, silence, engine);
  }
  const name = silenceName(mutedBy);
  const incident = alert.incidentId === null ? null : await tx.incidents.find(alert.incidentId);
  const why = `the silence "${name}" is over and ${alert.title} still fires`;
  const data = { silence: name };
  if (incident?.state === 'open') {
    const held = await tx.alerts.allMutedBy(incident.id);
    await tx.alerts.setMutedBy(id, null);
    if (held !== null) await letGo(tx, incident, { why, data }, engine);
    return;
  }
  await tx.timeline.add({ incidentId: null, kind: 'alert', text: `${alert.title}: ${why}`, data });
  await tx.alerts.setMutedBy(id, null);
  await tell(
    tx,
    { ...before, id, mutedBy },
    { ...before, mutedBy: null },
    { notes: [`The silence "${name}" is over, and it still fires.`], setup },
    engine,
  );
}

/** Of incidents that are open already: nothing is hidden, and where all that fires is silenced nobody more is told. */
async function cover(tx: Tables, silences: readonly Silence[], engine: Engine): Promise<void> {
  const now = engine.clock.now();
  const active = silences.filter((silence) => activeUntil(silence, now) !== null);
  if (active.length === 0) return;
  const touched = new Map<number, Silence>();
  for (const alert of await tx.alerts.firingInIncidents()) {
    const silence = silencedBy(alert, active, now);
    if (!silence || alert.incidentId === null) continue;
    await tx.alerts.setMutedBy(alert.id, mutedBySilence(silence.name));
    await recordMuting(tx, alert, silence, engine);
    touched.set(alert.incidentId, silence);
  }
  for (const [id, silence] of touched) {
    const incident = await tx.incidents.find(id);
    if (incident?.state !== 'open' || (await tx.alerts.allMutedBy(id)) === null) continue;
    const why = `all that fires is silenced by "${silence.name}" until ${endOf(silence, engine)}`;
    await holdPages(tx, incident, { what: 'Escalation waits', why, data: { silence: silence.name } });
  }
}
