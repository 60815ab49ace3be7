// Days and time zones as operators write them.
import { quoted } from '../../domain/excerpt.ts';
import { nearest } from '../../domain/similar.ts';
import type { Place } from '../definition.ts';
import { lineText } from '../operator-text.ts';
import { bad } from '../place.ts';
import { isDay } from './instant.ts';

/** `Europe/Berlin`. Errors: UserError with the zone most likely meant. */
export function timeZone(text: string, place: Place): string {
  const zone = lineText(text, place, 100);
  // Offsets such as +02:00 are zones to Intl, and know no summer time.
  if (/^[A-Za-z]/.test(zone)) {
    try {
      const name = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
      // Node resolves some names to older aliases; only the letters' case is taken from it.
      return name.toLowerCase() === zone.toLowerCase() ? name : zone;
    } catch {}
  }
  const known = Intl.supportedValuesOf('timeZone');
  const near =
    nearest(zone.replaceAll(' ', '_'), known) ??
    known.find((candidate) =>
      candidate.toLowerCase().endsWith(`/${zone.replaceAll(' ', '_').toLowerCase()}`),
    );
  throw bad(
    place,
    `there is no time zone ${quoted(zone)}`,
    near
      ? `did you mean ${place.write(near)}?`
      : `write a region and a city: ${place.write('Europe/Berlin')}`,
  );
}

/** `2027-01-31`. */
export function day(text: string, place: Place): string {
  const trimmed = text.trim();
  if (isDay(trimmed)) return trimmed;
  throw bad(place, `${quoted(text)} is not a day of the calendar`, `write ${place.write('2026-11-23')}`);
}
