import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/domain/errors.ts';
import { parseGithubSettings, parseRepository } from '../../src/domain/github-settings.ts';

const TOKEN = { token: 'env:GITHUB_TOKEN' };

test('an owner alone: bindings name the repositories, and deploys are Deployments by their pull request', () => {
  expect(parseGithubSettings({ owner: 'acme' }, TOKEN)).toEqual({
    repository: null,
    owner: 'acme',
    baseUrl: 'https://api.github.com',
    deploysFrom: 'deployments',
    number: 'pull',
    environment: 'production',
    workflow: null,
    requiredContexts: [],
    refInput: 'ref',
    executionInput: 'execution_id',
    app: null,
  });
});

describe('what a deploy is', () => {
  test.each<[Record<string, string>, string, string]>([
    [{ workflow: 'deploy.yml' }, 'runs', 'run'],
    [{ workflow: 'deploy.yml', number: 'pull' }, 'runs', 'pull'],
    [{ number: 'deployment' }, 'deployments', 'deployment'],
    [{ number: 'release' }, 'releases', 'release'],
    [{ number: 'release', workflow: '1234' }, 'releases', 'release'],
  ])('%j', (settings, deploysFrom, number) => {
    expect(parseGithubSettings(settings, TOKEN)).toMatchObject({ deploysFrom, number });
  });
});

test('an app in place of a token, at an Enterprise server', () => {
  const settings = {
    repo: 'acme/api',
    'app-id': '12',
    'installation-id': '34',
    'base-url': 'https://ghe.example/api/v3/',
    'required-contexts': 'ci/build, ci/test',
  };
  expect(parseGithubSettings(settings, { 'private-key': 'file:/etc/key.pem' })).toMatchObject({
    repository: { owner: 'acme', repo: 'api' },
    app: { id: '12', installation: '34' },
    baseUrl: 'https://ghe.example/api/v3',
    requiredContexts: ['ci/build', 'ci/test'],
  });
});

describe('wrong settings are refused', () => {
  const cases: [string, Record<string, string>, Record<string, string>, RegExp][] = [
    ['a near miss', { repository: 'acme/api' }, TOKEN, /no setting of a github source/],
    ['a name every object has', { constructor: 'x' }, TOKEN, /no setting/],
    ['a repository without its owner', { repo: 'api' }, TOKEN, /is no repository/],
    ['a way up', { repo: 'acme/..' }, TOKEN, /is no repository/],
    ['an address as repository', { repo: 'https://github.com/acme/api' }, TOKEN, /is no repository/],
    ['an owner with a slash', { owner: 'acme/api' }, TOKEN, /no user or organisation/],
    ['a run of no workflow', { number: 'run' }, TOKEN, /none is named/],
    [
      'deployments by a workflow',
      { number: 'deployment', workflow: 'd.yml' },
      TOKEN,
      /its runs are the deploys/,
    ],
    ['an unknown number', { number: 'pul' }, TOKEN, /none of run, pull/],
    [
      'a path of a workflow',
      { workflow: '.github/workflows/deploy.yml' },
      TOKEN,
      /name of a workflow's file/,
    ],
    ['http to another machine', { 'base-url': 'http://ghe.example/api/v3' }, TOKEN, /read on the way/],
    ['a password in the address', { 'base-url': 'https://a:b@ghe.example' }, TOKEN, /is shown/],
    ['no token', { owner: 'acme' }, {}, /needs a token/],
    ['half an app', { 'app-id': '12' }, { 'private-key': 'env:KEY' }, /its installation/],
    ['both', { 'app-id': '1', 'installation-id': '2' }, { ...TOKEN, 'private-key': 'env:K' }, /two ways in/],
    ['a line break in a name', { environment: 'a\nb' }, TOKEN, /is no name/],
  ];
  test.each(cases)('%s', (_name, settings, secrets, problem) => {
    expect(() => parseGithubSettings(settings, secrets)).toThrow(UserError);
    expect(() => parseGithubSettings(settings, secrets)).toThrow(problem);
  });
});

test('a binding names a repository, or its name where the owner is known', () => {
  expect(parseRepository('acme/api', { owner: null })).toEqual({ owner: 'acme', repo: 'api' });
  expect(parseRepository(' other/api ', { owner: 'acme' })).toEqual({ owner: 'other', repo: 'api' });
  expect(parseRepository('api', { owner: 'acme' })).toEqual({ owner: 'acme', repo: 'api' });
  for (const wrong of ['api', 'asg:api', 'a/b/c', 'acme/', '/api', 'acme/a b', ''])
    expect(parseRepository(wrong, { owner: null })).toBeNull();
});
