// The instant at which the clocks of a zone show a time. Pure.
import { quoted } from './excerpt.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * `day` counts from 1970-01-01, `minute` from midnight. The rules where the clock changes, those of every hand-over:
 * - A time the clock jumps over (02:30 where 02:00 becomes 03:00) is the moment of the jump.
 * - A time that comes twice (02:30 where 03:00 becomes 02:00) is its first coming. Else a shift would go back and forth.
 */
export function wallInstant(day: number, minute: number, zone: string): number {
  const reading = day * DAY_MS + minute * MINUTE_MS;
  const offsetAt = (at: number) => wallReading(at, zone) - at;
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

/** `2026-12-24T09:00` on the clocks of the zone, by the same rules. */
export function wallTextInstant(text: string, zone: string): number {
  const [, date = '', hour = '0', minute = '0'] =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}):(\d{2}))?/.exec(text) ?? [];
  return wallInstant(dayNumber(date), Number(hour) * 60 + Number(minute), zone);
}

/** The first instant after a day such as `2027-01-31` in the zone. Errors: RangeError for what is no day. */
export function endOfDay(day: string, zone = 'UTC'): number {
  const number = dayNumber(day);
  // 30 February would be read as 2 March.
  const isDay = !Number.isNaN(number) && new Date(number * DAY_MS).toISOString().startsWith(day);
  if (!isDay) throw new RangeError(`${quoted(day)} is not a day`);
  return wallInstant(number + 1, 0, zone);
}

/** `2026-12-24` in days since 1970. */
export function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** Days since 1970 of the date the clocks show. */
export function calendarDay(at: number, zone: string): number {
  return Math.floor(wallReading(at, zone) / DAY_MS);
}

/** `09:30` as minutes after midnight. */
export function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of the zone show at an instant, as the instant at which those in UTC show the same. */
export function wallReading(at: number, zone: string): number {
  if (zone === 'UTC') return at;
  const second = Math.floor(at / 1000) * 1000;
  // 11/23/2026, 03:14:00
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, seconds = 0] = formatterOf(zone)
    .format(second)
    .split(/\D+/)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, seconds) + (at - second);
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formatters.set(timeZone, made);
  return made;
}
