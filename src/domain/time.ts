// Instants as people on call read them.

/** `03:14` in the zone. */
export function clockTime(at: number, zone: string): string {
  return formatter(zone, { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** `03:14 UTC` */
export function clockTimeWithZone(at: number, zone: string): string {
  return `${clockTime(at, zone)} ${zone === 'UTC' ? 'UTC' : zoneName(at, zone)}`;
}

/** `03:14:07` */
export function secondsTime(at: number, zone: string): string {
  return formatter(zone, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at);
}

/** ISO 8601 in UTC to the second, for records: `2026-11-23T03:14:07Z`. */
export function isoTime(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}/${Object.keys(parts).join()}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...parts, hourCycle: 'h23', timeZone: zone });
  formatters.set(key, made);
  return made;
}

function zoneName(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' }).formatToParts(at);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}
