// Alertmanager webhook, version "4": prometheus/alertmanager docs/configuration.md <webhook_config>, notify/webhook.
import type { IncomingAlert } from '../../domain/alert.ts';
import { readSeverity } from '../../domain/severity.ts';
import {
  addLink,
  addNote,
  cleanLabels,
  cleanLine,
  cleanText,
  DESCRIPTION_MAX,
  isObject,
  LABEL_VALUE_MAX,
  type Notes,
  own,
  scalarText,
  strictNumber,
  TITLE_MAX,
} from './clean.ts';
import { type FormatContext, isProblem, type Problem, type ReadAlerts, type StreamFormat } from './format.ts';
import { isGrafana, withGrafana } from './grafana-alert.ts';
import { shortHash, sortedText, timedKey } from './identity.ts';
import { readInstant } from './instant.ts';

export const alertmanager: StreamFormat = {
  kind: 'stream',
  title: 'Alertmanager',
  maxBytes: 64 * 1024 * 1024,
  array: 'alerts',
  maxItemBytes: 256 * 1024,
  toAlert,
  toAlerts,
};

/** Annotations that have a place of their own; the others follow the description, line by line. */
const PLACED = new Set(['summary', 'description', 'message', 'value', 'threshold', 'unit']);
const LINKS: readonly (readonly [string, string])[] = [
  ['runbook_url', 'Runbook'],
  ['dashboard_url', 'Dashboard'],
  ['dashboard', 'Dashboard'],
];
/** Enough to identify any honest alert, little enough to log. */
const FINGERPRINT_MAX = 128;

/** A whole body. One bad alert does not take the others with it: it stands in `problems`. */
export function toAlerts(body: unknown, context: FormatContext): ReadAlerts {
  const read: ReadAlerts = { alerts: [], problems: [], derivedKeys: [] };
  const items = isObject(body) ? own(body, 'alerts') : undefined;
  if (!isObject(body) || !Array.isArray(items)) {
    read.problems.push(missingAlerts(body));
    return read;
  }
  const head = new Map(Object.entries(body).filter(([name]) => name !== 'alerts'));
  items.forEach((item: unknown, index) => {
    const alert = toAlert(item, `alerts[${index}]`, head, context);
    if (isProblem(alert)) read.problems.push(alert);
    else read.alerts.push(alert);
  });
  return read;
}

/** One element of `alerts`; `head` is every other field of the document. */
export function toAlert(
  item: unknown,
  where: string,
  head: ReadonlyMap<string, unknown>,
  context: FormatContext,
): IncomingAlert | Problem {
  if (!isObject(item)) return { where, what: 'must be an object' };
  const rawLabels = own(item, 'labels');
  if (!isObject(rawLabels)) return { where: `${where}.labels`, what: 'must be an object of names and texts' };
  const rawAnnotations = own(item, 'annotations') ?? {};
  if (!isObject(rawAnnotations))
    return { where: `${where}.annotations`, what: 'must be an object of names and texts' };

  const notes: Notes = { list: [] };
  const labels = cleanLabels(rawLabels, notes);
  const annotation = (name: string): string => scalarText(own(rawAnnotations, name)) ?? '';
  const status = readStatus(own(item, 'status'), notes);
  const startsAt = instantOf(item, 'startsAt', notes);
  const endsAt = instantOf(item, 'endsAt', notes);
  const severityText = labels.severity ? labels.severity : null;
  const value = strictNumber(annotation('value') || labels.value);
  const threshold = strictNumber(annotation('threshold') || labels.threshold);
  const fingerprint = fingerprintOf(own(item, 'fingerprint'), labels);
  const groupKey = scalarText(head.get('groupKey')) ?? '';
  addTruncation(head.get('truncatedAlerts'), notes);

  const alert: IncomingAlert = {
    fingerprint,
    // An exact repeat has the same key. Hashed are the words of this alert, not its bytes: the order in
    // which a proxy writes the names must not make it a new one.
    deliveryKey: timedKey(
      startsAt ?? 0,
      shortHash(
        groupKey,
        fingerprint,
        scalarText(own(item, 'startsAt')) ?? '',
        scalarText(own(item, 'status')) ?? '',
        scalarText(own(item, 'endsAt')) ?? '',
        scalarText(own(item, 'generatorURL')) ?? '',
        sortedText(scalarsOf(rawLabels)),
        sortedText(scalarsOf(rawAnnotations)),
      ),
    ),
    status,
    title: titleOf(annotation('summary'), labels, context.source, notes),
    description: descriptionOf(rawAnnotations, notes),
    severity: readSeverity(severityText),
    severityText,
    service: labels.service || labels.job || labels.app || null,
    labels,
    links: linksOf(item, rawAnnotations, head, notes),
    startsAt,
    // While it fires, Alertmanager may send the time at which it would give up waiting: not an end.
    endsAt: status === 'firing' ? null : endsAt,
    value: value?.value ?? null,
    threshold: threshold?.value ?? null,
    unit: cleanLine(annotation('unit'), 16, 'unit', notes) || (value?.unit ?? threshold?.unit ?? null),
    notes: notes.list,
  };
  // Told apart by what it holds: a Grafana that posts to a source of type alertmanager loses nothing.
  return isGrafana(head) ? withGrafana(alert, item) : alert;
}

