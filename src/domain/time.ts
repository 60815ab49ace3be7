// Instants as people on call read them.

/** `03:14` in the zone. */
export function clockTime(at: number, zone: string): string {
  return formatter(zone).format(at);
}

/** `03:14 UTC` */
export function clockTimeWithZone(at: number, zone: string): string {
  return `${clockTime(at, zone)} ${zone === 'UTC' ? 'UTC' : zoneName(at, zone)}`;
}

/** `03:14 UTC`; with its day where it is not within the next 20 hours: `Tue 24 Nov 03:14 UTC`. */
export function momentText(at: number, now: number, zone: string): string {
  const time = clockTimeWithZone(at, zone);
  if (at >= now && at - now < 20 * 3_600_000) return time;
  const day = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: zone,
  }).format(at);
  return `${day.replace(',', '')} ${time}`;
}

/** ISO 8601 in UTC to the second, for records: `2026-11-23T03:14:07Z`. */
export function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  formatters.set(timeZone, made);
  return made;
}

function zoneName(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}
