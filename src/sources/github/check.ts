// `source test`: whom GitHub takes us for, which repositories we may see, and what would not work there.
import { ToolError } from '../../domain/errors.ts';
import type { Call, SourceCheck } from '../../domain/tool.ts';
import { fileAnswer, repositoryAnswer, userAnswer, workflowAnswer } from './answers.ts';
import { readPast } from './history.ts';
import { type Bound, type Github, requireBound, serves } from './repository.ts';

const MOST_REPOSITORIES = 5;
const DAY_MS = 86_400_000;
const SOON_MS = 7 * DAY_MS;

type Found = SourceCheck;

/** Errors: ToolError where GitHub cannot be asked, or does not know us. */
export async function checkGithub(github: Github, call: Call): Promise<SourceCheck> {
  const found: Found = { facts: [], problems: [] };
  await checkWho(github, call, found);
  const bound = repositoriesOf(github, found);
  for (const each of bound) await checkRepository(github, each, call, found);
  return found;
}

async function checkWho(github: Github, call: Call, { facts, problems }: Found): Promise<void> {
  const { client, settings, clock, name } = github;
  facts.push({ name: 'server', value: new URL(settings.baseUrl).host });
  const permissions = await client.permissions(call.signal);
  if (settings.app !== null && permissions !== null) {
    facts.push({ name: 'app', value: `${settings.app.id}, installation ${settings.app.installation}` });
    facts.push({ name: 'permissions', value: permissionText(permissions) });
    const { missing, fix } = missingPermissions(github, permissions);
    if (missing.length > 0) problems.push({ text: `the app lacks ${missing.join(', ')}`, fix });
    return;
  }
  const { data, headers } = await client.ask({
    route: 'GET /user',
    parameters: {},
    answer: userAnswer,
    what: 'whom the token belongs to',
    signal: call.signal,
  });
  facts.push({ name: 'login', value: data.login });
  const left = headers['x-ratelimit-remaining'];
  if (left !== undefined) facts.push({ name: 'requests left this hour', value: left.slice(0, 20) });
  const scopes = headers['x-oauth-scopes'];
  if (scopes === undefined) {
    facts.push({
      name: 'changes',
      value: `not known before the first: such a token does not tell; it needs ${needed(github)}`,
    });
  } else {
    facts.push({ name: 'scopes', value: scopes.slice(0, 200) || 'none' });
    const enough = scopes.split(/\s*,\s*/);
    const wanted = settings.workflow === null ? ['repo', 'repo_deployment'] : ['repo'];
    if (!wanted.some((scope) => enough.includes(scope)))
      problems.push({
        text: `the token may not change anything: it lacks the scope ${wanted.join(' or ')}`,
        fix: 'https://github.com/settings/tokens, or a token of its own for changes: --secret write-token=env:NAME',
      });
  }
  const ends = Date.parse(
    headers['github-authentication-token-expiration']?.replace(' UTC', 'Z').replace(' ', 'T') ?? '',
  );
  if (Number.isNaN(ends)) return;
  facts.push({ name: 'token ends', value: new Date(ends).toISOString().slice(0, 16).replace('T', ' ') });
  if (ends - clock.now() < SOON_MS)
    problems.push({
      text: 'the token ends within a week',
      fix: `make a new one, and put it where the secret of "${name}" points`,
    });
}

/** By the permissions of apps and fine-grained tokens. */
function needed({ settings }: Github): string {
  const writes = settings.workflow === null ? 'Deployments: write' : 'Actions: write, Deployments: read';
  return `${writes}, Contents: read, Pull requests: read`;
}

function missingPermissions(github: Github, has: Readonly<Record<string, string>>) {
  const change = github.settings.workflow === null ? 'deployments' : 'actions';
  const wanted: [string, 'read' | 'write'][] = [
    [change, 'write'],
    ['contents', 'read'],
    ['pull_requests', 'read'],
  ];
  const missing = wanted
    .filter(([permission, level]) => {
      const given = has[permission];
      return given === undefined || (level === 'write' && given !== 'write' && given !== 'admin');
    })
    .map(([permission, level]) => `${permission}: ${level}`);
  return {
    missing,
    fix: 'change the permissions of the app, and accept them in the organisation it is installed in',
  };
}

function permissionText(permissions: Readonly<Record<string, string>>): string {
  return Object.entries(permissions)
    .map(([permission, level]) => `${permission}=${level}`)
    .sort()
    .join(', ')
    .slice(0, 300);
}

