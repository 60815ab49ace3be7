// Who a level, a route or a rotation means at an instant. Pure; all by the wall clock of the rotation's zone.
import { type KnownSchedule, knownSchedule, onScheduleAt, scheduleIn } from './on-call-answer.ts';
import { ownDestination } from './pager.ts';
import { pagerContact } from './pager-people.ts';
import type { Channel, Contact, Rotation } from './resource.ts';
import { calendarDay, dayNumber, minuteOf, wallInstant, wallTextInstant } from './wall-clock.ts';

export interface Directory {
  contacts: readonly Contact[];
  rotations: readonly Rotation[];
  channels: readonly Channel[];
  /** What pagers said of their schedules. Default: nothing. */
  schedules?: readonly KnownSchedule[];
}

/** Whoever a page can be for: a person, or a pager that knows by itself whom it reaches. */
export type Recipient = Pick<Contact, 'name' | 'ids' | 'order' | 'quiet' | 'zone'>;

/** A time in which one and the same member is on call. */
export interface Shift {
  /** Null: nobody. */
  member: string | null;
  from: number;
  /** The first moment that is no longer theirs. */
  until: number;
  /** Somebody stands in. */
  override: boolean;
}

/**
 * Who is paged for a name: a contact, whose shift it is in the rotation, a channel that only pages, or whom a pager said
 * to be on call in its schedule. Empty: nobody.
 */
export function peopleBehind(target: string, directory: Directory, at: number): Recipient[] {
  const name = withoutAt(target);
  const rotation = directory.rotations.find((each) => each.name === name);
  if (!rotation) {
    const found = recipientNamed(name, directory);
    return found ? [found] : onSchedule(name, directory, at);
  }
  const member = onShift(rotation, at);
  return directory.contacts.filter((contact) => member !== null && contact.name === withoutAt(member));
}

/** Whoever is no contact of ours is paged by the pager itself, which knows how. */
function onSchedule(target: string, directory: Directory, at: number): Recipient[] {
  const { contacts, channels, schedules = [] } = directory;
  const wanted = scheduleIn(target, channels);
  const known = wanted && knownSchedule(wanted, schedules);
  if (!known) return [];
  const people = onScheduleAt(known, at).map(
    (person) => pagerContact(person, contacts, [known.channel]) ?? recipientNamed(known.channel, directory),
  );
  const found = people.filter((person) => person !== null);
  return found.filter(({ name }, index) => found.findIndex((each) => each.name === name) === index);
}

/** By the name a page is kept under. A contact comes before a pager of its name. */
export function recipientNamed(
  name: string,
  { contacts, channels }: Pick<Directory, 'contacts' | 'channels'>,
): Recipient | null {
  const contact = contacts.find((each) => each.name === name);
  if (contact) return contact;
  const channel = channels.find((each) => each.name === name);
  const own = channel ? ownDestination(channel) : null;
  return own?.kind === 'reaches' ? { name, ids: { [name]: own.to }, order: [name] } : null;
}

function withoutAt(name: string): string {
  return name.replace(/^@/, '');
}

/** The member whose shift it is; null before the rotation's start or without members. */
export function onShift(rotation: Rotation, at: number): string | null {
  return overrideAt(rotation, at)?.member ?? inTurn(rotation, at);
}

/**
 * Who is on call from one instant to another, without a gap and in order; the first and the last are cut to it. A
 * hand-over to the same member is none.
 */
export function shiftsBetween(rotation: Rotation, from: number, until: number): Shift[] {
  const shifts: Shift[] = [];
  for (let at = from; at < until; ) {
    const next = Math.min(changeAfter(rotation, at), until);
    const member = onShift(rotation, at);
    const override = overrideAt(rotation, at) !== undefined;
    const last = shifts.at(-1);
    if (last && last.member === member && last.override === override) last.until = next;
    else shifts.push({ member, from: at, until: next, override });
    at = next;
  }
  return shifts;
}

/** The next moment at which somebody else may be on call: a hand-over, or a border of an override. */
function changeAfter(rotation: Rotation, at: number): number {
  const borders = rotation.overrides
    .flatMap(({ from, until }) => [from, until].map((text) => wallTextInstant(text, rotation.zone)))
    .filter((border) => border > at);
  return Math.min(handoverAfter(rotation, at), ...borders);
}

function handoverAfter(rotation: Rotation, at: number): number {
  // The day before: at a zone's far end its hand-over can still be ahead.
  for (let day = calendarDay(at, rotation.zone) - 1; ; day += 1) {
    if (rotation.period === 'weekly' && weekdayOf(day) !== rotation.weekday) continue;
    const handover = handoverOn(day, rotation);
    if (handover > at) return handover;
  }
}

function overrideAt({ overrides, zone }: Rotation, at: number): Rotation['overrides'][number] | undefined {
  return overrides.find(
    ({ from, until }) => wallTextInstant(from, zone) <= at && at < wallTextInstant(until, zone),
  );
}

function inTurn(rotation: Rotation, at: number): string | null {
  if (rotation.members.length === 0) return null;
  const handovers = handoversSince(rotation, at);
  if (handovers < 0) return null;
  return rotation.members[handovers % rotation.members.length] ?? null;
}

/** When its first shift began, or will. */
export function firstShiftAt(rotation: Rotation): number {
  return handoverOn(firstDay(rotation), rotation);
}

/** Hand-overs after the first shift began; below 0 before it. Calendar days are counted, so that a day of 23 or 25 hours is one. */
function handoversSince(rotation: Rotation, at: number): number {
  const today = calendarDay(at, rotation.zone);
  const day = at < handoverOn(today, rotation) ? today - 1 : today;
  return Math.floor((day - firstDay(rotation)) / (rotation.period === 'daily' ? 1 : 7));
}

/** A week is counted from its own hand-over, which may lie before the start. */
function firstDay({ start, period, weekday }: Rotation): number {
  const day = dayNumber(start);
  return period === 'daily' ? day : day - ((weekdayOf(day) - weekday + 7) % 7);
}

/** 1 Monday to 7 Sunday. 1970-01-01 was a Thursday. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** At its time on the wall clock, by the rules of `wallInstant` where the clock jumps over it or shows it twice. */
function handoverOn(day: number, { handover, zone }: Rotation): number {
  return wallInstant(day, minuteOf(handover), zone);
}
