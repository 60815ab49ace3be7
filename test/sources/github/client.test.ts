// Limits, trouble on the way, and who we are: what a read makes of them.
import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/domain/errors.ts';
import { createGithubSource } from '../../../src/sources/github/github.ts';
import { freePort } from '../../support/free-port.ts';
import { answer, NOW, TOKEN } from './repository.ts';
import { scene } from './scene.ts';
import type { Reply } from './server.ts';

const any = () => true;

async function failure(work: Promise<unknown>): Promise<ToolError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ToolError);
  return error as ToolError;
}

describe('what passes is waited for', () => {
  const passing: [string, Reply, number[]][] = [
    [
      'a secondary limit',
      { status: 403, headers: { 'retry-after': '2' }, body: { message: 'slow down' } },
      [2_000],
    ],
    ['a limit as 429', { status: 429, headers: { 'retry-after': '3' }, body: {} }, [3_000]],
    [
      'the hourly limit, where it ends soon',
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 1) },
        body: { message: 'API rate limit exceeded' },
      },
      [2_000],
    ],
    ['a server in trouble', { status: 502, text: '<html>bad gateway</html>', type: 'text/html' }, [500]],
    ['a connection that breaks', 'drop', [500]],
    ['a body that is cut off', 'cut', [500]],
  ];
  test.each(passing)('%s', async (_name, reply, expected) => {
    const { list, server, waits } = await scene();
    server.fault(({ path }) => path.endsWith('/deployments'), reply, { times: 1 });
    expect(await list(1)).toHaveLength(1);
    expect(waits).toEqual(expected);
  });
});

describe('what does not is said', () => {
  const lasting: [string, Reply, ToolError['outcome'], RegExp][] = [
    [
      'the hourly limit',
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1000 + 1_800) },
        body: {},
      },
      'retry',
      /the requests of this hour are used up: until 03:50 UTC/,
    ],
    [
      'a server that stays in trouble',
      { status: 500, body: { message: 'Server Error' } },
      'retry',
      /answered 500: Server Error/,
    ],
    [
      'a token that ended',
      { status: 401, body: { message: 'Bad credentials' } },
      'failed',
      /does not accept our token.*Bad credentials/,
    ],
    [
      'a page of a proxy',
      { status: 200, text: '<html>Sign in</html>', type: 'text/html' },
      'failed',
      /not its JSON: is there a proxy/,
    ],
    [
      'JSON that is cut',
      { status: 200, text: '[{"id": 1', type: 'application/json' },
      'failed',
      /not its JSON/,
    ],
    ['another shape', { status: 200, body: [{ id: 'x' }] }, 'failed', /another shape: 0\.id/],
    ['a connection that always breaks', 'drop', 'retry', /connection broke/],
    [
      'a body without end',
      { status: 200, text: `["${'x'.repeat(17 * 1024 * 1024)}"]`, type: 'application/json' },
      'retry',
      /too large: more than 16 MB/,
    ],
    ['a content type that is none', { status: 200, text: '[]', type: ';;;' }, 'failed', /not its JSON/],
  ];
  test.each(lasting)('%s', async (_name, reply, outcome, words) => {
    const { list, server } = await scene();
    server.fault(any, reply);
    const error = await failure(list(1));
    expect(error.message).toMatch(words);
    expect(error.message).toMatch(/^GitHub was asked for the deployments of acme\/api, and /);
    expect(error.outcome).toBe(outcome);
  });

  test('a server that hangs, after the time of a request', async () => {
    const { list, server } = await scene({ requestTimeoutMs: 50 });
    server.fault(any, 'hang');
    expect((await failure(list(1))).message).toMatch(/did not answer in time/);
  });

  test('a server that is not there', async () => {
    const { list, waits } = await scene({ settings: { 'base-url': `http://127.0.0.1:${await freePort()}` } });
    const error = await failure(list(1));
    expect(error).toMatchObject({ outcome: 'retry', message: expect.stringContaining('cannot be reached') });
    expect(waits).toEqual([500, 1_000, 2_000]);
  });
});

test('who was told to wait asks nothing meanwhile, and again afterwards', async () => {
  const { list, server, repository } = await scene();
  server.fault(any, { status: 429, headers: { 'retry-after': '120' }, body: {} }, { times: 1 });
  await failure(list(1));
  const before = server.asked.length;
  expect((await failure(list(1))).message).toContain('allows no requests before 03:22 UTC');
  expect(server.asked).toHaveLength(before);
  repository.now += 121_000;
  expect(await list(1)).toHaveLength(1);
});

