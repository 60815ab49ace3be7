// The self-audit's hands: whatever waits for a job that is not there gets one. Called inside a commit.
import type { JobKind } from '../store/jobs.ts';
import { MUTING_KEY } from '../store/resources.ts';
import type { Tables } from '../store/tables.ts';
import { repairAcknowledgements } from './acknowledgement.ts';
import type { Engine } from './engine.ts';
import { armResolve, escalateKey } from './incident-state.ts';
import { expireKey } from './plan-state.ts';
import { type Mended, tellElsewhere } from './second-channel.ts';

/** At most this many of a sort at a time: the next audit goes on from there. */
const BATCH = 100;

export async function repair(tx: Tables, engine: Engine): Promise<void> {
  await repairIncidents(tx, engine);
  await repairAcknowledgements(tx, engine, BATCH);
  await repairPlans(tx, engine);
  // Whoever is muted is let go by a job: one that is there already makes this do nothing.
  if ((await tx.alerts.muted(0, 1)).length > 0) await tx.jobs.add('muting', {}, { key: MUTING_KEY });
}

/** Every open incident either escalates, waits to be resolved, or has an owner and something that still fires. */
async function repairIncidents(tx: Tables, engine: Engine): Promise<void> {
  const mended: Mended[] = [];
  for (const incident of await tx.incidents.withoutTimer(BATCH)) {
    const alerts = await tx.alerts.ofIncident(incident.id);
    const clear = alerts.length > 0 && alerts.every(({ status }) => status === 'resolved');
    if (!clear && incident.ackedBy !== null) continue;
    if (clear) await armResolve(tx, incident, null, engine);
    else
      await tx.jobs.set(
        'escalate',
        { incidentId: incident.id },
        { key: escalateKey(incident.id), priority: 0 },
      );
    // What it waited for is over, and that did not let it go.
    if (incident.inhibitedBy !== null) await tx.incidents.update(incident.id, { inhibitedBy: null });
    const what = clear
      ? 'Everything is clear and no timer would resolve it; the audit set one'
      : 'The escalation had no timer; the audit set one';
    await tx.timeline.add({ incidentId: incident.id, kind: 'system', text: what });
    mended.push({ incident, what });
    engine.log({
      level: 'error',
      event: clear ? 'resolve-repaired' : 'escalation-repaired',
      incident: incident.id,
    });
  }
  await tellElsewhere(tx, mended, engine);
}

async function repairPlans(tx: Tables, engine: Engine): Promise<void> {
  const now = engine.clock.now();
  const live = await tx.jobs.live(['execute', 'watch', 'expire']);
  const has = (kind: JobKind, field: string, id: number) =>
    live.some((job) => job.kind === kind && job.payload[field] === id);
  const said = (event: string, plan: number) => engine.log({ level: 'error', event, plan });
  const plans = await tx.plans.inStates(['approved', 'executing', 'watching']);
  for (const plan of plans.slice(0, BATCH)) {
    if (plan.state === 'watching') {
      if (has('watch', 'planId', plan.id)) continue;
      const startedAt = (await tx.executions.ofPlan(plan.id)).at(-1)?.endedAt ?? now;
      await tx.jobs.add('watch', { planId: plan.id, startedAt }, { key: `watch:${plan.id}` });
      said('watch-repaired', plan.id);
    } else if (!has('execute', 'planId', plan.id)) {
      // It asks what became of a step that had begun, and checks everything again before one that had not.
      await tx.jobs.add('execute', { planId: plan.id }, { priority: 1 });
      said('execute-repaired', plan.id);
    }
  }
  for (const started of (await tx.executions.started()).slice(0, BATCH)) {
    if (plans.some(({ id }) => id === started.planId)) continue;
    // Its plan is over: nobody will ever end it, and it locks its target.
    await tx.executions.end(started.id, {
      state: 'unknown',
      summary: 'nobody recorded what became of it',
      at: now,
    });
    said('lock-repaired', started.planId);
  }
  for (const approval of (await tx.approvals.pending()).slice(0, BATCH)) {
    if (has('expire', 'approvalId', approval.id)) continue;
    await tx.jobs.set(
      'expire',
      { approvalId: approval.id },
      { key: expireKey(approval.id), runAt: approval.expiresAt },
    );
    said('expire-repaired', approval.planId);
  }
}
