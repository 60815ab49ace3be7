// Passwords drawn by a generator with marks among the letters, 24 characters and more, without a name.
import { chanceOf } from './redact-chance.ts';
import type { Cut } from './redact-cuts.ts';
import { marker } from './redact-names.ts';

// A plus is one of base64 too, which is looked at elsewhere.
const MARK = /[!#$%^*@~?]/g;
const RUN = /[A-Za-z0-9!#$%^*@~?+.:_-]{24,}/g;
/** Nats; a mark counts as much as a letter that does not follow from the one before. */
const PER_MARK = 1.2;
const LIKELY_EACH = 0.35;
const LIKELY_UNMARKED = 0.65;

export function punctuatedCuts(text: string): Cut[] {
  const cuts: Cut[] = [];
  RUN.lastIndex = 0;
  for (let match = RUN.exec(text); match !== null; match = RUN.exec(text)) {
    const run = match[0].replace(/[.:?!]$/, '');
    if (isDrawn(run))
      cuts.push({ start: match.index, end: match.index + run.length, put: marker('password') });
  }
  return cuts;
}

function isDrawn(run: string): boolean {
  // %2F and the like are spelling, and https://host@… never comes here because of its slashes.
  const bare = run.replace(/%[0-9A-F]{2}/g, '');
  const marks = bare.match(MARK) ?? [];
  if (bare.length < 24 || marks.length === 0) return false;
  // A single mark is usual in names: user@host, Object@1f2e3d.
  const isMarked = marks.length >= 3 && new Set(marks).size >= 2;
  if (!/\d/.test(bare) || !/[A-Z].*[A-Z]/s.test(bare) || !/[a-z].*[a-z]/s.test(bare)) return false;
  const parts = bare.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
  // Words, and numbers of more than four digits, are not drawn.
  if (parts.some((part) => part.length > 4 && (/^\d+$/.test(part) || chanceOf(part) < -0.1 * part.length)))
    return false;
  const chance = parts.reduce((sum, part) => sum + chanceOf(part), marks.length * PER_MARK);
  return chance >= bare.length * (isMarked ? LIKELY_EACH : LIKELY_UNMARKED);
}
