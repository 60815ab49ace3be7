import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { receiveAlerts, receiveDelivery } from '../../src/store/receive.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { NOW, startTestServer, type TestServer } from './harness.ts';

let folder: string;
let store: Store;
let server: TestServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openclaw-http-'));
  store = await openStore({ file: join(folder, 'openclaw.db'), clock: { now: () => NOW } });
  server = await startTestServer({ accept: (entries) => store.write((tx) => receiveAlerts(tx, entries)) });
});
afterEach(async () => {
  await server.close();
  await store.close();
  await rm(folder, { recursive: true });
});

test('what was answered with 200 is in the file', async () => {
  const alert = {
    status: 'firing',
    labels: { alertname: 'A' },
    startsAt: '2026-11-23T03:14:00Z',
    fingerprint: 'f',
  };
  const group = { alerts: [alert, { ...alert, fingerprint: 'g' }], groupKey: '{}' };
  expect((await server.post('prometheus', group)).body).toEqual({ ok: true, accepted: 2, duplicates: 0 });
  expect((await server.post('prometheus', group)).body).toEqual({ ok: true, accepted: 2, duplicates: 2 });
  expect((await server.post('scripts', '{"title":')).status).toBe(400);
  const rows = await store.read.inbox.unhandled('alert', 10);
  expect(rows.map(({ source, body }) => [source, (body as { fingerprint: string }).fingerprint])).toEqual([
    ['prometheus', 'f'],
    ['prometheus', 'g'],
  ]);
  expect(await store.read.inbox.unhandled('dead-letter', 10)).toHaveLength(1);
});

test('what perhaps a stranger sent is kept, and its source was not heard by it', async () => {
  const row = { source: 'prometheus', kind: 'dead-letter' as const, body: {}, receivedAt: NOW };
  await store.write((tx) => receiveDelivery(tx, [{ ...row, key: 'a', unproven: true }], NOW));
  expect(await store.read.inbox.unhandled('dead-letter', 10)).toHaveLength(1);
  expect(await store.read.heard.find('prometheus')).toBeNull();
  await store.write((tx) => receiveDelivery(tx, [{ ...row, key: 'b' }], NOW));
  expect(await store.read.heard.find('prometheus')).toBe(NOW);
});

test('a store that cannot write makes 503', async () => {
  await store.close();
  expect((await server.post('scripts', { title: 'x' })).status).toBe(503);
});
