// A repository as GitHub would tell it: commits, pull requests, deployments with statuses, runs, releases.
import type { Asked, GithubServer, Handler, Reply } from './server.ts';
import { page } from './server.ts';

export const TOKEN = 'ghp_TestTokenOfNobody0123456789abcdef';
export const NOW = Date.parse('2026-11-28T03:20:00Z');
const MINUTE = 60_000;

export interface FakeDeployment {
  id: number;
  sha: string;
  ref: string;
  environment: string;
  payload: unknown;
  at: number;
  /** Newest first. */
  states: string[];
  /** Moved to `states` one at a time, each time its statuses are read. */
  coming: string[];
}

export interface FakeRun {
  id: number;
  number: number;
  sha: string;
  branch: string;
  title: string;
  message: string;
  event: string;
  status: string;
  conclusion: string | null;
  at: number;
  /** Its states to come, each time it is read: `in_progress`, `success`, `failure`. */
  coming: string[];
}

export interface FakeRelease {
  tag: string;
  name: string;
  draft?: boolean;
  prerelease?: boolean;
  at: number;
}

export interface FakeRepository {
  fullName: string;
  now: number;
  commits: Map<string, { message: string; login: string | null; pull: number | null }>;
  /** By `base...head`. */
  /** `patches`: by file; one without is of a binary file. */
  comparisons: Map<
    string,
    { status: string; commits: string[]; files: string[]; patches?: Record<string, string> }
  >;
  deployments: FakeDeployment[];
  runs: FakeRun[];
  releases: FakeRelease[];
  tags: Map<string, string>;
  permissions: Record<string, boolean>;
  /** What a new deployment or run goes through. */
  newStates: string[];
  /** False: 204, as before 2026. */
  answersDispatch: boolean;
  /** A dispatched run is listed so long after it was asked for. */
  showsRunsAfterMs: number;
  /** False: its `run-name` does not repeat the input. */
  namesRuns: boolean;
  workflowFile: string;
}

/** A commit of forty digits that can be read: `sha(492)`. */
export function sha(number: number): string {
  return String(number).padStart(40, '0');
}

/** Three deploys: #490, #491 and #492, that one 19 minutes ago; by default at 03:01. */
export function createRepository(now = NOW): FakeRepository {
  const repository: FakeRepository = {
    fullName: 'acme/api',
    now,
    commits: new Map(),
    comparisons: new Map(),
    deployments: [],
    runs: [],
    releases: [],
    tags: new Map(),
    permissions: { admin: false, push: true, pull: true },
    newStates: ['in_progress', 'success'],
    answersDispatch: true,
    showsRunsAfterMs: 0,
    namesRuns: true,
    workflowFile: WORKFLOW,
  };
  const past: [number, string, string, number][] = [
    [490, 'feat: list orders', 'zoe', now - 3 * 24 * 60 * MINUTE],
    [491, 'feat: order totals', 'zoe', now - 24 * 60 * MINUTE],
    [492, 'fix: cache TTL update', 'mike', now - 19 * MINUTE],
  ];
  for (const [number, message, login, at] of past) deployed(repository, { number, message, login, at });
  repository.comparisons.set(`${sha(491)}...${sha(492)}`, {
    status: 'ahead',
    commits: [sha(492)],
    files: ['src/cache.ts'],
  });
  return repository;
}

/** A commit, its pull request, its deployment, its run and its release. */
export function deployed(
  repository: FakeRepository,
  one: {
    number: number;
    message: string;
    login: string;
    at: number;
    pull?: number | null;
    states?: string[];
  },
): void {
  const { number, message, login, at } = one;
  const states = one.states ?? ['success', 'in_progress'];
  repository.commits.set(sha(number), { message, login, pull: one.pull === undefined ? number : one.pull });
  // What succeeded before is inactive from now on.
  if (states[0] === 'success')
    for (const each of repository.deployments)
      if (each.states[0] === 'success') each.states.unshift('inactive');
  repository.deployments.unshift({
    id: 9_000 + number,
    sha: sha(number),
    ref: 'main',
    environment: 'production',
    payload: {},
    at,
    states,
    coming: [],
  });
  const ended = { success: 'success', failure: 'failure', error: 'failure' }[states[0] ?? ''] ?? null;
  repository.runs.unshift({
    id: 70_000 + number,
    number,
    sha: sha(number),
    branch: 'main',
    title: message,
    message,
    event: 'push',
    status: ended === null ? 'in_progress' : 'completed',
    conclusion: ended,
    at,
    coming: [],
  });
  repository.releases.unshift({ tag: `v1.${number}`, name: message, at });
  repository.tags.set(`v1.${number}`, sha(number));
}

