// What people type after `--since`.
import { DateTime } from 'luxon';
import { parseDuration } from '../domain/duration.ts';
import { type UserError, usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Kit } from '../domain/playbook.ts';

type When = Pick<Kit, 'now' | 'zone'>;

const EXAMPLES = 'write --since 03:01, --since 2h or --since "yesterday 14:00"';
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const IN_UTC = /\s*(?:utc|gmt|z)$/i;
const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const FURTHEST_DAYS = 366;

/**
 * An instant: `2h` (before now), `03:01` (the last time the clock showed it), `yesterday 14:00`, `mon 14:00`, and ISO
 * times. Clocks are those of the zone; `03:01 UTC` and `03:01Z` say it otherwise. Errors: UserError 'usage'.
 */
export function readSince(text: string, { now, zone = 'utc' }: When): number {
  const words = text.trim().replace(/\s+/g, ' ').toLowerCase();
  const at = /^\d{4}-\d\d-\d\d/.test(words)
    ? readInstant(text.trim(), zone)
    : IN_UTC.test(words)
      ? readClock(words.replace(IN_UTC, ''), now, 'utc')
      : readClock(words, now, zone);
  if (at === null && /^\d+(?:ms|[wdhms])/.test(words)) return now - parseDuration(words.replace(/ ago$/, ''));
  if (at === null) throw notATime(text, 'is not a time');
  if (at > now) throw notATime(text, 'is in the future');
  if (at < now - FURTHEST_DAYS * 86_400_000) throw notATime(text, `is more than ${FURTHEST_DAYS} days ago`);
  return at;
}

/** The words of `--since yesterday 14:00` typed without quotes, with the time in one word again. */
export function joinSince(words: readonly string[]): string[] {
  const flag = words.findIndex((word) => word === '--since' || /^--since=/.test(word));
  const dayAt = words[flag] === '--since' ? flag + 1 : flag;
  const day = (words[dayAt] ?? '').replace(/^--since=/, '').toLowerCase();
  const [word = '', clock = ''] = [words[dayAt], words[dayAt + 1]];
  if (flag === -1 || dayOf(day) === null || !CLOCK.test(clock)) return [...words];
  return [...words.slice(0, dayAt), `${word} ${clock}`, ...words.slice(dayAt + 2)];
}

function notATime(text: string, why: string): UserError {
  return usageError(`${quoted(text)} ${why}`, EXAMPLES);
}

/** `03:01`, `yesterday`, `yesterday 14:00`, `14:00 yesterday`, `mon 14:00`. */
function readClock(words: string, now: number, zone: string): number | null {
  const parts = words.split(' ');
  const clock = parts.map((part) => CLOCK.exec(part)).find((found) => found !== null) ?? null;
  const rest = parts.filter((part) => !CLOCK.test(part));
  const day = dayOf(rest.join(' '));
  if (rest.length > 1 || parts.length > rest.length + 1 || (clock === null && day === null)) return null;
  if (rest.length === 1 && day === null) return null;
  const [hour = 0, minute = 0, second = 0] = (clock ?? []).slice(1).map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return null;
  const today = DateTime.fromMillis(now, { zone });
  const on = (base: DateTime) => base.set({ hour, minute, second, millisecond: 0 });
  const at =
    day === null
      ? on(today).toMillis() <= now
        ? on(today)
        : on(today.minus({ days: 1 }))
      : on(today.minus({ days: daysBack(day, today) }));
  return at.isValid ? at.toMillis() : null;
}

/** 0 today, -1 yesterday, 1 to 7 a day of the week; null: no day. */
function dayOf(word: string): number | null {
  if (word === 'today') return 0;
  if (word === 'yesterday') return -1;
  const index = word.length < 3 ? -1 : DAYS.findIndex((name) => name.startsWith(word));
  return index === -1 ? null : index + 1;
}

/** The last such day of the week, today being the one of a week ago: who means today says a time alone. */
function daysBack(day: number, today: DateTime): number {
  return day <= 0 ? -day : (today.weekday - day + 7) % 7 || 7;
}

function readInstant(text: string, zone: string): number | null {
  const time = DateTime.fromISO(text.replace(' ', 'T').replace(/\s*UTC$/i, 'Z'), { zone });
  return time.isValid ? time.toMillis() : null;
}
