// A Prometheus that is away, refuses, breaks off, or is something else altogether.
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/domain/errors.ts';
import { freePort } from '../../support/free-port.ts';
import { json, type Reply } from '../../support/scripted-server.ts';
import {
  fakePrometheus,
  NOW,
  parametersOf,
  prometheusSource,
  service,
  success,
  vector,
} from './fake-prometheus.ts';

const TOKEN = 'a-token-that-is-no-known-shape';

async function failure(reply: Reply | ((nth: number) => Reply)) {
  let nth = 0;
  const fake = fakePrometheus({
    instead: () => {
      nth += 1;
      return typeof reply === 'function' ? reply(nth) : reply;
    },
  });
  const one = await prometheusSource(fake, [service('api', { bindings: { Prometheus: 'job:api' } })], {
    secrets: { 'api-token': TOKEN },
  });
  const error = await one.read().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error !== null && !(error instanceof ToolError)) throw error;
  return { ...one, error };
}

describe('said in a plain sentence', () => {
  test.each<[string, Reply, string, string]>([
    ['a web page', { body: '<html>Sign in' }, 'failed', 'answered with a web page instead of data'],
    ['nothing but text', { body: 'hello' }, 'failed', 'answered with something that is not JSON'],
    ['other JSON', json({ hello: 1 }), 'failed', 'does not answer as Prometheus does'],
    ['not found', json({ message: 'x' }, 404), 'failed', 'answered 404 and not as Prometheus does'],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://login' } },
      'failed',
      'sends us elsewhere (302)',
    ],
    ['no rights', { status: 401, body: 'x' }, 'failed', 'refuses us (401): is its secret api-token'],
    ['rights too few', { status: 403 }, 'failed', 'refuses us (403)'],
    ['names that are none', success({ no: 'list' }), 'failed', 'something else than a list of names'],
    [
      'bad data',
      json({ status: 'error', errorType: 'bad_data', error: 'invalid "match[]"\u001b[31m\nred' }, 400),
      'failed',
      'refuses the query: invalid "match[]" [31m red',
    ],
    [
      'an error with 200',
      json({ status: 'error', errorType: 'timeout' }),
      'failed',
      'refuses the query: timeout',
    ],
  ])('%s', async (_name, reply, outcome, message) => {
    const { error } = await failure(reply);
    expect(error?.message).toMatch(/^Prometheus /);
    expect(error?.message).toContain(message);
    expect(error?.outcome).toBe(outcome);
  });

  test('more than 4 MB', async () => {
    const { error } = await failure({ body: `{"status":"success","data":["${'x'.repeat(5_000_000)}"]}` });
    expect(error?.message).toBe('Prometheus answered with more than 4 MB: ask for less');
  });

  test('nobody there', async () => {
    const port = await freePort();
    const { read } = await prometheusSource(fakePrometheus(), [service()], {
      settings: { url: `http://127.0.0.1:${port}` },
    });
    await expect(read()).rejects.toMatchObject({
      outcome: 'retry',
      message: `Prometheus does not answer at 127.0.0.1:${port}: nothing listens there`,
    });
  });

  test('no answer before the deadline', async () => {
    const { tool } = await prometheusSource(fakePrometheus({ instead: () => ({ hangs: true }) }));
    const limit = new AbortController();
    const reading = tool.read({ service: 'api' }, service(), { signal: limit.signal });
    setTimeout(() => limit.abort(), 50);
    await expect(reading).rejects.toMatchObject({
      outcome: 'retry',
      message: 'Prometheus did not answer in time',
    });
  });

  test('a token is sent, and in no message even where the other side says it', async () => {
    const { error, asked } = await failure(json({ status: 'error', error: `who is ${TOKEN}?` }, 400));
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(asked.map(({ path, query }) => path + query).join()).not.toContain(TOKEN);
    expect(error?.message).not.toContain(TOKEN);
  });
});