const WORKFLOW = `name: deploy
run-name: \${{ inputs.execution_id || github.event.head_commit.message }}
on:
  push: { branches: [main] }
  workflow_dispatch:
    inputs:
      ref: { required: true }
      execution_id: { required: true }
`;

export function serve(server: GithubServer, repository: FakeRepository): void {
  server.handle((asked) => (known(asked) ? answer(asked, repository, server) : BAD_CREDENTIALS));
}

const BAD_CREDENTIALS: Reply = { status: 401, body: { message: 'Bad credentials' } };

function known({ headers }: Asked): boolean {
  return headers.authorization === `Bearer ${TOKEN}`;
}

export function answer(asked: Asked, repository: FakeRepository, server: GithubServer): Reply | null {
  const root = `/repos/${repository.fullName}`;
  if (asked.path === '/user')
    return ok({ login: 'ops-bot' }, { 'x-oauth-scopes': 'repo', 'x-ratelimit-remaining': '4999' });
  if (!asked.path.startsWith(root)) return null;
  const rest = asked.path.slice(root.length);
  for (const [method, pattern, handle] of ROUTES) {
    const match = method === asked.method ? pattern.exec(rest) : null;
    if (match) return handle({ asked, repository, server, match });
  }
  return null;
}

interface At {
  asked: Asked;
  repository: FakeRepository;
  server: GithubServer;
  match: RegExpExecArray;
}

const ROUTES: [string, RegExp, (at: At) => ReturnType<Handler>][] = [
  [
    'GET',
    /^$/,
    ({ repository }) =>
      ok({
        full_name: repository.fullName,
        default_branch: 'main',
        archived: false,
        permissions: repository.permissions,
      }),
  ],
  ['GET', /^\/deployments$/, listDeployments],
  ['POST', /^\/deployments$/, createDeployment],
  ['GET', /^\/deployments\/(\d+)\/statuses$/, listStatuses],
  [
    'GET',
    /^\/actions\/workflows\/deploy\.yml$/,
    () => ok({ name: 'deploy', state: 'active', path: '.github/workflows/deploy.yml' }),
  ],
  ['GET', /^\/actions\/workflows\/deploy\.yml\/runs$/, listRuns],
  ['POST', /^\/actions\/workflows\/deploy\.yml\/dispatches$/, dispatch],
  ['GET', /^\/actions\/runs\/(\d+)$/, readRun],
  ['GET', /^\/releases$/, ({ asked, repository }) => ok(page(asked, repository.releases).map(releaseBody))],
  ['GET', /^\/commits\/([^/]+)\/pulls$/, listPulls],
  ['GET', /^\/commits\/(.+)$/, readCommit],
  ['GET', /^\/compare\/(.+)\.\.\.(.+)$/, compare],
  [
    'GET',
    /^\/contents\/\.github\/workflows\/deploy\.yml$/,
    ({ repository }) =>
      ok({ encoding: 'base64', content: Buffer.from(repository.workflowFile).toString('base64') }),
  ],
];

function ok(body: unknown, headers: Record<string, string> = {}): Reply {
  return { status: 200, body, headers };
}

function listDeployments({ asked, repository, server }: At): Reply {
  const found = repository.deployments.filter(({ environment }) => environment === asked.query.environment);
  return ok(page(asked, found).map((each) => deploymentBody(each, repository, server)));
}

function createDeployment({ asked, repository, server }: At): Reply {
  const { ref, environment, payload } = asked.body as { ref: string; environment: string; payload: unknown };
  const created: FakeDeployment = {
    id: 9_900 + repository.deployments.length,
    sha: repository.tags.get(ref) ?? ref,
    ref,
    environment,
    payload,
    at: repository.now,
    states: [],
    coming: [...repository.newStates],
  };
  repository.deployments.unshift(created);
  return { status: 201, body: deploymentBody(created, repository, server) };
}

function listStatuses({ repository, match }: At): Reply | null {
  const found = repository.deployments.find(({ id }) => id === Number(match[1]));
  if (!found) return null;
  const [next] = found.coming.splice(0, 1);
  if (next !== undefined) found.states.unshift(next);
  return ok(
    found.states.map((state) => ({
      state,
      description: state === 'failure' ? 'health check failed' : '',
      log_url: `https://ci.example/logs/${found.id}`,
      target_url: '',
      created_at: new Date(found.at).toISOString(),
    })),
  );
}

