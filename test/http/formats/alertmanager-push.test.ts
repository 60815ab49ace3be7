import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toAlerts } from '../../../src/http/formats/alertmanager-push.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const NOW = Date.parse('2026-11-23T03:20:00Z');
const context = { source: 'Prometheus', receivedAt: NOW, deliveryId: 'd1' };

/** As Prometheus sends it while it fires: an end four sendings away. */
const alert = {
  labels: { alertname: 'HighErrorRate', instance: 'api-1', job: 'api', severity: 'critical' },
  annotations: { summary: 'error rate 12.3%' },
  startsAt: '2026-11-23T03:14:00.123Z',
  endsAt: '2026-11-23T03:24:00.123Z',
  generatorURL: 'http://prometheus.example/graph',
};
const read = (changes: object = {}, more: object = {}) => {
  const { alerts, problems } = toAlerts([{ ...alert, ...changes }], { ...context, ...more });
  expect(problems).toEqual([]);
  const [first] = alerts;
  if (!first) throw new Error('no alert was read');
  return first;
};

describe("Alertmanager's push API", () => {
  test('is read; while it fires, its end is when it counts as over', () => {
    expect(read()).toMatchObject({
      status: 'firing',
      title: 'error rate 12.3%',
      severity: 'critical',
      service: 'api',
      startsAt: Date.parse(alert.startsAt),
      endsAt: null,
      expiresAt: Date.parse(alert.endsAt),
    });
  });

  test.each([
    ['an end that has passed', { endsAt: '2026-11-23T03:19:59Z' }, 'resolved', undefined],
    ['an end of this instant', { endsAt: '2026-11-23T03:20:00Z' }, 'resolved', undefined],
    ['no end', { endsAt: undefined }, 'firing', NOW + 300_000],
    ["Go's zero time", { endsAt: '0001-01-01T00:00:00Z' }, 'firing', NOW + 300_000],
    ['an end that is no time', { endsAt: 'soon' }, 'firing', NOW + 300_000],
    ['an end of the wrong type', { endsAt: 17 }, 'firing', NOW + 300_000],
    ['a status that says otherwise', { status: 'resolved' }, 'firing', Date.parse(alert.endsAt)],
  ])('%s', (_name, changes, status, expiresAt) => {
    const { status: is, expiresAt: over } = read(changes);
    expect([is, over]).toEqual([status, expiresAt]);
  });

  test('its fingerprint is of its labels in any order, and of nothing else', () => {
    const turned = Object.fromEntries(Object.entries(alert.labels).reverse());
    const { fingerprint } = read();
    expect(
      read({ labels: turned, fingerprint: 'mine', annotations: {}, endsAt: '2026-11-23T03:01:00Z' })
        .fingerprint,
    ).toBe(fingerprint);
    expect(read({ labels: { ...alert.labels, instance: 'api-2' } }).fingerprint).not.toBe(fingerprint);
  });

  test('sent again with a later end it is another delivery; the same words twice are one', () => {
    expect(read({}, { receivedAt: NOW + 1_000, deliveryId: 'd2' }).deliveryKey).toBe(read().deliveryKey);
    expect(read({ endsAt: '2026-11-23T03:25:00.123Z' }).deliveryKey).not.toBe(read().deliveryKey);
    expect(read({ endsAt: undefined }, { deliveryId: 'd2' }).deliveryKey).not.toBe(
      read({ endsAt: undefined }).deliveryKey,
    );
  });

  test('one that cannot be read does not take the others with it', () => {
    const odd = [alert, 'a text', { labels: [] }, { labels: {} }, { ...alert, annotations: 7 }, null];
    const { alerts, problems } = toAlerts(odd, context);
    expect([alerts.length, problems.map(({ where }) => where)]).toEqual([
      1,
      ['[1]', '[2].labels', '[3].labels', '[4].annotations', '[5]'],
    ]);
  });

  test.each([[{ alerts: [alert] }], ['text'], [null], [7]])('%j is no list', (body) => {
    expect(toAlerts(body, context).problems[0]?.where).toBe('body');
  });

  test('any types anywhere; only an end that has passed resolves', () => {
    const any = fc.anything();
    const odd = fc.record({
      labels: fc.oneof(any, fc.constant(alert.labels)),
      annotations: any,
      startsAt: any,
      endsAt: any,
      status: any,
    });
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 4 }), (body) => {
        for (const { status } of toAlerts(body, context).alerts) expect(status).toBe('firing');
      }),
      RUNS,
    );
  });
});
