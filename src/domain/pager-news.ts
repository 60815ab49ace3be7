// What PagerDuty tells of an incident that is ours, as its webhooks v3 say it. Pure.
// Ref: `PagerDuty/developer-docs` `docs/webhooks/01-Overview.md`, `02-Behavior.md`: one event a request, in order per
// incident, sent again under the same `event.id`.
import { onOneLine } from './excerpt.ts';
import { readDedupKey } from './paged-incident.ts';
import { safeLine } from './text/safe-text.ts';

export interface PagerNews {
  type: 'pager';
  /** The channel it came by; null: by a source of alerts. */
  pager: string | null;
  /** Of this very event, however often and by whatever way it comes. */
  eventId: string;
  dedupKey: string;
  /** `acknowledged`, `resolved`, `reassigned`, ...: the last word of its type. */
  what: string;
  /** Null: not said. */
  at: number | null;
  /** Null: PagerDuty itself, or a program. */
  by: { id: string; name: string } | null;
  /** Whose it is there now. */
  assignees: string[];
}

const ID = /^[\w-]{1,100}$/;
const NAME_MAX = 80;
const NAMED = 5;

/** Null: it concerns no incident that an openclaw began. */
export function readPagerNews(body: unknown, pager: string | null): PagerNews | null {
  const event = part(body, 'event');
  const data = part(event, 'data');
  const type = text(event, 'event_type');
  const eventId = text(event, 'id');
  const dedupKey = text(data, 'incident_key');
  if (!type.startsWith('incident.') || !ID.test(eventId) || readDedupKey(dedupKey) === null) return null;
  const agent = part(event, 'agent');
  const id = text(agent, 'id');
  const isPerson = text(agent, 'type').startsWith('user') && ID.test(id);
  const assignees = Array.isArray(data.assignees) ? (data.assignees as unknown[]) : [];
  const at = Date.parse(text(event, 'occurred_at'));
  return {
    type: 'pager',
    pager,
    eventId,
    dedupKey,
    what: type.slice('incident.'.length, 60),
    at: Number.isNaN(at) ? null : at,
    by: isPerson ? { id, name: nameOf(agent) || id } : null,
    assignees: assignees
      .slice(0, NAMED)
      .map((one) => nameOf(record(one)))
      .filter((name) => name !== ''),
  };
}

/** Anybody chooses their own: one line, short, and nothing in it means anything to a chat. */
function nameOf(reference: Readonly<Record<string, unknown>>): string {
  return safeLine(onOneLine(text(reference, 'summary').slice(0, NAME_MAX * 2)))
    .replace(/[@<>&`*_~|[\]()#]/g, '')
    .replace(/https?:\S*/gi, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, NAME_MAX);
}

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function part(value: unknown, name: string): Fields {
  const fields = record(value);
  return Object.hasOwn(fields, name) ? record(fields[name]) : {};
}

function text(fields: Fields, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' ? value : '';
}
