// What goes wrong between Slack and us, chosen by a seed: a call at a time.
import type { Told } from '../support/slack.ts';

/** `before`, `after`: the process dies before or after Slack has done what it was asked. */
export type Misfortune = { told: Told } | { dies: 'before' | 'after' } | null;

export type Random = () => number;

const HTML = '<html>Bad gateway</html>';

/** Chances in a hundred calls; the rest goes well. */
const MISFORTUNES: readonly [number, (random: Random) => Misfortune][] = [
  [4, (random) => ({ told: limited(1 + Math.floor(random() * 30)) })],
  [2, () => ({ told: { status: 500, body: HTML } })],
  [3, () => ({ told: { status: 500, body: HTML, done: true } })],
  [4, () => ({ told: 'lost' })],
  [2, () => ({ told: 'cut' })],
  [1, () => ({ told: 'unheard' })],
  [1, () => ({ told: 'silent' })],
  [2, () => ({ told: { status: 200, body: HTML } })],
  [2, () => ({ told: { ok: false, error: 'internal_error' } })],
  [1, () => ({ told: { ok: false, error: 'service_unavailable' } })],
  [1, () => ({ dies: 'before' })],
  [2, () => ({ dies: 'after' })],
];

export function misfortune(random: Random): Misfortune {
  let left = random() * 100;
  for (const [chance, make] of MISFORTUNES) {
    left -= chance;
    if (left < 0) return make(random);
  }
  return null;
}

function limited(seconds: number): Told {
  return { status: 429, headers: { 'retry-after': String(seconds) }, body: '' };
}
