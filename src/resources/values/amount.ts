import { quoted } from '../../domain/excerpt.ts';
import type { Place, Value } from '../definition.ts';
import { bad } from '../place.ts';
import { scalar } from './text.ts';

/** A plain number, 0 or more. */
export function amount(): Value<number> {
  const ofText = scalar({
    placeholder: '<number>',
    parse: parseAmount,
    print: String,
  });
  return {
    ...ofText,
    fromDocument: (value, place) =>
      typeof value === 'number' ? inRange(value, place) : ofText.fromDocument(value, place),
    toDocument: (value) => value,
  };
}

function parseAmount(text: string, place: Place): number {
  const trimmed = text.trim();
  if (!/^\d{1,12}(\.\d{1,6})?$/.test(trimmed)) {
    throw bad(
      place,
      `${quoted(trimmed)} is not a plain number`,
      `write it without currency: ${place.write('0.34')}`,
    );
  }
  return Number(trimmed);
}

function inRange(value: number, place: Place): number {
  if (Number.isFinite(value) && value >= 0 && value <= 1e12) return value;
  throw bad(place, `${value} is out of range`, `write ${place.write('0.34')}`);
}
