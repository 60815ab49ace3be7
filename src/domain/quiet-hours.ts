// Hours in which a person is not woken, except by what is critical. Pure; by the wall clock of their zone.
import type { Contact } from './resource.ts';
import { calendarDay, minuteOf, wallInstant } from './wall-clock.ts';

/** `22:00-07:00`; over midnight where the second is not later than the first. */
export function parseQuietHours(text: string): { from: string; until: string } | null {
  const time = '((?:[01]?\\d|2[0-3]):[0-5]\\d)';
  const parts = new RegExp(`^${time}\\s*[-–]\\s*${time}$`).exec(text.trim());
  const [, from, until] = parts ?? [];
  return from === undefined || until === undefined ? null : { from, until };
}

/** When the quiet hours that hold at an instant end; null: none hold. Skipped and repeated times as in every hand-over. */
export function quietUntil({ quiet, zone }: Pick<Contact, 'quiet' | 'zone'>, at: number): number | null {
  const hours = quiet === undefined ? null : parseQuietHours(quiet);
  if (!hours) return null;
  const [from, until] = [minuteOf(hours.from), minuteOf(hours.until)];
  const where = zone ?? 'UTC';
  const today = calendarDay(at, where);
  for (const day of [today - 1, today]) {
    const end = wallInstant(until > from ? day : day + 1, until, where);
    if (wallInstant(day, from, where) <= at && at < end) return end;
  }
  return null;
}
