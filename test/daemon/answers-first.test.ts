// Vendors give a webhook seconds (Sentry 1, PagerDuty 5, Datadog and SNS 15) and take a late answer for none. So a
// delivery is committed and answered whatever the engine is doing. The engine here does nothing at all: each of its
// places is taken by a channel that does not answer before the test lets go, which it does after the last answer.
import { createHmac, createSign } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { ChannelAdapter } from '../../src/domain/channel.ts';
import { message } from '../../src/domain/message.ts';
import { webhookTypes } from '../../src/http/formats/table.ts';
import type { HookSource } from '../../src/http/options.ts';
import { startHttp } from '../../src/http/server.ts';
import { receiveDelivery } from '../../src/store/receive.ts';
import { look, temporaryStore } from '../store/temporary.ts';
import { createCertificate } from '../support/certificate.ts';
import { startEngine } from '../support/start-engine.ts';
import { until } from '../support/until.ts';

const WAITING_JOBS = 10_000;
/** As many as the worker runs side by side: pages have places that others leave free. */
const PLACES = 16;
const SECRET = 'correct-horse-battery';
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alarms';
const hmac = (body: string) => createHmac('sha256', SECRET).update(body).digest('hex');
const json = { 'content-type': 'application/json' };
const bearer = { ...json, authorization: `Bearer ${SECRET}` };

interface Delivery {
  /** Of the source. */
  type: string;
  path?: string;
  body: string;
  headers: Record<string, string>;
}

function deliveries(now: number): Delivery[] {
  const day = 24 * 60 * 60_000;
  const amazon = createCertificate({ from: now - day, to: now + day });
  certificate = amazon.pem;
  const said = (alerts: object[]) => JSON.stringify({ alerts });
  const fired = { status: 'firing', labels: { alertname: 'Errors', severity: 'critical' } };
  const sentry = JSON.stringify({
    action: 'critical',
    data: { metric_alert: { id: '4' }, description_title: 'Errors' },
  });
  const pagerduty = JSON.stringify({
    event: {
      id: 'e1',
      event_type: 'incident.triggered',
      occurred_at: new Date(now).toISOString(),
      data: { id: 'P1', type: 'incident', title: 'Errors', urgency: 'high', status: 'triggered' },
    },
  });
  const sns = (type: string): Delivery => {
    const envelope: Record<string, string> = {
      Message: JSON.stringify({ AlarmName: 'errors', NewStateValue: 'ALARM' }),
      MessageId: `m-${type}`,
      Timestamp: new Date(now).toISOString(),
      TopicArn: TOPIC,
      Type: 'Notification',
    };
    const text = Object.keys(envelope)
      .map((name) => `${name}\n${envelope[name]}\n`)
      .join('');
    const signed = {
      ...envelope,
      SignatureVersion: '2',
      SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem',
      Signature: createSign('RSA-SHA256').update(text).sign(amazon.privateKey, 'base64'),
    };
    const headers = { 'content-type': 'text/plain', 'x-amz-sns-message-type': 'Notification' };
    return { type, body: JSON.stringify(signed), headers };
  };
  return [
    { type: 'alertmanager', body: said([fired]), headers: bearer },
    {
      type: 'alertmanager',
      path: '/hooks/alertmanager/api/v2/alerts',
      body: JSON.stringify([{ labels: { alertname: 'Pushed' } }]),
      headers: bearer,
    },
    {
      type: 'datadog',
      body: JSON.stringify({ id: '1', title: 'CPU', transition: 'Triggered', monitor_id: '4' }),
      headers: { ...json, 'x-openclaw-token': SECRET },
    },
    { type: 'generic', body: JSON.stringify({ title: 'api is down' }), headers: bearer },
    {
      type: 'grafana',
      body: said([{ ...fired, values: { A: 2 } }]),
      headers: { ...json, 'x-grafana-alerting-signature': hmac(said([{ ...fired, values: { A: 2 } }])) },
    },
    {
      type: 'sentry',
      body: sentry,
      headers: {
        ...json,
        'sentry-hook-resource': 'metric_alert',
        'sentry-hook-signature': hmac(sentry),
        'request-id': 'r1',
      },
    },
    {
      type: 'pagerduty',
      body: pagerduty,
      headers: { ...json, 'x-pagerduty-signature': `v1=${hmac(pagerduty)}`, 'x-webhook-id': 'w1' },
    },
    sns('sns'),
    sns('cloudwatch'),
    {
      type: 'pagerduty-events',
      path: '/v2/enqueue',
      body: JSON.stringify({
        routing_key: SECRET,
        event_action: 'trigger',
        payload: { summary: 'DISK at 99%', source: 'db-1', severity: 'critical' },
      }),
      headers: json,
    },
    {
      type: 'pagerduty-events',
      path: '/v2/change/enqueue',
      body: JSON.stringify({ routing_key: SECRET, payload: { summary: 'deploy 12', source: 'ci' } }),
      headers: json,
    },
  ];
}

