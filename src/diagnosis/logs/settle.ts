// Groups at the end of a read: skeletons that differ in one word, where that word has the look of a value, become one.
import { holeKeys, sameAround } from './hole.ts';
import { openListings } from './listings.ts';
import { areValues, cueAt, isKey, isPinned, staysSolid } from './mergeable.ts';
import { openNamedValues } from './named-values.ts';
import { VARIABLE } from './scan-line.ts';
import { both, type Skeleton, withoutBracketed, withVariable } from './skeleton.ts';

/** One group: what was merged, by index into what was given. */
export interface Settled {
  skeleton: Skeleton;
  members: number[];
}

interface Merge {
  these: Settled[];
  at: number;
  /** The strongest is done first. */
  strength: number;
}

const ROUNDS = 6;
/** So many lines for each line that is made to fit. */
const ABSORBED_BY = 5;
const MAX_WORDS = 60;

/**
 * The same groups whatever the order of the skeletons: they are sorted by their words first. The merge is capped: at most a
 * third of a skeleton's words become variables that way, and two words that say something always stay.
 */
export function settle(skeletons: readonly Skeleton[]): Settled[] {
  let groups = unite(
    openNamedValues(openListings(skeletons)).map(
      (skeleton, index): Settled => ({ skeleton, members: [index] }),
    ),
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    const merged = mergeOnce(groups);
    if (merged.length === groups.length) break;
    groups = merged;
  }
  return absorbBracketed(groups);
}

/** The few that write a value as a word with brackets join the many that do not. */
function absorbBracketed(groups: readonly Settled[]): Settled[] {
  const byKey = new Map(groups.map((group) => [group.skeleton.key, group]));
  return unite(
    groups.map((group) => {
      const skeleton = withoutBracketed(group.skeleton).find(({ key, count }) => {
        const many = byKey.get(key);
        return many !== undefined && count * ABSORBED_BY < many.skeleton.count;
      });
      return skeleton ? { ...group, skeleton } : group;
    }),
  );
}

/** Those that have the same words, sorted by them. */
function unite(groups: readonly Settled[]): Settled[] {
  const byKey = new Map<string, Settled>();
  for (const group of groups) {
    const same = byKey.get(group.skeleton.key);
    byKey.set(group.skeleton.key, same ? together(same, group) : group);
  }
  return [...byKey.values()].sort((one, other) => (one.skeleton.key < other.skeleton.key ? -1 : 1));
}

function together(one: Settled, other: Settled): Settled {
  return { skeleton: both(one.skeleton, other.skeleton), members: [...one.members, ...other.members] };
}

function mergeOnce(groups: readonly Settled[]): Settled[] {
  const taken = new Set<Settled>();
  const made: Settled[] = [];
  for (const { these, at } of findMerges(groups)) {
    if (these.some((group) => taken.has(group))) continue;
    for (const group of these) taken.add(group);
    made.push(
      ...these.map(({ skeleton, members }) => ({
        skeleton: skeleton.words[at] === VARIABLE ? skeleton : withVariable(skeleton, at),
        members,
      })),
    );
  }
  return unite([...groups.filter((group) => !taken.has(group)), ...made]);
}

function findMerges(groups: readonly Settled[]): Merge[] {
  const buckets = new Map<number, { these: Settled[]; at: number }>();
  for (const group of groups) {
    const { words } = group.skeleton;
    if (words.length > MAX_WORDS) continue;
    const keyAt = holeKeys(words);
    for (let at = 0; at < words.length; at += 1) {
      if (words[at] !== VARIABLE && !mayJoin(group.skeleton, at)) continue;
      const key = keyAt(at);
      const bucket = buckets.get(key);
      if (!bucket) buckets.set(key, { these: [group], at });
      else if (sameAround(bucket.these[0]?.skeleton.words ?? [], words, at)) bucket.these.push(group);
    }
  }
  return [...buckets.values()]
    .flatMap(({ these, at }) => (these.length > 1 ? (mergeOf(these, at) ?? []) : []))
    .sort((one, other) => other.strength - one.strength);
}

/** A key never; a pinned word only where a name is expected, and then only into what has a variable there. */
function mayJoin({ words, opened }: Skeleton, at: number): boolean {
  if (isPinned(words, at) && (at === 0 || isKey(words[at] ?? '') || cueAt(words, at) !== 'strong'))
    return false;
  return opened < Math.max(1, words.length / 3) && staysSolid(words, at);
}

/** Of groups that differ at one place: those that are one, if any are. */
function mergeOf(these: readonly Settled[], at: number): Merge | null {
  const [first] = these;
  if (!first) return null;
  const cue = cueAt(first.skeleton.words, at);
  const open = these.find(({ skeleton }) => skeleton.words[at] === VARIABLE);
  const free = new Set(these.filter((group) => group !== open && !isPinned(group.skeleton.words, at)));
  const counts = [...free].map(({ skeleton }) => skeleton.count);
  if (!open) return areValues(counts, cue) ? { these: [...free], at, strength: 1 + free.size } : null;
  const lines = counts.reduce((sum, count) => sum + count, open.skeleton.count);
  const joined = these.filter((group) => {
    if (group === open) return true;
    const { count } = group.skeleton;
    if (!free.has(group)) return count * ABSORBED_BY < lines;
    return cue !== 'none' || count <= open.skeleton.count;
  });
  if (joined.length < 2) return null;
  return { these: joined, at, strength: cue === 'none' ? 1 : 1_000 + joined.length };
}
