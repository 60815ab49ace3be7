// How often something may happen at most: "3 per day". Used by --max-runs of auto-fixes.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';

export type Rate = { count: number; per: RatePeriod };
export type RatePeriod = 'minute' | 'hour' | 'day' | 'week';

const mostRuns = 10_000;
const example = 'write a count and a period, such as "3 per day" (minute, hour, day or week)';

/** Reads "3 per day" and "3/day". A count of 0 is refused: that is what `disable` says. */
export function parseRate(text: string): Rate {
  const parts = /^(\d{1,9})(?: {1,4}per {1,4}| {0,4}\/ {0,4})(minute|hour|day|week)$/i.exec(text.trim());
  if (!parts) throw usageError(`${quoted(text)} is not a rate`, hintFor(text.trim()));
  const count = Number(parts[1]);
  if (count === 0)
    throw usageError(`${quoted(text)} would never run`, 'write 1 or more, or disable it instead');
  if (count > mostRuns)
    throw usageError(`${quoted(text)} is more than ${mostRuns.toLocaleString('en-US')}`, example);
  return { count, per: periodOf(parts[2] ?? '') };
}

export function formatRate(rate: Rate): string {
  return `${rate.count} per ${rate.per}`;
}

function periodOf(word: string): RatePeriod {
  const lower = word.toLowerCase();
  return lower === 'minute' || lower === 'hour' || lower === 'week' ? lower : 'day';
}

function hintFor(text: string): string {
  const count = /^\d{1,9}/.exec(text)?.[0];
  if (count !== undefined && text === count)
    return `${count} in what time? write "${count} per day" or "${count} per hour"`;
  const spelled =
    /^(\d{1,9})(?: ?x| times)? ?(?:per|an?|every|\/) ?(?:1 ?)?(min|m|hour|hr|h|day|d|week|wk|w)/i.exec(text);
  if (!spelled) return example;
  const initial = (spelled[2] ?? '').charAt(0).toLowerCase();
  const per = initial === 'm' ? 'minute' : initial === 'h' ? 'hour' : initial === 'w' ? 'week' : 'day';
  return `write "${spelled[1]} per ${per}"`;
}
