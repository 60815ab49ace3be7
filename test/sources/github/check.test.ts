// `source test`: whom GitHub takes us for, and what would not work in the night.
import { expect, test } from 'vitest';
import { NOW } from './repository.ts';
import { API, scene } from './scene.ts';

async function checked(
  options: Parameters<typeof scene>[0] = {},
  before?: (s: Awaited<ReturnType<typeof scene>>) => void,
) {
  const found = await scene(options);
  before?.(found);
  const result = await found.source.check?.(found.call);
  expect(found.server.changing().filter(({ path }) => !path.startsWith('/app/'))).toEqual([]);
  return {
    facts: Object.fromEntries((result?.facts ?? []).map(({ name, value }) => [name, value])),
    problems: result?.problems ?? [],
  };
}

test('a token that may do it all', async () => {
  const { facts, problems } = await checked();
  expect(problems).toEqual([]);
  expect(facts).toMatchObject({
    server: expect.stringMatching(/^127\.0\.0\.1:/),
    login: 'ops-bot',
    scopes: 'repo',
    repository: 'acme/api',
    'last deploy of acme/api': '#492',
  });
});

test('a token without the scope for changes, and a role that may only read', async () => {
  const { problems } = await checked({}, ({ server, repository }) => {
    repository.permissions = { push: false, pull: true };
    server.fault(({ path }) => path === '/user', {
      status: 200,
      headers: { 'x-oauth-scopes': 'read:org, public_repo' },
      body: { login: 'ops-bot' },
    });
  });
  expect(problems.map(({ text }) => text)).toEqual([
    'the token may not change anything: it lacks the scope repo or repo_deployment',
    'the token may read acme/api and not change it, so nothing can be rolled back there',
  ]);
  expect(problems[0]?.fix).toContain('write-token=env:NAME');
});

test('a token that ends soon', async () => {
  const { facts, problems } = await checked({}, ({ server }) =>
    server.fault(({ path }) => path === '/user', {
      status: 200,
      headers: { 'github-authentication-token-expiration': '2026-11-30 03:20:00 UTC' },
      body: { login: 'ops-bot' },
    }),
  );
  expect(facts['token ends']).toBe('2026-11-30 03:20');
  expect(facts.changes).toContain('Deployments: write');
  expect(problems).toMatchObject([{ text: 'the token ends within a week' }]);
});

test('a repository that cannot be seen, and a permission that is missing, each by its name', async () => {
  const hidden = await checked({}, ({ server }) =>
    server.fault(({ path }) => path === '/repos/acme/api', { status: 404, body: { message: 'Not Found' } }),
  );
  expect(hidden.problems).toMatchObject([{ text: expect.stringContaining('our token may not see it') }]);
  const forbidden = await checked({}, ({ server }) =>
    server.fault(({ path }) => path.endsWith('/deployments'), {
      status: 403,
      headers: { 'x-accepted-github-permissions': 'deployments=read' },
      body: { message: 'Resource not accessible by personal access token' },
    }),
  );
  expect(forbidden.problems).toMatchObject([{ text: expect.stringContaining('deployments=read') }]);
});

test('a token that is not accepted is no check at all', async () => {
  await expect(
    checked({}, ({ server }) =>
      server.fault(() => true, { status: 401, body: { message: 'Bad credentials' } }),
    ),
  ).rejects.toThrow('does not accept our token');
});

test('no service is bound to a repository', async () => {
  const { problems } = await checked({ services: [{ ...API, bindings: {} }] });
  expect(problems).toMatchObject([{ fix: 'openclaw service add --name api --binding "GitHub=acme/api"' }]);
});

test('a workflow that a rollback could not use', async () => {
  const settings = { workflow: 'deploy.yml' };
  expect((await checked({ settings })).problems).toEqual([]);
  const lacking = await checked({ settings }, ({ repository }) => {
    repository.workflowFile = 'on:\n  workflow_dispatch:\n    inputs: { ref: {} }\n';
  });
  expect(lacking.problems).toMatchObject([
    {
      text: '.github/workflows/deploy.yml of acme/api does not mention run-name, execution_id, which a rollback needs',
    },
  ]);
});

test('an app: its permissions, and those it lacks', async () => {
  const { generateKeyPairSync } = await import('node:crypto');
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  });
  const { facts, problems } = await checked(
    {
      settings: { 'app-id': '12', 'installation-id': '34' },
      secrets: { 'private-key': String(key) },
    },
    ({ server }) =>
      server.fault(({ path }) => path.startsWith('/app/'), {
        status: 201,
        body: {
          token: 'ghp_TestTokenOfNobody0123456789abcdef',
          expires_at: new Date(NOW + 3_600_000).toISOString(),
          permissions: { contents: 'read', deployments: 'read', metadata: 'read' },
        },
      }),
  );
  expect(facts).toMatchObject({
    app: '12, installation 34',
    permissions: 'contents=read, deployments=read, metadata=read',
  });
  expect(problems).toMatchObject([{ text: 'the app lacks deployments: write, pull_requests: read' }]);
});

test('a workflow that is not there is said once, with the setting that names it', async () => {
  const { problems } = await checked({ settings: { workflow: 'nope.yml' } });
  expect(problems).toEqual([
    {
      text: expect.stringContaining('the workflow nope.yml of acme/api, and there is no such thing'),
      fix: expect.stringContaining('openclaw source edit "GitHub" --set workflow=deploy.yml'),
    },
  ]);
});
