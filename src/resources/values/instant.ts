import { quoted } from '../../domain/excerpt.ts';
import type { Place, Value } from '../definition.ts';
import { bad } from '../place.ts';
import { scalar } from './text.ts';

/** An instant as ISO 8601 in UTC. Without a zone it is read as UTC. */
export function instant(): Value<string> {
  return scalar({ placeholder: '<time>', parse: parseInstant, print: (text) => text });
}

/** `2026-11-23T14:00Z`, with an offset, without one (UTC), or a day alone. Dates that do not exist are refused. */
function parseInstant(text: string, place: Place): string {
  const parts =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?\s?(Z|[+-]\d{2}:\d{2})?)?$/.exec(
      text.trim(),
    );
  const day = parts?.[1];
  if (day !== undefined && isDay(day)) {
    const ms = Date.parse(`${day}T${parts?.[2] ?? '00:00'}${parts?.[3] ?? ':00'}${parts?.[4] ?? 'Z'}`);
    if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  }
  throw bad(
    place,
    `${quoted(text)} is not a time`,
    `write a date and a time: ${place.write('2026-11-23T14:00Z')}`,
  );
}

/** Whether `YYYY-MM-DD` is a day of the calendar. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
