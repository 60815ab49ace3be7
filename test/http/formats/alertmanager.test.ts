import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IncomingAlert } from '../../../src/domain/alert.ts';
import { toAlerts } from '../../../src/http/formats/alertmanager.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const context = { source: 'Prometheus', receivedAt: 1_795_000_000_000, deliveryId: 'd1' };

const alert = {
  status: 'firing',
  labels: { alertname: 'HighErrorRate', instance: 'api-prod-01', service: 'api', severity: 'critical' },
  annotations: {
    summary: 'error rate 12.3%',
    description: 'too many errors',
    value: '12.3%',
    threshold: '5',
    runbook_url: 'https://runbooks.example/errors',
    owner: 'team-shop',
  },
  startsAt: '2026-11-23T03:14:00.535102944Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example/graph?g0.expr=x',
  fingerprint: 'c4539ee7a2c8c2d7',
};
const group = {
  version: '4',
  groupKey: '{}:{alertname="HighErrorRate"}',
  truncatedAlerts: 0,
  status: 'firing',
  receiver: 'openclaw',
  externalURL: 'http://alertmanager.example',
};

function readOne(changes: object = {}, groupChanges: object = {}): IncomingAlert {
  const read = toAlerts({ ...group, ...groupChanges, alerts: [{ ...alert, ...changes }] }, context);
  expect(read.problems).toEqual([]);
  const [first] = read.alerts;
  if (!first) throw new Error('no alert was read');
  return first;
}

