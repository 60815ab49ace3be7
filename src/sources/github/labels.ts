// What people call a commit: the pull request that was merged with it, its title and its author. Kept: it stays so.
import { ToolError } from '../../domain/errors.ts';
import type { Repository } from '../../domain/github-settings.ts';
import { authorOf, commitAnswer, pullsAnswer } from './answers.ts';
import type { Client } from './client.ts';

export interface Label {
  /** Null: none was merged with it. */
  pull: string | null;
  title: string;
  author: string;
}

export interface Labels {
  /** `pull`: also look for the pull request. Errors: ToolError. */
  of(where: Repository, sha: string, options: { pull: boolean; signal: AbortSignal }): Promise<Label>;
}

const MOST = 2_000;

export function createLabels(client: Client): Labels {
  const known = new Map<string, Label>();
  return {
    async of(where, sha, { pull, signal }) {
      const key = `${where.owner}/${where.repo}@${sha}/${pull ? 'pull' : 'commit'}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const label =
        (pull ? await mergedWith(where, sha, signal) : null) ?? (await commitLabel(where, sha, signal));
      if (known.size >= MOST) known.clear();
      if (label.title !== '') known.set(key, label);
      return label;
    },
  };

  async function mergedWith(where: Repository, sha: string, signal: AbortSignal): Promise<Label | null> {
    const pulls = await orNone(
      client.get({
        route: 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
        parameters: { ...where, commit_sha: sha, per_page: 30 },
        answer: pullsAnswer,
        what: `the pull request of ${sha.slice(0, 7)}`,
        signal,
      }),
    );
    const merged = (pulls ?? []).filter(({ merged_at }) => merged_at !== null && merged_at !== undefined);
    // A commit of a merged branch belongs to its pull request too; the one that made this very commit goes first.
    const [found] = merged.sort(
      (a, b) =>
        Number(b.merge_commit_sha === sha) - Number(a.merge_commit_sha === sha) ||
        Number(b.merged_at) - Number(a.merged_at),
    );
    return found ? { pull: found.number, title: found.title, author: found.user || 'unknown' } : null;
  }

  async function commitLabel(where: Repository, sha: string, signal: AbortSignal): Promise<Label> {
    const commit = await orNone(
      client.get({
        route: 'GET /repos/{owner}/{repo}/commits/{ref}',
        parameters: { ...where, ref: sha, per_page: 1 },
        answer: commitAnswer,
        what: `the commit ${sha.slice(0, 7)}`,
        signal,
      }),
    );
    return commit === null
      ? { pull: null, title: '', author: '' }
      : { pull: null, title: commit.commit.message, author: authorOf(commit) };
  }
}

/** A commit that is gone, by a force push say, leaves its deploy without words and no more. */
async function orNone<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ToolError && error.outcome === 'failed') return null;
    throw error;
  }
}
