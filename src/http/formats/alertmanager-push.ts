// Alertmanager's push API, `POST …/api/v2/alerts`: Prometheus posts straight to us. prometheus/alertmanager
// docs/alerts_api.md. A list of alerts, each sent again while it fires; it is over when its end has passed.
import type { IncomingAlert } from '../../domain/alert.ts';
import { toAlert } from './alertmanager.ts';
import { addNote, cleanLine, isObject, own, scalarText } from './clean.ts';
import { type FormatContext, isProblem, type Problem, type ReadAlerts, type WholeFormat } from './format.ts';
import { shortHash, timedKey } from './identity.ts';
import { readInstant } from './instant.ts';

/** Prometheus sends 256 alerts at once at most, unless it is told otherwise. */
export const alertmanagerPush: WholeFormat = { kind: 'whole', maxBytes: 4 * 1024 * 1024, toAlerts };

/** Alertmanager's `resolve_timeout`, for senders that give no end. */
const RESOLVE_TIMEOUT_MS = 5 * 60_000;
const BATCH_MAX = 10_000;

export function toAlerts(body: unknown, context: FormatContext): ReadAlerts {
  const read: ReadAlerts = { alerts: [], problems: [], derivedKeys: [] };
  if (!Array.isArray(body) || body.length > BATCH_MAX) {
    const what = Array.isArray(body)
      ? `holds ${body.length} alerts; send at most ${BATCH_MAX} at once`
      : 'must be a list of alerts';
    read.problems.push({ where: 'body', what });
    return read;
  }
  body.forEach((item: unknown, index) => {
    const alert = pushed(item, `[${index}]`, context);
    if (isProblem(alert)) read.problems.push(alert);
    else read.alerts.push(alert);
  });
  return read;
}

function pushed(item: unknown, where: string, context: FormatContext): IncomingAlert | Problem {
  if (!isObject(item)) return { where, what: 'must be an object' };
  const labels = own(item, 'labels');
  if (isObject(labels) && Object.keys(labels).length === 0)
    return { where: `${where}.labels`, what: 'is empty: labels are what an alert is known by' };
  const end = readInstant(own(item, 'endsAt'));
  // Neither a status nor a fingerprint is taken from the sender: this API has none.
  const read = toAlert({ ...item, status: 'firing', fingerprint: undefined }, where, NO_HEAD, context);
  if (isProblem(read)) return read;
  if (end === 'not understood') {
    const text = cleanLine(scalarText(own(item, 'endsAt')) ?? '', 40, 'endsAt', { list: [] });
    const notes = { list: [...read.notes] };
    addNote(notes, `endsAt is not a time in RFC 3339${text === '' ? '' : `: ${text}`}`);
    return firing({ ...read, notes: notes.list }, null, context);
  }
  if (end.at === null || end.at > context.receivedAt) return firing(read, end.at, context);
  return { ...read, status: 'resolved', endsAt: end.at };
}

/** Firing until its end, unless it is sent again: each sending has an end, so a key, of its own. */
function firing(read: IncomingAlert, end: number | null, context: FormatContext): IncomingAlert {
  const name = end === null ? context.deliveryId : String(end);
  return {
    ...read,
    expiresAt: end ?? context.receivedAt + RESOLVE_TIMEOUT_MS,
    deliveryKey: timedKey(end ?? context.receivedAt, shortHash(read.deliveryKey, name)),
  };
}

const NO_HEAD: ReadonlyMap<string, unknown> = new Map();
