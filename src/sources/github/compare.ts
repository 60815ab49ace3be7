// `deploys.compare`: what lies between two deploys, as GitHub compares their commits.
import type { Comparison } from '../../domain/capability.ts';
import { migrationsOf } from '../../domain/migration-files.ts';
import { boundedPatches } from '../../domain/patch.ts';
import type { Call, ReadTool } from '../../domain/tool.ts';
import { authorOf, comparisonAnswer } from './answers.ts';
import { plain, requireEntries } from './history.ts';
import { type Bound, type Github, requireBound, serves } from './repository.ts';
import { servicesOf, servicesTouched } from './touched.ts';

const PER_PAGE = 100;
const MOST_COMMITS = 500;
/** GitHub names no more of them, whatever is asked. https://docs.github.com/en/rest/commits/commits#compare-two-commits */
const MOST_FILES = 300;
const MORE_FILES = `one of the files beyond the first ${MOST_FILES}, which GitHub does not list`;

export function compareTool(github: Github): ReadTool<'deploys.compare'> {
  return {
    kind: 'read',
    capability: 'deploys.compare',
    source: github.name,
    serves: serves(github),
    read: async ({ from, to }, service, call) => {
      const bound = requireBound(github, service);
      const [one, other] = await requireEntries(github, bound, [plain(from), plain(to)], call);
      return compareRefs(github, bound, one?.ref ?? '', other?.ref ?? '', call);
    },
  };
}

/**
 * Commits of `to` that `from` lacks, newest first, and the files that differ. Where neither follows from the other, the
 * files of both sides: going from one to the other takes back the one and brings the other.
 */
export async function compareRefs(
  github: Github,
  bound: Bound,
  from: string,
  to: string,
  call: Call,
): Promise<Comparison & { migrations: string[] }> {
  if (from === to) return { commits: [], files: [], migrations: [] };
  const there = await oneWay(github, bound, from, to, call);
  const apart = there.status === 'diverged' || there.status === 'behind';
  const back = apart ? await oneWay(github, bound, to, from, call) : null;
  const files = [...new Set([...there.files, ...(back?.files ?? [])])].sort();
  const cut = there.files.length >= MOST_FILES || (back?.files.length ?? 0) >= MOST_FILES;
  const services = servicesTouched(files, servicesOf(github, bound.fullName));
  return {
    commits: there.commits,
    files,
    // What the other side would bring back is no change of this deploy.
    ...boundedPatches(there.patches),
    ...(services === undefined ? {} : { services: cut ? { ...services, elsewhere: null } : services }),
    // What is not listed may hold one, and an unseen migration is worse than a question too many.
    migrations: [...migrationsOf(files), ...(cut ? [MORE_FILES] : [])],
  };
}

interface OneWay {
  status: string;
  commits: Comparison['commits'];
  files: string[];
  patches: { path: string; patch: string | undefined }[];
}

async function oneWay(
  { client }: Github,
  { repository, fullName }: Bound,
  base: string,
  head: string,
  call: Call,
): Promise<OneWay> {
  const commits: Comparison['commits'] = [];
  const files = new Set<string>();
  const patches: OneWay['patches'] = [];
  for (let page = 1; ; page += 1) {
    const answer = await client.get({
      route: 'GET /repos/{owner}/{repo}/compare/{basehead}',
      parameters: { ...repository, basehead: `${base}...${head}`, per_page: PER_PAGE, page },
      answer: comparisonAnswer,
      what: `the difference of ${short(base)} and ${short(head)} in ${fullName}`,
      signal: call.signal,
    });
    for (const commit of answer.commits) {
      const author = authorOf(commit);
      commits.push({ sha: commit.sha, title: commit.commit.message, author });
    }
    for (const { filename, previous_filename, patch } of answer.files) {
      patches.push({ path: filename, patch });
      files.add(filename);
      if (previous_filename !== undefined) files.add(previous_filename);
    }
    const over =
      answer.commits.length < PER_PAGE || commits.length >= Math.min(answer.total_commits, MOST_COMMITS);
    // GitHub lists them oldest first.
    if (over) return { status: answer.status, commits: commits.reverse(), files: [...files], patches };
  }
}

function short(ref: string): string {
  return /^[0-9a-f]{40,}$/i.test(ref) ? ref.slice(0, 7) : ref;
}
