// The formats of vendors through the server: their methods, their paths, their signatures, what is kept of them.
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IncomingAlert } from '../../src/domain/alert.ts';
import { answerOf, NOW, SECRET, source, startTestServer, type TestServer } from './harness.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
  for (const type of ['grafana', 'datadog', 'sentry', 'prometheus', 'alertmanager'])
    server.sources.set(type, source(type, type));
});
afterEach(() => server.close());

const send = async (path: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = { 'content-type': 'application/json' };
  return answerOf(
    await fetch(`${server.url}${path}`, { method, headers: { ...type, ...headers }, body: text }),
  );
};
const bearer = { authorization: `Bearer ${SECRET}` };
const alerts = () =>
  server.inbox.filter(({ kind }) => kind === 'alert').map(({ body }) => body as IncomingAlert);
const sign = (body: string, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex');

describe('Prometheus', () => {
  const pushed = [
    { labels: { alertname: 'Errors', severity: 'critical' }, endsAt: new Date(NOW + 60_000).toISOString() },
  ];

  test.each(['prometheus', 'alertmanager'])('posts to a source of type %s under its prefix', async (name) => {
    const { status, body } = await send(`/hooks/${name}/api/v2/alerts`, pushed, bearer);
    expect([status, body.accepted]).toEqual([200, 1]);
    expect(alerts()).toMatchObject([{ title: 'Errors', status: 'firing', expiresAt: NOW + 60_000 }]);
  });

  test('is told where to post', async () => {
    const { status, body } = await send('/hooks/prometheus', { alerts: [] }, bearer);
    expect([status, body.error.hint]).toEqual([
      404,
      expect.stringContaining('path_prefix to /hooks/prometheus'),
    ]);
    expect((await send('/hooks/grafana/api/v2/alerts', pushed, bearer)).status).toBe(404);
  });

  test('with a wrong secret learns nothing, of any path', async () => {
    for (const path of [
      '/hooks/prometheus/api/v2/alerts',
      '/hooks/grafana/api/v2/alerts',
      '/hooks/nobody/api/v2/alerts',
    ])
      expect((await send(path, pushed, { authorization: 'Bearer wrong' })).status).toBe(401);
  });
});

describe('Grafana', () => {
  const body = JSON.stringify({
    orgId: 1,
    alerts: [{ status: 'firing', labels: { alertname: 'Memory' }, values: { A: 2 } }],
  });

  test.each(['POST', 'PUT'])('may %s', async (method) => {
    expect((await send('/hooks/grafana', body, bearer, method)).status).toBe(200);
    expect(alerts()).toMatchObject([{ title: 'Memory', value: 2 }]);
  });

  test('may sign; a forged signature is refused', async () => {
    expect((await send('/hooks/grafana', body, { 'x-grafana-alerting-signature': sign(body) })).status).toBe(
      200,
    );
    expect(
      (await send('/hooks/grafana', body, { 'x-grafana-alerting-signature': sign(body, 'x') })).status,
    ).toBe(401);
    expect(alerts()).toHaveLength(1);
  });

  test('may sign with a time, in the header that the source names', async () => {
    server.sources.set('grafana', {
      ...source('grafana', 'grafana'),
      settings: { timestamp_header: 'X-When' },
    });
    const time = `${NOW / 1_000}`;
    const signed = { 'x-grafana-alerting-signature': sign(`${time}:${body}`) };
    expect((await send('/hooks/grafana', body, { ...signed, 'x-when': time })).status).toBe(200);
    expect((await send('/hooks/grafana', body, signed)).status).toBe(401);
    const withoutTime = { 'x-grafana-alerting-signature': sign(body) };
    expect((await send('/hooks/grafana', body, withoutTime)).status).toBe(401);
  });

  test('has a scheme of its own in Authorization; no other vendor may', async () => {
    const token = { authorization: `Token ${SECRET}` };
    expect((await send('/hooks/grafana', body, token)).status).toBe(200);
    expect((await send('/hooks/grafana', body, { authorization: SECRET })).status).toBe(200);
    expect((await send('/hooks/grafana', body, { authorization: 'Token wrong' })).status).toBe(401);
    for (const name of ['alertmanager', 'sentry', 'nobody'])
      expect((await send(`/hooks/${name}`, body, token)).status).toBe(401);
  });
});

describe('Datadog', () => {
  const body = { id: '1', title: 'CPU', transition: 'Triggered', monitor_id: '4' };

  test('has its secret in a header of its own', async () => {
    expect((await send('/hooks/datadog', body, { 'x-openclaw-token': SECRET })).status).toBe(200);
    expect((await send('/hooks/datadog', body, { 'x-openclaw-token': 'wrong' })).status).toBe(401);
    expect((await send('/hooks/grafana', body, { 'x-openclaw-token': SECRET })).status).toBe(401);
  });

  test('may send a form, and its retry is the same delivery', async () => {
    const form = new URLSearchParams({ payload: JSON.stringify(body) }).toString();
    const headers = { ...bearer, 'content-type': 'application/x-www-form-urlencoded' };
    await send('/hooks/datadog', form, headers);
    expect((await send('/hooks/datadog', form, headers)).body).toMatchObject({ accepted: 1, duplicates: 1 });
    expect(alerts()).toHaveLength(1);
  });
});

describe('Sentry', () => {
  const body = JSON.stringify({
    action: 'critical',
    data: { metric_alert: { id: '4' }, description_title: 'Errors' },
  });
  const headers = (text: string, id = 'r1', secret = SECRET) => ({
    'sentry-hook-resource': 'metric_alert',
    'sentry-hook-signature': sign(text, secret),
    'request-id': id,
  });

  test('signs; the same request twice is one delivery', async () => {
    expect((await send('/hooks/sentry', body, headers(body))).status).toBe(200);
    expect((await send('/hooks/sentry', body, headers(body))).body.duplicates).toBe(1);
    expect(alerts()).toMatchObject([{ title: 'Errors', fingerprint: 'metric:4', severity: 'critical' }]);
  });

  test('a forged signature, or another body under a right one, is refused', async () => {
    expect((await send('/hooks/sentry', body, headers(body, 'r1', 'forged'))).status).toBe(401);
    expect((await send('/hooks/sentry', `${body} `, headers(body))).status).toBe(401);
    expect(server.inbox).toEqual([]);
  });

  test('hears no 4xx for what we do not understand: it is a dead letter', async () => {
    const odd = JSON.stringify({ action: 'x', data: {} });
    const { status } = await send('/hooks/sentry', odd, {
      ...headers(odd),
      'sentry-hook-resource': 'something_new',
    });
    expect([status, server.inbox.map(({ kind }) => kind)]).toEqual([202, ['dead-letter']]);
  });
});

describe('what is kept of a request', () => {
  test('is its body and its harmless headers, once for all alerts in it', async () => {
    const body = JSON.stringify({
      alerts: ['a', 'b'].map((alertname) => ({ status: 'firing', labels: { alertname } })),
    });
    await send('/hooks/alertmanager', body, {
      ...bearer,
      'user-agent': 'Alertmanager/0.28',
      'x-secret-of-theirs': 'hush',
    });
    const [first, second] = server.inbox;
    expect(first?.request).toMatchObject({
      body,
      headers: { 'user-agent': 'Alertmanager/0.28', 'content-type': 'application/json' },
    });
    expect(second?.request).toBe(first?.request);
    expect(JSON.stringify(first?.request)).not.toMatch(new RegExp(`hush|${SECRET}`));
  });

  test('is nothing where the body is long', async () => {
    await send('/hooks/scripts', { title: 'x', description: 'y'.repeat(70_000) }, bearer);
    expect(server.inbox).toMatchObject([{ kind: 'alert', request: undefined }]);
  });
});
