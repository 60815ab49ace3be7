// Sentry's integration webhooks: docs.sentry.io "Integration Platform / Webhooks" (event_alert, metric_alert, issue).
import type { IncomingAlert } from '../../domain/alert.ts';
import type { Severity } from '../../domain/severity.ts';
import { isHmac } from '../auth.ts';
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
import type {
  FormatContext,
  Problem,
  ReadAlerts,
  SignedRequest,
  VendorSignature,
  WholeFormat,
} from './format.ts';
import { shortHash, timedKey } from './identity.ts';
import { readInstant } from './instant.ts';

type Fields = Record<string, unknown>;

const SIGNATURE = 'sentry-hook-signature';

/** Hex HMAC-SHA256 with the client secret over the body, which is taken as it came: any other writing has another hash. */
const signature: VendorSignature = {
  header: SIGNATURE,
  refuse({ raw, headers, secrets }: SignedRequest): string | null {
    const hex = headers[SIGNATURE];
    return typeof hex === 'string' && isHmac(hex, [raw], secrets)
      ? null
      : 'its Sentry-Hook-Signature does not fit: the secret must be the client secret of the integration';
  },
};

export const sentry: WholeFormat = {
  kind: 'whole',
  maxBytes: 1024 * 1024,
  signature,
  lenient: true,
  toAlerts,
};

/** Told for other purposes than alerting; nothing of them is an alert. */
const NOT_ALERTS = new Set(['installation', 'comment', 'error', 'seer', 'preprod_artifact']);

export function toAlerts(body: unknown, context: FormatContext): ReadAlerts {
  const nothing: ReadAlerts = { alerts: [], problems: [], derivedKeys: [] };
  const data = isObject(body) ? own(body, 'data') : undefined;
  if (!isObject(body) || !isObject(data))
    return {
      ...nothing,
      problems: [{ where: isObject(body) ? 'data' : 'body', what: 'must be an object, as Sentry sends it' }],
    };
  const resource = resourceOf(data, context);
  if (resource !== null && NOT_ALERTS.has(resource)) return nothing;
  const notes: Notes = { list: [] };
  const action = scalarText(own(body, 'action')) ?? '';
  const read = readAs(resource, { action, data, notes, context });
  if (read === null) return nothing;
  if ('what' in read) return { ...nothing, problems: [read] };
  return { ...nothing, alerts: [{ ...read, notes: notes.list }] };
}

interface Hook {
  action: string;
  data: Fields;
  notes: Notes;
  context: FormatContext;
}

/** By its header; where only the body was kept, by what it holds. */
function resourceOf(data: Fields, { headers }: FormatContext): string | null {
  const named = headers?.['sentry-hook-resource'];
  if (typeof named === 'string' && named !== '') return named.trim().toLowerCase();
  if (isObject(own(data, 'metric_alert'))) return 'metric_alert';
  if (isObject(own(data, 'event'))) return 'event_alert';
  return isObject(own(data, 'issue')) ? 'issue' : null;
}

function readAs(resource: string | null, hook: Hook): IncomingAlert | Problem | null {
  switch (resource) {
    case 'event_alert':
      return eventAlert(hook);
    case 'metric_alert':
      return metricAlert(hook);
    case 'issue':
      return issue(hook);
    default:
      return { where: 'data', what: 'holds no event, metric_alert or issue: nothing we know of Sentry' };
  }
}

/** An issue alert rule fired. Sentry never says that it is over but by `issue`, so both have the issue's id. */
function eventAlert({ action, data, notes, context }: Hook): IncomingAlert | Problem {
  const event = own(data, 'event');
  if (!isObject(event)) return { where: 'data.event', what: 'must be an object' };
  const id =
    idOf(event, 'issue_id') ?? /\/issues\/(\d+)\//.exec(scalarText(own(event, 'issue_url')) ?? '')?.[1];
  if (id === undefined)
    return { where: 'data.event.issue_id', what: 'is missing: the alert could never be resolved' };
  const level = scalarText(own(event, 'level')) ?? '';
  const labels = cleanLabels(
    {
      ...tagsOf(own(event, 'tags')),
      ...some(event, ['level', 'culprit', 'release', 'environment', 'platform']),
      ...rule(data),
    },
    notes,
  );
  const known = action === '' || action.toLowerCase() === 'triggered';
  if (!known) addNote(notes, `action not understood: ${cleanLine(action, 40, 'action', notes)}`);
  const alert = base(`issue:${id}`, known ? 'firing' : 'unknown', {
    title: scalarText(own(event, 'title')) || 'Sentry issue',
    description: scalarText(own(event, 'message')) || scalarText(own(event, 'culprit')) || '',
    level,
    project: scalarText(own(event, 'project_slug')) ?? '',
    labels,
    at: own(event, 'datetime') ?? own(event, 'timestamp'),
    // Two rules over one event are one alert that is told twice.
    words: [scalarText(own(event, 'event_id')) ?? '', labels.rule ?? ''],
    notes,
    context,
  });
  addLink(alert.links, own(event, 'web_url'), 'Sentry', notes);
  return alert;
}

