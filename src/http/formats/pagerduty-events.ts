// PagerDuty Events v2 with us as the server: alerts at /v2/enqueue, deploys at /v2/change/enqueue.
// Ref: `PagerDuty/developer-docs` `docs/events-API-v2/01-Overview.md`, `02-Trigger-Events.md`, `03-Change-Events.md`.
import type { IncomingAlert } from '../../domain/alert.ts';
import type { KeyedNotice } from '../../domain/notice.ts';
import { readSeverity } from '../../domain/severity.ts';
import {
  addLink,
  cleanLabels,
  cleanLine,
  cleanText,
  DESCRIPTION_MAX,
  isObject,
  type Notes,
  own,
  scalarText,
  TITLE_MAX,
} from './clean.ts';
import type { FormatContext } from './format.ts';
import { shortHash, timedKey } from './identity.ts';
import { readInstant } from './instant.ts';

export const EVENT_MAX_BYTES = 512 * 1024;

const KEY_MAX = 255;
const ACTIONS = ['trigger', 'acknowledge', 'resolve'];
const SEVERITIES = ['critical', 'error', 'warning', 'info'];
/** What a detail, or the field of the payload, is called that names a service; the first that is there. */
const SERVICE_NAMES = ['service', 'component'];

/** Keys count per source, which has one routing key, and two of them while one takes over from the other. */
export type EventContext = Pick<FormatContext, 'receivedAt' | 'deliveryId'>;

export type ReadEvent = { alert: IncomingAlert; dedupKey: string } | { errors: string[] };
export type ReadChange = { notice: KeyedNotice } | { errors: string[] };

/** `body`: parsed JSON. Errors are in the vendor's manner, one sentence each. */
export function readEvent(body: unknown, context: EventContext): ReadEvent {
  if (!isObject(body)) return { errors: ['Event object is invalid'] };
  const notes: Notes = { list: [] };
  const action = own(body, 'event_action');
  const given = own(body, 'dedup_key');
  const payload = own(body, 'payload');
  const fields = isObject(payload) ? payload : {};
  const errors = errorsOf(body, fields);
  if (errors.length > 0) return { errors };

  const dedupKey =
    typeof given === 'string' && given !== '' ? given : shortHash('pagerduty', context.deliveryId);
  const severityText = scalarText(own(fields, 'severity'));
  const startsAt = instantOf(own(fields, 'timestamp'));
  const component = textOf(fields, 'component', notes);
  const source = textOf(fields, 'source', notes);
  const details = own(fields, 'custom_details');
  const status = action === 'trigger' ? 'firing' : action === 'resolve' ? 'resolved' : 'unknown';
  return {
    dedupKey,
    alert: {
      fingerprint: shortHash('pagerduty-events', dedupKey),
      // A sender that tries again sends the same bytes, and so does one that fires twice: each is taken in, and
      // a repeat only touches the alert it names.
      deliveryKey: timedKey(context.receivedAt, shortHash(context.deliveryId)),
      status,
      title: cleanLine(scalarText(own(fields, 'summary')) ?? '', TITLE_MAX, 'summary', notes) || dedupKey,
      description: cleanText(descriptionOf(fields, details), DESCRIPTION_MAX, 'description', notes),
      severity: readSeverity(severityText),
      severityText,
      service: serviceOf(fields, details) ?? (source || null),
      labels: cleanLabels(
        {
          ...(isObject(details) ? flat(details) : {}),
          ...pick({
            source,
            component,
            group: textOf(fields, 'group', notes),
            class: textOf(fields, 'class', notes),
          }),
          ...pick({ client: cleanLine(scalarText(own(body, 'client')) ?? '', TITLE_MAX, 'client', notes) }),
        },
        notes,
      ),
      links: linksOf(body, notes),
      startsAt: status === 'firing' ? startsAt : null,
      endsAt: null,
      value: null,
      threshold: null,
      unit: null,
      ...(action === 'acknowledge' ? { acknowledged: true as const } : {}),
      notes: notes.list,
    },
  };
}