export function missingAlerts(body: unknown): Problem {
  if (!isObject(body)) return { where: 'body', what: 'must be a JSON object with a list "alerts"' };
  return own(body, 'alerts') === undefined
    ? { where: 'alerts', what: 'is missing: this does not look like an Alertmanager webhook, version 4' }
    : { where: 'alerts', what: 'must be a list' };
}

/** Per alert, because a group that is "firing" can hold resolved alerts. Unknown never resolves. */
function readStatus(raw: unknown, notes: Notes): IncomingAlert['status'] {
  const text = scalarText(raw)?.trim().toLowerCase() ?? '';
  if (text === 'firing' || text === 'resolved') return text;
  addNote(
    notes,
    text === ''
      ? 'the sender gave no status'
      : `status not understood: ${cleanLine(text, 40, 'status', notes)}`,
  );
  return 'unknown';
}

function instantOf(item: Record<string, unknown>, name: string, notes: Notes): number | null {
  const read = readInstant(own(item, name));
  if (read !== 'not understood') return read.at;
  addNote(notes, `${name} is not a time in RFC 3339`);
  return null;
}

function fingerprintOf(raw: unknown, labels: Record<string, string>): string {
  if (typeof raw === 'string' && /^[\x21-\x7e]+$/.test(raw))
    return raw.length <= FINGERPRINT_MAX ? raw : shortHash(raw);
  return shortHash(sortedText(labels));
}

function titleOf(summary: string, labels: Record<string, string>, source: string, notes: Notes): string {
  const title = cleanLine(summary, TITLE_MAX, 'title', notes);
  if (title !== '') return title;
  const name = labels.alertname || `Alert without a name from ${source}`;
  return cleanLine(labels.instance ? `${name} on ${labels.instance}` : name, TITLE_MAX, 'title', notes);
}

function descriptionOf(annotations: Record<string, unknown>, notes: Notes): string {
  const linked = new Set(LINKS.map(([name]) => name));
  const lines = ['description', 'message'].flatMap((name) => scalarText(own(annotations, name)) ?? []);
  for (const [name, value] of Object.entries(annotations)) {
    const text = scalarText(value);
    if (text === null || text === '' || PLACED.has(name) || linked.has(name)) continue;
    const shortName = cleanLine(name, 100, 'name of an annotation', notes);
    lines.push(`${shortName}: ${cleanText(text, LABEL_VALUE_MAX, `annotation ${shortName}`, notes)}`);
    if (lines.length > 40) break;
  }
  return cleanText(lines.join('\n'), DESCRIPTION_MAX, 'description', notes);
}

function linksOf(
  item: Record<string, unknown>,
  annotations: Record<string, unknown>,
  head: ReadonlyMap<string, unknown>,
  notes: Notes,
): { href: string; text: string }[] {
  const links: { href: string; text: string }[] = [];
  for (const [name, text] of LINKS) addLink(links, own(annotations, name), text, notes);
  addLink(links, own(item, 'generatorURL'), 'Graph', notes);
  addLink(links, head.get('externalURL'), 'Alertmanager', notes);
  return links;
}

function addTruncation(raw: unknown, notes: Notes): void {
  const count = strictNumber(raw)?.value ?? 0;
  if (count >= 1)
    addNote(
      notes,
      `${count === 1 ? '1 more alert was' : `${count} more alerts were`} cut off by Alertmanager`,
    );
}

function scalarsOf(value: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, scalarText(item) ?? '(not a text)']),
  );
}
