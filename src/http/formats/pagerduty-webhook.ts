// PagerDuty webhooks v3: what became of an incident there. One event a request, in order per incident.
// Ref: `PagerDuty/developer-docs` `docs/webhooks/01-Overview.md`, `04-Verifying-Signatures.md`.
import type { IncomingAlert } from '../../domain/alert.ts';
import { readPagerNews } from '../../domain/pager-news.ts';
import { isHmac } from '../auth.ts';
import { addLink, cleanLine, isObject, type Notes, own, scalarText, TITLE_MAX } from './clean.ts';
import type { FormatContext, ReadAlerts, SignedRequest, WholeFormat } from './format.ts';
import { shortHash, timedKey } from './identity.ts';
import { readInstant } from './instant.ts';

export const pagerdutyWebhook: WholeFormat = {
  kind: 'whole',
  maxBytes: 1024 * 1024,
  signature: { header: 'x-pagerduty-signature', refuse },
  // Three 4xx, and PagerDuty turns the webhook off for a day.
  lenient: true,
  toAlerts,
};

/** It burns there: what we know of it is true again, or for the first time. */
const FIRING = new Set(['triggered', 'reopened', 'unacknowledged', 'escalated', 'priority_updated']);
const SIGNATURES_MAX = 16;

/** `v1=<hex>,v1=<hex>`: one for each secret it knows, and any that fits is enough. */
function refuse({ raw, headers, secrets }: SignedRequest): string | null {
  const header = headers['x-pagerduty-signature'];
  const given = (typeof header === 'string' ? header : '')
    .split(',', SIGNATURES_MAX)
    .map((one) => one.trim());
  let right = false;
  for (const one of given) if (one.startsWith('v1=') && isHmac(one.slice(3), [raw], secrets)) right = true;
  return right ? null : 'its X-PagerDuty-Signature fits none of its secrets';
}

export function toAlerts(fields: unknown, context: FormatContext): ReadAlerts {
  const read: ReadAlerts = { alerts: [], problems: [], derivedKeys: [], notices: [] };
  const event = isObject(fields) ? own(fields, 'event') : null;
  if (!isObject(event))
    return { ...read, problems: [{ where: 'event', what: 'is missing: no PagerDuty webhook v3' }] };
  const notes: Notes = { list: [] };
  const line = (from: unknown, name: string): string =>
    isObject(from) ? cleanLine(scalarText(own(from, name)) ?? '', TITLE_MAX, name, notes) : '';
  const type = line(event, 'event_type') || '(no type)';
  const at = instantOf(own(event, 'occurred_at'));
  const key = keyOf(event, at, context);
  // What PagerDuty sends to try the connection.
  if (type === 'pagey.ping')
    return { ...read, notices: [remark(key, 'PagerDuty tried the webhook: it works')] };
  // An incident that an openclaw began is no alert: it would be told of its own pages.
  const ours = readPagerNews(fields, null);
  if (ours !== null) return { ...read, notices: [{ key, notice: ours }] };
  const data = own(event, 'data');
  const id = incidentIdOf(type, data);
  if (id === '')
    return { ...read, notices: [remark(key, `PagerDuty event ${type}, which concerns no incident`)] };

  const who = line(own(event, 'agent'), 'summary') || line(own(event, 'client'), 'name');
  const [kind, word = ''] = [type.split('.', 1)[0], type.slice(type.indexOf('.') + 1)];
  const status =
    kind !== 'incident'
      ? 'unknown'
      : word === 'resolved'
        ? 'resolved'
        : FIRING.has(word)
          ? 'firing'
          : 'unknown';
  const title = line(data, 'title') || line(data, 'summary') || `PagerDuty incident ${id}`;
  const urgency = line(data, 'urgency').toLowerCase();
  const links: IncomingAlert['links'] = [];
  if (isObject(data)) addLink(links, own(data, 'html_url'), 'PagerDuty', notes);
  const alert: IncomingAlert = {
    fingerprint: shortHash('pagerduty', id),
    deliveryKey: key,
    status,
    title,
    description: '',
    severity: urgency === 'high' ? 'critical' : urgency === 'low' ? 'warning' : null,
    severityText: urgency || null,
    service: (isObject(data) && line(own(data, 'service'), 'summary')) || null,
    labels: labelsOf(data, line),
    links,
    startsAt: instantOf(isObject(data) ? own(data, 'created_at') : null) ?? at,
    endsAt: status === 'resolved' ? at : null,
    value: null,
    threshold: null,
    unit: null,
    ...(status === 'unknown' ? { remark: remarkOf(word, who, data) } : {}),
    notes: notes.list,
  };
  return { ...read, alerts: [alert] };
}

/** The id in the signed body; the header X-Webhook-Id beside it is not signed. */
function keyOf(
  event: Record<string, unknown>,
  at: number | null,
  { receivedAt, deliveryId }: FormatContext,
): string {
  const id = scalarText(own(event, 'id')) ?? '';
  return id === ''
    ? timedKey(receivedAt, shortHash(deliveryId))
    : timedKey(at ?? 0, shortHash('pagerduty-event', id));
}

/** Of the incident itself, or of the one that a note, a responder or an update belongs to. Empty: of none. */
function incidentIdOf(type: string, data: unknown): string {
  if (!isObject(data) || !type.startsWith('incident.')) return '';
  const incident = own(data, 'incident');
  const of = isObject(incident) ? incident : data;
  const isIncident =
    isObject(incident) || /^incident(_reference)?$/.test(scalarText(own(data, 'type')) ?? 'incident');
  return isIncident ? (scalarText(own(of, 'id')) ?? '').slice(0, 200) : '';
}

function remarkOf(word: string, who: string, data: unknown): string {
  const said = isObject(data) ? scalarText(own(data, 'content') ?? own(data, 'message')) : null;
  const text = cleanLine(said ?? '', 500, 'note', { list: [] });
  return `${word.replace(/[._]+/g, ' ')}${who ? ` by ${who}` : ''} in PagerDuty${text ? `: ${text}` : ''}`;
}

function labelsOf(data: unknown, line: (from: unknown, name: string) => string): Record<string, string> {
  if (!isObject(data)) return {};
  const labels = {
    number: line(data, 'number'),
    incident_key: line(data, 'incident_key'),
    priority: line(own(data, 'priority'), 'summary'),
    escalation_policy: line(own(data, 'escalation_policy'), 'summary'),
  };
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}

function remark(key: string, text: string) {
  return { key, notice: { type: 'remark' as const, text, advice: null } };
}

function instantOf(value: unknown): number | null {
  const read = readInstant(value);
  return read === 'not understood' ? null : read.at;
}
