// Who a level, a route or a rotation means at an instant. Pure; all by the wall clock of the rotation's zone.
import { DateTime } from 'luxon';
import type { Contact, Rotation } from './resource.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export interface Directory {
  contacts: readonly Contact[];
  rotations: readonly Rotation[];
}

/** The people behind a name: a contact, or whose shift it is in the rotation. Empty: nobody. */
export function peopleBehind(target: string, directory: Directory, at: number): Contact[] {
  const name = target.replace(/^@/, '');
  const rotation = directory.rotations.find((each) => each.name === name);
  const member = rotation ? onShift(rotation, at) : name;
  if (member === null) return [];
  return directory.contacts.filter((contact) => contact.name === member.replace(/^@/, ''));
}

/** The member whose shift it is; null before the rotation's start or without members. */
export function onShift(rotation: Rotation, at: number): string | null {
  const override = rotation.overrides.find(
    ({ from, until }) => instant(from, rotation.zone) <= at && at < instant(until, rotation.zone),
  );
  if (override) return override.member;
  if (rotation.members.length === 0) return null;
  const handovers = handoversSince(rotation, at);
  if (handovers < 0) return null;
  return rotation.members[handovers % rotation.members.length] ?? null;
}

/** Hand-overs after the first shift began; below 0 before it. Calendar days are counted, so that a day of 23 or 25 hours is one. */
function handoversSince(rotation: Rotation, at: number): number {
  const local = DateTime.fromMillis(at, { zone: rotation.zone });
  const today = calendarDay(local);
  const day = at < handoverOn(today, rotation) ? today - 1 : today;
  const start = DateTime.fromISO(rotation.start, { zone: 'UTC' });
  if (rotation.period === 'daily') return day - calendarDay(start);
  const first = calendarDay(start) - ((start.weekday - rotation.weekday + 7) % 7);
  return Math.floor((day - first) / 7);
}

/** Days since 1970 of the date the wall clock shows. */
function calendarDay({ year, month, day }: DateTime): number {
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

/**
 * When the wall clock first reads the time of the hand-over on that day. Where the clock jumps over it: the jump.
 * An hour that comes twice hands over once, at its first coming; else the shift would go back and forth.
 */
function handoverOn(day: number, { handover, zone }: Rotation): number {
  const [hour = 0, minute = 0] = handover.split(':').map(Number);
  const reading = day * DAY_MS + (hour * 60 + minute) * MINUTE_MS;
  const offsetAt = (at: number) => DateTime.fromMillis(at, { zone }).offset * MINUTE_MS;
  const [before, after] = [offsetAt(reading - DAY_MS), offsetAt(reading + DAY_MS)];
  const [early, late] = [reading - before, reading - after];
  if (offsetAt(early) === before) return early;
  if (offsetAt(late) === after) return late;
  let [old, changed] = [late, early];
  while (changed - old > 1) {
    const middle = Math.floor((old + changed) / 2);
    if (offsetAt(middle) === after) changed = middle;
    else old = middle;
  }
  return changed;
}

function instant(text: string, zone: string): number {
  return DateTime.fromISO(text, { zone }).toMillis();
}