/** Of the services that are bound here, and the source's own. */
function repositoriesOf(github: Github, { facts, problems }: Found): Bound[] {
  const found = new Map<string, Bound>();
  for (const service of github.services().filter(serves(github))) {
    try {
      const bound = requireBound(github, service);
      if (!found.has(bound.fullName)) found.set(bound.fullName, bound);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      problems.push({ text: error.message, fix: `openclaw service show ${service.name}` });
    }
  }
  const { repository } = github.settings;
  const own = repository && `${repository.owner}/${repository.repo}`;
  if (repository && own && !found.has(own)) {
    const service = {
      name: repository.repo,
      kind: 'app' as const,
      bindings: {},
      instances: [],
      dependsOn: [],
    };
    found.set(own, { service, repository, fullName: own });
  }
  if (found.size === 0)
    problems.push({
      text: 'no service is bound to a repository, so nothing is read',
      fix: `openclaw service add --name api --binding "${github.name}=acme/api"`,
    });
  if (found.size > MOST_REPOSITORIES)
    facts.push({ name: 'repositories', value: `${found.size}, the first ${MOST_REPOSITORIES} looked at` });
  return [...found.values()].slice(0, MOST_REPOSITORIES);
}

async function checkRepository(github: Github, bound: Bound, call: Call, found: Found): Promise<void> {
  const { client } = github;
  const { fullName, repository } = bound;
  const attempt = async (what: string, work: () => Promise<void>, first = ''): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ToolError) || error.outcome === 'unknown') throw error;
      found.problems.push({
        text: error.message,
        fix: `${what}: ${first}the token or app needs ${needed(github)}`,
      });
      return false;
    }
  };
  const seen = await attempt(`to see ${fullName}`, async () => {
    const answer = await client.get({
      route: 'GET /repos/{owner}/{repo}',
      parameters: { ...repository },
      answer: repositoryAnswer,
      what: `the repository ${fullName}`,
      signal: call.signal,
    });
    found.facts.push({ name: 'repository', value: answer.full_name });
    if (answer.archived)
      found.problems.push({
        text: `${fullName} is archived: nothing can be deployed`,
        fix: 'unarchive it, or bind another one',
      });
    if (answer.permissions && !answer.permissions.push)
      found.problems.push({
        text: `the token may read ${fullName} and not change it, so nothing can be rolled back there`,
        fix: 'give it the role Write, or a token of its own for changes: --secret write-token=env:NAME',
      });
  });
  if (!seen) return;
  const { workflow } = github.settings;
  if (workflow !== null) {
    const named = `is ${workflow} a file in its .github/workflows? Else: openclaw source edit "${github.name}" --set workflow=deploy.yml. And `;
    const there = await attempt(
      `to read the workflow of ${fullName}`,
      () => checkWorkflow(github, bound, call, found),
      named,
    );
    // Its runs would be refused for the same reason.
    if (!there) return;
  }
  await attempt(`to read the deploys of ${fullName}`, async () => {
    const [latest] = await readPast(github, bound, 1, call);
    found.facts.push({ name: `last deploy of ${fullName}`, value: latest ? `#${latest.number}` : 'none' });
  });
}

/** What a rollback would be refused for, or lost by, found before the night it is needed. */
async function checkWorkflow(
  { client, settings }: Github,
  { repository, fullName }: Bound,
  call: Call,
  { problems }: Found,
): Promise<void> {
  const workflow = await client.get({
    route: 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}',
    parameters: { ...repository, workflow_id: settings.workflow },
    answer: workflowAnswer,
    what: `the workflow ${settings.workflow} of ${fullName}`,
    signal: call.signal,
  });
  if (workflow.state !== 'active')
    problems.push({
      text: `${settings.workflow} of ${fullName} is ${workflow.state}`,
      fix: 'enable it on its page under Actions',
    });
  const file = await client.get({
    route: 'GET /repos/{owner}/{repo}/contents/{path}',
    parameters: { ...repository, path: workflow.path },
    answer: fileAnswer,
    what: `${workflow.path} of ${fullName}`,
    signal: call.signal,
  });
  const text = Buffer.from(file.content, 'base64').toString('utf8');
  const inputs = settings.deploysFrom === 'releases' ? [] : [settings.refInput];
  const lacks = ['workflow_dispatch', 'run-name', settings.executionInput, ...inputs].filter(
    (word) => !new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(text),
  );
  if (lacks.length > 0)
    problems.push({
      text: `${workflow.path} of ${fullName} does not mention ${lacks.join(', ')}, which a rollback needs`,
      fix: 'README, "GitHub": the lines a workflow needs',
    });
}
