// An incident of ours as a pager keeps it, by a key of ours: told of it once and again it is the same one there. Pure.
import type { Incident, TimelineEntry } from './incident.ts';
import type { Severity } from './severity.ts';

export interface PagedIncident {
  dedupKey: string;
  id: number;
  title: string;
  severity: Severity;
  service: string | null;
  startedAt: number;
  links: readonly { text: string; href: string }[];
  /** Whom it is held to have: nobody new is woken for it there unless it begins anew. */
  anew: boolean;
}

export type PagerAction = 'acknowledge' | 'resolve';

export interface PagerTurn {
  action: PagerAction;
  dedupKey: string;
}

/** What a pager was told, or tells us itself. */
export type Told = 'trigger' | PagerAction;

/** What an entry of the record holds, in `data`, where a pager was told something. */
export interface ToldData {
  pager: string;
  told: Told;
}

const KEY = /^openclaw-([0-9a-f]{12})-([1-9]\d{0,9})-([0-9a-z]{1,11})$/;

/**
 * `openclaw-<installation>-<number>-<opened>`: the same for as long as the incident exists. With the installation, so
 * that two of them may share a routing key; with the instant, so that one restored from a backup makes no false match.
 */
export function dedupKeyOf(
  installation: string,
  { id, openedAt }: Pick<Incident, 'id' | 'openedAt'>,
): string {
  return `openclaw-${installation}-${id}-${openedAt.toString(36)}`;
}

/** Of a page that is for no incident. */
export function pageKeyOf(eventId: string): string {
  return `openclaw-page-${eventId}`;
}

/** Null: it is none that an openclaw made. */
export function readDedupKey(
  text: string,
): { installation: string; incidentId: number; openedAt: number } | null {
  const [, installation = '', id = '', openedAt = ''] = KEY.exec(text) ?? [];
  if (installation === '') return null;
  return { installation, incidentId: Number(id), openedAt: Number.parseInt(openedAt, 36) };
}

type Entry = Pick<TimelineEntry, 'kind' | 'data'>;

/** By the record, oldest first. Null: it knows nothing of this incident. */
export function toldLast(timeline: readonly Entry[], pager: string): Told | null {
  const last = timeline.findLast(({ data }) => data.pager === pager && isTold(data.told));
  return last ? (last.data.told as Told) : null;
}

function isTold(value: unknown): value is Told {
  return value === 'trigger' || value === 'acknowledge' || value === 'resolve';
}

/**
 * What to tell a pager next. It is told of no end before its beginning, and an acknowledgement that is older than the
 * page is no answer to it: somebody who has it may still ask for more people.
 */
export function turnFor(
  incident: Pick<Incident, 'state' | 'ackedBy'>,
  timeline: readonly Entry[],
  pager: string,
): PagerAction | null {
  const told = toldLast(timeline, pager);
  if (told === null || told === 'resolve') return null;
  if (incident.state === 'resolved') return 'resolve';
  if (told === 'acknowledge' || incident.ackedBy === null) return null;
  const paged = timeline.findLastIndex(({ data }) => pagesOn(data, pager).length > 0);
  return isAcknowledgedAfter(timeline, paged) ? 'acknowledge' : null;
}

/** Why a page that was not sent yet is not wanted there any more; null: it is. */
export function noLongerPaged(
  incident: Pick<Incident, 'id' | 'state' | 'ackedBy' | 'ackedByName'>,
  timeline: readonly Entry[],
  postIds: readonly number[],
): string | null {
  const { id, state, ackedBy, ackedByName } = incident;
  if (state === 'resolved') return `#${id} was over before`;
  const made = timeline.findLastIndex(({ data }) =>
    pagesIn(data).some(({ postId }) => postIds.includes(Number(postId))),
  );
  return ackedBy !== null && made >= 0 && isAcknowledgedAfter(timeline, made)
    ? `${ackedByName} had #${id} before`
    : null;
}

function isAcknowledgedAfter(timeline: readonly Entry[], index: number): boolean {
  return timeline.findLastIndex(({ kind }) => kind === 'acknowledged') > index;
}

interface PageIn {
  postId?: unknown;
  channel?: unknown;
}

function pagesIn({ pages }: Record<string, unknown>): PageIn[] {
  return Array.isArray(pages) ? (pages as PageIn[]) : [];
}

function pagesOn(data: Record<string, unknown>, channel: string): PageIn[] {
  return pagesIn(data).filter((page) => page.channel === channel);
}
