// Collects the kinds of lines of a read, and settles at its end which of them are one.
import { scanLine } from './scan-line.ts';
import { settle } from './settle.ts';
import { both, type Skeleton, sameShown, skeletonOf, templateOf } from './skeleton.ts';

export interface SettledGroup<Tally> {
  template: string;
  /** Lines. */
  count: number;
  tally: Tally;
}

export interface SettledGroups<Tally> {
  /** `tally`: what the caller counts of this line. */
  add(line: string, tally: Tally): void;
  /** All groups so far, and what found no place. It changes nothing: more lines may follow. */
  settle(): { groups: SettledGroup<Tally>[]; other: SettledGroup<Tally> | null };
}

/** What collects lines of rare kinds once there are too many. */
export const OTHER_TEMPLATE = '(other lines)';
/** Kinds held at once: some 10 MB of ordinary lines. */
const MAX_KINDS = 4_000;
/** Left of them when they become too many. */
const KEPT_KINDS = 2_000;

interface Kind<Tally> {
  skeleton: Skeleton;
  tally: Tally;
}

/** What the caller counts of a line, and how that is put together, in any order. */
export interface Tallying<Tally> {
  /** Into the first, or into a new one. */
  merge(into: Tally, other: Tally): Tally;
  /** One that `merge` may change. */
  copy(tally: Tally): Tally;
}

/**
 * Up to 4,000 kinds of lines, the groups and templates are the same
 * whatever the order of the lines; beyond, kinds are settled early and the rarest are put together.
 */
export function settledGroups<Tally>({ merge, copy }: Tallying<Tally>): SettledGroups<Tally> {
  let kinds = new Map<string, Kind<Tally>>();
  let other: SettledGroup<Tally> | null = null;

  const settled = (): Kind<Tally>[] => {
    const all = [...kinds.values()];
    return settle(all.map(({ skeleton }) => skeleton)).flatMap(({ skeleton, members }) => {
      const [first, ...more] = members.flatMap((member) => all[member] ?? []);
      return first
        ? [{ skeleton, tally: more.reduce((sum, { tally }) => merge(sum, tally), copy(first.tally)) }]
        : [];
    });
  };

  function makeRoom(): void {
    const all = settled().sort(byCount);
    for (const { skeleton, tally } of all.length > KEPT_KINDS ? all.splice(KEPT_KINDS) : []) {
      other = other
        ? { ...other, count: other.count + skeleton.count, tally: merge(other.tally, tally) }
        : { template: OTHER_TEMPLATE, count: skeleton.count, tally };
    }
    kinds = new Map(all.map((kind) => [kind.skeleton.key, kind]));
  }

  return {
    add(line, tally) {
      const skeleton = skeletonOf(scanLine(line));
      const known = kinds.get(skeleton.key);
      if (known) {
        if (sameShown(known.skeleton, skeleton.shown)) known.skeleton.count += 1;
        else known.skeleton = both(known.skeleton, skeleton);
        known.tally = merge(known.tally, tally);
        return;
      }
      if (kinds.size >= MAX_KINDS) makeRoom();
      kinds.set(skeleton.key, { skeleton, tally });
    },
    settle: () => ({
      groups: settled().map(({ skeleton, tally }) => ({
        template: templateOf(skeleton),
        count: skeleton.count,
        tally,
      })),
      other,
    }),
  };
}

function byCount(one: Kind<unknown>, other: Kind<unknown>): number {
  return other.skeleton.count - one.skeleton.count || (one.skeleton.key < other.skeleton.key ? -1 : 1);
}
