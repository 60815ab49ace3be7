// `--since` and `--until`: how long ago, or when.
import { parseDuration } from '../domain/duration.ts';
import { flagPlace } from '../resources/place.ts';
import { instant, isDay } from '../resources/values/instant.ts';

/**
 * `2h` is two hours ago; a day or a time is that instant, in UTC unless it says otherwise. Of a day alone:
 * its first instant, or as an `end` the first one after it. Gives ms. Errors: usage.
 */
export function parseMoment(
  text: string,
  { flag, now, end }: { flag: string; now: number; end: boolean },
): number {
  const trimmed = text.trim();
  if (/^\d+(?:\.\d+)?[a-z]/i.test(trimmed)) return now - parseDuration(trimmed);
  const at = Date.parse(instant().fromFlags([trimmed], flagPlace(flag)));
  return end && isDay(trimmed) ? at + 86_400_000 : at;
}
