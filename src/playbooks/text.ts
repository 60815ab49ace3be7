// Words and times as the cards of all playbooks write them.
import { DateTime } from 'luxon';
import type { Deploy } from '../domain/capability.ts';
import { parseDuration } from '../domain/duration.ts';
import { usageError } from '../domain/errors.ts';
import { onOneLine, quoted } from '../domain/excerpt.ts';
import type { Kit } from '../domain/playbook.ts';

type When = Pick<Kit, 'now' | 'zone'>;
const DAY_MS = 86_400_000;

/** `03:01 UTC`; with its date when it is not within a day. */
export function timeText(at: number, { now, zone = 'utc' }: When): string {
  const time = DateTime.fromMillis(at, { zone });
  if (!time.isValid) return 'an unknown time';
  return time.toFormat(Math.abs(now - at) < DAY_MS ? 'HH:mm ZZZZ' : 'yyyy-MM-dd HH:mm ZZZZ', {
    locale: 'en',
  });
}

/** Reads `2h`, `03:01` (the last time the clock showed it) and ISO instants. Errors: UserError 'usage'. */
export function readSince(text: string, { now, zone = 'utc' }: When): number {
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  const at = clock
    ? lastTimeOfDay(clock, now, zone)
    : /^\d{4}-\d\d-\d\d/.test(text)
      ? readInstant(text, zone)
      : null;
  if (at === null && !clock && /^\d+(?:ms|[wdhms])/.test(text)) return now - parseDuration(text);
  if (at === null) throw usageError(`${quoted(text)} is not a time`, 'write --since 03:01 or --since 2h');
  if (at > now) throw usageError(`${quoted(text)} is in the future`, 'write --since 03:01 or --since 2h');
  return at;
}

/** `#492 (@mike — "fix: cache TTL update")` */
export function deployText({ number, author, title }: Deploy): string {
  return `#${number} (@${clean(author, 60).replace(/^@+/, '')} — "${clean(title, 100)}")`;
}

/** Text from outside on one line, without control characters, at most `max` characters. */
export function clean(text: string, max: number): string {
  const line = onOneLine(text.slice(0, max * 4)).trim();
  const shown = Array.from(line);
  return shown.length > max ? `${shown.slice(0, max - 1).join('')}…` : line;
}

/** The first `most` lines, and how many there are beside them. */
export function atMost(lines: readonly string[], most: number, what = 'more'): string[] {
  return lines.length > most ? [...lines.slice(0, most), `and ${lines.length - most} ${what}`] : [...lines];
}

function lastTimeOfDay(clock: RegExpExecArray, now: number, zone: string): number | null {
  const [hour, minute, second] = [clock[1], clock[2], clock[3] ?? '0'].map(Number);
  if (hour === undefined || minute === undefined || second === undefined) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const today = DateTime.fromMillis(now, { zone }).set({ hour, minute, second, millisecond: 0 });
  const at = today.toMillis() <= now ? today : today.minus({ days: 1 });
  return at.isValid ? at.toMillis() : null;
}

function readInstant(text: string, zone: string): number | null {
  const time = DateTime.fromISO(text, { zone });
  return time.isValid ? time.toMillis() : null;
}
