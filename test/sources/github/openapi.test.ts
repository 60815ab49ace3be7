// What the source sends, held against GitHub's own description of its API.
import { expect, test } from 'vitest';
import { githubContract } from '../../support/github-openapi.ts';
import { scene } from './scene.ts';
import type { Asked } from './server.ts';

const ROUTES = [
  'GET /repos/{owner}/{repo}',
  'GET /repos/{owner}/{repo}/deployments',
  'POST /repos/{owner}/{repo}/deployments',
  'GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs',
  'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
  'GET /repos/{owner}/{repo}/releases',
  'GET /repos/{owner}/{repo}/commits/{ref}',
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls',
  'GET /repos/{owner}/{repo}/compare/{basehead}',
  'POST /app/installations/{installation_id}/access_tokens',
  'GET /user',
];

const contract = await githubContract(ROUTES);

async function problems(asked: readonly Asked[]): Promise<string[]> {
  const found = await Promise.all(
    asked.map(async (one) => (await contract(one)).map((what) => `${one.method} ${one.path}: ${what}`)),
  );
  return found.flat();
}

test('the contract finds what is wrong', async () => {
  const wrong = {
    method: 'POST',
    path: '/repos/acme/api/deployments',
    query: {},
    headers: { 'content-type': 'application/json' },
    body: { auto_merge: 'no', environment: 'production' },
  };
  const found = await contract(wrong);
  expect(found.join('\n')).toMatch(/ref/);
  expect(found.join('\n')).toMatch(/auto_merge/);
  expect(await contract({ ...wrong, body: { ...wrong.body, ref: 'main', auto_merge: false } })).toEqual([]);
});

test.each<[string, Record<string, string>, string]>([
  ['a Deployment', {}, '492'],
  [
    'a Deployment with checks, of a release',
    { number: 'release', 'required-contexts': 'ci/a,ci/b' },
    'v1.492',
  ],
  ['a dispatched workflow', { workflow: 'deploy.yml' }, '492'],
  ['a dispatched workflow of a release', { workflow: 'deploy.yml', number: 'release' }, 'v1.492'],
])('a rollback by %s', async (_name, settings, deploy) => {
  const { inspect, run, server, call, source } = await scene({ settings });
  await run((await inspect(deploy)).facts, undefined, { service: 'api', deploy });
  await source.check?.(call);
  const known = server.asked.filter(({ path }) => !/contents|workflows\/deploy\.yml$/.test(path));
  expect(known.some(({ method }) => method === 'POST')).toBe(true);
  expect(await problems(known)).toEqual([]);
});
