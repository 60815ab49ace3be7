// Alerts that count as over at an instant of their own unless they are sent again: what Prometheus posts itself.
// One timer for all of them, at the earliest end; the ends stand in the alerts' rows. A timer for each would be
// moved by every sending of every alert, once a minute.
import type { IncomingAlert } from '../../domain/alert.ts';
import type { Tables } from '../../store/tables.ts';

export const ALERT_END_KEY = 'alert-end';

/** After the alert was taken in. */
export async function armEnd(tx: Tables, source: string, incoming: IncomingAlert): Promise<void> {
  const { status, fingerprint, expiresAt } = incoming;
  if (status !== 'firing' || expiresAt === undefined) return;
  await tx.alerts.setEnd(source, fingerprint, expiresAt);
  const queued = await tx.jobs.findQueued(ALERT_END_KEY);
  if (!queued || queued.runAt > expiresAt)
    await tx.jobs.set('alert-end', {}, { key: ALERT_END_KEY, runAt: expiresAt });
}

/** An end that was ours to say, and meanwhile the alert was sent again. */
export async function isSentAgain(tx: Tables, source: string, incoming: IncomingAlert): Promise<boolean> {
  const { status, fingerprint, expiresAt } = incoming;
  if (status !== 'resolved' || expiresAt === undefined) return false;
  const end = await tx.alerts.endOf(source, fingerprint);
  return end !== null && end > expiresAt;
}