test('a user with a password, and a tenant', async () => {
  const { read, asked } = await prometheusSource(fakePrometheus(), [service()], {
    settings: { user: 'openclaw', tenant: 'team-a' },
    secrets: { 'api-password': 'a:b', token: 'opens our webhook' },
  });
  await read();
  const basic = `Basic ${Buffer.from('openclaw:a:b').toString('base64')}`;
  expect(asked[0]?.headers).toMatchObject({ authorization: basic, 'x-scope-orgid': 'team-a' });
});

test('a token that no header may hold is refused without a word of it', async () => {
  const secrets = { 'api-token': 'two\nlines' };
  const error = await prometheusSource(fakePrometheus(), [service()], { secrets }).catch(
    (thrown: unknown) => thrown,
  );
  expect(String(error)).toMatch(/sent as authorization holds a character that no header may/);
  expect(String(error)).not.toContain('two');
});

describe('asked again', () => {
  test.each([503, 502, 500, 429])('%i passes', async (status) => {
    const { error, waits } = await failure((nth) => (nth <= 2 ? { status } : success([])));
    expect(error).toBeNull();
    expect(waits.length).toBeGreaterThan(0);
  });

  test('an answer that was cut off', async () => {
    const { error } = await failure((nth) =>
      nth === 1
        ? { body: JSON.stringify({ status: 'success', data: ['up', 'x'.repeat(500)] }), cutAfter: 20 }
        : success([]),
    );
    expect(error).toBeNull();
    const always = await failure({ body: 'x'.repeat(500), cutAfter: 20 });
    expect(always.error).toMatchObject({ outcome: 'retry' });
    expect(always.error?.message).toContain('broke off its answer');
  });

  test('Retry-After is honoured, and a long one is said instead of waited for', async () => {
    const short = await failure((nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '2' } } : success([]),
    );
    expect(short.error).toBeNull();
    expect(short.waits).toContain(2000);
    const long = await failure({ status: 429, headers: { 'retry-after': '60' } });
    expect(long.waits).toEqual([]);
    expect(long.error).toMatchObject({
      outcome: 'retry',
      retryAfterMs: 60_000,
      message: 'Prometheus has had too many requests (429), and asks to be left alone for 60 s',
    });
  });

  test('not what would be refused again', async () => {
    const { waits } = await failure({ status: 401 });
    expect(waits).toEqual([]);
  });
});

describe('numbers', () => {
  const one = (values: unknown) =>
    success({ resultType: 'matrix', result: [{ metric: { pod: 'a\u0000\u202eb' }, values }] });
  const readUp = async (reply: Reply) => {
    const { read } = await prometheusSource(
      fakePrometheus({ names: { 'service="api"': ['up'] }, values: [['up{', reply]] }),
    );
    return (await read({ metric: 'up' }))[0];
  };

  test('NaN, infinities, gaps and broken pairs are left out', async () => {
    const at = NOW / 1000;
    const values = [
      [at - 60, 'NaN'],
      [at - 50, '+Inf'],
      [at - 40, '-Inf'],
      [at - 30, '1'],
      [at - 20],
      'no',
      [at - 10, ''],
      ['x', '1'],
      [at, '0.5'],
    ];
    expect(await readUp(one(values))).toMatchObject({
      current: 0.5,
      points: [
        { at: NOW - 30_000, value: 1 },
        { at: NOW, value: 0.5 },
      ],
    });
  });

  test('a last value of some time ago is not the current one', async () => {
    expect(await readUp(one([[NOW / 1000 - 600, '1']]))).toMatchObject({ current: null });
  });

  test('a histogram of its own kind, without values, is nothing', async () => {
    const reply = success({ resultType: 'matrix', result: [{ metric: {}, histograms: [[1, {}]] }] });
    expect(await readUp(reply)).toMatchObject({ current: null, points: [] });
  });

  test('thousands of series are named by their number', async () => {
    const result = Array.from({ length: 5000 }, (_, index) => ({ metric: { pod: `p${index}` }, values: [] }));
    expect((await readUp(success({ resultType: 'matrix', result })))?.note).toContain('5000 time series');
  });

  test('warnings of a partial answer are passed on, made safe', async () => {
    const reply = success(
      { resultType: 'matrix', result: [{ metric: {}, values: [[NOW / 1000, '1']] }] },
      { warnings: ['store \u001b[2J10.0.0.7 did not answer', 7] },
    );
    expect(await readUp(reply)).toMatchObject({ current: 1, note: 'store  [2J10.0.0.7 did not answer' });
  });

  test('a streak of text is no number', async () => {
    await expect(readUp(success({ resultType: 'string', result: [1, 'x'] }))).rejects.toThrow(
      'something else than numbers',
    );
  });
});

