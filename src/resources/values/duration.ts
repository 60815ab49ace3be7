import { formatDuration, parseDuration } from '../../domain/duration.ts';
import type { Place, Value } from '../definition.ts';
import { at, bad } from '../place.ts';
import { scalar } from './text.ts';

/** Milliseconds, more than none. */
export function duration(): Value<number> {
  return scalar({ placeholder: '<duration>', parse: positiveDuration, print: formatDuration });
}

export function positiveDuration(text: string, place: Place): number {
  const ms = at(place, () => parseDuration(text));
  if (ms === 0) throw bad(place, 'is no time at all', `write ${place.write('5m')}`);
  return ms;
}
