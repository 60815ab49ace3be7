// A PagerDuty of ours on loopback: Events v2 with incidents behind it, REST for people on call, and the webhooks it sends.
// By `PagerDuty/developer-docs` (events-API-v2, webhooks) and the public API reference of /oncalls, /schedules, /users.
import { createHmac } from 'node:crypto';
import { type Asked, json, type Reply, scriptedServer } from './scripted-server.ts';

export interface PagerIncident {
  id: string;
  key: string;
  state: 'triggered' | 'acknowledged' | 'resolved';
  summary: string;
  severity: string;
  /** How often somebody was notified: once, when it began. */
  notified: number;
}

export interface PagerUser {
  id: string;
  name: string;
  email: string;
}

export interface PagerSchedule {
  id: string;
  name: string;
  shifts: { user: string; from: string; until: string }[];
}

type Fault = (asked: Asked) => Reply | 'lost' | 'applied and cut' | undefined;

export interface PagerDuty {
  url: string;
  routingKey: string;
  token: string;
  webhookSecret: string;
  asked: Asked[];
  /** Every event that was taken, as it was sent. */
  events: Record<string, unknown>[];
  /** Oldest first; the same key again after its end is another one. */
  incidents: PagerIncident[];
  users: PagerUser[];
  schedules: PagerSchedule[];
  /** Rows of one page of a list. */
  pageSize: number;
  /** What a request gets in place of an answer; taken from the front. */
  faults: Fault[];
  /** Whether nothing works there. */
  down: boolean;
  /** What every request gets in place of an answer; it calls the answer where the request is done all the same. */
  trouble: ((answer: () => Reply) => Reply) | null;
  open(key?: string): PagerIncident[];
}

const KEY = 'R0123456789abcdefABCDEF012345678';

/** Closed when the test ends. */
export async function startPagerDuty(): Promise<PagerDuty> {
  const self: PagerDuty = {
    url: '',
    routingKey: KEY,
    token: 'u+fakeApiToken',
    webhookSecret: 'fake-webhook-secret',
    asked: [],
    events: [],
    incidents: [],
    users: [],
    schedules: [],
    pageSize: 100,
    faults: [],
    down: false,
    trouble: null,
    open: (key) =>
      self.incidents.filter(
        (incident) => incident.state !== 'resolved' && (key === undefined || incident.key === key),
      ),
  };
  const server = await scriptedServer((asked) => {
    if (self.down) return json({ error: 'down' }, 503);
    if (self.trouble) return self.trouble(() => answer(self, asked));
    const fault = self.faults.shift()?.(asked);
    if (fault === 'lost') return { hangs: true };
    if (fault === 'applied and cut') {
      answer(self, asked);
      return { cuts: true };
    }
    return fault ?? answer(self, asked);
  });
  self.url = server.url;
  self.asked = server.asked;
  return self;
}

function answer(self: PagerDuty, asked: Asked): Reply {
  if (asked.method === 'POST' && asked.path === '/v2/enqueue') return enqueue(self, asked);
  if (asked.headers.authorization !== `Token token=${self.token}`)
    return json({ error: { message: 'Unauthorized', code: 2006 } }, 401);
  if (asked.method !== 'GET') return json({ error: { message: 'Not Found' } }, 404);
  const { path } = asked;
  if (path === '/schedules') return schedules(self, asked);
  const schedule = /^\/schedules\/([^/]+)$/.exec(path)?.[1];
  if (schedule !== undefined) {
    const found = self.schedules.find(({ id }) => id === decodeURIComponent(schedule));
    return found ? json({ schedule: { id: found.id, name: found.name } }) : notFound();
  }
  const user = /^\/users\/([^/]+)$/.exec(path)?.[1];
  if (user !== undefined) {
    const found = self.users.find(({ id }) => id === decodeURIComponent(user));
    return found ? json({ user: { ...found, type: 'user', summary: found.name } }) : notFound();
  }
  if (path === '/oncalls') return onCalls(self, asked);
  return notFound();
}

function notFound(): Reply {
  return json({ error: { message: 'Not Found', code: 2100 } }, 404);
}

