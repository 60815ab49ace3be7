// Who a level, a route or a rotation means at an instant. Pure; all by the wall clock of the rotation's zone.
import { DateTime } from 'luxon';
import type { Contact, Rotation } from './resource.ts';

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
  const [hour = 0, minute = 0] = rotation.handover.split(':').map(Number);
  const local = DateTime.fromMillis(at, { zone: rotation.zone });
  // The wall clock's own reading decides, whatever the offset is.
  const before = local.hour * 60 + local.minute < hour * 60 + minute;
  const day = local.startOf('day').minus({ days: before ? 1 : 0 });
  let first = DateTime.fromISO(rotation.start, { zone: rotation.zone }).startOf('day');
  if (rotation.period === 'weekly') first = first.minus({ days: (first.weekday - rotation.weekday + 7) % 7 });
  const days = Math.floor(calendarDay(day) - calendarDay(first));
  return rotation.period === 'weekly' ? Math.floor(days / 7) : days;
}

function calendarDay({ year, month, day }: DateTime): number {
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

function instant(text: string, zone: string): number {
  return DateTime.fromISO(text, { zone }).toMillis();
}