function listRuns({ asked, repository }: At): Reply {
  const { event } = asked.query;
  const isListed = (run: FakeRun) =>
    run.event !== 'workflow_dispatch' || run.at + repository.showsRunsAfterMs <= repository.now;
  const found = repository.runs.filter(
    (run) => (event === undefined || run.event === event) && isListed(run),
  );
  return ok({ total_count: found.length, workflow_runs: page(asked, found).map((run) => runBody(run)) });
}

function dispatch({ asked, repository }: At): Reply {
  const { ref, inputs } = asked.body as { ref: string; inputs: Record<string, string> };
  const run: FakeRun = {
    id: 79_000 + repository.runs.length,
    number: Math.max(...repository.runs.map(({ number }) => number)) + 1,
    sha: sha(1),
    branch: ref,
    title: repository.namesRuns ? (inputs.execution_id ?? '') : 'deploy',
    message: 'the head of main',
    event: 'workflow_dispatch',
    status: 'queued',
    conclusion: null,
    at: repository.now,
    coming: [...repository.newStates],
  };
  repository.runs.unshift(run);
  const url = `https://github.example/acme/api/actions/runs/${run.id}`;
  return repository.answersDispatch
    ? ok({ workflow_run_id: run.id, run_url: url, html_url: url })
    : { status: 204 };
}

function readRun({ repository, match }: At): Reply | null {
  const found = repository.runs.find(({ id }) => id === Number(match[1]));
  if (!found) return null;
  const [next] = found.coming.splice(0, 1);
  if (next === 'success' || next === 'failure')
    Object.assign(found, { status: 'completed', conclusion: next });
  else if (next !== undefined) found.status = next;
  return ok(runBody(found));
}

function listPulls({ repository, match }: At): Reply {
  const commit = repository.commits.get(match[1] ?? '');
  if (!commit || commit.pull === null) return ok([]);
  const { pull, message, login } = commit;
  return ok([
    {
      number: pull,
      title: message,
      user: login === null ? null : { login },
      merged_at: '2026-11-27T10:00:00Z',
      merge_commit_sha: match[1],
    },
  ]);
}

function readCommit({ repository, match }: At): Reply | null {
  const found = repository.tags.get(match[1] ?? '') ?? match[1] ?? '';
  return repository.commits.has(found) ? ok(commitBody(found, repository)) : null;
}

function compare({ asked, repository, match }: At): Reply | null {
  const [base = '', head = ''] = [match[1], match[2]].map((ref = '') => repository.tags.get(ref) ?? ref);
  const found = repository.comparisons.get(`${base}...${head}`);
  if (!found) return ok({ status: 'ahead', total_commits: 0, commits: [], files: [] });
  return ok({
    status: found.status,
    total_commits: found.commits.length,
    commits: page(asked, found.commits).map((commit) => commitBody(commit, repository)),
    files:
      (asked.query.page ?? '1') === '1'
        ? found.files.map((filename) => ({
            filename,
            status: 'modified',
            ...(found.patches?.[filename] === undefined ? {} : { patch: found.patches[filename] }),
          }))
        : [],
  });
}

function commitBody(commit: string, { commits }: FakeRepository) {
  const { message, login } = commits.get(commit) ?? { message: 'a commit', login: null };
  return {
    sha: commit,
    commit: { message, author: { name: 'Somebody', email: 'somebody@example.org' } },
    author: login === null ? null : { login },
  };
}

function deploymentBody(
  { id, sha: commit, ref, environment, payload, at }: FakeDeployment,
  { fullName }: FakeRepository,
  { url }: GithubServer,
) {
  return {
    id,
    sha: commit,
    ref,
    task: 'deploy',
    environment,
    payload,
    creator: { login: 'ops-bot' },
    created_at: new Date(at).toISOString(),
    statuses_url: `${url}/repos/${fullName}/deployments/${id}/statuses`,
  };
}

function runBody(run: FakeRun) {
  return {
    id: run.id,
    run_number: run.number,
    display_title: run.title,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    head_branch: run.branch,
    head_sha: run.sha,
    html_url: `https://github.example/acme/api/actions/runs/${run.id}`,
    created_at: new Date(run.at).toISOString(),
    run_started_at: new Date(run.at).toISOString(),
    actor: { login: 'mike' },
    head_commit: { message: run.message },
  };
}

function releaseBody({ tag, name, draft = false, prerelease = false, at }: FakeRelease) {
  return {
    tag_name: tag,
    name,
    draft,
    prerelease,
    published_at: draft ? null : new Date(at).toISOString(),
    author: { login: 'mike' },
    html_url: `https://github.example/acme/api/releases/${tag}`,
  };
}
