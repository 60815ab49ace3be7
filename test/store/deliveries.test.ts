import { describe, expect, test } from 'vitest';
import { receiveDelivery } from '../../src/store/receive.ts';
import { temporaryStore } from './temporary.ts';

const entry = (key: string, request?: { headers: Record<string, string>; body: string }) => ({
  source: 'Prometheus',
  key,
  kind: 'alert' as const,
  body: { key },
  receivedAt: 7,
  ...(request ? { request } : {}),
});

describe('a request', () => {
  test('is kept once, and what was read of it leads there', async () => {
    const { store } = await temporaryStore();
    const one = { headers: { 'user-agent': 'Alertmanager/0.28' }, body: '{"alerts":[1,2]}' };
    const other = { headers: {}, body: '{"title":"x"}' };
    await store.write((tx) =>
      receiveDelivery(tx, [entry('a', one), entry('b', one), entry('c', other), entry('d')], 7),
    );
    const ids = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (key) => (await store.read.inbox.find('Prometheus', key))?.deliveryId),
    );
    expect(ids).toEqual([1, 1, 2, undefined]);
    expect(await store.read.deliveries.find(1)).toEqual({
      id: 1,
      source: 'Prometheus',
      receivedAt: 7,
      ...one,
    });
    expect((await store.read.deliveries.find(2))?.body).toBe(other.body);
    expect(await store.read.deliveries.find(3)).toBeNull();
  });

  test('comes out without secrets', async () => {
    const { store } = await temporaryStore();
    const request = { headers: {}, body: '{"token":"ghp_0123456789abcdefghijABCDEFGHIJ012345"}' };
    await store.write((tx) => receiveDelivery(tx, [entry('a', request)], 7));
    expect((await store.read.deliveries.find(1))?.body).not.toContain('ghp_0123');
  });

  test('goes after its time, a few at once; its number is never given again', async () => {
    const { store } = await temporaryStore();
    const add = (key: string, receivedAt: number) =>
      store.write((tx) =>
        receiveDelivery(tx, [{ ...entry(key, { headers: {}, body: key }), receivedAt }], 7),
      );
    for (const key of ['a', 'b', 'c']) await add(key, 10);
    await store.write((tx) => tx.deliveries.prune(11, 2));
    expect([await store.read.deliveries.find(2), (await store.read.deliveries.find(3))?.body]).toEqual([
      null,
      'c',
    ]);
    await store.write((tx) => tx.deliveries.prune(10, 100));
    expect((await store.read.deliveries.find(3))?.body).toBe('c');
    await store.write((tx) => tx.deliveries.prune(11, 100));
    await add('d', 12);
    expect((await store.read.deliveries.find(4))?.body).toBe('d');
  });
});
