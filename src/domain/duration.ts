// Durations as people type them: 90s, 5m, 1h30m, 2d, 1w, 500ms. Strict, because a timeout read wrongly
// pages the wrong person at the wrong time.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';

const unitsMs = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
type DurationUnit = keyof typeof unitsMs;

const longestMs = 366 * unitsMs.d;
const shape =
  /^(?:(\d{1,9})w)?(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?(?:(\d{1,12})ms)?$/;
const order: readonly DurationUnit[] = ['w', 'd', 'h', 'm', 's', 'ms'];

/** Milliseconds. Whole numbers, units from large to small, each once, at most 366 days; else a usage error. */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  const parts = trimmed === '' ? null : shape.exec(trimmed);
  if (parts === null) throw usageError(`${quoted(text)} is not a duration`, hintFor(trimmed));
  const totalMs = order.reduce((sum, unit, index) => sum + Number(parts[index + 1] ?? 0) * unitsMs[unit], 0);
  if (totalMs > longestMs) throw usageError(`${quoted(text)} is longer than 366 days`, 'write 366d or less');
  return totalMs;
}

/**
 * Compact and exact: `parseDuration(formatDuration(ms))` is `ms` again for whole milliseconds in its range.
 * Weeks are used only where they come out even: 2w, but 10d.
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown';
  const whole = Math.round(Math.abs(ms));
  if (whole === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  if (whole % unitsMs.w === 0) return `${sign}${whole / unitsMs.w}w`;
  let rest = whole;
  let out = sign;
  for (const unit of order.slice(1)) {
    const count = Math.floor(rest / unitsMs[unit]);
    if (count > 0) out += `${count}${unit}`;
    rest -= count * unitsMs[unit];
  }
  return out;
}

/**
 * For summaries: the two largest units, rounded. Seconds are left out from ten minutes on and minutes
 * from a day on, where they are noise: "45 seconds", "16 minutes", "1 hour 5 minutes", "2 days 3 hours".
 */
export function formatDurationWords(ms: number): string {
  if (!Number.isFinite(ms)) return 'an unknown time';
  const length = Math.max(0, ms);
  if (length > 0 && length < unitsMs.s) return 'less than a second';
  let rest = roundTo(length, unitsMs.s);
  if (rest >= 10 * unitsMs.m) rest = roundTo(length, unitsMs.m);
  if (rest >= unitsMs.d) rest = roundTo(length, unitsMs.h);
  const words: string[] = [];
  for (const [unit, name] of [
    ['d', 'day'],
    ['h', 'hour'],
    ['m', 'minute'],
    ['s', 'second'],
  ] as const) {
    const count = Math.floor(rest / unitsMs[unit]);
    rest -= count * unitsMs[unit];
    if (count > 0) words.push(`${count} ${name}${count === 1 ? '' : 's'}`);
  }
  return words.slice(0, 2).join(' ') || '0 seconds';
}

function roundTo(ms: number, unitMs: number): number {
  return Math.round(ms / unitMs) * unitMs;
}

function hintFor(text: string): string {
  if (text === '') return 'write 5m, 30s or 1h';
  const bare = /^\d{1,9}$/.exec(text);
  if (bare) return `${text} of what? write ${text}m, 30s or 1h`;
  if (/^\d{1,2}:\d{2}$/.test(text)) return 'that is a time of day; write how long it lasts: 5m, 30s or 1h';
  if (/^\d{1,9}\.\d{1,9}h$/.test(text)) {
    const ms = Number(text.slice(0, -1)) * unitsMs.h;
    return ms <= longestMs
      ? `write whole numbers: ${formatDuration(roundTo(ms, unitsMs.s))}`
      : 'write whole numbers: 1h30m';
  }
  if (/^\d{1,9}\.\d{1,9}[a-z]{1,2}$/.test(text)) return 'write whole numbers: 1h30m, 90s or 500ms';
  if (text.startsWith('-')) return 'a duration cannot be negative; write 5m, 30s or 1h';
  const closer = text.replace(/\s+/g, '').toLowerCase();
  if (closer !== text && closer !== '' && shape.test(closer)) return `write ${closer}`;
  if (/^(?:\d{1,9}(?:ms|[wdhms]))+$/.test(text)) return 'write units from large to small, each once: 1h30m';
  return 'write 5m, 30s, 1h or 1h30m; units are w, d, h, m, s and ms';
}
