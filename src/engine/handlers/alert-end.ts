// Alerts whose end has come and that were not sent again: they are over, by the road every alert takes.
import type { Alert, IncomingAlert } from '../../domain/alert.ts';
import type { Tables } from '../../store/tables.ts';
import { ALERT_END_KEY } from '../alerts/end.ts';
import type { Handler } from '../engine.ts';

/** A timer that fires so late was held up by us: nobody could have sent anything meanwhile. */
const LATE_MS = 30_000;
/** As long as Alertmanager waits by itself. */
const GRACE_MS = 5 * 60_000;

export const alertEnd: Handler = async (run, engine) => {
  return async (tx) => {
    const now = engine.clock.now();
    if (now - run.job.runAt > LATE_MS) {
      // The daemon was down, and so was what it would have heard: each may be sent again first.
      await tx.alerts.postponeEnds(now, now + GRACE_MS);
      return arm(tx, now + GRACE_MS);
    }
    const over = await tx.alerts.ended(now);
    const added = await tx.inbox.addMany(
      over.map(({ alert, end }) => ({
        source: alert.source,
        key: `end.${alert.id}.${end}`,
        kind: 'alert' as const,
        body: resolvedBy(alert, end),
        receivedAt: now,
      })),
    );
    if (added > 0) await tx.jobs.add('alert', {}, { key: 'alerts', lane: 'alerts', priority: 1 });
    // Those of this batch stay in their rows until the alert job has taken them, so only later ends count.
    const next = await tx.alerts.nextEnd(now);
    if (next !== null) await arm(tx, next);
  };
};

async function arm(tx: Tables, runAt: number): Promise<void> {
  await tx.jobs.set('alert-end', {}, { key: ALERT_END_KEY, runAt });
}

function resolvedBy(alert: Alert, end: number): IncomingAlert {
  return {
    fingerprint: alert.fingerprint,
    deliveryKey: `end.${alert.id}.${end}`,
    status: 'resolved',
    title: alert.title,
    description: alert.description,
    severity: alert.severity,
    severityText: alert.severity,
    service: alert.service,
    labels: alert.labels,
    links: alert.links,
    startsAt: alert.startsAt,
    endsAt: end,
    expiresAt: end,
    value: alert.value,
    threshold: alert.threshold,
    unit: alert.unit,
    notes: ['it was not sent again'],
  };
}
