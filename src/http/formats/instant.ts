// RFC 3339 instants as senders write them: up to nanoseconds, any offset, and Go's zero time for "not yet".
const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[-+]\d\d:?\d\d)$/;

export type ReadInstant = { at: number | null } | 'not understood';

/** Milliseconds since 1970; `at` null: not said, or Go's zero time `0001-01-01T00:00:00Z`. */
export function readInstant(value: unknown): ReadInstant {
  if (value === undefined || value === null || value === '') return { at: null };
  if (typeof value !== 'string' || value.length > 40) return 'not understood';
  const match = RFC3339.exec(value.trim());
  if (!match) return 'not understood';
  const [, date, time, fraction = '', zone = 'Z'] = match;
  if (date === '0001-01-01') return { at: null };
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const at = Date.parse(`${date}T${time}.${milliseconds}${offset}`);
  return Number.isNaN(at) ? 'not understood' : { at };
}
