// What nobody would tell us: sources that fell silent, and room that runs out.
import { describe, expect, onTestFinished, test } from 'vitest';
import { isLow } from '../../src/engine/low-space.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const MB = 2 ** 20;

async function harness(...more: 'poll'[]): Promise<Harness> {
  const h = await createHarness({ timers: ['audit', 'lookout', ...more] });
  onTestFinished(() => h.close());
  return h;
}

const watched = { type: 'alertmanager', settings: {}, secrets: {}, services: [], expectEveryMs: 5 * MINUTE };
const open = async (h: Harness) => (await h.store.read.incidents.listOpen()).map(({ title }) => title);
const speak = (h: Harness, source: string) => h.alert({ title: 'watchdog', severity: 'info' }, source);

describe('a source that is expected every 5 minutes', () => {
  test('and never spoke has that long from when it was added', async () => {
    const h = await harness();
    await h.advance(30 * MINUTE);
    await h.add('source', { name: 'Prom', ...watched });
    await h.advance(5 * MINUTE - 1000);
    expect(await open(h)).toEqual([]);
    await h.advance(MINUTE);
    expect(await open(h)).toEqual(['source "Prom" is silent']);
  });

  test('opens one incident however long it is silent', async () => {
    const h = await harness();
    await h.add('source', { name: 'Prom', ...watched });
    await h.advance(60 * MINUTE);
    expect(await open(h)).toHaveLength(1);
    expect(await h.store.read.incidents.list(9)).toHaveLength(1);
  });

  test('is heard by anything it sends, also by what cannot be read', async () => {
    const h = await harness();
    await h.add('source', { name: 'Prom', ...watched });
    for (let n = 0; n < 5; n++) {
      await h.advance(4 * MINUTE);
      await h.store.write((tx) => tx.heard.touch(['Prom', 'Prom'], h.clock.now()));
    }
    expect(await open(h)).toEqual([]);
  });

  test('is not spoken for by another source, nor by an alert rule of ours', async () => {
    const h = await harness();
    await h.add('source', { name: 'Prom', ...watched });
    for (let n = 0; n < 3; n++) {
      await h.advance(2 * MINUTE);
      await speak(h, 'Other');
    }
    expect(await open(h)).toEqual(['source "Prom" is silent']);
  });

  test('a silence keeps its incident shut, and it opens when that ends', async () => {
    const h = await harness();
    await h.add('source', { name: 'Prom', ...watched });
    await h.add('silence', {
      name: 'maintenance',
      match: { alertname: 'SourceSilent' },
      until: new Date(h.clock.now() + 20 * MINUTE).toISOString(),
    });
    await h.advance(15 * MINUTE);
    expect(await open(h)).toEqual([]);
  });

  test.each([
    ['removed', (h: Harness, id: number) => h.store.write((tx) => tx.resources.remove('source', id))],
    [
      'disabled',
      (h: Harness, id: number) =>
        h.store.write((tx) => tx.resources.update('source', id, { enabled: false })),
    ],
  ])('and was %s meanwhile is expected no more', async (_what, change) => {
    const h = await harness();
    await h.add('source', { name: 'Prom', ...watched });
    await h.advance(6 * MINUTE);
    const source = await h.store.read.resources.find('source', 'Prom');
    await change(h, source?.id ?? 0);
    await h.advance(7 * MINUTE);
    expect(await open(h)).toEqual([]);
  });

  test('an edit does not pass for a word of it', async () => {
    const h = await harness();
    await h.add('source', { name: 'Prom', ...watched });
    await h.advance(6 * MINUTE);
    const source = await h.store.read.resources.find('source', 'Prom');
    await h.store.write((tx) =>
      tx.resources.update('source', source?.id ?? 0, {
        spec: { name: 'Prom', ...watched, services: ['api'] },
      }),
    );
    await h.advance(20 * MINUTE);
    expect(await open(h)).toEqual(['source "Prom" is silent']);
  });

  test('the machine that is measured by ourselves speaks with each value', async () => {
    const h = await harness('poll');
    await h.add('source', { name: 'AWS Production', ...watched, type: 'aws', expectEveryMs: MINUTE });
    await h.advance(10 * MINUTE);
    expect(await open(h)).toEqual([]);
  });
});

test('a clock that was set back does not make a source silent, nor keep it from falling silent', async () => {
  const h = await harness();
  await h.add('source', { name: 'Prom', ...watched });
  await h.store.write((tx) => tx.heard.touch(['Prom'], h.clock.now() + 60 * MINUTE));
  await h.advance(5 * MINUTE - 1000);
  expect(await open(h)).toEqual([]);
  await h.advance(2 * MINUTE);
  expect(await open(h)).toEqual(['source "Prom" is silent']);
  await h.store.write((tx) => tx.heard.touch(['Prom'], h.clock.now() - 3 * MINUTE));
  for (let n = 0; n < 4; n++) {
    await h.advance(2 * MINUTE - 30_000);
    await h.store.write((tx) => tx.heard.touch(['Prom'], h.clock.now()));
  }
  expect(await h.store.read.incidents.find(1)).toMatchObject({ state: 'resolved' });
});

describe('room for the state', () => {
  test.each([
    ['half free', 50_000, 100_000, false, false],
    ['4% of a small disk', 800, 20_000, true, true],
    ['4% of a large disk is plenty', 40_000, 1_000_000, false, false],
    ['little of a tiny one', 190, 300, true, true],
    ['between the two: what it was', 250, 1000, false, true],
    ['6%: what it was', 1200, 20_000, false, true],
    ['8%', 1600, 20_000, false, false],
    ['none', 0, 20_000, true, true],
  ])('%s', (_what, free, total, fresh, after) => {
    const space = { freeBytes: free * MB, totalBytes: total * MB };
    expect([isLow(space, false), isLow(space, true)]).toEqual([fresh, after]);
  });

  test('that goes and comes around the limit is one incident', async () => {
    const h = await harness();
    for (const free of [150, 250, 150, 290, 199]) {
      h.space = { freeBytes: free * MB, totalBytes: 100_000 * MB };
      await h.advance(MINUTE);
    }
    expect(await h.store.read.incidents.list(9)).toHaveLength(1);
    h.space = { freeBytes: 50_000 * MB, totalBytes: 100_000 * MB };
    await h.advance(10 * MINUTE);
    expect(await open(h)).toEqual([]);
  });
});
