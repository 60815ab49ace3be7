// Deploys as the runs of the team's own workflow tell them.
import type { Deploy } from '../../domain/capability.ts';
import type { Repository } from '../../domain/github-settings.ts';
import type { Call } from '../../domain/tool.ts';
import { runAnswer, runsAnswer, type WorkflowRun } from './answers.ts';
import { eachOf } from './at-once.ts';
import type { Progress } from './deployments.ts';
import { markInTitle } from './mark.ts';
import { type Entry, UNFINISHED_MS } from './past.ts';
import type { Bound, Github } from './repository.ts';

const PER_PAGE = 100;
/** So many pages are turned where most runs are no deploys. */
const MOST_PAGES = 5;

/** The newest runs that deploy, `want` at most. */
export async function readRuns(
  github: Github,
  bound: Bound,
  want: number,
  call: Call,
): Promise<Omit<Entry, 'rolledBack'>[]> {
  const runs = await listRuns(github, bound, want, call);
  const entries = await eachOf(runs, (run) => toEntry(github, bound.repository, run, call));
  // A dispatched rollback runs on a branch: what it deploys is the commit of the run it restores.
  return entries.map((entry) => {
    const restored = entry.mark && entries.find(({ number }) => number === entry.mark?.restored);
    return restored ? { ...entry, ref: restored.ref } : entry;
  });
}

export async function listRuns(
  { client, settings }: Github,
  { repository, fullName }: Bound,
  want: number,
  { signal, event, patienceMs }: Call & { event?: string; patienceMs?: number },
): Promise<WorkflowRun[]> {
  const found: WorkflowRun[] = [];
  const workflow = settings.workflow ?? '';
  for (let page = 1; found.length < want && page <= MOST_PAGES; page += 1) {
    const { workflow_runs } = await client.get({
      route: 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
      parameters: {
        ...repository,
        workflow_id: workflow,
        per_page: PER_PAGE,
        page,
        exclude_pull_requests: true,
        ...(event ? { event } : {}),
      },
      answer: runsAnswer,
      what: `the runs of ${workflow} in ${fullName}`,
      signal,
      patienceMs,
    });
    found.push(...workflow_runs.filter(deploys));
    if (workflow_runs.length < PER_PAGE) break;
  }
  return found.slice(0, want);
}

export async function readRun(
  { client }: Github,
  repository: Repository,
  id: string,
  { signal, patienceMs }: Call & { patienceMs?: number },
): Promise<Progress> {
  const run = await client.get({
    route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
    parameters: { ...repository, run_id: id },
    answer: runAnswer,
    what: `run ${id}`,
    signal,
    patienceMs,
  });
  return progressOfRun(run);
}

export function progressOfRun({ status, conclusion, html_url }: WorkflowRun): Progress {
  return { status: statusOf(status, conclusion), link: html_url, words: conclusion ?? status ?? '' };
}

/** A pull request's run checks, and deploys nothing that people use; a skipped one did nothing. */
function deploys({ event, conclusion }: WorkflowRun): boolean {
  return !event.startsWith('pull_request') && conclusion !== 'skipped';
}

/** https://docs.github.com/en/rest/actions/workflow-runs */
function statusOf(status: string | null, conclusion: string | null): Deploy['status'] {
  if (status !== 'completed') return 'in-progress';
  return conclusion === 'success' || conclusion === 'neutral' ? 'succeeded' : 'failed';
}

async function toEntry(
  { labels, settings, clock }: Github,
  repository: Repository,
  run: WorkflowRun,
  { signal }: Call,
): Promise<Omit<Entry, 'rolledBack'>> {
  const mark = markInTitle(run.display_title);
  const at = run.run_started_at ?? run.created_at;
  const { status, link } = progressOfRun(run);
  // What waits for a yes of somebody waits for a month.
  const never = status === 'in-progress' && clock.now() - at > UNFINISHED_MS;
  const entry = {
    id: run.id,
    number: run.run_number,
    ref: run.head_sha,
    name: run.head_branch,
    author: run.actor,
    title: run.head_commit || run.display_title,
    at,
    status: never ? ('failed' as const) : status,
    mark,
    link,
  };
  if (settings.number !== 'pull') return entry;
  if (mark !== null) return { ...entry, number: `run-${run.run_number}` };
  const label = await labels.of(repository, run.head_sha, { pull: true, signal });
  return label.pull === null
    ? { ...entry, number: `run-${run.run_number}` }
    : { ...entry, number: label.pull, title: label.title, author: label.author };
}
