// The body anyone can send: our own small shape, or GoAlert's generic one (summary, details, action, dedup, meta),
// as JSON (one alert or a list) or as form fields. What stands in the query is a default for what the body lacks.
import type { IncomingAlert } from '../../domain/alert.ts';
import { readSeverity } from '../../domain/severity.ts';
import { parseWebhookMap } from '../../domain/webhook-map.ts';
import {
  addLink,
  addNote,
  cleanLabels,
  cleanLine,
  cleanText,
  DESCRIPTION_MAX,
  isObject,
  type Notes,
  own,
  scalarText,
  strictNumber,
  TITLE_MAX,
} from './clean.ts';
import type { FormatContext, Problem, ReadAlerts, WholeFormat } from './format.ts';
import { shortHash, sortedText, timedKey } from './identity.ts';
import { readInstant } from './instant.ts';
import { mapBody, placeInTheirs } from './mapped.ts';

export const generic: WholeFormat = { kind: 'whole', maxBytes: 1024 * 1024, toAlerts };

const BATCH_MAX = 1_000;
const KEY_MAX = 255;

/** `fields`: parsed JSON, or an object of form fields. */
export function toAlerts(fields: unknown, context: FormatContext): ReadAlerts {
  const map = parseWebhookMap(context.settings ?? {});
  if (map === null) return readAll(fields, context);
  const read = readAll(mapBody(fields, map), context);
  return {
    ...read,
    problems: read.problems.map(({ where, what }) => ({ where: placeInTheirs(where, map), what })),
  };
}

function readAll(fields: unknown, context: FormatContext): ReadAlerts {
  const read: ReadAlerts = { alerts: [], problems: [], derivedKeys: [] };
  const items: unknown[] = Array.isArray(fields) ? fields : [fields];
  if (items.length > BATCH_MAX) {
    read.problems.push({
      where: 'body',
      what: `holds ${items.length} alerts; send at most ${BATCH_MAX} at once`,
    });
    return read;
  }
  items.forEach((item, index) => {
    const prefix = Array.isArray(fields) ? `[${index}]` : '';
    const result = toAlert(item, prefix, { ...context, deliveryId: `${context.deliveryId}${prefix}` });
    if ('what' in result) {
      read.problems.push(result);
      return;
    }
    read.alerts.push(result.alert);
    if (result.derived) read.derivedKeys.push(result.alert.fingerprint);
  });
  return read;
}

function toAlert(
  item: unknown,
  prefix: string,
  context: FormatContext,
): { alert: IncomingAlert; derived: boolean } | Problem {
  const at = (name: string): string => (prefix === '' ? name : `${prefix}.${name}`);
  if (!isObject(item)) return { where: prefix || 'body', what: 'must be a JSON object with a "title"' };
  const notes: Notes = { list: [] };
  const text = (...names: string[]): string =>
    names.map((name) => scalarText(own(item, name)) ?? '').find((value) => value.trim() !== '') ?? '';

  const title = cleanLine(text('title', 'summary'), TITLE_MAX, 'title', notes);
  if (title === '') {
    const looksLikeAlertmanager = Array.isArray(own(item, 'alerts'));
    return looksLikeAlertmanager
      ? {
          where: at('alerts'),
          what: 'looks like an Alertmanager webhook: this source must be added with --type alertmanager',
        }
      : { where: at('title'), what: 'is missing or blank (GoAlert\'s "summary" would do as well)' };
  }
  const rawLabels = own(item, 'labels') ?? own(item, 'meta') ?? {};
  if (!isObject(rawLabels)) return { where: at('labels'), what: 'must be an object of names and texts' };
  const starts = readInstant(own(item, 'starts_at'));
  if (starts === 'not understood')
    return { where: at('starts_at'), what: 'must be a time in RFC 3339, such as 2026-11-23T03:14:00Z' };

  const labels = cleanLabels(rawLabels, notes);
  const service = cleanLine(text('service'), TITLE_MAX, 'service', notes) || labels.service || null;
  const status = readStatus(item, notes);
  const severityText = cleanLine(text('severity'), 100, 'severity', notes) || labels.severity || null;
  const value = strictNumber(own(item, 'value') ?? labels.value);
  const threshold = strictNumber(own(item, 'threshold') ?? labels.threshold);
  const given = text('dedup_key', 'dedup');
  const fingerprint = given === '' ? shortHash(title, service ?? '', sortedText(labels)) : keyOf(given);
  const description = cleanText(text('description', 'details'), DESCRIPTION_MAX, 'description', notes);

  return {
    derived: given === '',
    alert: {
      fingerprint,
      deliveryKey: deliveryKeyOf(item, fingerprint, status, context),
      status,
      title,
      description,
      severity: readSeverity(severityText),
      severityText,
      service,
      labels,
      links: linksOf(own(item, 'links'), notes),
      startsAt: starts.at,
      endsAt: null,
      value: value?.value ?? null,
      threshold: threshold?.value ?? null,
      unit: cleanLine(text('unit'), 16, 'unit', notes) || (value?.unit ?? threshold?.unit ?? null),
      notes: notes.list,
    },
  };
}

/** Nothing said means firing; GoAlert closes with `action: "close"`. A word we do not know never resolves. */
function readStatus(item: Record<string, unknown>, notes: Notes): IncomingAlert['status'] {
  const raw = own(item, 'status') ?? own(item, 'action') ?? 'firing';
  const word = scalarText(raw)?.trim().toLowerCase() ?? '';
  if (word === 'resolved' || (own(item, 'status') === undefined && word === 'close')) return 'resolved';
  // GoAlert opens an alert for every other action, and a sender written for it counts on that.
  if (word === 'firing' || word === '' || own(item, 'status') === undefined) return 'firing';
  addNote(notes, `status not understood: ${cleanLine(word, 40, 'status', notes)}`);
  return 'unknown';
}

/**
 * A sender that says when the alert began can be told apart from its own repeat. One that does not may fire,
 * resolve and fire again with equal bytes, so there every delivery is a new one: a repeat only touches the
 * alert it names, a lost one would lose an incident.
 */
function deliveryKeyOf(
  item: Record<string, unknown>,
  fingerprint: string,
  status: string,
  context: FormatContext,
): string {
  const startsAt = readInstant(own(item, 'starts_at'));
  const at = startsAt === 'not understood' ? null : startsAt.at;
  if (at === null) return timedKey(context.receivedAt, shortHash(context.deliveryId));
  return timedKey(at, shortHash(fingerprint, status, String(own(item, 'starts_at')), stableText(item)));
}

/** The scalars of the item and of its labels: enough to see that something changed. */
function stableText(item: Record<string, unknown>): string {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(item)) {
    const entries = isObject(value) ? Object.entries(value) : [];
    for (const [inner, innerValue] of entries) flat[`${name}.${inner}`] = scalarText(innerValue) ?? '';
    flat[name] = scalarText(value) ?? '';
  }
  return sortedText(flat);
}

function linksOf(raw: unknown, notes: Notes): { href: string; text: string }[] {
  const links: { href: string; text: string }[] = [];
  for (const link of Array.isArray(raw) ? raw.slice(0, 20) : []) {
    if (isObject(link)) addLink(links, own(link, 'href'), scalarText(own(link, 'text')) ?? '', notes);
  }
  return links;
}

function keyOf(given: string): string {
  const key = cleanLine(given, KEY_MAX * 2, 'dedup_key', { list: [] });
  return key !== '' && given.length <= KEY_MAX ? key : shortHash(given);
}