test('long queries go in a body, and every one has a time limit', async () => {
  const fake = fakePrometheus({ values: [['', '1']] });
  const many = Array.from({ length: 20 }, (_, index) =>
    service(`api${index}`, { bindings: { Prometheus: 'service:api' } }),
  );
  const { measure, asked } = await prometheusSource(fake, many);
  await measure(['error_rate']);
  const [query] = asked.filter(({ path }) => path === '/api/v1/query');
  expect(query).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(query && parametersOf(query).get('timeout')).toBe('10s');
});

test('at most six requests run at once', async () => {
  let running = 0;
  let most = 0;
  const fake = fakePrometheus({ values: [['', '1']] });
  const { scriptedServer } = await import('../../support/scripted-server.ts');
  const { answerOf } = await import('./fake-prometheus.ts');
  const slow = await scriptedServer(async (asked) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running -= 1;
    return answerOf(fake, asked);
  });
  const many = Array.from({ length: 30 }, (_, index) => service(`api${index}`));
  const { measure } = await prometheusSource(fake, many, { settings: { url: slow.url } });
  await measure(['up']);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(6);
});

describe('source test', () => {
  test('says version, targets, services and what is missing', async () => {
    const fake = fakePrometheus({
      values: [
        ['up == 1', '12'],
        ['up == 0', '1'],
        ['', '1'],
      ],
    });
    const lost = service('lost', { bindings: { Prometheus: 'job:lost' } });
    const { check } = await prometheusSource(fake, [service(), service('web'), lost]);
    const found = await check();
    expect(found?.facts).toEqual(
      expect.arrayContaining([
        { name: 'version', value: '2.53.3' },
        { name: 'targets', value: '12 up, 1 down' },
        { name: 'api', value: '4 metrics by {service="api"}: error_rate, latency, request_rate, up' },
        { name: 'web', value: 'not found here' },
      ]),
    );
    expect(found?.problems).toEqual([
      {
        text: 'lost is bound to job:lost, and nothing like that was measured within an hour',
        fix: 'openclaw service edit lost --binding "Prometheus=job:NAME"',
      },
    ]);
  });

  test('a token that is refused is the answer', async () => {
    const { check } = await prometheusSource(fakePrometheus({ instead: () => ({ status: 401 }) }));
    await expect(check()).rejects.toThrow(/^Prometheus refuses us \(401\)/);
  });

  test('a query that gives percent where a ratio is read is found out', async () => {
    const fake = fakePrometheus({
      values: [
        ['mine', '8.1'],
        ['many', success({ ...vector('1'), result: [1, 2].map(() => ({ metric: {}, value: [1, '1'] })) })],
        ['', '1'],
      ],
    });
    const { check } = await prometheusSource(fake, [service()], {
      settings: { 'metric.error_rate': 'mine{service="$service"}', 'metric.many': 'many{$selector}' },
    });
    expect((await check())?.problems).toEqual([
      {
        text: 'error_rate of api is 8.1, and a ratio goes from 0 to 1',
        fix: 'openclaw source edit "Prometheus" --set metric.error_rate.unit=percent',
      },
      {
        text: 'many of api gives 2 time series, and one number is needed',
        fix: 'openclaw source edit "Prometheus" --set metric.many=\'sum(...)\'',
      },
    ]);
  });
});
