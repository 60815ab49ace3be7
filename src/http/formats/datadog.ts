// Datadog's webhook integration: docs.datadoghq.com/integrations/webhooks. Its body is what the operator wrote:
// our template (README), or Datadog's default keys. All values are texts; an unset variable stays `$NAME`.
import type { IncomingAlert } from '../../domain/alert.ts';
import type { Severity } from '../../domain/severity.ts';
import { isAuthorized } from '../auth.ts';
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
  TITLE_MAX,
} from './clean.ts';
import type { FormatContext, Problem, ReadAlerts, VendorSignature, WholeFormat } from './format.ts';
import { shortHash, timedKey } from './identity.ts';

const TOKEN = 'x-openclaw-token';

/** Datadog signs nothing: its "custom headers" carry the secret, as `Authorization` or as this one. */
const signature: VendorSignature = {
  header: TOKEN,
  refuse: ({ headers, secrets }) =>
    typeof headers[TOKEN] === 'string' &&
    isAuthorized({ authorization: `Bearer ${headers[TOKEN].trim()}` }, secrets)
      ? null
      : 'the token in its custom header is not the secret of the source',
};

export const datadog: WholeFormat = { kind: 'whole', maxBytes: 1024 * 1024, signature, toAlerts };

const FIRING = new Set(['triggered', 're-triggered', 'warn', 're-warn', 'no data', 're-no data', 'renotify']);
const RESOLVED = new Set(['recovered']);
/** `[P1] [Triggered on {host:web-1}] CPU is high`: the default payload says what happened in its title alone. */
const TITLE =
  /^(?:\[P\d\]\s*)?(?:\[((?:Re-)?(?:Triggered|Recovered|Warn|No Data))(?: on \{([^}]*)\})?\]\s*)?(.*)$/is;
const TAGS_MAX = 60;
/** Keys of the body that become labels. */
const LABELS = ['host', 'scope', 'metric', 'query', 'monitor_id', 'event_type', 'alert_type', 'transition'];

/** `fields`: the parsed JSON, or a form with the JSON in `payload`. */
export function toAlerts(fields: unknown, context: FormatContext): ReadAlerts {
  const read = toAlert(unwrapped(fields), context);
  if ('what' in read) return { alerts: [], problems: [read], derivedKeys: [] };
  return { alerts: [read], problems: [], derivedKeys: [] };
}

function unwrapped(fields: unknown): unknown {
  const payload = isObject(fields) ? own(fields, 'payload') : undefined;
  if (typeof payload !== 'string' || !isObject(fields)) return payload ?? fields;
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return fields;
  }
}

function toAlert(body: unknown, context: FormatContext): IncomingAlert | Problem {
  if (!isObject(body)) return { where: 'body', what: 'must be a JSON object with a "title"' };
  const notes: Notes = { list: [] };
  const text = (name: string): string => setText(own(body, name));
  const [, event = '', group = '', name = ''] = TITLE.exec(text('title')) ?? [];
  const title = cleanLine(name, TITLE_MAX, 'title', notes);
  if (title === '')
    return {
      where: 'title',
      what: 'is missing or unset: the payload of the webhook needs "title":"$EVENT_TITLE"',
    };

  const tags = tagsOf(text('tags'));
  const given = Object.fromEntries(
    LABELS.map((name) => [name, text(name)]).filter(([, value]) => value !== ''),
  );
  const labels = cleanLabels({ ...tags, ...given }, notes);
  const status = statusOf(text, event, notes);
  const severityText = text('priority') || text('alert_type') || labels.severity || null;
  const monitor = text('monitor_id');
  const fingerprint = shortHash(
    orgOf(body),
    ...(monitor === '' ? [text('aggreg') || title, group] : [monitor, text('scope')]),
  );
  const date = instantOf(text('date'));
  const links: IncomingAlert['links'] = [];
  addLink(links, text('link'), 'Datadog', notes);
  addLink(links, text('snapshot'), 'Graph', notes);
  return {
    fingerprint,
    deliveryKey:
      text('id') === ''
        ? timedKey(context.receivedAt, shortHash(context.deliveryId))
        : timedKey(date ?? 0, shortHash(text('id'), fingerprint, status, text('transition'))),
    status,
    title,
    description: cleanText(
      text('body').replace(/^%%%\s*|\s*%%%$/g, ''),
      DESCRIPTION_MAX,
      'description',
      notes,
    ),
    severity: severityOf(text('priority'), text('alert_type')),
    severityText,
    service: labels.service || null,
    labels,
    links,
    // `$DATE` is of this event; the beginning of the episode is known only where this is it.
    startsAt: /^re-/i.test(text('transition')) || status !== 'firing' ? null : date,
    endsAt: status === 'resolved' ? date : null,
    value: null,
    threshold: null,
    unit: null,
    notes: notes.list,
  };
}

/** Blank where Datadog left the name of a variable in its place. */
function setText(raw: unknown): string {
  const text = scalarText(raw)?.trim() ?? '';
  return /^\$[A-Z][A-Z0-9_]*$/.test(text) || text === 'null' ? '' : text;
}

/** By the transition, else by the title, else by the type of the event. A word we do not know never resolves. */
function statusOf(text: (name: string) => string, event: string, notes: Notes): IncomingAlert['status'] {
  const transition = text('transition');
  const word = (transition || event).toLowerCase();
  if (RESOLVED.has(word)) return 'resolved';
  if (FIRING.has(word)) return 'firing';
  if (word !== '') {
    addNote(notes, `transition not understood: ${cleanLine(transition, 40, 'transition', notes)}`);
    return 'unknown';
  }
  return text('alert_type').toLowerCase() === 'success' ? 'resolved' : 'firing';
}

/** P1 alone wakes people. Where no priority is set, an error does not by itself: it is what each monitor sends. */
function severityOf(priority: string, alertType: string): Severity | null {
  switch (priority.toUpperCase()) {
    case 'P1':
      return 'critical';
    case 'P2':
    case 'P3':
      return 'warning';
    case 'P4':
    case 'P5':
      return 'info';
  }
  switch (alertType.toLowerCase()) {
    case 'error':
    case 'warning':
      return 'warning';
    case 'info':
    case 'success':
      return 'info';
    default:
      return null;
  }
}

/** `service:shop,env:prod,urgent`. A name that comes twice keeps its first value. */
function tagsOf(text: string): Record<string, string> {
  const tags = new Map<string, string>();
  for (const tag of text.split(',', TAGS_MAX)) {
    const [, name = '', value = ''] = /^\s*([^:]+):?(.*)$/s.exec(tag) ?? [];
    if (name.trim() !== '' && !tags.has(name.trim())) tags.set(name.trim(), value.trim());
  }
  return Object.fromEntries(tags);
}

function orgOf(body: Record<string, unknown>): string {
  const org = own(body, 'org');
  return isObject(org) ? setText(own(org, 'id')) : setText(org);
}

/** `$DATE` is milliseconds since 1970, `$DATE_POSIX` seconds. */
function instantOf(text: string): number | null {
  if (!/^\d{10,13}$/.test(text)) return null;
  return text.length === 10 ? Number(text) * 1_000 : Number(text);
}
