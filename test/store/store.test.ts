import fc from 'fast-check';
import { expect, test } from 'vitest';
import { look, runs, temporaryStore } from './temporary.ts';

fc.configureGlobal({ seed: 42 });

const entry = (key: string) => ({ source: 's', key, kind: 'alert' as const, body: {}, receivedAt: 0 });
const keys = (file: string) =>
  look<{ key: string }>(file, 'select key from inbox order by id').map((r) => r.key);

test('what write() resolved with is on disk for everybody', async () => {
  const { store, file } = await temporaryStore();
  expect(await store.write((tx) => tx.inbox.add(entry('a')))).toBe(true);
  expect(keys(file)).toEqual(['a']);
  expect(await store.read.inbox.countUnhandled()).toBe(1);
});

test('a work that throws undoes only itself, and only its caller hears of it', async () => {
  const { store, file } = await temporaryStore();
  const bug = new Error('a bug');
  const settled = await Promise.allSettled([
    store.write((tx) => tx.inbox.add(entry('first'))),
    store.write(async (tx) => {
      await tx.inbox.add(entry('half'));
      throw bug;
    }),
    store.write((tx) => tx.inbox.add(entry('last'))),
  ]);
  expect(settled).toEqual([
    { status: 'fulfilled', value: true },
    { status: 'rejected', reason: bug },
    { status: 'fulfilled', value: true },
  ]);
  expect(keys(file)).toEqual(['first', 'last']);
});

test('a work that throws before its first await does too', async () => {
  const { store, file } = await temporaryStore();
  const settled = await Promise.allSettled([
    store.write(() => {
      throw new Error('at once');
    }),
    store.write((tx) => tx.inbox.add(entry('a'))),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(keys(file)).toEqual(['a']);
});

test('a broken constraint undoes that work alone', async () => {
  const { store } = await temporaryStore();
  const incident = {
    key: 'api',
    title: 't',
    severity: 'critical' as const,
    service: null,
    startedAt: 0,
    openedAt: 0,
    channel: 'slack',
    conversation: '#ops',
    escalation: null,
    openedBy: 'x',
  };
  const settled = await Promise.allSettled([
    store.write((tx) => tx.incidents.open(incident)),
    store.write((tx) => tx.incidents.open(incident)),
    store.write((tx) => tx.incidents.open({ ...incident, key: 'web' })),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((await store.read.incidents.listOpen()).map(({ key }) => key)).toEqual(['api', 'web']);
});

test('reads see what was committed, never what is being written', async () => {
  const { store } = await temporaryStore();
  await store.write(async (tx) => {
    await tx.inbox.add(entry('a'));
    expect(await tx.inbox.countUnhandled()).toBe(1);
    expect(await store.read.inbox.countUnhandled()).toBe(0);
  });
  expect(await store.read.inbox.countUnhandled()).toBe(1);
});

test('the reading side cannot write', async () => {
  const { store } = await temporaryStore();
  await expect(store.read.inbox.add(entry('a'))).rejects.toThrow(/readonly/);
});

test('dataVersion changes with a commit and with nothing else', async () => {
  const { store } = await temporaryStore();
  const before = store.dataVersion();
  await store.read.inbox.countUnhandled();
  await store.write(async () => {}).catch(() => {});
  expect(store.dataVersion()).toBe(before);
  await store.write((tx) => tx.inbox.add(entry('a')));
  expect(store.dataVersion()).not.toBe(before);
});

test('close waits for all that was asked for before it, and refuses what comes after', async () => {
  const { store, file } = await temporaryStore();
  const asked = Array.from({ length: 20 }, (_, n) => store.write((tx) => tx.inbox.add(entry(`${n}`))));
  const closing = store.close();
  const late = store.write((tx) => tx.inbox.add(entry('late')));
  await expect(late).rejects.toThrow('the store is closed');
  await closing;
  expect(await Promise.all(asked)).toEqual(Array(20).fill(true));
  expect(keys(file)).toHaveLength(20);
});

test('closing twice is closing once', async () => {
  const { store } = await temporaryStore();
  await Promise.all([store.close(), store.close()]);
  await store.close();
});

test('a write asked for by the one that resolved is not lost when close comes with it', async () => {
  const { store, file } = await temporaryStore();
  await store.write((tx) => tx.inbox.add(entry('a')));
  const second = store.write((tx) => tx.inbox.add(entry('b')));
  await store.close();
  expect(await second).toBe(true);
  expect(keys(file)).toEqual(['a', 'b']);
});

/** The moments between two turns of the event loop at which somebody may ask. */
const MOMENTS = {
  now: () => Promise.resolve(),
  microtasks: async () => {
    for (let n = 0; n < 5; n++) await Promise.resolve();
  },
  tick: () => new Promise<void>((resolve) => process.nextTick(resolve)),
  immediate: () => new Promise<void>((resolve) => setImmediate(resolve)),
  timer: () => new Promise<void>((resolve) => setTimeout(resolve, 0)),
} as const;

test('whenever it is asked for, each write settles once, and stands in the file if and only if it resolved', async () => {
  const { store, file } = await temporaryStore();
  let run = 0;
  const ask = fc.record({
    moment: fc.constantFrom(...(Object.keys(MOMENTS) as (keyof typeof MOMENTS)[])),
    microtasks: fc.nat(12),
    fails: fc.boolean(),
    /** Awaits inside the work, so that others ask while it runs. */
    inside: fc.nat(6),
    again: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(ask, { maxLength: 12 }), async (asks) => {
      run++;
      const should: string[] = [];
      const one = async (key: string, fails: boolean, inside: number) => {
        const outcome = await store
          .write(async (tx) => {
            await tx.inbox.add(entry(key));
            for (let n = 0; n < inside; n++) await Promise.resolve();
            if (fails) throw new Error(key);
            return key;
          })
          .catch((error: Error) => `no ${error.message}`);
        expect(outcome).toBe(fails ? `no ${key}` : key);
        if (!fails) should.push(key);
      };
      await Promise.all(
        asks.map(async ({ moment, microtasks, fails, inside, again }, n) => {
          await MOMENTS[moment]();
          for (let m = 0; m < microtasks; m++) await Promise.resolve();
          await one(`${run}/${n}`, fails, inside);
          // In the very moment the first one settled: the pump is looking for more, or just stopped.
          if (again) await one(`${run}/${n}/again`, !fails, 0);
        }),
      );
      const found = look<{ key: string }>(file, `select key from inbox where key like '${run}/%'`);
      expect(found.map(({ key }) => key).sort()).toEqual(should.sort());
    }),
    runs(150, 3000),
  );
});