describe('an Alertmanager webhook', () => {
  test('is read into what a person needs', () => {
    expect(readOne()).toEqual({
      fingerprint: 'c4539ee7a2c8c2d7',
      deliveryKey: expect.stringMatching(/^[0-9a-z]{9}\.[\w-]{22}$/),
      status: 'firing',
      title: 'error rate 12.3%',
      description: 'too many errors\nowner: team-shop',
      severity: 'critical',
      severityText: 'critical',
      service: 'api',
      labels: alert.labels,
      links: [
        { href: 'https://runbooks.example/errors', text: 'Runbook' },
        { href: 'http://prometheus.example/graph?g0.expr=x', text: 'Graph' },
        { href: 'http://alertmanager.example/', text: 'Alertmanager' },
      ],
      startsAt: Date.parse('2026-11-23T03:14:00.535Z'),
      endsAt: null,
      value: 12.3,
      threshold: 5,
      unit: '%',
      notes: [],
    });
  });

  test('each alert of a mixed group has its own status', () => {
    const resolved = { ...alert, status: 'resolved', endsAt: '2026-11-23T03:30:00Z', fingerprint: 'b' };
    const { alerts } = toAlerts({ ...group, alerts: [alert, resolved] }, context);
    expect(alerts.map(({ status, endsAt }) => [status, endsAt])).toEqual([
      ['firing', null],
      ['resolved', Date.parse('2026-11-23T03:30:00Z')],
    ]);
  });

  test('an exact repeat has the same key, in whatever order its names come', () => {
    const reordered = Object.fromEntries(Object.entries(alert).reverse());
    const labels = Object.fromEntries(Object.entries(alert.labels).reverse());
    expect(readOne({ ...reordered, labels }).deliveryKey).toBe(readOne().deliveryKey);
  });

  const differences: [string, object, object][] = [
    ['another status', { status: 'resolved' }, {}],
    ['another start within the millisecond', { startsAt: '2026-11-23T03:14:00.535102945Z' }, {}],
    ['another annotation', { annotations: { summary: 'error rate 12.4%' } }, {}],
    ['another fingerprint', { fingerprint: 'c4539ee7a2c8c2d8' }, {}],
    ['another group', {}, { groupKey: '{}:{alertname="Other"}' }],
  ];
  test.each(differences)('%s is another delivery', (_name, changes, groupChanges) => {
    expect(readOne(changes, groupChanges).deliveryKey).not.toBe(readOne().deliveryKey);
  });

  const severities: [string | undefined, string | null, string | null][] = [
    ['critical', 'critical', 'critical'],
    ['WARNING', 'warning', 'WARNING'],
    ['page', 'critical', 'page'],
    ['sev7', null, 'sev7'],
    [undefined, null, null],
    ['', null, null],
  ];
  test.each(severities)('severity %j is %j', (severity, expected, text) => {
    const labels = { ...alert.labels, severity };
    expect(readOne({ labels })).toMatchObject({ severity: expected, severityText: text });
  });

  test.each([['suppressed'], [''], [undefined], [7], ['resolved\u0000?']])(
    'status %j never resolves',
    (status) => {
      const read = readOne({ status });
      expect(read.status).toBe('unknown');
      expect(read.notes.join()).toContain('status');
    },
  );

  test('without annotations the name and the instance make the title', () => {
    expect(readOne({ annotations: {} })).toMatchObject({
      title: 'HighErrorRate on api-prod-01',
      description: '',
    });
    expect(readOne({ annotations: undefined, labels: {} }).title).toBe(
      'Alert without a name from Prometheus',
    );
  });

  test('without a fingerprint the labels make one, the same for every order', () => {
    const labels = Object.fromEntries(Object.entries(alert.labels).reverse());
    const made = readOne({ fingerprint: undefined }).fingerprint;
    expect(made).toMatch(/^[\w-]{22}$/);
    expect(readOne({ fingerprint: '', labels }).fingerprint).toBe(made);
    expect(readOne({ fingerprint: 'x'.repeat(5_000) }).fingerprint).toHaveLength(22);
  });

  test('the service is taken from service, then job, then app', () => {
    expect(readOne({ labels: { job: 'node', app: 'shop' } }).service).toBe('node');
    expect(readOne({ labels: { app: 'shop' } }).service).toBe('shop');
    expect(readOne({ labels: {} }).service).toBeNull();
  });

  test('alerts that Alertmanager cut off are told', () => {
    expect(readOne({}, { truncatedAlerts: 3 }).notes).toEqual(['3 more alerts were cut off by Alertmanager']);
  });

  test('a time nobody understands is noted and not guessed', () => {
    const read = readOne({ startsAt: 'yesterday' });
    expect(read.startsAt).toBeNull();
    expect(read.notes).toEqual(['startsAt is not a time in RFC 3339']);
  });

  test('numbers are read strictly', () => {
    for (const value of ['0x10', 'Infinity', 'NaN', '1,5', '12 apples', '1e999', ' '])
      expect(readOne({ annotations: { value } }).value).toBeNull();
    expect(readOne({ annotations: {}, labels: { value: '-1.5e2' } }).value).toBe(-150);
  });

  test('links that are not http are left out and noted, passwords in addresses go', () => {
    const read = readOne({
      generatorURL: 'javascript:alert(1)',
      annotations: { runbook_url: 'https://user:secret@runbooks.example/x' },
    });
    expect(read.links.map(({ href }) => href)).toEqual([
      'https://runbooks.example/x',
      'http://alertmanager.example/',
    ]);
    expect(read.notes.join()).toContain('a link was left out');
  });

  test('control characters, direction overrides and lone surrogates do not come through', () => {
    const read = readOne({
      annotations: { summary: 'a\u001b[31m\u202eb\r\nc\ud800', description: 'x\u0007\r\ny\u0085' },
      labels: { 'na\u0000me': 'v\nw' },
    });
    expect(read).toMatchObject({ title: 'a[31mb c', description: 'x\ny', labels: { name: 'v w' } });
  });

  test('everything long is cut, with a note, and never inside a character', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`l${at}`, 'v']));
    const read = readOne({
      annotations: { summary: '🔴'.repeat(300), description: 'd'.repeat(100_000) },
      labels: { long: 'x'.repeat(5_000), ...many },
    });
    expect(read.title).toBe('🔴'.repeat(150));
    expect(read.description).toHaveLength(8_192);
    expect(Object.keys(read.labels)).toHaveLength(64);
    expect(read.labels.long).toHaveLength(1_024);
    expect(read.notes).toEqual([
      'the label long was cut from 5000 to 1024 characters',
      '37 labels were left out',
      'the title was cut from 600 to 300 characters',
      'the description was cut from 100000 to 8192 characters',
    ]);
  });

  test('names that reach a prototype are passed over', () => {
    const labels = JSON.parse('{"__proto__":"x","constructor":"y","prototype":"z","ok":"1"}') as object;
    const read = readOne({ labels });
    expect(Object.getOwnPropertyNames(read.labels)).toEqual(['ok']);
    expect(Object.getPrototypeOf(read.labels)).toBe(Object.prototype);
  });

  const wrong: [string, unknown, string][] = [
    ['a list', [], 'body'],
    ['null', null, 'body'],
    ['no alerts', {}, 'alerts'],
    ['alerts as text', { alerts: 'x' }, 'alerts'],
    ['an alert that is a number', { alerts: [1] }, 'alerts[0]'],
    ['labels as a list', { alerts: [{ labels: [] }] }, 'alerts[0].labels'],
    ['annotations as text', { alerts: [{ labels: {}, annotations: 'x' }] }, 'alerts[0].annotations'],
  ];
  test.each(wrong)('%s is a problem with its place', (_name, body, where) => {
    expect(toAlerts(body, context)).toMatchObject({ alerts: [], problems: [{ where }] });
  });

  test('one bad alert does not take the others with it', () => {
    const read = toAlerts({ ...group, alerts: [alert, 'bad', { ...alert, fingerprint: 'b' }] }, context);
    expect(read.alerts.map(({ fingerprint }) => fingerprint)).toEqual(['c4539ee7a2c8c2d7', 'b']);
    expect(read.problems).toEqual([{ where: 'alerts[1]', what: 'must be an object' }]);
  });

  test('whatever stands in the fields, what comes out is bounded and clean', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.jsonValue({ maxDepth: 2 }));
    const labels = fc.dictionary(fc.string({ unit: 'binary', maxLength: 12 }), anything, { maxKeys: 6 });
    const item = fc.record(
      {
        status: anything,
        labels,
        annotations: labels,
        startsAt: anything,
        endsAt: anything,
        fingerprint: anything,
        generatorURL: anything,
      },
      { requiredKeys: ['labels'] },
    );
    fc.assert(
      fc.property(item, anything, (one, groupKey) => {
        const [read] = toAlerts({ alerts: [one], groupKey }, context).alerts;
        if (!read) throw new Error('an alert with labels is always read');
        expect(read.title.length).toBeGreaterThan(0);
        expect(read.title.length).toBeLessThanOrEqual(300);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
        expect(JSON.stringify([read.title, read.labels, read.notes])).not.toMatch(/[\u0000-\u001f\u202e]/);
        expect(read.fingerprint.length).toBeLessThanOrEqual(128);
        if (read.status === 'resolved') expect(String(one.status).trim().toLowerCase()).toBe('resolved');
      }),
      RUNS,
    );
  });
});

