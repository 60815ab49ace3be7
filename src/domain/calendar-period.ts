// Which runs of a fix count together, and until when a day lasts: by the calendar of a zone.
import { DateTime } from 'luxon';
import type { RatePeriod } from './rate.ts';

const LENGTH_MS = { minute: 60_000, hour: 3_600_000 } as const;

/**
 * Whether two instants are in one calendar period: "3 per day" starts anew at midnight of the zone, a week on
 * Monday. Hours and minutes are those of UTC: no change of clocks makes one of them longer.
 */
export function isSamePeriod(per: RatePeriod, one: number, other: number, zone = 'UTC'): boolean {
  switch (per) {
    case 'minute':
    case 'hour':
      return Math.floor(one / LENGTH_MS[per]) === Math.floor(other / LENGTH_MS[per]);
    case 'day':
      return local(one, zone).toISODate() === local(other, zone).toISODate();
    case 'week':
      return local(one, zone).toFormat('kkkk-WW') === local(other, zone).toFormat('kkkk-WW');
    default:
      return per satisfies never;
  }
}

function local(at: number, zone: string): DateTime {
  return DateTime.fromMillis(at, { zone });
}
