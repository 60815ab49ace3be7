// Instants as people type and read them in a zone of their choice, for what is asked about another time.
import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import { calendarDay, minuteOf, wallInstant, wallTextInstant } from '../domain/wall-clock.ts';
import { flagPlace } from '../resources/place.ts';
import { timeZone } from '../resources/values/calendar.ts';
import { isDay } from '../resources/values/instant.ts';

export function readZone(text: string | undefined, fallback: string): string {
  return text === undefined ? fallback : timeZone(text, flagPlace('zone'));
}

/**
 * `2026-12-24T09:00` and `09:00` (of today) on the clocks of the zone, a day alone (its midnight), or an instant with an
 * offset. Undefined: now. Errors: UserError 'usage'.
 */
export function readMoment(text: string | undefined, { now, zone }: { now: number; zone: string }): number {
  if (text === undefined) return now;
  const written = text.trim();
  if (/^([01]?\d|2[0-3]):[0-5]\d$/.test(written))
    return wallInstant(calendarDay(now, zone), minuteOf(written), zone);
  const parts =
    /^(\d{4}-\d{2}-\d{2})(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?\s?(Z|[+-]\d{2}:\d{2})?)?$/.exec(
      written,
    );
  const [, date = '', time = '00:00', seconds = ':00', offset] = parts ?? [];
  if (!parts || !isDay(date)) {
    throw usageError(
      `--at: ${quoted(text)} is not a time`,
      'write 2026-12-24T09:00, 09:00, or 2026-12-24T09:00Z',
    );
  }
  if (offset !== undefined) return Date.parse(`${date}T${time}${seconds}${offset}`);
  return wallTextInstant(`${date}T${time}`, zone) + Number(seconds.slice(1)) * 1000;
}

/** `Mon 23 Nov 2026 03:14 CET`; the seconds where there are any. */
export function momentIn(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(at % 60_000 === 0 ? {} : { second: '2-digit' }),
    hourCycle: 'h23',
    timeZone: zone,
    timeZoneName: 'short',
  }).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  const second = of('second') === '' ? '' : `:${of('second')}`;
  const name = zone === 'UTC' ? 'UTC' : of('timeZoneName');
  return `${of('weekday')} ${of('day')} ${of('month')} ${of('year')} ${of('hour')}:${of('minute')}${second} ${name}`;
}

export function isoIn(at: number): string {
  return new Date(at).toISOString();
}
