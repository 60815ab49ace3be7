// Lines with several names, each pair seen once: "user alice on host web", "user bob on host db".
import { cueAt, isPinned, staysSolid } from './mergeable.ts';
import { VARIABLE } from './scan-line.ts';
import { type Skeleton, withVariable } from './skeleton.ts';

/** So many lines' kinds, and so many different names at each place. */
const MANY_KINDS = 5;
const MANY_NAMES = 3;

/** In the order given; places where names are expected become variables together, where there are several such places. */
export function openNamedValues(skeletons: readonly Skeleton[]): Skeleton[] {
  const buckets = new Map<string, { these: Skeleton[]; places: number[] }>();
  for (const skeleton of skeletons) {
    const places = namedPlaces(skeleton.words);
    if (places.length < 2) continue;
    const key = skeleton.words.map((word, at) => (places.includes(at) ? '' : word)).join(' ');
    const bucket = buckets.get(key);
    if (bucket) bucket.these.push(skeleton);
    else buckets.set(key, { these: [skeleton], places });
  }
  const opened = new Map<Skeleton, Skeleton>();
  for (const { these, places } of buckets.values()) {
    if (these.length < MANY_KINDS) continue;
    const differing = places.filter((at) => new Set(these.map(({ words }) => words[at])).size > 1);
    const names = differing.map((at) => new Set(these.map(({ words }) => words[at])).size);
    if (differing.length < 2 || Math.min(...names) < MANY_NAMES) continue;
    // From the right: two variables side by side become one, which moves what follows.
    for (const skeleton of these) opened.set(skeleton, differing.toReversed().reduce(withVariable, skeleton));
  }
  return skeletons.map((skeleton) => opened.get(skeleton) ?? skeleton);
}

function namedPlaces(words: readonly string[]): number[] {
  return words.flatMap((word, at) =>
    word !== VARIABLE && cueAt(words, at) === 'strong' && !isPinned(words, at) && staysSolid(words, at, 3)
      ? [at]
      : [],
  );
}