function metricAlert({ action, data, notes, context }: Hook): IncomingAlert | Problem {
  const metric = own(data, 'metric_alert');
  if (!isObject(metric)) return { where: 'data.metric_alert', what: 'must be an object' };
  const id = idOf(metric, 'id');
  if (id === undefined) return { where: 'data.metric_alert.id', what: 'is missing' };
  const word = action.toLowerCase();
  const status =
    word === 'resolved' ? 'resolved' : word === 'critical' || word === 'warning' ? 'firing' : 'unknown';
  if (status === 'unknown')
    addNote(notes, `action not understood: ${cleanLine(action, 40, 'action', notes) || '(none)'}`);
  const alertRule = own(metric, 'alert_rule');
  const ruleName = isObject(alertRule) ? scalarText(own(alertRule, 'name')) : null;
  const projects = own(metric, 'projects');
  const [project] = Array.isArray(projects) ? projects.map((each) => scalarText(each) ?? '') : [];
  const alert = base(`metric:${id}`, status, {
    title:
      scalarText(own(data, 'description_title')) ||
      ruleName ||
      scalarText(own(metric, 'title')) ||
      'Sentry metric alert',
    description: scalarText(own(data, 'description_text')) ?? '',
    // The incident's own words: critical and warning are its actions.
    level: status === 'resolved' ? '' : word,
    project: project ?? '',
    labels: cleanLabels({ ...(ruleName ? { rule: ruleName } : {}), ...some(metric, ['identifier']) }, notes),
    at: own(metric, 'date_started'),
    words: [word, scalarText(own(metric, 'date_closed')) ?? ''],
    notes,
    context,
  });
  addLink(alert.links, own(data, 'web_url'), 'Sentry', notes);
  return alert;
}

/** Only what ends an alert counts: a rule of Sentry decides which issues are alerts. Others give null. */
function issue({ action, data, notes, context }: Hook): IncomingAlert | Problem | null {
  const found = own(data, 'issue');
  if (!isObject(found)) return { where: 'data.issue', what: 'must be an object' };
  if (action.toLowerCase() !== 'resolved') return null;
  const id = idOf(found, 'id');
  if (id === undefined) return { where: 'data.issue.id', what: 'is missing' };
  const project = own(found, 'project');
  const alert = base(`issue:${id}`, 'resolved', {
    title: scalarText(own(found, 'title')) || 'Sentry issue',
    description: '',
    level: scalarText(own(found, 'level')) ?? '',
    project: isObject(project) ? (scalarText(own(project, 'slug')) ?? '') : '',
    labels: cleanLabels(some(found, ['culprit', 'shortId']), notes),
    at: own(found, 'firstSeen'),
    words: [action, scalarText(own(found, 'lastSeen')) ?? ''],
    notes,
    context,
  });
  addLink(alert.links, own(found, 'web_url') ?? own(found, 'permalink'), 'Sentry', notes);
  return alert;
}

function base(
  fingerprint: string,
  status: IncomingAlert['status'],
  said: {
    title: string;
    description: string;
    level: string;
    project: string;
    labels: Record<string, string>;
    at: unknown;
    words: string[];
    notes: Notes;
    context: FormatContext;
  },
): IncomingAlert {
  const { notes, context } = said;
  const read = readInstant(said.at);
  const startsAt = read === 'not understood' ? null : read.at;
  const project = cleanLine(said.project, TITLE_MAX, 'project', notes);
  const labels = project === '' ? said.labels : { ...said.labels, project };
  return {
    fingerprint,
    deliveryKey: keyOf(fingerprint, [status, ...said.words], context),
    status,
    title: cleanLine(said.title, TITLE_MAX, 'title', notes) || 'Sentry',
    description: cleanText(said.description, DESCRIPTION_MAX, 'description', notes),
    severity: severityOf(said.level),
    severityText: cleanLine(said.level, 100, 'level', notes) || null,
    service: labels.service || project || null,
    labels,
    links: [],
    startsAt: status === 'resolved' ? null : startsAt,
    endsAt: null,
    value: null,
    threshold: null,
    unit: null,
    notes: notes.list,
  };
}

/** `Request-ID` names the delivery; a body without it, kept as a dead letter say, is named by its words. */
function keyOf(fingerprint: string, words: string[], { headers, receivedAt }: FormatContext): string {
  const id = headers?.['request-id'];
  const named = typeof id === 'string' && id !== '' && id.length <= 200;
  return timedKey(named ? 0 : receivedAt, shortHash(named ? id : '', fingerprint, ...words));
}

/** Levels of events, and the actions of metric alerts. */
function severityOf(level: string): Severity | null {
  switch (level.toLowerCase()) {
    case 'fatal':
    case 'critical':
      return 'critical';
    case 'error':
    case 'warning':
      return 'warning';
    case 'info':
    case 'debug':
    case 'sample':
      return 'info';
    default:
      return null;
  }
}

function idOf(from: Fields, name: string): string | undefined {
  const id = scalarText(own(from, name))?.trim() ?? '';
  return /^[\w-]{1,64}$/.test(id) ? id : undefined;
}

function some(from: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.map((name) => [name, own(from, name)]).filter(([, value]) => value != null && value !== ''),
  );
}

function rule(data: Fields): Fields {
  const name = scalarText(own(data, 'triggered_rule'));
  return name ? { rule: name } : {};
}

/** `[["environment", "production"], …]`, or objects with `key` and `value`. */
function tagsOf(raw: unknown): Fields {
  const pairs = (Array.isArray(raw) ? raw.slice(0, 60) : []).flatMap((tag: unknown): [string, unknown][] => {
    const [name, value] = Array.isArray(tag)
      ? tag
      : isObject(tag)
        ? [own(tag, 'key'), own(tag, 'value')]
        : [];
    return typeof name === 'string' ? [[name, value]] : [];
  });
  return Object.fromEntries(pairs);
}
