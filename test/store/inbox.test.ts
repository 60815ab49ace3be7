import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '../../src/domain/chat.ts';
import type { NewInboxEntry } from '../../src/store/inbox.ts';
import { receiveAlerts, receiveChat } from '../../src/store/receive.ts';
import { temporaryStore } from './temporary.ts';

const entry = (key: string, change: Partial<NewInboxEntry> = {}): NewInboxEntry => ({
  source: 'Prometheus',
  key,
  kind: 'alert',
  body: { key },
  receivedAt: 7,
  ...change,
});

describe('an event', () => {
  test('is there once, as it first came', async () => {
    const { store } = await temporaryStore();
    expect(await store.write((tx) => tx.inbox.add(entry('a', { body: 'first' })))).toBe(true);
    expect(await store.write((tx) => tx.inbox.add(entry('a', { body: 'second' })))).toBe(false);
    expect(await store.write((tx) => tx.inbox.add(entry('a', { source: 'Grafana' })))).toBe(true);
    expect((await store.read.inbox.find('Prometheus', 'a'))?.body).toBe('first');
    expect(await store.read.inbox.find('Prometheus', 'b')).toBeNull();
    expect(await store.read.inbox.countUnhandled()).toBe(2);
  });

  test('is among those that wait at most, which are none once all are handled', async () => {
    const { store } = await temporaryStore();
    expect(await store.read.inbox.waitingAtMost()).toBe(0);
    await store.write((tx) => tx.inbox.addMany(['a', 'b', 'c', 'd'].map((key) => entry(key))));
    expect(await store.read.inbox.waitingAtMost()).toBe(4);
    const [a, b, ...rest] = await store.read.inbox.unhandled('alert', 4);
    await store.write((tx) => tx.inbox.markHandled([a?.id ?? 0, b?.id ?? 0], 9));
    expect(await store.read.inbox.waitingAtMost()).toBe(2);
    await store.write((tx) =>
      tx.inbox.markHandled(
        rest.map(({ id }) => id),
        9,
      ),
    );
    expect(await store.read.inbox.waitingAtMost()).toBe(0);
  });

  test('keeps its bytes, however odd', async () => {
    const { store } = await temporaryStore();
    const body = {
      text: "'; drop table inbox; --\u0000\ud83d\ude80",
      deep: [{ a: [null, 1e300, -0.5, ''] }],
    };
    await store.write((tx) => tx.inbox.add(entry('\u0000"\'', { body })));
    expect((await store.read.inbox.find('Prometheus', '\u0000"\''))?.body).toEqual(body);
  });

  test('was handled once it is marked', async () => {
    const { store } = await temporaryStore();
    await store.write((tx) => tx.inbox.addMany(['a', 'b', 'c'].map((key) => entry(key))));
    const [a, b] = await store.read.inbox.unhandled('alert', 2);
    await store.write((tx) => tx.inbox.markHandled([a?.id ?? 0, b?.id ?? 0], 99));
    await store.write((tx) => tx.inbox.markHandled([], 99));
    expect((await store.read.inbox.unhandled('alert', 9)).map(({ key }) => key)).toEqual(['c']);
    expect((await store.read.inbox.findById(a?.id ?? 0))?.handledAt).toBe(99);
    expect(await store.read.inbox.countUnhandled()).toBe(1);
  });
});

describe('many at once', () => {
  test.each([
    ['all new', 2000, 0],
    ['each twice', 1000, 1000],
    ['one key only', 1, 1999],
  ])('%s: exactly the new ones are counted and kept', async (_, distinct, repeats) => {
    const { store } = await temporaryStore();
    const all = Array.from({ length: distinct + repeats }, (_, n) => entry(`${n % distinct}`));
    expect(await store.write((tx) => tx.inbox.addMany(all))).toBe(distinct);
    expect(await store.write((tx) => tx.inbox.addMany(all))).toBe(0);
    expect(await store.read.inbox.unhandled('alert', 5000)).toHaveLength(distinct);
  });

  test('none is none', async () => {
    const { store } = await temporaryStore();
    expect(await store.write((tx) => tx.inbox.addMany([]))).toBe(0);
  });

  test('a list of any length is fine, though each length is another statement', async () => {
    const { store } = await temporaryStore();
    await store.write((tx) => tx.inbox.addMany(Array.from({ length: 700 }, (_, n) => entry(`${n}`))));
    await store.write(async (tx) => {
      for (let length = 1; length <= 700; length++)
        await tx.inbox.markHandled(
          Array.from({ length }, (_, n) => n + 1),
          length,
        );
    });
    expect(await store.read.inbox.countUnhandled()).toBe(0);
    expect((await store.read.inbox.find('Prometheus', '0'))?.handledAt).toBe(700);
  });
});

describe('the two doors', () => {
  const said: ChatEvent = {
    key: 'terminal:1',
    principal: { platform: 'terminal', workspace: 'host', userId: '1000', displayName: 'sarah' },
    channel: 'terminal',
    conversation: '#ops',
    incidentId: null,
    text: '/status',
    at: 5,
    bot: false,
    unattended: false,
  };

  test('what a person said makes one job, and the same event makes no other', async () => {
    const { store } = await temporaryStore();
    expect(await store.write((tx) => receiveChat(tx, said))).toBe(true);
    expect(await store.write((tx) => receiveChat(tx, said))).toBe(false);
    expect(await store.read.jobs.list('chat')).toMatchObject([
      { lane: 'chat:terminal/#ops', payload: { source: 'chat:terminal', key: 'terminal:1' } },
    ]);
    expect(await store.read.inbox.chatAfter(0, 9)).toMatchObject([{ body: said }]);
    expect(await store.read.inbox.chatAfter(await store.read.inbox.newestId(), 9)).toEqual([]);
  });

  test('alerts make one job however many they are, and repeats make none', async () => {
    const { store } = await temporaryStore();
    const alerts = [entry('a'), entry('b'), entry('a')];
    expect(await store.write((tx) => receiveAlerts(tx, alerts))).toBe(2);
    expect(await store.write((tx) => receiveAlerts(tx, [entry('c')]))).toBe(1);
    expect(await store.read.jobs.list('alert')).toHaveLength(1);
    const [job] = await store.write((tx) => tx.jobs.claim('me', 1));
    await store.write((tx) => tx.jobs.close(job?.id ?? 0, 'me'));
    expect(await store.write((tx) => receiveAlerts(tx, alerts))).toBe(0);
    expect(await store.read.jobs.list('alert')).toEqual([]);
  });

  test('an alert that comes while the job runs has a job of its own, after that one', async () => {
    const { store } = await temporaryStore();
    await store.write((tx) => receiveAlerts(tx, [entry('a')]));
    const [job] = await store.write((tx) => tx.jobs.claim('me', 1));
    await store.write((tx) => receiveAlerts(tx, [entry('b')]));
    expect(await store.write((tx) => tx.jobs.claim('me', 9))).toEqual([]);
    await store.write((tx) => tx.jobs.close(job?.id ?? 0, 'me'));
    expect(await store.write((tx) => tx.jobs.claim('me', 9))).toHaveLength(1);
  });
});
