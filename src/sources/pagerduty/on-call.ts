// Who is on call, asked of PagerDuty's REST API: schedules by id or exact name, their shifts, people and their addresses.
// Ref: https://developer.pagerduty.com/api-reference (/oncalls, /schedules, /users; classic pagination by offset).
import { ToolError } from '../../domain/errors.ts';
import { clipped, quoted } from '../../domain/excerpt.ts';
import type { OnCallFound, PagerPerson, PagerShift } from '../../domain/on-call-answer.ts';
import type { Call } from '../../domain/tool.ts';
import { createJsonClient, type JsonAnswer, theirWords } from '../json-client.ts';

export interface OnCallSource {
  /** Errors: ToolError 'failed' for a schedule that is not there, or a token that does not work. */
  onCall(schedule: string, range: { from: number; until: number }, call: Call): Promise<OnCallFound>;
  /** Null: nobody of that id. */
  person(id: string, call: Call): Promise<PagerPerson | null>;
  /** Whether the token reads schedules: how many it sees, at most a hundred. */
  countSchedules(call: Call): Promise<number>;
}

type Fields = Readonly<Record<string, unknown>>;

const PAGE = 100;
/** More are not read: no schedule has as many shifts in two weeks. */
const PAGES_MAX = 20;
const PEOPLE_MAX = 50;
const NAME_MAX = 80;
const EMAIL_MAX = 254;
const ID = /^[A-Z0-9]{5,20}$/;

export function createOnCallSource(options: {
  api: URL;
  token: string;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}): OnCallSource {
  const { api, token, wait } = options;
  const client = createJsonClient({
    name: 'PagerDuty',
    base: `${api.origin}${api.pathname.replace(/\/+$/, '')}`,
    host: api.host,
    headers: {
      authorization: `Token token=${token}`,
      accept: 'application/vnd.pagerduty+json;version=2',
    },
    secrets: [token],
    refusedHint: 'make a read-only REST API key in PagerDuty and give it as --secret api-token=env:NAME',
    ...(wait ? { wait } : {}),
  });
  const get = (path: string, query: [string, string][], call: Call) =>
    client.ask({ method: 'GET', path, query: new URLSearchParams(query) }, call);

  async function list(path: string, name: string, query: [string, string][], call: Call): Promise<Fields[]> {
    const rows: Fields[] = [];
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const paging: [string, string][] = [
        ['limit', String(PAGE)],
        ['offset', String(rows.length)],
      ];
      const answer = okay(await get(path, [...query, ...paging], call));
      const found = Array.isArray(answer[name]) ? (answer[name] as unknown[]).map(record) : [];
      rows.push(...found);
      if (answer.more !== true || found.length === 0) return rows;
    }
    return rows;
  }

  async function find(schedule: string, call: Call): Promise<{ id: string; name: string }> {
    if (ID.test(schedule)) {
      const answer = await get(`/schedules/${schedule}`, [], call);
      if (answer.status !== 404) return named(record(okay(answer).schedule));
    }
    const found = (await list('/schedules', 'schedules', [['query', schedule]], call))
      .map(named)
      .filter(({ name }) => name === schedule);
    const [only, ...others] = found;
    if (only && others.length === 0) return only;
    throw new ToolError(
      'failed',
      only
        ? `PagerDuty has several schedules called ${quoted(schedule)}: name one by its id, ${found.map(({ id }) => id).join(' or ')}`
        : `PagerDuty has no schedule ${quoted(schedule)}: its id stands in its address there, its name must be exact`,
    );
  }

  async function person(id: string, call: Call): Promise<PagerPerson | null> {
    const answer = await get(`/users/${encodeURIComponent(id)}`, [], call);
    return answer.status === 404 ? null : personIn(record(okay(answer).user));
  }

  return {
    person,
    async countSchedules(call) {
      const answer = okay(await get('/schedules', [['limit', String(PAGE)]], call));
      return Array.isArray(answer.schedules) ? answer.schedules.length : 0;
    },
    async onCall(schedule, { from, until }, call) {
      const { id, name } = await find(schedule, call);
      const rows = await list(
        '/oncalls',
        'oncalls',
        [
          ['schedule_ids[]', id],
          ['include[]', 'users'],
          ['since', new Date(from).toISOString()],
          ['until', new Date(until).toISOString()],
        ],
        call,
      );
      const shifts = rows.flatMap((row) => shiftIn(row, { from, until }) ?? []);
      return { id, name, shifts: await withAddresses(shifts, (who) => person(who, call)) };
    },
  };
}

/** A list of shifts may hold people by name alone. Each is asked for once. */
async function withAddresses(
  shifts: readonly PagerShift[],
  ask: (id: string) => Promise<PagerPerson | null>,
): Promise<PagerShift[]> {
  const unknown = [
    ...new Set(shifts.filter(({ person }) => person.email === null).map(({ person }) => person.id)),
  ];
  const asked = await Promise.all(unknown.slice(0, PEOPLE_MAX).map(ask));
  const found = new Map(asked.flatMap((person) => (person ? [[person.id, person]] : [])));
  return shifts.map((shift) => ({ ...shift, person: found.get(shift.person.id) ?? shift.person }));
}

/** Without a beginning or an end it is for always. */
function shiftIn(row: Fields, { from, until }: { from: number; until: number }): PagerShift | null {
  const person = personIn(record(row.user));
  if (person.id === '') return null;
  const [start, end] = [row.start, row.end].map((at) =>
    typeof at === 'string' ? Date.parse(at) : Number.NaN,
  );
  return {
    person,
    from: Number.isNaN(start) ? from : Number(start),
    until: Number.isNaN(end) ? until : Number(end),
  };
}

function personIn(fields: Fields): PagerPerson {
  const id = text(fields.id);
  const email = text(fields.email).slice(0, EMAIL_MAX);
  const name = clipped(text(fields.name) || text(fields.summary) || id, NAME_MAX).replace(/[@<>`*_]/g, '');
  return { id: /^[\w-]{1,100}$/.test(id) ? id : '', name, email: email === '' ? null : email };
}

function named(fields: Fields): { id: string; name: string } {
  return { id: text(fields.id).slice(0, 100), name: clipped(text(fields.name) || text(fields.summary), 200) };
}

/** Errors: ToolError 'failed' with their own words. */
function okay({ status, json }: JsonAnswer): Fields {
  const fields = record(json);
  if (status < 400) return fields;
  const words = theirWords(record(fields.error).message);
  throw new ToolError(
    'failed',
    `PagerDuty refuses what it was asked (${status})${words === '' ? '' : `: ${words}`}`,
  );
}

function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
