import { describe, expect, test } from 'vitest';
import { receiveAlerts } from '../../src/store/receive.ts';
import { temporaryStore } from './temporary.ts';

const MINUTE = 60_000;
const alertRow = {
  source: 'Prometheus',
  fingerprint: 'f1',
  status: 'firing' as const,
  title: 'errors',
  description: '',
  severity: 'critical' as const,
  service: null,
  labels: {},
  links: [],
  value: null,
  threshold: null,
  unit: null,
  incidentId: null,
  startsAt: 0,
  clearedAt: null,
  lastSeenAt: 0,
  count: 1,
  postId: null,
  mutedBy: null,
};
const delivery = (
  key: string,
  receivedAt: number,
  body: object = { status: 'firing', fingerprint: 'f1' },
) => ({
  source: 'Prometheus',
  key,
  kind: 'alert' as const,
  body,
  receivedAt,
});

async function seen(change: object = {}) {
  const { store } = await temporaryStore();
  await store.write(async (tx) => {
    await tx.alerts.save({ ...alertRow, ...change });
    await receiveAlerts(tx, [delivery('a', 1)]);
  });
  return { store, find: () => store.read.alerts.find('Prometheus', 'f1') };
}

describe('an exact repeat', () => {
  test('is no new delivery, and its alert was seen then', async () => {
    const { store, find } = await seen();
    expect(await store.write((tx) => receiveAlerts(tx, [delivery('a', 5 * MINUTE)]))).toBe(0);
    expect(await find()).toMatchObject({ lastSeenAt: 5 * MINUTE, count: 2 });
  });

  test('beside a new one, only the repeated is touched', async () => {
    const { store, find } = await seen();
    const other = delivery('b', 7, { status: 'firing', fingerprint: 'f2' });
    expect(await store.write((tx) => receiveAlerts(tx, [other, delivery('a', 7)]))).toBe(1);
    expect(await find()).toMatchObject({ lastSeenAt: 7, count: 2 });
  });

  test('twice in one commit, the first time it comes, is one delivery', async () => {
    const { store, find } = await seen();
    expect(await store.write((tx) => receiveAlerts(tx, [delivery('n', 9), delivery('n', 9)]))).toBe(1);
    expect(await find()).toMatchObject({ lastSeenAt: 0, count: 1 });
  });

  test.each([
    ['of an end', {}, { status: 'resolved', fingerprint: 'f1' }],
    ['of what we do not understand', {}, { status: 'unknown', fingerprint: 'f1' }],
    ['of a firing that is over', { status: 'resolved' }, { status: 'firing', fingerprint: 'f1' }],
    ['of something that is no alert', {}, 'text' as unknown as object],
  ])('%s touches nothing', async (_name, row, body) => {
    const { store, find } = await seen(row);
    await store.write((tx) => receiveAlerts(tx, [delivery('a', 9, body)]));
    expect(await find()).toMatchObject({ lastSeenAt: 0, count: 1 });
  });

  test('ten thousand at once', async () => {
    const { store, find } = await seen();
    const many = Array.from({ length: 10_000 }, (_, index) => delivery(`k${index}`, 1));
    await store.write((tx) => receiveAlerts(tx, many));
    expect(
      await store.write((tx) =>
        receiveAlerts(
          tx,
          many.map((each) => ({ ...each, receivedAt: 2 })),
        ),
      ),
    ).toBe(0);
    expect((await find())?.lastSeenAt).toBe(2);
  });
});
