// The settings of a `github` source: where the repositories are, and what its team calls a deploy.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { isLoopback } from './loopback.ts';
import { nearest } from './similar.ts';

export const GITHUB_NUMBERS = ['run', 'pull', 'deployment', 'release'] as const;
/** What `#492` counts: runs of the workflow, merged pull requests, deployments by their id, or releases by their tag. */
export type GithubNumber = (typeof GITHUB_NUMBERS)[number];

export interface Repository {
  owner: string;
  repo: string;
}

export interface GithubSettings {
  /** Of services that are bound to no repository, but are called like this one. */
  repository: Repository | null;
  /** Whose repository it is where a binding says its name alone. */
  owner: string | null;
  /** Without a slash at its end. */
  baseUrl: string;
  /** Where its deploys are read from. */
  deploysFrom: 'deployments' | 'runs' | 'releases';
  number: GithubNumber;
  environment: string;
  /** File name or id of the workflow that deploys. Null: something acts on Deployments. */
  workflow: string | null;
  /** Checks a commit must have passed to be deployed again. Empty: none, as it ran before. */
  requiredContexts: string[];
  /** Input of the workflow that takes the commit or tag to deploy. */
  refInput: string;
  /** Input of the workflow that takes the words by which its run is found again. */
  executionInput: string;
  /** A GitHub App in place of a token. */
  app: { id: string; installation: string } | null;
}

type Given = Readonly<Record<string, string>>;

const KNOWN = [
  'repo',
  'owner',
  'base-url',
  'number',
  'environment',
  'workflow',
  'required-contexts',
  'ref-input',
  'execution-input',
  'app-id',
  'installation-id',
];
const PUBLIC_API = 'https://api.github.com';
const EXAMPLE = '--set repo=acme/api --secret token=env:GITHUB_TOKEN';
const APP_EXAMPLE =
  '--set app-id=123456 --set installation-id=7890123 --secret private-key=file:/etc/openclaw/github-app.pem';

/** Asked when the source is added and again when it starts. Errors: UserError (usage) with the first problem. */
export function parseGithubSettings(settings: Given, secrets: Given): GithubSettings {
  const unknown = Object.keys(settings).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) throw unknownSetting(unknown);
  const workflow = settings.workflow ?? null;
  if (workflow !== null && !/^(?:[\w.-]{1,200}\.ya?ml|\d{1,20})$/.test(workflow))
    throw usageError(
      `workflow: ${quoted(workflow)} is neither the name of a workflow's file nor its id`,
      '--set workflow=deploy.yml',
    );
  const number = parseNumber(settings.number, workflow);
  return {
    repository: settings.repo === undefined ? null : parseRepo(settings.repo),
    owner: settings.owner === undefined ? null : parseOwner(settings.owner),
    baseUrl: parseBaseUrl(settings['base-url']),
    deploysFrom: number === 'release' ? 'releases' : workflow === null ? 'deployments' : 'runs',
    number,
    environment: lineOf('environment', settings.environment ?? 'production'),
    workflow,
    requiredContexts: (settings['required-contexts'] ?? '')
      .split(',')
      .map((context) => context.trim())
      .filter((context) => context !== '')
      .map((context) => lineOf('required-contexts', context)),
    refInput: parseInput('ref-input', settings['ref-input'] ?? 'ref'),
    executionInput: parseInput('execution-input', settings['execution-input'] ?? 'execution_id'),
    app: parseApp(settings, secrets),
  };
}

/**
 * The repository a service's binding names: `acme/api`, or `api` of the source's owner. Null: it names none.
 */
export function parseRepository(text: string, { owner }: Pick<GithubSettings, 'owner'>): Repository | null {
  const [first = '', second, ...more] = text.trim().split('/');
  if (more.length > 0) return null;
  const [login, repo] = second === undefined ? [owner ?? '', first] : [first, second];
  return isLogin(login) && isRepoName(repo) ? { owner: login, repo } : null;
}