const SAMPLES = new URL('../../../../shared/samples/', import.meta.url);
const samples: [string, string[]][] = [
  ['alertmanager-webhook.json', ['firing critical checkout: lab switch is on']],
  ['alertmanager-webhook-resolved.json', ['resolved critical checkout: lab switch is on']],
  ['alertmanager-webhook-disk.json', ['firing warning node: /dev/vda on 127.0.0.1:19100 is 70.84% full']],
  [
    'alertmanager-webhook-group-mixed.json',
    [
      'resolved critical checkout: HighErrorRate on a',
      'firing critical checkout: 5xx over 5%',
      'firing warning cart: 5xx over 5%',
    ],
  ],
];
const present = samples.filter(([file]) => existsSync(new URL(file, SAMPLES)));
describe.runIf(present.length > 0)('bodies captured from a running server', () => {
  test.each(present)('%s', (file, expected) => {
    const { alerts, problems } = toAlerts(JSON.parse(readFileSync(new URL(file, SAMPLES), 'utf8')), context);
    expect(problems).toEqual([]);
    expect(alerts.map((read) => `${read.status} ${read.severity} ${read.service}: ${read.title}`)).toEqual(
      expected,
    );
    expect(alerts.flatMap(({ notes }) => notes)).toEqual([]);
  });
});
test.skipIf(present.length > 0)('captured bodies are not here: their tests were skipped', () => {
  console.log('captured Alertmanager bodies are not here: their tests were skipped');
});
