import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IncomingAlert } from '../../../src/domain/alert.ts';
import { datadog, toAlerts } from '../../../src/http/formats/datadog.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const context = { source: 'Datadog', receivedAt: 1_795_000_000_000, deliveryId: 'd1' };

/** What our template becomes. */
const body = {
  id: '7301234567890123456',
  title: '[Triggered on {host:web-1}] CPU is high',
  body: '%%%\nCPU is at 97%\n%%%',
  event_type: 'metric_alert_monitor',
  transition: 'Triggered',
  cycle: '5551234',
  aggreg: '9b0c',
  monitor_id: '4711',
  priority: 'P1',
  alert_type: 'error',
  metric: 'system.cpu.user',
  scope: 'host:web-1',
  query: 'avg(last_5m):avg:system.cpu.user{*} by {host} > 95',
  host: 'web-1',
  tags: 'env:prod,service:shop,urgent',
  link: 'https://app.datadoghq.com/monitors/4711',
  date: '1795000000000',
  org: { id: '1', name: 'acme' },
};

function readOne(fields: unknown, deliveryId = 'd1'): IncomingAlert {
  const { alerts, problems } = toAlerts(fields, { ...context, deliveryId });
  expect(problems).toEqual([]);
  const [first] = alerts;
  if (!first) throw new Error('no alert was read');
  return first;
}

describe("Datadog's webhook", () => {
  test('is read from our template', () => {
    expect(readOne(body)).toMatchObject({
      status: 'firing',
      title: 'CPU is high',
      description: 'CPU is at 97%',
      severity: 'critical',
      severityText: 'P1',
      service: 'shop',
      labels: {
        env: 'prod',
        service: 'shop',
        urgent: '',
        host: 'web-1',
        scope: 'host:web-1',
        monitor_id: '4711',
      },
      links: [{ text: 'Datadog', href: 'https://app.datadoghq.com/monitors/4711' }],
      startsAt: 1_795_000_000_000,
      notes: [],
    });
  });

  test('variables that Datadog left unset are no values', () => {
    const unset = {
      ...body,
      priority: '$ALERT_PRIORITY',
      tags: '$TAGS',
      host: '$HOSTNAME',
      link: '',
      date: '$DATE',
    };
    expect(readOne(unset)).toMatchObject({
      severity: 'warning',
      severityText: 'error',
      service: null,
      links: [],
      startsAt: null,
    });
    expect(Object.keys(readOne(unset).labels)).not.toContain('host');
  });

  test.each([
    ['Triggered', 'firing'],
    ['Re-Triggered', 'firing'],
    ['Warn', 'firing'],
    ['Re-Warn', 'firing'],
    ['No Data', 'firing'],
    ['Recovered', 'resolved'],
    ['recovered', 'resolved'],
    ['Healed', 'unknown'],
    ['Recovered?', 'unknown'],
  ])('the transition %s is %s', (transition, status) => {
    expect(readOne({ ...body, transition }).status).toBe(status);
  });

  test.each([
    ['P1', 'critical'],
    ['P2', 'warning'],
    ['P3', 'warning'],
    ['P4', 'info'],
    ['P5', 'info'],
    ['P9', null],
  ])('the priority %s is %s', (priority, severity) => {
    expect(readOne({ ...body, priority, alert_type: '' }).severity).toBe(severity);
  });

  test('one alert is a monitor and its scope, whatever its title says', () => {
    const recovered = readOne({
      ...body,
      id: '2',
      title: '[Recovered on {host:web-1}] CPU is fine',
      transition: 'Recovered',
    });
    expect(recovered.fingerprint).toBe(readOne(body).fingerprint);
    expect(readOne({ ...body, scope: 'host:web-2' }).fingerprint).not.toBe(recovered.fingerprint);
    expect(readOne({ ...body, org: { id: '2' } }).fingerprint).not.toBe(recovered.fingerprint);
  });

  test("Datadog's default payload: what happened stands in its title", () => {
    const plain = {
      id: '1',
      title: '[P1] [Triggered on {host:web-1}] CPU is high',
      body: 'x',
      event_type: 'm',
      date: '1795000000000',
      last_updated: '1795000000000',
      org: { id: '1', name: 'acme' },
    };
    const fired = readOne(plain);
    const recovered = readOne({ ...plain, id: '2', title: '[Recovered on {host:web-1}] CPU is high' });
    expect([fired.status, recovered.status]).toEqual(['firing', 'resolved']);
    expect(recovered.fingerprint).toBe(fired.fingerprint);
    expect(readOne({ ...plain, title: '[Triggered on {host:web-2}] CPU is high' }).fingerprint).not.toBe(
      fired.fingerprint,
    );
  });

  test('a form holds the JSON in its field payload', () => {
    expect(readOne({ payload: JSON.stringify(body) }).title).toBe('CPU is high');
    expect(toAlerts({ payload: '{"title":' }, context).problems[0]?.where).toBe('title');
  });

  test('a retry has the id it had; without an id each delivery is a new one', () => {
    expect(readOne(body, 'a').deliveryKey).toBe(readOne(body, 'b').deliveryKey);
    const nameless = { ...body, id: '$ID' };
    expect(readOne(nameless, 'a').deliveryKey).not.toBe(readOne(nameless, 'b').deliveryKey);
  });

  test.each([
    ['a text', 'body'],
    [['a list'], 'body'],
    [null, 'body'],
    [{}, 'title'],
    [{ title: '$EVENT_TITLE' }, 'title'],
    [{ title: { $: 1 } }, 'title'],
    [{ payload: [1] }, 'body'],
  ])('%j is a problem with its place', (fields, where) => {
    const { alerts, problems } = toAlerts(fields, context);
    expect([alerts.length, problems[0]?.where]).toEqual([0, where]);
  });

  test('huge texts and any types are read within bounds, and never resolve by accident', () => {
    expect(
      readOne({ ...body, title: 'x'.repeat(1e6), body: 'y'.repeat(1e6), tags: 'a:b,'.repeat(1e5) }).title,
    ).toHaveLength(300);
    const anything = fc.record({
      title: fc.string({ minLength: 1 }),
      transition: fc.anything(),
      tags: fc.anything(),
      org: fc.anything(),
      date: fc.anything(),
      priority: fc.anything(),
    });
    fc.assert(
      fc.property(anything, (fields) => {
        for (const { status } of toAlerts(fields, context).alerts)
          if (status === 'resolved') expect(String(fields.transition) + fields.title).toMatch(/recovered/i);
      }),
      RUNS,
    );
  });

  test.each([
    ['right', true],
    ['wrong', false],
    ['', false],
  ])('the token %j in a custom header', async (token, valid) => {
    const headers = { 'x-openclaw-token': token };
    const why = await datadog.signature?.refuse({ headers, secrets: ['right'] } as never);
    expect(why === null).toBe(valid);
  });
});
