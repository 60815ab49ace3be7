import { describe, expect, test } from 'vitest';
import type { IncomingAlert } from '../../../src/domain/alert.ts';
import { toAlerts } from '../../../src/http/formats/generic.ts';

const context = { source: 'Scripts', receivedAt: 1_795_000_000_000, deliveryId: 'd1' };

function readOne(fields: unknown, deliveryId = 'd1'): IncomingAlert {
  const read = toAlerts(fields, { ...context, deliveryId });
  expect(read.problems).toEqual([]);
  const [first] = read.alerts;
  if (!first) throw new Error('no alert was read');
  return first;
}

describe('a generic alert', () => {
  test('needs a title and nothing else', () => {
    expect(toAlerts({ title: 'Backup failed' }, context)).toEqual({
      alerts: [
        {
          fingerprint: expect.stringMatching(/^[\w-]{22}$/),
          deliveryKey: expect.any(String),
          status: 'firing',
          title: 'Backup failed',
          description: '',
          severity: null,
          severityText: null,
          service: null,
          labels: {},
          links: [],
          startsAt: null,
          endsAt: null,
          value: null,
          threshold: null,
          unit: null,
          notes: [],
        },
      ],
      problems: [],
      derivedKeys: [expect.stringMatching(/^[\w-]{22}$/)],
    });
  });

  test('has all it may have', () => {
    const body = {
      title: 'Backup failed',
      status: 'resolved',
      severity: 'error',
      service: 'backup',
      dedup_key: 'backup/nightly',
      description: 'disk full',
      labels: { host: 'db-1', tries: 3 },
      links: [{ href: 'https://wiki.example/backup', text: 'How to' }],
      starts_at: '2026-11-23T03:14:00+01:00',
      value: 91.5,
      threshold: '90%',
    };
    const read = toAlerts(body, context);
    expect(read.derivedKeys).toEqual([]);
    expect(read.alerts[0]).toMatchObject({
      fingerprint: 'backup/nightly',
      status: 'resolved',
      severity: 'warning',
      severityText: 'error',
      service: 'backup',
      description: 'disk full',
      labels: { host: 'db-1', tries: '3' },
      links: [{ href: 'https://wiki.example/backup', text: 'How to' }],
      startsAt: Date.parse('2026-11-23T02:14:00Z'),
      value: 91.5,
      threshold: 90,
      unit: '%',
    });
  });

  test('may come in the shape of GoAlert', () => {
    const open = { summary: 'Disk', details: 'full', dedup: 'd', meta: { host: 'a' } };
    expect(readOne(open)).toMatchObject({
      title: 'Disk',
      description: 'full',
      fingerprint: 'd',
      status: 'firing',
      labels: { host: 'a' },
    });
    expect(readOne({ ...open, action: 'close' })).toMatchObject({ fingerprint: 'd', status: 'resolved' });
  });

  test('made keys join the firing and the resolved one', () => {
    const body = { title: 'Backup failed', service: 'backup', labels: { host: 'a' } };
    expect(readOne({ ...body, status: 'resolved', description: 'ok again' }).fingerprint).toBe(
      readOne(body).fingerprint,
    );
    expect(readOne({ ...body, labels: { host: 'b' } }).fingerprint).not.toBe(readOne(body).fingerprint);
  });

  test('that fires, resolves and fires again with equal bytes is three deliveries', () => {
    const body = { title: 'x', dedup_key: 'k' };
    expect(readOne(body, 'd1').deliveryKey).not.toBe(readOne(body, 'd2').deliveryKey);
  });

  test('with a start is the same delivery when it is repeated', () => {
    const body = { title: 'x', dedup_key: 'k', starts_at: '2026-11-23T03:14:00Z' };
    expect(readOne(body, 'd1').deliveryKey).toBe(readOne(body, 'd2').deliveryKey);
    expect(readOne({ ...body, status: 'resolved' }).deliveryKey).not.toBe(readOne(body).deliveryKey);
    expect(readOne({ ...body, description: 'worse' }).deliveryKey).not.toBe(readOne(body).deliveryKey);
  });

  test.each([['fixed'], ['RESOLVED?'], ['close'], [true]])('status %j never resolves', (status) => {
    expect(readOne({ title: 'x', status })).toMatchObject({
      status: 'unknown',
      notes: [expect.stringContaining('status not understood')],
    });
  });

  test('a list is many', () => {
    const read = toAlerts([{ title: 'a' }, { title: '' }, { title: 'c' }], context);
    expect(read.alerts.map(({ title }) => title)).toEqual(['a', 'c']);
    expect(read.problems).toEqual([{ where: '[1].title', what: expect.stringContaining('blank') }]);
    expect(new Set(read.alerts.map(({ deliveryKey }) => deliveryKey)).size).toBe(2);
  });

  const wrong: [string, unknown, string, string][] = [
    ['no title', { description: 'x' }, 'title', 'missing'],
    ['a blank title', { title: ' \u0000 ' }, 'title', 'blank'],
    ['a number', 7, 'body', 'JSON object'],
    ['null', null, 'body', 'JSON object'],
    ['labels as text', { title: 'x', labels: 'a=b' }, 'labels', 'object'],
    ['a start without zone', { title: 'x', starts_at: '2026-11-23T03:14:00' }, 'starts_at', 'RFC 3339'],
    ['an Alertmanager body', { version: '4', alerts: [] }, 'alerts', '--type alertmanager'],
    ['too many at once', Array.from({ length: 1_001 }, () => ({ title: 'x' })), 'body', 'at most 1000'],
  ];
  test.each(wrong)('%s is a problem with its place', (_name, body, where, words) => {
    expect(toAlerts(body, context)).toMatchObject({
      alerts: [],
      problems: [{ where, what: expect.stringContaining(words) }],
    });
  });

  test('inherited fields are not read', () => {
    const read = readOne(JSON.parse('{"title":"x","__proto__":{"status":"resolved","severity":"critical"}}'));
    expect(read).toMatchObject({ status: 'firing', severity: null });
  });

  test('a long key is replaced by a hash of it, a hostile one is cleaned', () => {
    expect(readOne({ title: 'x', dedup_key: 'k'.repeat(300) }).fingerprint).toHaveLength(22);
    expect(readOne({ title: 'x', dedup_key: 'a\u0000\nb' }).fingerprint).toBe('a b');
  });
});
