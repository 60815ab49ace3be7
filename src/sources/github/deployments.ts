// Deploys as GitHub's Deployments and their statuses tell them.
import type { Deploy } from '../../domain/capability.ts';
import type { Repository } from '../../domain/github-settings.ts';
import type { Call } from '../../domain/tool.ts';
import { type Deployment, type DeploymentStatus, deploymentsAnswer, statusesAnswer } from './answers.ts';
import { eachOf } from './at-once.ts';
import { markInPayload } from './mark.ts';
import { type Entry, UNFINISHED_MS } from './past.ts';
import type { Bound, Github } from './repository.ts';

const PER_PAGE = 100;
const MOST_KEPT = 2_000;

/** The newest of the environment, `want` at most. */
export async function readDeployments(
  github: Github,
  bound: Bound,
  want: number,
  call: Call,
): Promise<Omit<Entry, 'rolledBack'>[]> {
  const found = await listDeployments(github, bound, want, call);
  return eachOf(found, async (deployment) => {
    const [entry, { status, link }] = await Promise.all([
      describe(github, bound.repository, deployment, call),
      progressOf(github, bound.repository, deployment, call),
    ]);
    return { ...entry, status, link };
  });
}

export async function listDeployments(
  { client, settings }: Github,
  { repository, fullName }: Bound,
  want: number,
  call: Call,
): Promise<Deployment[]> {
  const found: Deployment[] = [];
  const perPage = Math.min(PER_PAGE, want);
  for (let page = 1; found.length < want; page += 1) {
    const more = await client.get({
      route: 'GET /repos/{owner}/{repo}/deployments',
      parameters: { ...repository, environment: settings.environment, per_page: perPage, page },
      answer: deploymentsAnswer,
      what: `the deployments of ${fullName}`,
      signal: call.signal,
    });
    found.push(...more);
    if (more.length < perPage) break;
  }
  return found.slice(0, want);
}

async function describe(
  { labels, settings }: Github,
  repository: Repository,
  { id, sha, ref, payload, creator, created_at }: Deployment,
  { signal }: Call,
): Promise<Omit<Entry, 'rolledBack' | 'status' | 'link'>> {
  const mark = markInPayload(payload);
  const entry = { id, ref: sha, name: ref, at: created_at, mark };
  // A rollback of ours has no pull request: its commit's was deployed before.
  if (mark !== null || settings.deploysFrom === 'releases')
    return { ...entry, number: id, author: creator, title: '' };
  const label = await labels.of(repository, sha, { pull: settings.number === 'pull', signal });
  return { ...entry, number: label.pull ?? id, author: label.author || creator, title: label.title };
}

export interface Progress {
  status: Deploy['status'];
  /** Where its log is. */
  link: string | null;
  /** What was said last. */
  words: string;
}

async function progressOf(
  github: Github,
  repository: Repository,
  { id, created_at }: Deployment,
  call: Call,
): Promise<Progress> {
  const known = github.succeeded.get(id);
  if (known !== undefined) return known;
  const progress = await readProgress(github, repository, id, call);
  if (progress.status === 'succeeded') {
    // It did, whatever replaced it since.
    if (github.succeeded.size >= MOST_KEPT) github.succeeded.clear();
    github.succeeded.set(id, progress);
  }
  const never = progress.status === 'in-progress' && github.clock.now() - created_at > UNFINISHED_MS;
  return never ? { ...progress, status: 'failed' } : progress;
}

export async function readProgress(
  { client }: Github,
  repository: Repository,
  id: string,
  call: Call & { patienceMs?: number },
): Promise<Progress> {
  const statuses = await client.get({
    route: 'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
    parameters: { ...repository, deployment_id: id, per_page: 30 },
    answer: statusesAnswer,
    what: `the statuses of deployment ${id}`,
    signal: call.signal,
    patienceMs: call.patienceMs,
  });
  return progressIn(statuses);
}

/**
 * Newest first. A success that became inactive was replaced by a later one; inactive without a success never ran.
 * https://docs.github.com/en/rest/deployments/statuses
 */
export function progressIn(statuses: readonly DeploymentStatus[]): Progress {
  const [last] = statuses;
  const success = statuses.find(({ state }) => state === 'success');
  const told = success ?? last;
  const link = told?.log_url ?? told?.target_url ?? null;
  const words = last?.description ?? '';
  if (success) return { status: 'succeeded', link, words };
  const ended = last !== undefined && ['failure', 'error', 'inactive'].includes(last.state);
  return { status: ended ? 'failed' : 'in-progress', link, words };
}
