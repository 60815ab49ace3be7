import { createHmac } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { IncomingAlert } from '../../src/domain/alert.ts';
import { type Answer, answerOf, SECRET, source, startTestServer, type TestServer } from './harness.ts';

const servers: TestServer[] = [];
let server: TestServer;
const NEXT = 'the-next-secret';

beforeEach(async () => {
  server = await startTestServer();
  servers.push(server);
  server.sources.set('pd', source('pd', 'pagerduty', [SECRET, NEXT]));
});
afterAll(async () => {
  for (const each of servers) await each.close();
});

const INCIDENT = {
  id: 'PGR0VU2',
  type: 'incident',
  html_url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
  number: 2,
  status: 'triggered',
  incident_key: 'd3640fbd',
  title: 'A little bump in the road',
  service: { id: 'PF9KMXH', type: 'service_reference', summary: 'api-prod' },
  assignees: [],
  teams: [],
  priority: null,
  urgency: 'high',
};

function event(type: string, data: unknown = INCIDENT, over: Record<string, unknown> = {}) {
  return {
    event: {
      id: `5ac64822-${type}`,
      event_type: type,
      resource_type: 'incident',
      occurred_at: '2026-11-18T13:06:31.000Z',
      agent: { id: 'PLH1HKV', type: 'user_reference', summary: 'Ana' },
      client: null,
      data,
      ...over,
    },
  };
}

const hmac = (raw: string, secret: string) => `v1=${createHmac('sha256', secret).update(raw).digest('hex')}`;

async function send(body: unknown, sign = (raw: string) => hmac(raw, SECRET)): Promise<Answer> {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  return answerOf(
    await fetch(`${server.url}/hooks/pd`, {
      method: 'POST',
      headers: { 'x-pagerduty-signature': sign(raw), 'x-webhook-id': `w${Math.random()}` },
      body: raw,
    }),
  );
}

const bodies = () => server.inbox.map(({ body }) => body as IncomingAlert);

describe('the signature', () => {
  test.each<[string, (raw: string) => string]>([
    ['of the first secret', (raw) => hmac(raw, SECRET)],
    ['of the next one', (raw) => hmac(raw, NEXT)],
    ['that fits, after one that does not', (raw) => `${hmac(raw, 'old')}, ${hmac(raw, NEXT)}`],
    ['beside versions we do not know', (raw) => `v2=zz,${hmac(raw, SECRET)}`],
  ])('%s opens the door', async (_, sign) => {
    expect((await send(event('incident.triggered'), sign)).status).toBe(200);
  });

  test.each<[string, (raw: string) => string]>([
    ['of another secret', (raw) => hmac(raw, 'guess')],
    ['of another body', (raw) => hmac(`${raw} `, SECRET)],
    ['without its version', (raw) => hmac(raw, SECRET).slice(3)],
    ['of another version', (raw) => hmac(raw, SECRET).replace('v1', 'v2')],
    ['that is empty', () => ''],
    ['that is a thousand of them', () => Array(500).fill('v1=00').join(',')],
    ['behind too many others', (raw) => `${Array(16).fill('v1=00').join(',')},${hmac(raw, SECRET)}`],
  ])('%s is refused', async (_, sign) => {
    expect((await send(event('incident.triggered'), sign)).status).toBe(401);
    expect(server.inbox).toEqual([]);
  });

  test('played again with another X-Webhook-Id it is the same event', async () => {
    await send(event('incident.triggered'));
    await send(event('incident.resolved'));
    expect((await send(event('incident.triggered'))).body).toMatchObject({ duplicates: 1 });
    expect(server.inbox).toHaveLength(2);
  });
});

describe('what became of an incident', () => {
  test('is an alert of its service, by its urgency', async () => {
    await send(event('incident.triggered'));
    expect(bodies()).toMatchObject([
      {
        status: 'firing',
        title: 'A little bump in the road',
        severity: 'critical',
        service: 'api-prod',
        links: [{ href: INCIDENT.html_url, text: 'PagerDuty' }],
      },
    ]);
  });

  test.each([
    ['incident.triggered', 'firing'],
    ['incident.reopened', 'firing'],
    ['incident.escalated', 'firing'],
    ['incident.resolved', 'resolved'],
    ['incident.acknowledged', 'unknown'],
    ['incident.reassigned', 'unknown'],
    ['incident.invented_tomorrow', 'unknown'],
  ])('%s is %s, always under one fingerprint', async (type, status) => {
    await send(event('incident.triggered', INCIDENT, { id: 'first' }));
    await send(event(type));
    const [first, second] = bodies();
    expect(second).toMatchObject({ status, fingerprint: first?.fingerprint });
  });

  test('low urgency is a warning; none is left to the reader', async () => {
    await send(event('incident.triggered', { ...INCIDENT, urgency: 'low' }));
    await send(event('incident.reopened', { ...INCIDENT, urgency: undefined }));
    expect(bodies().map(({ severity }) => severity)).toEqual(['warning', null]);
  });

  test('a note belongs to its incident and changes nothing', async () => {
    await send(event('incident.triggered'));
    const note = {
      type: 'incident_note',
      id: 'PWL7QXS',
      incident: { id: INCIDENT.id },
      content: 'Rolling back',
    };
    expect((await send(event('incident.annotated', note))).status).toBe(200);
    const [first, second] = bodies();
    expect(second).toMatchObject({
      status: 'unknown',
      fingerprint: first?.fingerprint,
      remark: 'annotated by Ana in PagerDuty: Rolling back',
    });
  });
});

describe('what we do not understand is never a 4xx', () => {
  test.each<[string, unknown]>([
    ['the ping', event('pagey.ping', { message: 'Hello from your friend Pagey!', type: 'ping' })],
    ['an event of a service', event('service.updated', { id: 'S1', type: 'service' })],
    ['an incident without data', event('incident.triggered', null)],
    ['a workflow', event('incident.workflow.started', { id: 'W', type: 'incident_workflow_instance' })],
    ['a type that is a number', event('x', INCIDENT, { event_type: 7 })],
    ['no event', { messages: [] }],
    ['a list', []],
    ['text', '"hello"'],
    ['broken JSON', '{"event":'],
  ])('%s', async (_, body) => {
    expect((await send(body)).status).toBeLessThan(300);
  });

  test('wrong types in every field do not crash', async () => {
    for (const wrong of [null, 7, [], {}, true, 'x'.repeat(10_000)]) {
      for (const name of Object.keys(INCIDENT))
        expect(
          (await send(event('incident.triggered', { ...INCIDENT, [name]: wrong }, { id: 7 }))).status,
        ).toBe(200);
      for (const name of Object.keys(event('x').event))
        expect((await send(event('incident.triggered', INCIDENT, { [name]: wrong }))).status).toBeLessThan(
          300,
        );
    }
  });
});