function parseRepo(text: string): Repository {
  const found = parseRepository(text, { owner: null });
  if (found === null)
    throw usageError(`repo: ${quoted(text)} is no repository`, 'write its owner too: --set repo=acme/api');
  return found;
}

function parseOwner(text: string): string {
  if (!isLogin(text))
    throw usageError(`owner: ${quoted(text)} is no user or organisation`, '--set owner=acme');
  return text;
}

/** Letters, digits and hyphens, as GitHub gives them away; Enterprise adds `_` for managed users. */
function isLogin(text: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?$/.test(text);
}

function isRepoName(text: string): boolean {
  return /^[\w.-]{1,100}$/.test(text) && text !== '.' && text !== '..';
}

function parseNumber(text: string | undefined, workflow: string | null): GithubNumber {
  if (text === undefined) return workflow === null ? 'pull' : 'run';
  const number = GITHUB_NUMBERS.find((each) => each === text);
  if (number === undefined) {
    const near = nearest(text, GITHUB_NUMBERS);
    throw usageError(
      `number: ${quoted(text)} is none of ${GITHUB_NUMBERS.join(', ')}`,
      `--set number=${near ?? 'pull'}`,
    );
  }
  if (number === 'run' && workflow === null)
    throw usageError(
      'number=run counts the runs of a workflow, and none is named',
      '--set number=run --set workflow=deploy.yml',
    );
  if (number === 'deployment' && workflow !== null)
    throw usageError(
      'number=deployment counts Deployments, and with a workflow its runs are the deploys',
      'leave one of the two out: --set workflow=deploy.yml, or --set number=deployment',
    );
  return number;
}

function parseBaseUrl(text: string | undefined): string {
  if (text === undefined) return PUBLIC_API;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.search !== '' || url.hash !== '')
    throw usageError(
      `base-url: ${quoted(text)} is no address of an API`,
      '--set base-url=https://ghe.example.org/api/v3',
    );
  if (url.username !== '' || url.password !== '')
    throw usageError('base-url: a password in an address is shown wherever it is', EXAMPLE);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw usageError(`base-url: the token could be read on the way to ${url.host}`, 'write https://');
  return url.href.replace(/\/+$/, '');
}

function parseInput(key: string, text: string): string {
  if (/^[A-Za-z_][\w-]{0,99}$/.test(text)) return text;
  throw usageError(`${key}: ${quoted(text)} is no name of a workflow's input`, `--set ${key}=execution_id`);
}

function parseApp(settings: Given, secrets: Given): GithubSettings['app'] {
  const { 'app-id': id, 'installation-id': installation } = settings;
  const key = secrets['private-key'];
  if (id === undefined && installation === undefined && key === undefined) {
    if (secrets.token === undefined) throw usageError('a github source needs a token', EXAMPLE);
    return null;
  }
  if (id === undefined || installation === undefined || key === undefined)
    throw usageError('a GitHub App needs its id, its installation and its private key', APP_EXAMPLE);
  if (secrets.token !== undefined || secrets['write-token'] !== undefined)
    throw usageError('a token and a GitHub App are two ways in: one of them is enough', APP_EXAMPLE);
  // An app may also be named by its client id, `Iv23li...`.
  if (!/^[\w.]{1,40}$/.test(id)) throw usageError(`app-id: ${quoted(id)} is no id of an app`, APP_EXAMPLE);
  if (!/^\d{1,20}$/.test(installation))
    throw usageError(
      `installation-id: ${quoted(installation)} is no number`,
      'it stands at the end of the address of the app among the installed ones',
    );
  return { id, installation };
}

function lineOf(key: string, text: string): string {
  if (text.trim() !== '' && text.length <= 255 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return text.trim();
  throw usageError(`${key}: ${quoted(text)} is no name`, `--set ${key}=production`);
}

function unknownSetting(key: string) {
  const near = nearest(key, KNOWN);
  return usageError(
    `${quoted(key)} is no setting of a github source`,
    near === null ? `it takes ${KNOWN.join(', ')}` : `did you mean ${near}?`,
  );
}
