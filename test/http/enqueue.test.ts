import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { IncomingAlert } from '../../src/domain/alert.ts';
import type { HookSource } from '../../src/http/options.ts';
import { type Answer, answerOf, NOW, SECRET, source, startTestServer, type TestServer } from './harness.ts';

const OTHER = 'another-routing-key';
const servers: TestServer[] = [];
let sources: HookSource[];
let server: TestServer;

beforeEach(async () => {
  sources = [
    source('Checks', 'pagerduty-events', ['', SECRET, 'next-key']),
    source('Cron', 'pagerduty-events', [OTHER]),
  ];
  server = await startTestServer({
    hookSources: (type) => sources.filter((each) => each.type === type),
  });
  servers.push(server);
});
afterAll(async () => {
  for (const each of servers) await each.close();
});

const PAYLOAD = {
  summary: 'DISK at 99% on machine prod-datapipe03',
  source: 'prod-datapipe03.example.com',
  severity: 'critical',
  timestamp: '2026-11-18T13:06:30.000+0000',
  component: 'datapipe',
  group: 'prod',
  class: 'disk',
  custom_details: { 'free space': '1%', ping: 1500, deep: { a: 1 } },
};

const trigger = (over: Record<string, unknown> = {}, payload: Record<string, unknown> = {}) => ({
  routing_key: SECRET,
  event_action: 'trigger',
  dedup_key: 'disk/prod-datapipe03',
  payload: { ...PAYLOAD, ...payload },
  ...over,
});

async function send(body: unknown, { path = '/v2/enqueue', headers = {} } = {}): Promise<Answer> {
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  return answerOf(
    await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: raw ? (body as string) : JSON.stringify(body),
    }),
  );
}
const change = (body: unknown) => send(body, { path: '/v2/change/enqueue' });
const alerts = () => server.inbox.map(({ body }) => body as IncomingAlert);

describe('an event is answered as PagerDuty answers it', () => {
  test('and becomes an alert of the source whose secret the routing key is', async () => {
    const { status, body } = await send(
      trigger({
        client: 'Datapipe',
        client_url: 'https://monitor.example.com/',
        links: [{ href: 'https://runbook.example.com/', text: 'Runbook' }, { href: 'javascript:alert(1)' }],
        images: [
          { src: 'https://chart.example.com/a.png', href: 'https://chart.example.com/', alt: 'Chart' },
        ],
      }),
    );
    expect(status).toBe(202);
    expect(body).toEqual({
      status: 'success',
      message: 'Event processed',
      dedup_key: 'disk/prod-datapipe03',
    });
    expect(server.inbox).toMatchObject([
      {
        source: 'Checks',
        kind: 'alert',
        body: {
          status: 'firing',
          title: PAYLOAD.summary,
          severity: 'critical',
          service: 'datapipe',
          startsAt: Date.parse('2026-11-18T13:06:30Z'),
          labels: { 'free space': '1%', ping: '1500', group: 'prod', class: 'disk', client: 'Datapipe' },
          links: [
            { href: 'https://runbook.example.com/', text: 'Runbook' },
            { href: 'https://chart.example.com/', text: 'Chart' },
            { href: 'https://monitor.example.com/', text: 'Datapipe' },
          ],
        },
      },
    ]);
  });

  test('the routing key is stored nowhere', async () => {
    await send(trigger());
    expect(JSON.stringify(server.inbox)).not.toContain(SECRET);
  });

  test('packed, and whatever the content type says', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'text/plain' };
    expect((await send(gzipSync(JSON.stringify(trigger())), { headers })).status).toBe(202);
  });

  test('a trigger without dedup_key is a new alert each time, and says which', async () => {
    const first = await send(trigger({ dedup_key: undefined }));
    const second = await send(trigger({ dedup_key: '' }));
    expect(first.body.dedup_key).toMatch(/^\S{20,}$/);
    expect(second.body.dedup_key).not.toBe(first.body.dedup_key);
    const [a, b] = alerts();
    expect(a?.fingerprint).not.toBe(b?.fingerprint);
    await send({ routing_key: SECRET, event_action: 'resolve', dedup_key: first.body.dedup_key });
    expect(alerts()[2]).toMatchObject({ status: 'resolved', fingerprint: a?.fingerprint });
  });

  test('one key is one alert: in each action, and while a routing key takes over from another', async () => {
    await send(trigger());
    await send({ routing_key: 'next-key', event_action: 'acknowledge', dedup_key: 'disk/prod-datapipe03' });
    await send({ routing_key: SECRET, event_action: 'resolve', dedup_key: 'disk/prod-datapipe03' });
    expect(new Set(alerts().map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(alerts().map(({ status, acknowledged }) => [status, acknowledged])).toEqual([
      ['firing', undefined],
      ['unknown', true],
      ['resolved', undefined],
    ]);
  });

  test('equal bytes fire again after a resolve: no delivery is taken for the repeat of another', async () => {
    await send(trigger());
    await send({ routing_key: SECRET, event_action: 'resolve', dedup_key: 'disk/prod-datapipe03' });
    await send(trigger());
    expect(server.inbox).toHaveLength(3);
  });

  test.each([
    ['critical', 'critical'],
    ['error', 'warning'],
    ['warning', 'warning'],
    ['info', 'info'],
  ])('severity %s is taken as %s', async (given, taken) => {
    await send(trigger({}, { severity: given }));
    expect(alerts()[0]?.severity).toBe(taken);
  });

  test('a summary longer than is allowed is cut, not refused', async () => {
    expect((await send(trigger({}, { summary: 'x'.repeat(2_000) }))).status).toBe(202);
    expect(alerts()[0]?.title).toHaveLength(300);
  });
});