/** A deploy, or whatever else its sender calls a change. */
export function readChange(body: unknown, context: EventContext): ReadChange {
  const payload = isObject(body) ? own(body, 'payload') : null;
  if (!isObject(body) || !isObject(payload)) return { errors: ["'payload' is missing or blank"] };
  const notes: Notes = { list: [] };
  const title = cleanLine(scalarText(own(payload, 'summary')) ?? '', TITLE_MAX, 'summary', notes);
  if (title === '') return { errors: ["'payload.summary' is missing or blank"] };
  const details = own(payload, 'custom_details');
  const links = linksOf(body, notes);
  const author = isObject(details)
    ? ['author', 'user', 'actor', 'deployed_by']
        .map((name) => scalarText(own(details, name)))
        .find((text) => text)
    : null;
  const said = own(payload, 'timestamp');
  const at = instantOf(said);
  const service = serviceOf({}, details) ?? textOf(payload, 'source', notes);
  return {
    notice: {
      // Sent again it is the same change: with its time, or else for a minute.
      key: `change.${shortHash(title, service, String(at ?? Math.floor(context.receivedAt / 60_000)), links[0]?.href ?? '')}`,
      notice: {
        type: 'change',
        title,
        service: service || null,
        author: author ? cleanLine(author, 100, 'author', notes) : null,
        at: at ?? context.receivedAt,
        link: links[0]?.href ?? null,
      },
    },
  };
}

function errorsOf(body: Record<string, unknown>, payload: Record<string, unknown>): string[] {
  const errors: string[] = [];
  const action = own(body, 'event_action');
  const key = own(body, 'dedup_key');
  if (typeof action !== 'string' || !ACTIONS.includes(action))
    errors.push("'event_action' must be one of: trigger, acknowledge, resolve");
  if (key !== undefined && key !== null && typeof key !== 'string')
    errors.push("'dedup_key' must be a string");
  else if (typeof key === 'string' && key.length > KEY_MAX)
    errors.push(`'dedup_key' must be at most ${KEY_MAX} characters`);
  if (action !== 'trigger') {
    if ((action === 'acknowledge' || action === 'resolve') && (key ?? '') === '')
      errors.push("'dedup_key' is missing or blank");
    return errors;
  }
  if (!isObject(own(body, 'payload'))) return [...errors, "'payload' is missing or blank"];
  for (const name of ['summary', 'source', 'severity']) {
    const value = own(payload, name);
    if (value !== undefined && value !== null && typeof value !== 'string')
      errors.push(`'payload.${name}' must be a string`);
    else if ((value ?? '').toString().trim() === '') errors.push(`'payload.${name}' is missing or blank`);
  }
  const severity = own(payload, 'severity');
  if (typeof severity === 'string' && severity.trim() !== '' && !SEVERITIES.includes(severity))
    errors.push(`'payload.severity' must be one of: ${SEVERITIES.join(', ')}`);
  return errors;
}

function serviceOf(payload: Record<string, unknown>, details: unknown): string | null {
  for (const from of [details, payload]) {
    if (!isObject(from)) continue;
    for (const name of SERVICE_NAMES) {
      const text = cleanLine(scalarText(own(from, name)) ?? '', TITLE_MAX, name, { list: [] });
      if (text !== '') return text;
    }
  }
  return null;
}

function descriptionOf(payload: Record<string, unknown>, details: unknown): string {
  const summary = scalarText(own(payload, 'summary')) ?? '';
  const text = typeof details === 'string' ? details : '';
  // The title is cut shorter than a summary may be.
  return [summary.length > TITLE_MAX ? summary : '', text].filter((line) => line !== '').join('\n');
}

function linksOf(body: Record<string, unknown>, notes: Notes): IncomingAlert['links'] {
  const links: IncomingAlert['links'] = [];
  const list = own(body, 'links');
  for (const link of Array.isArray(list) ? list.slice(0, 20) : [])
    if (isObject(link)) addLink(links, own(link, 'href'), scalarText(own(link, 'text')) ?? '', notes);
  const images = own(body, 'images');
  for (const image of Array.isArray(images) ? images.slice(0, 5) : [])
    if (isObject(image))
      addLink(
        links,
        own(image, 'href') ?? own(image, 'src'),
        scalarText(own(image, 'alt')) ?? 'Image',
        notes,
      );
  addLink(links, own(body, 'client_url'), scalarText(own(body, 'client')) ?? 'Sender', notes);
  return links;
}

/** Scalars of the details; what lies deeper stays out of the labels. */
function flat(details: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => scalarText(value) !== null));
}

function pick(fields: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}

function textOf(from: Record<string, unknown>, name: string, notes: Notes): string {
  return cleanLine(scalarText(own(from, name)) ?? '', TITLE_MAX, name, notes);
}

function instantOf(value: unknown): number | null {
  const read = readInstant(value);
  return read === 'not understood' ? null : read.at;
}
