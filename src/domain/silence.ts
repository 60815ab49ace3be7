// What a silence mutes, and when: once, or again and again by the wall clock of its zone. Pure.
import type { Silence } from './resource.ts';
import type { Severity } from './severity.ts';
import { calendarDay, minuteOf, wallInstant } from './wall-clock.ts';

/** What of an alert a silence can name: its labels, and `service` and `severity` beside them. */
export interface Silenceable {
  severity: Severity;
  service: string | null;
  labels: Record<string, string>;
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
/** A window of a week may have begun this many days ago. */
const LONGEST_DAYS = 8;

/** The silence that mutes it now; null: none. Of several the one that lasts longest, so that its end is said once. */
export function silencedBy(alert: Silenceable, silences: readonly Silence[], now: number): Silence | null {
  let found: { silence: Silence; until: number } | null = null;
  for (const silence of silences) {
    const until = activeUntil(silence, now);
    if (until === null || (found && found.until >= until) || !matchesSilence(alert, silence)) continue;
    found = { silence, until };
  }
  return found?.silence ?? null;
}

/** Equal, or beginning like it where the wanted value ends in `*`: `service=api-*`. All must hold; none is no match. */
export function matchesSilence(alert: Silenceable, { match }: Pick<Silence, 'match'>): boolean {
  const values: Record<string, string> = {
    ...alert.labels,
    severity: alert.severity,
    ...(alert.service ? { service: alert.service } : {}),
  };
  const wanted = Object.entries(match);
  return (
    wanted.length > 0 &&
    wanted.every(([label, value]) => {
      const is = Object.hasOwn(values, label) ? values[label] : undefined;
      if (is === undefined) return false;
      return value.length > 1 && value.endsWith('*') ? is.startsWith(value.slice(0, -1)) : is === value;
    })
  );
}

/** When it stops muting; null: it mutes nothing now. */
export function activeUntil(silence: Silence, now: number): number | null {
  const { begins, ends } = bounds(silence);
  // So that one whose times cannot be read mutes nothing.
  if (!(begins <= now && now < ends)) return null;
  if (!isRecurring(silence)) return ends;
  const open = windowsAround(silence, now).find(({ from, until }) => from <= now && now < until);
  return open ? Math.min(open.until, ends) : null;
}

/** The next moment at which it begins or stops to mute; null: never again. */
export function nextChange(silence: Silence, now: number): number | null {
  const { begins, ends } = bounds(silence);
  const active = activeUntil(silence, now);
  if (active !== null) return active;
  if (!(now < ends)) return null;
  if (now < begins && !isRecurring(silence)) return begins;
  const at = Math.max(now, begins);
  if (now < begins && activeUntil(silence, at) !== null) return at;
  const next = windowsAround(silence, at).find(({ from }) => from > now && from >= at);
  return next && next.from < ends ? next.from : null;
}

export function isRecurring({ daily, weekly }: Pick<Silence, 'daily' | 'weekly'>): boolean {
  return daily !== undefined || weekly !== undefined;
}

/**
 * Windows that began up to a week before, and the next ones. Each begins at its time on the wall clock, by the rules
 * of `wallInstant` where the clock jumps over it or shows it twice, and lasts as long as it says in real time: an
 * hour is an hour on the day the clocks change too.
 */
function windowsAround(silence: Silence, at: number): { from: number; until: number }[] {
  const { daily, weekly, forMs = 0, zone = 'UTC' } = silence;
  const [time = '', weekday] = (daily ?? weekly ?? '').split(' ').reverse();
  const today = calendarDay(at, zone);
  return Array.from({ length: 2 * LONGEST_DAYS + 1 }, (_, index) => today - LONGEST_DAYS + index)
    .filter((day) => weekday === undefined || WEEKDAYS[(((day + 4) % 7) + 7) % 7] === weekday)
    .map((day) => wallInstant(day, minuteOf(time), zone))
    .map((from) => ({ from, until: from + forMs }));
}

function bounds({ from, until }: Silence): { begins: number; ends: number } {
  return {
    begins: from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from),
    ends: until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until),
  };
}