describe('what it does not take is a 400 in the vendor’s shape', () => {
  test.each<[string, unknown, string]>([
    ['an unknown routing key', trigger({ routing_key: 'guess' }), "'routing_key' is not known"],
    ['no routing key', trigger({ routing_key: undefined }), "'routing_key' is missing or blank"],
    ['a routing key that is a number', trigger({ routing_key: 7 }), "'routing_key' is missing or blank"],
    [
      'a blank one, though a source has a blank secret',
      trigger({ routing_key: ' ' }),
      "'routing_key' is missing or blank",
    ],
    ['an unknown action', trigger({ event_action: 'explode' }), "'event_action' must be one of"],
    ['no payload', trigger({ payload: undefined }), "'payload' is missing or blank"],
    ['a payload that is a list', trigger({ payload: [] }), "'payload' is missing or blank"],
    ['no summary', trigger({}, { summary: ' ' }), "'payload.summary' is missing or blank"],
    ['a summary that is a number', trigger({}, { summary: 7 }), "'payload.summary' must be a string"],
    ['no source', trigger({}, { source: undefined }), "'payload.source' is missing or blank"],
    ['an unknown severity', trigger({}, { severity: 'high' }), "'payload.severity' must be one of"],
    ['a key that is too long', trigger({ dedup_key: 'k'.repeat(256) }), "'dedup_key' must be at most 255"],
    ['a key that is an object', trigger({ dedup_key: {} }), "'dedup_key' must be a string"],
    [
      'a resolve without a key',
      { routing_key: SECRET, event_action: 'resolve' },
      "'dedup_key' is missing or blank",
    ],
    ['broken JSON', '{"routing_key":', 'Malformed JSON'],
    ['a list', [trigger()], "'routing_key' is missing or blank"],
    ['null', 'null', "'routing_key' is missing or blank"],
    ['nothing', '', 'Malformed JSON'],
  ])('%s', async (_, body, error) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ status: 'invalid event', message: 'Event object is invalid' });
    expect(answer.body.errors.join()).toContain(error);
    expect(server.inbox).toEqual([]);
  });

  test('a routing key of a source of another type opens nothing', async () => {
    sources = [source('scripts', 'generic', [SECRET])];
    expect((await send(trigger())).status).toBe(400);
  });

  test('wrong keys are counted as wrong secrets are: past twenty a minute they are not logged', async () => {
    for (let tries = 0; tries < 25; tries++) await send(trigger({ routing_key: `guess-${tries}` }));
    expect(server.log.filter(({ message }) => message.includes('routing key'))).toHaveLength(20);
    expect((await send(trigger())).status).toBe(202);
  });

  test('more than 512 KB is too large, packed or not', async () => {
    const long = JSON.stringify(trigger({}, { custom_details: 'x'.repeat(512 * 1024) }));
    expect((await send(long)).status).toBe(413);
    expect((await send(gzipSync(long), { headers: { 'content-encoding': 'gzip' } })).status).toBe(413);
    const just = JSON.stringify(trigger({}, { custom_details: 'x'.repeat(500 * 1024) }));
    expect((await send(just)).status).toBe(202);
  });

  test('without room it is a 503 and never a 429', async () => {
    const full = await startTestServer({ hookSources: () => sources, overloaded: () => true });
    servers.push(full);
    const { status } = await fetch(`${full.url}/v2/enqueue`, {
      method: 'POST',
      body: JSON.stringify(trigger()),
    });
    expect(status).toBe(503);
  });

  test('GET is not understood', async () => {
    expect((await fetch(`${server.url}/v2/enqueue`)).status).toBe(405);
  });
});

