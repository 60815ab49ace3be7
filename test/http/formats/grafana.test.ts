import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { toAlerts } from '../../../src/http/formats/alertmanager.ts';
import { grafana } from '../../../src/http/formats/grafana.ts';

const NOW = 1_795_000_000_000;
const context = { source: 'Grafana', receivedAt: NOW, deliveryId: 'd1' };

const alert = {
  status: 'firing',
  labels: { alertname: 'High memory', team: 'shop', service: 'api', severity: 'critical' },
  annotations: { description: 'memory is high', runbook_url: 'https://wiki.example/memory' },
  startsAt: '2026-11-23T03:14:00+01:00',
  endsAt: '0001-01-01T00:00:00Z',
  values: { B: 44.23943737541908 },
  generatorURL: 'https://grafana.example/alerting/grafana/abc/view?orgId=1',
  fingerprint: '5a3b1c9d7e2f4a60',
  silenceURL: 'https://grafana.example/alerting/silence/new?alertmanager=grafana',
  dashboardURL: 'https://grafana.example/d/shop',
  panelURL: 'https://grafana.example/d/shop?viewPanel=2',
  imageURL: '',
};
const body = {
  receiver: 'openclaw',
  status: 'firing',
  orgId: 1,
  externalURL: 'https://grafana.example/',
  version: '1',
  groupKey: '{}:{alertname="High memory"}',
  truncatedAlerts: 0,
  title: '[FIRING:1] High memory',
  state: 'alerting',
  message: '**Firing**',
  numFiring: 1,
  numResolved: 0,
};
const read = (changes: object = {}, head: object = {}) => {
  const { alerts, problems } = grafana.toAlerts(
    { ...body, ...head, alerts: [{ ...alert, ...changes }] },
    context,
  );
  expect(problems).toEqual([]);
  const [first] = alerts;
  if (!first) throw new Error('no alert was read');
  return first;
};

describe("Grafana's webhook", () => {
  test('is read with what was measured and the way to its dashboard', () => {
    expect(read()).toMatchObject({
      fingerprint: '5a3b1c9d7e2f4a60',
      status: 'firing',
      title: 'High memory',
      description: 'memory is high\nB = 44.23943737541908',
      severity: 'critical',
      service: 'api',
      startsAt: Date.parse('2026-11-23T02:14:00Z'),
      endsAt: null,
      value: 44.23943737541908,
      links: [
        { text: 'Runbook', href: 'https://wiki.example/memory' },
        { text: 'Alert rule', href: alert.generatorURL },
        { text: 'Dashboard', href: alert.dashboardURL },
        { text: 'Panel', href: alert.panelURL },
        { text: 'Silence it in Grafana', href: alert.silenceURL },
      ],
      notes: [],
    });
  });

  test.each([
    ['of several values none is the one', { values: { A: 1, B: 2 } }, null, 'A = 1, B = 2'],
    ['no data is said', { values: { B: null } }, null, 'B = no data'],
    ['no values at all', { values: null }, null, 'memory is high'],
    ['values of the wrong type', { values: [1, 2] }, null, 'memory is high'],
  ])('%s', (_name, changes, value, words) => {
    const alertRead = read(changes);
    expect(alertRead.value).toBe(value);
    expect(alertRead.description).toContain(words);
  });

  test('each alert has its own status; an unknown one does not resolve', () => {
    expect(read({ status: 'resolved', endsAt: '2026-11-23T03:00:00Z' }).status).toBe('resolved');
    expect(read({ status: 'Alerting' }, { state: 'ok', status: 'resolved' }).status).toBe('unknown');
  });

  test('a repeat is the same delivery; another value is not', () => {
    expect(read().deliveryKey).toBe(read().deliveryKey);
    expect(read({ values: { B: 50 } }).deliveryKey).not.toBe(read().deliveryKey);
  });

  test('is known by its orgId where it posts to a source of type alertmanager', () => {
    const [first] = toAlerts({ ...body, alerts: [alert] }, context).alerts;
    expect(first?.links.map(({ text }) => text)).toContain('Panel');
  });

  test('links that lead elsewhere than the web are left out', () => {
    const bad = read({
      dashboardURL: 'javascript:alert(1)',
      panelURL: 'x'.repeat(9_000),
      silenceURL: { a: 1 },
    });
    expect(bad.links.map(({ text }) => text)).toEqual(['Runbook', 'Alert rule']);
    expect(bad.notes).toEqual(['a link was left out: too long, too many, or not http']);
  });
});

describe("Grafana's signature", () => {
  const raw = Buffer.from(JSON.stringify(body));
  const hmac = (secret: string, ...parts: (string | Buffer)[]) => {
    const hash = createHmac('sha256', secret);
    for (const part of parts) hash.update(part);
    return hash.digest('hex');
  };
  const time = String(NOW / 1_000);
  const name = 'x-grafana-alerting-signature';
  const at = 'x-grafana-alerting-timestamp';
  test.each([
    ['over the body', { [name]: hmac('new', raw) }, true],
    ['by the old secret, while both count', { [name]: hmac('old', raw) }, true],
    ['over time and body', { [name]: hmac('new', `${time}:`, raw), [at]: time }, true],
    ['by another secret', { [name]: hmac('other', raw) }, false],
    [
      'of an hour ago',
      { [name]: hmac('new', `${NOW / 1_000 - 3_600}:`, raw), [at]: String(NOW / 1_000 - 3_600) },
      false,
    ],
    ['with a time that is none', { [name]: hmac('new', 'soon:', raw), [at]: 'soon' }, false],
    ['over the body alone, beside a time', { [name]: hmac('new', raw), [at]: time }, false],
    ['no hex', { [name]: 'zz' }, false],
    [
      'over time and body, the time where the source says',
      { [name]: hmac('new', `${time}:`, raw), 'x-when': time },
      true,
      { timestamp_header: 'X-When' },
    ],
    [
      'over the body, where the source says there is a time',
      { [name]: hmac('new', raw) },
      false,
      { timestamp_header: 'X-When' },
    ],
  ] as [string, Record<string, string>, boolean, Record<string, string>?][])(
    '%s',
    async (_name, headers, valid, settings = {}) => {
      const refuse = grafana.signature?.refuse;
      const certificates = async () => 'not of use here';
      const why = await refuse?.({
        raw,
        headers,
        secrets: ['new', 'old'],
        settings,
        now: NOW,
        certificates,
      } as never);
      expect(why === null).toBe(valid);
    },
  );
});
