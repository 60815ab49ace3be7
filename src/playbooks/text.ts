// Words and times as the cards of all playbooks write them.
import { DateTime } from 'luxon';
import type { Deploy } from '../domain/capability.ts';
import { onOneLine } from '../domain/excerpt.ts';
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

/** `2026-03-07 03:01 UTC`: what was typed as a time, said back so that a wrong day shows. */
export function datedTime(at: number, { zone = 'utc' }: When): string {
  const time = DateTime.fromMillis(at, { zone });
  return time.isValid ? time.toFormat('yyyy-MM-dd HH:mm ZZZZ', { locale: 'en' }) : 'an unknown time';
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