test('a credential that is told back to us is in no error, also where it looks like none', async () => {
  // As GitHub gave them out before 2021, and Enterprise for longer.
  const token = '0123456789abcdef0123456789abcdef01234567';
  const { list, server } = await scene({ secrets: { token } });
  const message = `no: commit ${token} is not one`;
  server.fault(any, { status: 422, body: { message } });
  const error = await failure(list(1));
  expect(error.message).toContain('no: commit');
  expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain(token);
});

test('a change that is sent on to another address is not followed', async () => {
  const { server, run, inspect } = await scene();
  const { facts } = await inspect();
  server.fault(({ method }) => method === 'POST', {
    status: 301,
    headers: { location: `${server.url}/repos/acme/api/deployments?environment=production` },
    body: {},
  });
  expect(await failure(run(facts))).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('was moved'),
  });
});

test('changes go out with the token for changes, where there is one', async () => {
  const secrets = { token: TOKEN, 'write-token': 'ghp_ForChangesOnly0123456789abcdefgh' };
  const { server, run, inspect, repository } = await scene({ secrets });
  const usual = server;
  usual.handle((asked) => answer(asked, repository, server));
  await run((await inspect()).facts);
  const used = (changing: boolean) =>
    new Set(
      server.asked
        .filter(({ method }) => (method === 'POST') === changing)
        .map(({ headers }) => headers.authorization),
    );
  expect([...used(true)]).toEqual([`Bearer ${secrets['write-token']}`]);
  expect([...used(false)]).toEqual([`Bearer ${TOKEN}`]);
});

describe('a GitHub App', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const settings = { 'app-id': '12', 'installation-id': '34' };

  async function appScene(secret = pem) {
    const found = await scene({ settings, secrets: { 'private-key': secret } });
    const { server, repository } = found;
    let given = 0;
    const valid = () => `ghs_installation${given}`;
    server.handle((asked) => {
      if (asked.method === 'POST' && asked.path === '/app/installations/34/access_tokens') {
        given += 1;
        const expires_at = new Date(repository.now + 3_600_000).toISOString();
        return { status: 201, body: { token: valid(), expires_at, permissions: { contents: 'read' } } };
      }
      return asked.headers.authorization === `Bearer ${valid()}`
        ? answer(asked, repository, server)
        : { status: 401, body: { message: 'Bad credentials' } };
    });
    const exchanges = () => server.asked.filter(({ path }) => path.startsWith('/app/'));
    return { ...found, exchanges, revoke: () => given++ };
  }

  test('gets a token by a signed word of its own, once for all that begins together, and keeps it', async () => {
    const { list, exchanges } = await appScene();
    await Promise.all([list(), list(), list()]);
    await list();
    expect(exchanges()).toHaveLength(1);
    const jwt = exchanges()[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
    const [head = '', body = '', signature = ''] = jwt.split('.');
    expect(
      verify('RSA-SHA256', Buffer.from(`${head}.${body}`), publicKey, Buffer.from(signature, 'base64url')),
    ).toBe(true);
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'RS256', typ: 'JWT' });
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toEqual({
      iat: NOW / 1000 - 60,
      exp: NOW / 1000 + 540,
      iss: '12',
    });
  });

  test('gets a new one shortly before it ends', async () => {
    const { list, exchanges, repository } = await appScene();
    await list();
    repository.now += 54 * 60_000;
    await list();
    expect(exchanges()).toHaveLength(1);
    repository.now += 2 * 60_000;
    await list();
    expect(exchanges()).toHaveLength(2);
  });

  test('gets a new one where the old one was revoked', async () => {
    const { list, exchanges, revoke } = await appScene();
    await list();
    revoke();
    expect(await list()).toHaveLength(3);
    expect(exchanges()).toHaveLength(2);
  });

  test('takes a key whose lines are joined, as in an environment variable', async () => {
    const { list } = await appScene(pem.replaceAll('\n', '\\n'));
    expect(await list()).toHaveLength(3);
  });

  test('says it where the app is gone', async () => {
    const { list, server } = await appScene();
    server.fault(({ path }) => path.startsWith('/app/'), { status: 404, body: { message: 'Not Found' } });
    expect(await failure(list())).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('a token for installation 34'),
    });
  });

  test('a key that is none is refused at once, and not repeated', () => {
    const make = () =>
      createGithubSource({
        name: 'GitHub',
        settings,
        secrets: { 'private-key': 'hunter2' },
        services: () => [],
        clock: { now: () => NOW },
      });
    expect(make).toThrow('no RSA key in PEM');
    expect(make).not.toThrow('hunter2');
  });
});
