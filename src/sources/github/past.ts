// What was deployed, newest first, and what follows from it. Pure.
import type { Deploy, FactsOf } from '../../domain/capability.ts';
import { type Mark, titleOfMark } from './mark.ts';

export interface Entry {
  /** Of the Deployment or run; the tag of a release. */
  id: string;
  /** As people say it, without `#`. */
  number: string;
  /** What is compared, and what a deploy of it again asks for: a commit, or the tag of a release. */
  ref: string;
  /** The name it was deployed by: a branch or tag. */
  name: string;
  author: string;
  title: string;
  at: number;
  status: Deploy['status'];
  /** Set: a rollback of ours. */
  mark: Mark | null;
  link: string | null;
  rolledBack: boolean;
}

/** Longer than any job runs; what has no end by then never gets one, and must not hold up a rollback for ever. */
export const UNFINISHED_MS = 6 * 3_600_000;

/**
 * Newest first, and marked where undone: a rollback of ours is, however it ended, no release of its own, and one that
 * succeeded undid the newest standing deploy of the number it names.
 */
export function settled(entries: readonly Omit<Entry, 'rolledBack'>[]): Entry[] {
  const past: Entry[] = [...entries]
    .sort((a, b) => b.at - a.at)
    .map((entry) => ({ ...entry, rolledBack: entry.mark !== null }));
  // Oldest first: what was deployed again after a rollback stands until the next one.
  for (const rollback of past.toReversed()) {
    if (rollback.mark === null || rollback.status !== 'succeeded') continue;
    const { undone } = rollback.mark;
    const found = past.find((entry) => entry.at < rollback.at && entry.number === undone && stands(entry));
    if (found) found.rolledBack = true;
  }
  return past;
}

export function stands({ status, rolledBack }: Entry): boolean {
  return status === 'succeeded' && !rolledBack;
}

export function toDeploy({ number, author, title, at, status, rolledBack, mark }: Entry): Deploy {
  return {
    number,
    author: author || 'unknown',
    title: mark === null ? title : titleOfMark(mark),
    at,
    status,
    rolledBack,
  };
}

export interface Rollback {
  undone: Entry;
  /** Null: there is nothing to go back to. */
  restored: Entry | null;
  facts: Pick<FactsOf['deploys.rollback'], 'latest' | 'target' | 'inProgress'>;
}

/**
 * The newest standing deploy of that number, and the newest standing one before it of another commit. Null: there is
 * none of that number, or none stands.
 */
export function rollbackOf(past: readonly Entry[], number: string): Rollback | null {
  const latest = past.find(stands);
  const undone =
    past.find((entry) => entry.number === number && stands(entry)) ??
    past.find((entry) => entry.number === number);
  if (latest === undefined || undone === undefined) return null;
  const restored =
    past.find((entry) => entry.at < undone.at && stands(entry) && !isSame(entry, undone)) ?? null;
  return {
    undone,
    restored,
    facts: {
      latest: latest.number,
      target: restored?.number ?? null,
      inProgress: past.find(({ status }) => status === 'in-progress')?.number ?? null,
    },
  };
}

/** Deployed again: going back to the same one is no way back. */
function isSame(one: Entry, other: Entry): boolean {
  return one.ref === other.ref || one.number === other.number;
}
