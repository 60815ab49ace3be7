// Commits, comparisons and releases as a server by others plays them.
import { expect, test } from 'vitest';
import type { Service } from '../../../src/domain/resource.ts';
import type { ReadTool } from '../../../src/domain/tool.ts';
import { createGithubSource } from '../../../src/sources/github/github.ts';
import { EMULATED_TOKEN, startEmulatedGithub } from '../../support/emulated-github.ts';

const API: Service = {
  name: 'api',
  kind: 'app',
  bindings: { GitHub: 'mike/api' },
  instances: [],
  dependsOn: [],
};
const call = { signal: new AbortController().signal };

async function write(url: string, method: string, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${url}/repos/mike/api${path}`, {
    method,
    headers: { authorization: `Bearer ${EMULATED_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function commit(url: string, path: string, message: string): Promise<string> {
  const content = Buffer.from(`${path}\n`).toString('base64');
  const { commit: made } = (await write(url, 'PUT', `/contents/${path}`, { message, content })) as {
    commit: { sha: string };
  };
  return made.sha;
}

async function release(url: string, tag: string, sha: string): Promise<void> {
  await write(url, 'POST', '/git/refs', { ref: `refs/tags/${tag}`, sha });
  await write(url, 'POST', '/releases', { tag_name: tag, name: `Release ${tag}` });
}

test('releases are listed and compared by their tags', async () => {
  const url = await startEmulatedGithub();
  await release(url, 'v1', await commit(url, 'a.ts', 'feat: a'));
  await commit(url, 'db/migrate/1.rb', 'feat: totals\n\nwith a body');
  await release(url, 'v2', await commit(url, 'b.ts', 'fix: b'));
  const source = createGithubSource({
    name: 'GitHub',
    settings: { 'base-url': url, number: 'release' },
    secrets: { token: EMULATED_TOKEN },
    services: () => [API],
    clock: { now: () => Date.now() },
  });
  const [list, compare] = source.tools as unknown as [ReadTool<'deploys.list'>, ReadTool<'deploys.compare'>];
  const deploys = await list.read({ service: 'api', limit: 10 }, API, call);
  expect(deploys.map(({ number }) => number).sort()).toEqual(['v1', 'v2']);
  expect(deploys[0]).toMatchObject({ author: 'mike', status: 'succeeded', rolledBack: false });
  const found = await compare.read({ service: 'api', from: 'v1', to: 'v2' }, API, call);
  expect(found).toMatchObject({
    commits: [{ title: 'fix: b' }, { title: 'feat: totals' }],
    files: ['b.ts', 'db/migrate/1.rb'],
    migrations: ['db/migrate/1.rb'],
  });
  expect(found.commits[0]?.sha).toMatch(/^[0-9a-f]{40}$/);
  const check = await source.check?.(call);
  expect(check?.facts).toContainEqual({ name: 'login', value: 'mike' });
});
