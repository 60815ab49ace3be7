// Asks for a deploy of an earlier commit, by a Deployment or by the team's workflow, and waits for its end.
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import { redact } from '../../domain/redact.ts';
import type { Call } from '../../domain/tool.ts';
import { createdAnswer, dispatchedAnswer, repositoryAnswer } from './answers.ts';
import { listDeployments, type Progress, readProgress } from './deployments.ts';
import { type Mark, markInPayload, markInTitle, payloadOf, titleOfMark, wordsOf } from './mark.ts';
import type { Bound, Github } from './repository.ts';
import { listRuns, readRun } from './runs.ts';

/** A Deployment or a run that was asked for by us. */
export interface Operation {
  kind: 'deployment' | 'run';
  id: string;
}

/** Within the quarter of an hour that a step may take. */
const LONGEST_MS = 14 * 60_000;
const FIRST_LOOK_MS = 1_000;
const SELDOM_MS = 10_000;
/** A dispatched run appears after a moment, on a bad day of GitHub's after a minute. */
const APPEARS_MS = 60_000;
/** As long as a run may be on its way there, and a Deployment. */
export const shownAfterMs = ({ workflow }: Github['settings']): number =>
  workflow === null ? 10_000 : 2 * APPEARS_MS;
/** A step may wait for a limit to end; a person who looks may not. */
const PATIENCE_MS = 5 * 60_000;
/** In a row; then who asks is the trouble. */
const MOST_REFUSALS = 3;
/** How far back an execution is looked for. */
const LOOK_BACK = 100;

/**
 * `ref`: the commit or tag that will run. `null`: the dispatch was taken, and its run has not been seen yet.
 * Errors: ToolError; 'unknown' where GitHub may have begun it.
 */
export async function begin(
  github: Github,
  bound: Bound,
  asked: { ref: string; mark: Mark },
  call: Call,
): Promise<Operation | null> {
  const { workflow } = github.settings;
  return workflow === null
    ? createDeployment(github, bound, asked, call)
    : dispatch(github, bound, workflow, asked, call);
}

async function createDeployment(
  { client, settings, name }: Github,
  { repository, fullName }: Bound,
  { ref, mark }: { ref: string; mark: Mark },
  { signal }: Call,
): Promise<Operation> {
  const { data } = await client.post({
    route: 'POST /repos/{owner}/{repo}/deployments',
    parameters: {
      ...repository,
      ref,
      environment: settings.environment,
      // It ran before as it is: merging a branch into it would deploy something that nobody saw.
      auto_merge: false,
      required_contexts: settings.requiredContexts,
      payload: payloadOf(mark),
      description: `${titleOfMark(mark)}, asked for in ${name}`.slice(0, 140),
    },
    answer: createdAnswer,
    what: `a deployment in ${fullName}`,
    signal,
    patienceMs: PATIENCE_MS,
  });
  return { kind: 'deployment', id: data.id };
}

async function dispatch(
  github: Github,
  { repository, fullName }: Bound,
  workflow: string,
  { ref, mark }: { ref: string; mark: Mark },
  { signal }: Call,
): Promise<Operation | null> {
  const { client, settings } = github;
  const releases = settings.deploysFrom === 'releases';
  // A workflow is dispatched on a branch or tag, never on a commit: the commit is one of its inputs.
  const on = releases ? ref : await defaultBranch(github, { repository, fullName }, signal);
  const { data } = await client.post({
    route: 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
    parameters: {
      ...repository,
      workflow_id: workflow,
      ref: on,
      inputs: {
        [settings.executionInput]: wordsOf(mark),
        ...(releases ? {} : { [settings.refInput]: ref }),
      },
      return_run_details: true,
    },
    answer: dispatchedAnswer,
    what: `a run of ${workflow} in ${fullName}`,
    signal,
    patienceMs: PATIENCE_MS,
  });
  return data === null ? null : { kind: 'run', id: data.workflow_run_id };
}

async function defaultBranch(
  { client }: Github,
  { repository, fullName }: Pick<Bound, 'repository' | 'fullName'>,
  signal: AbortSignal,
): Promise<string> {
  const { default_branch } = await client.get({
    route: 'GET /repos/{owner}/{repo}',
    parameters: { ...repository },
    answer: repositoryAnswer,
    what: `the repository ${fullName}`,
    signal,
    patienceMs: PATIENCE_MS,
  });
  return default_branch;
}

/** The one with this execution's id. Null: none of the newest hundred has it. */
export async function findOperation(
  github: Github,
  bound: Bound,
  key: string,
  call: Call,
): Promise<Operation | null> {
  if (github.settings.workflow === null) {
    const found = await listDeployments(github, bound, LOOK_BACK, call);
    const ours = found.find(({ payload }) => markInPayload(payload)?.key === key);
    return ours ? { kind: 'deployment', id: ours.id } : null;
  }
  const runs = await dispatchedRuns(github, bound, call);
  const ours = runs.find(({ display_title }) => markInTitle(display_title)?.key === key);
  return ours ? { kind: 'run', id: ours.id } : null;
}

