// Alerts that openclaw raises about itself and its sources: they go the road of every other alert, so routes,
// silences, escalation and the record hold for them.
import type { Alert, IncomingAlert } from '../domain/alert.ts';
import { OWN_SOURCE } from '../domain/built-in.ts';
import { receiveAlerts } from '../store/receive.ts';
import type { Tables } from '../store/tables.ts';

export interface OwnAlert {
  fingerprint: string;
  /** Names what is wrong for routes and silences: `--match alertname=SourceSilent`. */
  alertname: string;
  title: string;
  description: string;
  /** What the thread says: what to check. */
  notes: string[];
  /** Since when. Another time it is another delivery. */
  startsAt: number;
  labels?: Record<string, string>;
}

export async function raiseOwn(tx: Tables, own: OwnAlert, now: number): Promise<void> {
  await deliver(tx, { ...own, labels: { alertname: own.alertname, ...own.labels } }, 'firing', now);
}

export async function clearOwn(tx: Tables, known: Alert, now: number): Promise<void> {
  await deliver(tx, { ...known, notes: [] }, 'resolved', now);
}

async function deliver(
  tx: Tables,
  from: Pick<IncomingAlert, 'fingerprint' | 'title' | 'description' | 'labels' | 'notes'> & {
    startsAt: number;
  },
  status: 'firing' | 'resolved',
  now: number,
): Promise<void> {
  const { fingerprint, title, description, labels, notes, startsAt } = from;
  const body: IncomingAlert = {
    fingerprint,
    deliveryKey: `${fingerprint}/${status}/${startsAt}`,
    status,
    title,
    description,
    severity: 'critical',
    severityText: null,
    service: null,
    labels,
    links: [],
    startsAt,
    endsAt: status === 'resolved' ? now : null,
    value: null,
    threshold: null,
    unit: null,
    notes,
  };
  const entry = { source: OWN_SOURCE, key: body.deliveryKey, kind: 'alert' as const, body, receivedAt: now };
  await receiveAlerts(tx, [entry]);
}
