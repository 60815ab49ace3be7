// What a pager answers when it is asked who is on call, kept with when it was asked. Pure.
import { pagerContact } from './pager-people.ts';
import type { Channel, Contact } from './resource.ts';
import { clockTimeWithZone, momentText } from './time.ts';

/** Somebody as a pager knows them. */
export interface PagerPerson {
  id: string;
  name: string;
  email: string | null;
}

export interface PagerShift {
  person: PagerPerson;
  from: number;
  /** The first moment that is no longer theirs. */
  until: number;
}

/** What it says of one schedule, for a time ahead. */
export interface OnCallFound {
  id: string;
  name: string;
  shifts: PagerShift[];
}

/** As it is kept: the last answer there was, and why there is no newer one. */
export interface KnownSchedule {
  channel: string;
  /** Its id there or its exact name, as a level has it behind the colon. */
  schedule: string;
  /** Null: it never answered. */
  answer: (OnCallFound & { askedAt: number; until: number }) | null;
  /** Null: it answered the last time. */
  problem: { why: string; since: number } | null;
}

export interface ScheduleTarget {
  /** The channel that is asked; null: there is none that could be. */
  channel: string | null;
  schedule: string;
}

const TYPE = 'pagerduty';

/** Of `pagerduty:PABC123`, or with the name of such a channel before the colon. Null: it names no schedule. */
export function scheduleIn(
  target: string,
  channels: readonly Pick<Channel, 'name' | 'type' | 'secrets'>[],
): ScheduleTarget | null {
  const colon = target.indexOf(':');
  const [before, schedule] = [target.slice(0, Math.max(0, colon)), target.slice(colon + 1).trim()];
  if (colon < 1 || schedule === '') return null;
  const able = channels.filter(({ type }) => type === TYPE);
  const named = able.find(({ name }) => name === before);
  if (named) return { channel: named.name, schedule };
  if (before !== TYPE) return null;
  const asked = able.find(({ secrets }) => 'api-token' in secrets);
  return { channel: asked?.name ?? null, schedule };
}

export function knownSchedule(
  { channel, schedule }: ScheduleTarget,
  known: readonly KnownSchedule[],
): KnownSchedule | null {
  return known.find((each) => each.channel === channel && each.schedule === schedule) ?? null;
}

/** Whose shift it is then, each once. */
export function onScheduleAt({ answer }: KnownSchedule, at: number): PagerPerson[] {
  const people = (answer?.shifts ?? [])
    .filter(({ from, until }) => from <= at && at < until)
    .map(({ person }) => person);
  return people.filter(({ id }, index) => people.findIndex((each) => each.id === id) === index);
}

/** Why nobody is known to be on call there then, for people; null: somebody is. */
export function whyNobodyKnown(
  target: ScheduleTarget,
  known: readonly KnownSchedule[],
  at: number,
): string | null {
  if (target.channel === null) return 'no pagerduty channel has an api-token to ask it with';
  const found = knownSchedule(target, known);
  if (!found?.answer)
    return found?.problem ? `PagerDuty never answered: ${found.problem.why}` : 'PagerDuty was not asked yet';
  if (onScheduleAt(found, at).length > 0) return null;
  return at >= found.answer.until
    ? 'PagerDuty was not asked for so late a time'
    : `nobody is on call in PagerDuty's schedule "${found.answer.name}"`;
}

/** "asked PagerDuty at 03:14 UTC: Sarah Connor (@sarah)", with what is to be known of that answer. */
export function answerText(
  target: ScheduleTarget,
  { known, contacts }: { known: readonly KnownSchedule[]; contacts: readonly Contact[] },
  { at, now, zone }: { at: number; now: number; zone: string },
): string {
  const found = knownSchedule(target, known);
  if (!found?.answer) return `not known yet: ${whyNobodyKnown(target, known, at) ?? ''}`;
  const people = onScheduleAt(found, at).map((person) => {
    const contact = pagerContact(person, contacts, [found.channel]);
    return contact ? `${person.name} (@${contact.name})` : `${person.name} (no contact here)`;
  });
  const { askedAt } = found.answer;
  const asked =
    now - askedAt < 12 * 3_600_000 ? clockTimeWithZone(askedAt, zone) : momentText(askedAt, now, zone);
  const stale = found.problem ? `, its last answer, because since then ${found.problem.why}` : '';
  return `asked PagerDuty at ${asked}: ${people.length === 0 ? 'nobody' : people.join(', ')}${stale}`;
}
