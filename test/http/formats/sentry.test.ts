import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sentry, toAlerts } from '../../../src/http/formats/sentry.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const NOW = 1_795_000_000_000;

const hook = (resource: string | null, id = 'r1') => ({
  source: 'Sentry',
  receivedAt: NOW,
  deliveryId: 'd1',
  headers: { ...(resource === null ? {} : { 'sentry-hook-resource': resource }), 'request-id': id },
});
const actor = { id: 'sentry', name: 'Sentry', type: 'application' };
const fired = {
  action: 'triggered',
  actor,
  installation: { uuid: 'a8e5' },
  data: {
    event: {
      event_id: 'e4874d664c3540c1a32eab185f12c5ab',
      issue_id: '1117540176',
      issue_url: 'https://sentry.io/api/0/issues/1117540176/',
      web_url: 'https://sentry.io/organizations/acme/issues/1117540176/events/e487/',
      title: 'ReferenceError: blooopy is not defined',
      culprit: '?(<anonymous>)',
      level: 'error',
      release: 'shop@1.2.3',
      project: 1,
      timestamp: 1566248777.677,
      datetime: '2019-08-19T21:06:17.677000Z',
      tags: [
        ['environment', 'production'],
        ['service', 'shop'],
        ['browser', 'Chrome 75'],
      ],
    },
    triggered_rule: 'Very Important Alert Rule!',
  },
};
const metric = (action: string, more: object = {}) => ({
  action,
  actor,
  data: {
    description_text: '1000 events in the last 10 minutes',
    description_title: `${action}: Too many errors`,
    web_url: 'https://sentry.io/organizations/acme/alerts/1/',
    metric_alert: {
      id: '4',
      identifier: '1',
      projects: ['shop'],
      date_started: '2026-11-23T03:14:00.000000Z',
      date_closed: null,
      alert_rule: { id: '7', name: 'Too many errors' },
      ...more,
    },
  },
});
const issue = (action: string, id: unknown = '1117540176') => ({
  action,
  actor,
  data: {
    issue: {
      id,
      title: 'ReferenceError',
      project: { slug: 'shop' },
      lastSeen: '2026-11-23T03:20:00Z',
      status: action,
    },
  },
});

describe("Sentry's webhooks", () => {
  test('an issue alert is read', () => {
    const { alerts, problems } = toAlerts(fired, hook('event_alert'));
    expect(problems).toEqual([]);
    expect(alerts).toMatchObject([
      {
        fingerprint: 'issue:1117540176',
        status: 'firing',
        title: 'ReferenceError: blooopy is not defined',
        severity: 'warning',
        severityText: 'error',
        service: 'shop',
        labels: { environment: 'production', release: 'shop@1.2.3', rule: 'Very Important Alert Rule!' },
        links: [{ text: 'Sentry' }],
        startsAt: Date.parse('2019-08-19T21:06:17.677Z'),
        notes: [],
      },
    ]);
  });

  test('the issue resolved there resolves that alert; what else happens to issues is none of ours', () => {
    expect(toAlerts(issue('resolved'), hook('issue')).alerts).toMatchObject([
      { fingerprint: 'issue:1117540176', status: 'resolved' },
    ]);
    for (const action of ['created', 'assigned', 'archived', 'ignored', 'unresolved', 'RESOLVED?'])
      expect(toAlerts(issue(action), hook('issue'))).toMatchObject({ alerts: [], problems: [] });
  });

  test.each([
    ['critical', 'firing', 'critical'],
    ['warning', 'firing', 'warning'],
    ['resolved', 'resolved', null],
    ['improved', 'unknown', null],
    ['', 'unknown', null],
  ])('a metric alert with the action %j is %s', (action, status, severity) => {
    expect(toAlerts(metric(action), hook('metric_alert')).alerts).toMatchObject([
      { fingerprint: 'metric:4', status, severity, service: 'shop', labels: { rule: 'Too many errors' } },
    ]);
  });

  test('without its header, by what it holds', () => {
    expect(toAlerts(fired, hook(null)).alerts).toHaveLength(1);
    expect(toAlerts(metric('critical'), hook(null)).alerts).toHaveLength(1);
    expect(toAlerts(issue('resolved'), hook(null)).alerts).toHaveLength(1);
  });

  test('installations, comments and errors are taken and are no alerts', () => {
    for (const resource of ['installation', 'comment', 'error'])
      expect(toAlerts({ action: 'created', data: {} }, hook(resource))).toMatchObject({
        alerts: [],
        problems: [],
      });
  });

  test('a Request-ID names the delivery', () => {
    const key = (id: string) => toAlerts(fired, hook('event_alert', id)).alerts[0]?.deliveryKey;
    expect(key('r1')).toBe(key('r1'));
    expect(key('r1')).not.toBe(key('r2'));
  });

  test.each([
    ['a text', 'event_alert', 'body'],
    [[], 'event_alert', 'body'],
    [{ action: 'triggered' }, 'event_alert', 'data'],
    [{ action: 'triggered', data: [] }, 'event_alert', 'data'],
    [{ action: 'triggered', data: {} }, 'event_alert', 'data.event'],
    [{ action: 'triggered', data: { event: { title: 'x' } } }, 'event_alert', 'data.event.issue_id'],
    [metric('critical', { id: { a: 1 } }), 'metric_alert', 'data.metric_alert.id'],
    [issue('resolved', '../../etc'), 'issue', 'data.issue.id'],
    [{ data: {} }, 'something_new', 'data'],
  ])('%j as %s is a problem with its place', (body, resource, where) => {
    const { alerts, problems } = toAlerts(body, hook(resource));
    expect([alerts.length, problems[0]?.where]).toEqual([0, where]);
  });

  test('any types anywhere are read or refused, never thrown, and never resolve', () => {
    const any = fc.anything();
    const event = fc.record({
      issue_id: fc.constant('1'),
      title: any,
      tags: any,
      level: any,
      datetime: any,
      web_url: any,
    });
    fc.assert(
      fc.property(event, any, any, (odd, action, rule) => {
        const { alerts } = toAlerts(
          { action, data: { event: odd, triggered_rule: rule } },
          hook('event_alert'),
        );
        expect(alerts.every(({ status }) => status !== 'resolved')).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("Sentry's signature", () => {
  // Its own example hashes the JSON written anew; spaces and escapes as they came are what counts here.
  const raw = Buffer.from('{ "action":"triggered", "data":{"event":{"title":"caf\\u00e9"}} }');
  const of = (secret: string, bytes: Buffer) => createHmac('sha256', secret).update(bytes).digest('hex');
  test.each([
    ['over the bytes', of('client', raw), true],
    ['in capitals', of('client', raw).toUpperCase(), true],
    ['by another secret', of('other', raw), false],
    ['over other bytes', of('client', Buffer.from(JSON.stringify(JSON.parse(raw.toString())))), false],
    ['cut short', of('client', raw).slice(0, 62), false],
    ['empty', '', false],
  ])('%s', async (_name, value, valid) => {
    const why = await sentry.signature?.refuse({
      raw,
      headers: { 'sentry-hook-signature': value },
      secrets: ['client'],
    } as never);
    expect(why === null).toBe(valid);
  });
});