/** The same, of one that may be on its way: looked for until it would be seen. Null: it is not, or nobody could say. */
export async function appeared(
  github: Github,
  bound: Bound,
  key: string,
  call: Call,
): Promise<Operation | null> {
  const until = github.clock.now() + shownAfterMs(github.settings);
  for (let pauseMs = 0; !call.signal.aborted; pauseMs = Math.min(pauseMs * 2 || FIRST_LOOK_MS, SELDOM_MS)) {
    if (pauseMs > 0) await github.wait(pauseMs, call.signal).catch(() => {});
    const found = await findOperation(github, bound, key, call).catch((error: unknown) => {
      if (error instanceof ToolError) return null;
      throw error;
    });
    if (found !== null) return found;
    if (github.clock.now() >= until) return null;
  }
  return null;
}

/**
 * Whether a run that was dispatched since the instant does not say by whom: then it may be ours, of a workflow whose
 * `run-name` does not repeat its input.
 */
export async function hasNamelessRun(
  github: Github,
  bound: Bound,
  since: number,
  call: Call,
): Promise<boolean> {
  const runs = await dispatchedRuns(github, bound, call);
  return runs.some(
    ({ display_title, created_at }) => created_at >= since && markInTitle(display_title) === null,
  );
}

function dispatchedRuns(github: Github, bound: Bound, { signal }: Call) {
  return listRuns(github, bound, LOOK_BACK, { signal, event: 'workflow_dispatch', patienceMs: PATIENCE_MS });
}

export async function progressOf(
  github: Github,
  { repository }: Bound,
  { kind, id }: Operation,
  { signal }: Call,
): Promise<Progress> {
  const patient = { signal, patienceMs: PATIENCE_MS };
  return kind === 'deployment'
    ? readProgress(github, repository, id, patient)
    : readRun(github, repository, id, patient);
}

/** Looks until it ended. Errors: ToolError 'failed' where it failed, 'unknown' where nobody could say in time. */
export async function follow(
  github: Github,
  bound: Bound,
  started: Operation | null,
  key: string,
  call: Call,
): Promise<Progress> {
  const { clock, name, settings } = github;
  const beganAt = clock.now();
  let operation = started;
  let refusals = 0;
  for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(pauseMs * 1.5, SELDOM_MS)) {
    await github.wait(pauseMs, call.signal).catch(() => {});
    if (call.signal.aborted) throw lost(name, operation, 'the wait for it was ended');
    const seen = await look(github, bound, operation, key, call);
    operation = seen.operation;
    const { progress, trouble } = seen;
    if (progress?.status === 'succeeded') return progress;
    if (progress?.status === 'failed' && operation) throw ended(name, operation, progress);
    // It goes on there, whether we can see it or not; a token that ended will not begin to work again by itself.
    refusals = trouble?.outcome === 'failed' ? refusals + 1 : 0;
    const ageMs = clock.now() - beganAt;
    const why = trouble === null ? '' : `: ${trouble.message}`;
    if (refusals >= MOST_REFUSALS) throw lost(name, operation, `it cannot be followed${why}`);
    if (operation === null && trouble === null && ageMs > APPEARS_MS)
      throw new ToolError(
        'unknown',
        `${name} took the dispatch of ${settings.workflow}, and no run of it names this execution: its run-name has to repeat \${{ inputs.${settings.executionInput} }}`,
      );
    if (ageMs > LONGEST_MS) {
      const alone = progress !== null && progress.words === '' && progress.link === null;
      const end = alone ? 'nothing has picked it up yet' : `it has no end yet${at(progress?.link ?? null)}`;
      throw lost(name, operation, `${end}${why}`);
    }
  }
}

interface Seen {
  operation: Operation | null;
  progress: Progress | null;
  trouble: ToolError | null;
}

async function look(
  github: Github,
  bound: Bound,
  operation: Operation | null,
  key: string,
  call: Call,
): Promise<Seen> {
  try {
    const found = operation ?? (await findOperation(github, bound, key, call));
    const progress = found && (await progressOf(github, bound, found, call));
    return { operation: found, progress, trouble: null };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { operation, progress: null, trouble: error };
  }
}

function ended(name: string, operation: Operation, { words, link }: Progress): ToolError {
  const said = words === '' ? '' : ` (${redact(clipped(words, 200))})`;
  return new ToolError('failed', `${label(operation)} of ${name} failed${said}${at(link)}`);
}

function lost(name: string, operation: Operation | null, why: string): ToolError {
  const what = operation === null ? 'the run that was dispatched' : label(operation);
  return new ToolError('unknown', `how ${what} of ${name} ended is not known: ${why}`);
}

function label({ kind, id }: Operation): string {
  return `${kind} ${id}`;
}

function at(link: string | null): string {
  return link === null ? '' : `: ${link}`;
}
