import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWebhookMap } from '../../../src/domain/webhook-map.ts';
import { toAlerts } from '../../../src/http/formats/generic.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };
const settings = {
  'map.title': '$.check.name',
  'map.status': '$.state',
  'map.status.firing': 'down,degraded',
  'map.status.resolved': 'up',
  'map.severity': 'check.level',
  'map.severity.critical': 'P1, sev-1',
  'map.service': '$.check["owned by"]',
  'map.dedup_key': '$.check.id',
  'map.labels': '$.tags',
  'map.link': '$.urls[0]',
  'map.starts_at': '$.since',
};
const body = {
  check: { name: 'Checkout answers', level: 'SEV-1', id: 17, 'owned by': 'shop' },
  state: 'DOWN',
  status: 'resolved',
  tags: ['env:prod', 'urgent'],
  urls: ['https://probe.example/17'],
  since: 1_795_000_000,
};
const read = (fields: unknown, map: Record<string, string> = settings) =>
  toAlerts(fields, { source: 'Probe', receivedAt: 0, deliveryId: 'd1', settings: map });

describe('a mapping', () => {
  test('brings a body of another shape into ours', () => {
    expect(read(body)).toMatchObject({
      problems: [],
      derivedKeys: [],
      alerts: [
        {
          title: 'Checkout answers',
          status: 'firing',
          severity: 'critical',
          service: 'shop',
          fingerprint: '17',
          labels: { env: 'prod', urgent: '' },
          links: [{ href: 'https://probe.example/17' }],
          startsAt: 1_795_000_000_000,
        },
      ],
    });
  });

  test.each([
    ['up', 'resolved'],
    ['degraded', 'firing'],
    ['flapping', 'unknown'],
    [{ odd: 1 }, 'firing'],
    [undefined, 'firing'],
  ])('the state %j is %s', (state, status) => {
    expect(read({ ...body, state }).alerts[0]?.status).toBe(status);
  });

  test('"*" is every other word, and only of what fires', () => {
    const map = { ...settings, 'map.status.firing': '*' };
    expect(read({ ...body, state: 'anything' }, map).alerts[0]?.status).toBe('firing');
    expect(read({ ...body, state: 'up' }, map).alerts[0]?.status).toBe('resolved');
  });

  test('reads a list within the body, and names what is wrong by their names', () => {
    const map = { ...settings, 'map.alerts': '$.events' };
    const { alerts, problems } = read({ events: [body, { state: 'down' }, 'text'] }, map);
    expect([alerts.length, problems.map(({ where }) => where)]).toEqual([1, ['[1] $.check.name', '[2]']]);
    expect(read({}, map).problems[0]?.where).toBe('body');
  });

  test.each([
    ['map.title', 'a b', 'is no path'],
    ['map.title', '$', 'leads to the whole body'],
    ['map.title', '$.a..b', 'is no path'],
    ['map.title', '$.a[x]', 'is no path'],
    ['map.title', '$.a(1)', 'is no path'],
    ['map.titel', '$.a', 'there is no setting'],
    ['map.severity.bad', 'x', 'there is no setting'],
    ['map.status.resolved', '*', 'must never resolve'],
    ['map.status.resolved', 'down', 'has a meaning already'],
    ['map.status.firing', ',', 'is no list of words'],
  ])('%s=%s is refused when it is given', (key, value, words) => {
    const given = { ...settings, [key]: value };
    expect(() => parseWebhookMap(given)).toThrow(words);
  });

  test('needs a title', () => {
    expect(() => parseWebhookMap({ 'map.status': '$.x' })).toThrow('needs map.title');
    expect(parseWebhookMap({ other: 'x' })).toBeNull();
  });

  test('leads to own fields alone, and never resolves by what it does not know', () => {
    const map = { 'map.title': '$.constructor.name', 'map.status': '$.s', 'map.status.resolved': 'up' };
    expect(read({}, map).alerts).toEqual([]);
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (state, odd) => {
        const { alerts } = read({ ...body, state, check: odd, tags: odd, since: odd });
        const word = typeof state === 'string' ? state.trim().toLowerCase() : '';
        if (word !== 'up' && word !== 'resolved')
          expect(alerts.every(({ status }) => status !== 'resolved')).toBe(true);
      }),
      RUNS,
    );
  });
});
