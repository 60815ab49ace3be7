// Groups settled as lines arrive: a line's group is said at once and stays, with what was seen so far; memory is bounded.
import { holeKeys } from './hole.ts';
import { cueAt, isKey, isPinned, staysSolid } from './mergeable.ts';
import { scanLine, VARIABLE } from './scan-line.ts';
import { type Skeleton, skeletonOf, withoutBracketed, withVariable } from './skeleton.ts';

export interface StreamedGroups {
  /** The number of the line's group, from 0. */
  add(line: string): number;
}

/** All skeletons that are the same but for the word at one place. */
interface Hole {
  group: number;
  /** Different words seen there. */
  values: number;
  /** A variable was seen there. */
  open: boolean;
}

/** The oldest are forgotten: a line of such a kind begins a group again. */
const MAX_KINDS = 5_000;
const MAX_HOLES = 40_000;
const MAX_WORDS = 60;
/** So many different words at one place are values, whatever stands before. */
const MANY_VALUES = 5;

export function streamedGroups(): StreamedGroups {
  const kinds = new Map<string, number>();
  const holes = new Map<number, Hole>();
  let groups = 0;

  function place(skeleton: Skeleton): number {
    const { words } = skeleton;
    const bracketed = withoutBracketed(skeleton).find(({ key }) => kinds.has(key));
    if (bracketed) return remember(kinds, skeleton.key, kinds.get(bracketed.key) ?? 0, MAX_KINDS);
    const places = holesOf(words);
    const joined = places.find(({ key, at }) => {
      const hole = holes.get(key);
      return hole !== undefined && joins(hole, words, at);
    });
    const group = (joined && holes.get(joined.key)?.group) ?? groups++;
    remember(kinds, skeleton.key, group, MAX_KINDS);
    if (joined) {
      const open = withVariable(skeleton, joined.at);
      remember(kinds, open.key, group, MAX_KINDS);
      for (const each of holesOf(open.words)) register(each, open.words, group);
    }
    for (const each of places) register(each, words, group);
    return group;
  }

  function register({ key, at }: { key: number; at: number }, words: readonly string[], group: number): void {
    const hole = holes.get(key);
    const open = words[at] === VARIABLE;
    if (!hole) remember(holes, key, { group, values: 1, open }, MAX_HOLES);
    else {
      hole.values += 1;
      hole.open ||= open;
    }
  }

  return {
    add(line) {
      const skeleton = skeletonOf(scanLine(line));
      return kinds.get(skeleton.key) ?? place(skeleton);
    },
  };
}

function joins(hole: Hole, words: readonly string[], at: number): boolean {
  const cue = cueAt(words, at);
  if (words[at] === VARIABLE) return cue === 'strong' || hole.open;
  if (isPinned(words, at)) return hole.open && cue === 'strong';
  return hole.open || cue !== 'none' || hole.values >= MANY_VALUES;
}

/** The places where another word would leave the kind of line the same. */
function holesOf(words: readonly string[]): { key: number; at: number }[] {
  if (words.length > MAX_WORDS) return [];
  const keyAt = holeKeys(words);
  return words.flatMap((_, at) =>
    !staysSolid(words, at) || isFirm(words, at) ? [] : [{ key: keyAt(at), at }],
  );
}

function isFirm(words: readonly string[], at: number): boolean {
  const word = words[at] ?? '';
  return (
    word !== VARIABLE && isPinned(words, at) && (at === 0 || isKey(word) || cueAt(words, at) !== 'strong')
  );
}

function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): Value {
  if (map.size >= most) {
    const [oldest] = map.keys();
    if (oldest !== undefined) map.delete(oldest);
  }
  map.set(key, value);
  return value;
}