let certificate = '';

/** Takes what it is given and says nothing until the test lets go. */
function silentChannel(): ChannelAdapter & { held: number; letGo(): void } {
  const latch: { open(): void } = { open() {} };
  const opened = new Promise<void>((resolve) => {
    latch.open = resolve;
  });
  return {
    name: 'slack',
    type: 'slack',
    held: 0,
    letGo: () => latch.open(),
    async send({ eventId }) {
      this.held += 1;
      await opened;
      return { remoteId: eventId };
    },
    async close() {},
  };
}

test('every format is on disk and answered while no job of the engine ends', {
  timeout: 60_000,
}, async () => {
  const { store, file, clock } = await temporaryStore();
  const channel = silentChannel();
  const { worker } = await startEngine({
    clock,
    store,
    sources: [],
    channels: [channel],
    timers: [],
    log: () => {},
  });
  await store.write(async (tx) => {
    for (let n = 0; n < WAITING_JOBS; n += 1)
      await tx.posts.add({
        channel: 'slack',
        conversation: `#room-${n}`,
        incidentId: null,
        threadPostId: null,
        lane: n < PLACES ? 'page' : 'thread',
        message: message(`post ${n}`),
      });
  });
  const sources: HookSource[] = [...webhookTypes(), 'pagerduty-events'].map((type) => ({
    name: type,
    type,
    secrets: type === 'sns' || type === 'cloudwatch' ? [] : [SECRET],
    settings: type === 'sns' || type === 'cloudwatch' ? { topic: TOPIC } : {},
    services: [],
  }));
  const http = await startHttp({
    listen: { host: '127.0.0.1', port: 0 },
    behindProxy: false,
    clock,
    log: () => {},
    hookSource: (name) => sources.find((each) => each.name === name) ?? null,
    hookSources: (type) => sources.filter((each) => each.type === type),
    httpsGet: async () => ({ status: 200, text: certificate }),
    // As the daemon does.
    accept: (entries) => worker.commit((tx) => receiveDelivery(tx, entries, clock.now())),
    health: async () => ({ ready: true, problems: [], gauges: {} }),
    overloaded: () => false,
  });
  await worker.start();
  onTestFinished(async () => {
    const stopped = worker.stop({ graceMs: 60_000 });
    channel.letGo();
    await stopped;
    await http.close();
  });
  await until(() => channel.held === PLACES);

  const all = deliveries(clock.now());
  // A new format needs its line above.
  expect(new Set(all.map(({ type }) => type))).toEqual(new Set([...webhookTypes(), 'pagerduty-events']));
  for (const [index, { type, path = `/hooks/${type}`, body, headers }] of all.entries()) {
    const url = `http://127.0.0.1:${http.port}${path}`;
    const answer = await fetch(url, { method: 'POST', headers, body });
    expect(answer.status, `${type} ${path}: ${await answer.text()}`).toBe(path.startsWith('/v2') ? 202 : 200);
    // By a connection of its own: it was committed before it was answered.
    const kept = look<{ source: string; handled_at: number | null }>(
      file,
      'select source, handled_at from inbox order by id',
    );
    expect(kept.map(({ source }) => source)).toEqual(all.slice(0, index + 1).map((each) => each.type));
    // And nothing was worked through for it.
    expect(kept.every(({ handled_at }) => handled_at === null)).toBe(true);
  }
  expect(channel.held).toBe(PLACES);
  expect(look(file, "select 1 from post where state = 'sent'")).toEqual([]);
});