function enqueue(self: PagerDuty, asked: Asked): Reply {
  const event = JSON.parse(asked.body) as Record<string, unknown>;
  const errors: string[] = [];
  if (Buffer.byteLength(asked.body) > 512 * 1024) errors.push('Event is too large');
  if (typeof event.routing_key !== 'string' || event.routing_key.length !== 32)
    errors.push("Length of 'routing_key' is incorrect (should be 32 characters)");
  const payload = (event.payload ?? {}) as Record<string, unknown>;
  const key = String(event.dedup_key ?? '');
  if (key === '' || key.length > 255) errors.push("'dedup_key' is invalid");
  const action = event.event_action;
  if (action === 'trigger') {
    const { summary, source, severity } = payload;
    if (typeof summary !== 'string' || summary === '' || summary.length > 1024)
      errors.push("'payload.summary' is invalid");
    if (typeof source !== 'string' || source === '') errors.push("'payload.source' is missing or blank");
    if (!['critical', 'error', 'warning', 'info'].includes(String(severity)))
      errors.push("'payload.severity' is invalid");
  } else if (action !== 'acknowledge' && action !== 'resolve') errors.push("'event_action' is invalid");
  if (errors.length > 0)
    return json({ status: 'invalid event', message: 'Event object is invalid', errors }, 400);
  self.events.push(event);
  // A key of the right form whose service is gone is taken too, and nobody hears of it.
  if (event.routing_key === self.routingKey) apply(self, key, String(action), payload);
  return json({ status: 'success', message: 'Event processed', dedup_key: key }, 202);
}

function apply(self: PagerDuty, key: string, action: string, payload: Record<string, unknown>): void {
  const [open] = self.open(key);
  if (action === 'trigger') {
    if (open) open.severity = String(payload.severity);
    else
      self.incidents.push({
        id: `Q${self.incidents.length + 1}INCIDENT`,
        key,
        state: 'triggered',
        summary: String(payload.summary),
        severity: String(payload.severity),
        notified: 1,
      });
  } else if (open) open.state = action === 'resolve' ? 'resolved' : 'acknowledged';
}

function schedules(self: PagerDuty, { query }: Asked): Reply {
  const wanted = (query.get('query') ?? '').toLowerCase();
  const found = self.schedules.filter(({ name }) => name.toLowerCase().includes(wanted));
  return paged(
    self,
    query,
    'schedules',
    found.map(({ id, name }) => ({ id, name, summary: name })),
  );
}

function onCalls(self: PagerDuty, { query }: Asked): Reply {
  const [from, until] = ['since', 'until'].map((name) => Date.parse(query.get(name) ?? ''));
  const ids = query.getAll('schedule_ids[]');
  if (!(Number(from) <= Number(until))) return json({ error: { message: 'Invalid Input Provided' } }, 400);
  const rows = self.schedules
    .filter(({ id }) => ids.includes(id))
    .flatMap((schedule) =>
      schedule.shifts
        .filter((shift) => Date.parse(shift.from) < Number(until) && Date.parse(shift.until) > Number(from))
        .map((shift) => ({
          user: { id: shift.user, type: 'user_reference', summary: nameOf(self, shift.user) },
          schedule: { id: schedule.id, type: 'schedule_reference', summary: schedule.name },
          escalation_policy: { id: 'PPOLICY', type: 'escalation_policy_reference', summary: 'Default' },
          escalation_level: 1,
          start: shift.from,
          end: shift.until,
        })),
    );
  return paged(self, query, 'oncalls', rows);
}

function nameOf(self: PagerDuty, id: string): string {
  return self.users.find((user) => user.id === id)?.name ?? '';
}

function paged(self: PagerDuty, query: URLSearchParams, name: string, rows: unknown[]): Reply {
  const offset = Number(query.get('offset') ?? 0);
  const limit = Math.min(self.pageSize, Number(query.get('limit') ?? 25));
  return json({
    [name]: rows.slice(offset, offset + limit),
    limit,
    offset,
    more: offset + limit < rows.length,
    total: null,
  });
}

export interface PagerEvent {
  id: string;
  event_type: string;
  occurred_at: string;
  /** Null: PagerDuty itself. */
  user?: { id: string; name: string } | null;
  incident?: Record<string, unknown>;
}

/** The body of a webhook v3 and its signature, as PagerDuty sends them. */
export function pagerWebhook(
  key: string,
  { id, event_type, occurred_at, user = null, incident = {} }: PagerEvent,
): string {
  return JSON.stringify({
    event: {
      id,
      event_type,
      resource_type: 'incident',
      occurred_at,
      agent: user
        ? { id: user.id, type: 'user_reference', summary: user.name, html_url: null, self: null }
        : { id: 'PINTEGR', type: 'events_api_v2_inbound_integration_reference', summary: 'Events API V2' },
      client: null,
      data: {
        id: 'Q1INCIDENT',
        type: 'incident',
        self: 'https://api.example.org/incidents/Q1INCIDENT',
        html_url: 'https://acme.pagerduty.com/incidents/Q1INCIDENT',
        number: 2,
        status: 'triggered',
        incident_key: key,
        title: 'api is down',
        service: { id: 'PSERVICE', type: 'service_reference', summary: 'API' },
        assignees: [],
        escalation_policy: { id: 'PPOLICY', type: 'escalation_policy_reference', summary: 'Default' },
        teams: [],
        priority: null,
        urgency: 'high',
        ...incident,
      },
    },
  });
}

export function pagerSignature(body: string, secret: string): string {
  return `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