describe('a change event', () => {
  const deploy = (over: Record<string, unknown> = {}) => ({
    routing_key: OTHER,
    payload: {
      summary: 'Build Success: deploy #492',
      timestamp: '2026-11-18T13:00:00Z',
      source: 'api',
      custom_details: { service: 'shop', author: 'ana', commit: 'abc' },
      ...over,
    },
    links: [{ href: 'https://ci.example.com/492', text: 'View in CI' }],
  });

  test('is kept as a change of the service it names', async () => {
    const { status, body } = await change(deploy());
    expect(status).toBe(202);
    expect(body).toEqual({ status: 'success', message: 'Change event processed' });
    expect(server.inbox).toMatchObject([
      {
        source: 'Cron',
        kind: 'notice',
        body: {
          type: 'change',
          title: 'Build Success: deploy #492',
          service: 'shop',
          author: 'ana',
          at: Date.parse('2026-11-18T13:00:00Z'),
          link: 'https://ci.example.com/492',
        },
      },
    ]);
  });

  test('sent again it is the same one; without a time, within the minute', async () => {
    await change(deploy());
    await change(deploy());
    await change(deploy({ timestamp: undefined }));
    await change(deploy({ timestamp: undefined }));
    server.clock.at += 60_000;
    await change(deploy({ timestamp: undefined }));
    expect(server.inbox).toHaveLength(3);
  });

  test('without details it is a change of its source, now', async () => {
    await change(deploy({ custom_details: 7, timestamp: 'yesterday' }));
    expect(server.inbox).toMatchObject([{ body: { service: 'api', author: null, at: NOW } }]);
  });

  test.each<[string, unknown]>([
    ['an unknown routing key', { ...deploy(), routing_key: 'guess' }],
    ['no payload', { routing_key: OTHER }],
    ['no summary', deploy({ summary: undefined })],
    ['a summary that is a list', deploy({ summary: ['x'] })],
  ])('%s is a 400', async (_, body) => {
    expect((await change(body)).status).toBe(400);
    expect(server.inbox).toEqual([]);
  });
});

describe('the request is kept beside what was read of it', () => {
  const kept = () => server.inbox.map(({ request }) => request);

  test('with its headers and its body, and without the routing key', async () => {
    await send(trigger(), { headers: { 'user-agent': 'checks/2', authorization: `Token ${SECRET}` } });
    await change({ routing_key: OTHER, payload: { summary: 'deploy', custom_details: {} } });
    expect(kept()[0]?.headers).toMatchObject({ 'user-agent': 'checks/2' });
    expect(kept()[0]?.headers).not.toHaveProperty('authorization');
    expect(kept().map((request) => JSON.parse(request?.body ?? ''))).toEqual([
      { ...trigger(), routing_key: '[redacted:routing-key]' },
      {
        routing_key: '[redacted:routing-key]',
        payload: { summary: 'deploy', custom_details: {} },
      },
    ]);
  });

  test('nor wherever else the key stands, however it is written', async () => {
    const spelled = [...SECRET]
      .map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join('');
    const body = JSON.stringify(trigger({}, { custom_details: { [`x-${SECRET}`]: `key=${SECRET}` } }));
    expect((await send(body.replace(`"${SECRET}"`, `"${spelled}"`))).status).toBe(202);
    expect(kept()[0]?.body).toContain('prod-datapipe03');
    expect(kept()[0]?.body).not.toContain(SECRET);
    expect(kept()[0]?.body).not.toContain(spelled);
  });

  test('unless it is long', async () => {
    await send(trigger({}, { custom_details: { text: 'x'.repeat(70_000) } }));
    expect(kept()).toEqual([undefined]);
  });

  test('and not at all of a stranger', async () => {
    expect((await send(trigger({ routing_key: 'guess' }))).status).toBe(400);
    expect(kept()).toEqual([]);
  });
});
