// Resources that are edited while the daemon runs: what does not work is said, and what worked goes on.
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createLiveAdapters } from '../../src/daemon/adapters.ts';
import type { Source } from '../../src/domain/resource.ts';
import type { LogEntry } from '../../src/engine/engine.ts';
import { temporaryStore } from '../store/temporary.ts';

async function scene() {
  const { store, clock, folder } = await temporaryStore();
  const logs: LogEntry[] = [];
  const live = createLiveAdapters({
    trouble: () => {},
    hearPager: async () => {},
    hear: async () => true,
    store,
    clock,
    env: { SOME_TOKEN: 'x' },
    log: (entry) => logs.push(entry),
  });
  onTestFinished(() => live.close());
  const file = join(folder, 'secret');
  const source: Source = {
    name: 'Prometheus',
    type: 'alertmanager',
    settings: {},
    secrets: { hook: `file:${file}` },
    services: [],
  };
  writeFileSync(file, 'first');
  await store.write((tx) => tx.resources.insert('source', source.name, source));
  await live.refresh();
  const edit = async (spec: Source) => {
    await store.write(async (tx) => {
      const found = await tx.resources.find('source', source.name);
      if (found) await tx.resources.update('source', found.id, { spec });
    });
    await live.refresh();
  };
  return {
    store,
    clock,
    live,
    logs,
    file,
    source,
    edit,
    secrets: () => live.hookSource(source.name)?.secrets,
    warnings: async () => (await store.read.settings.get('warnings')).map(({ text }) => text),
    events: () => logs.map(({ event }) => event),
  };
}

test('an edit whose secret cannot be read leaves the door as it was, says so, and counts once it can', async () => {
  const { clock, live, edit, source, file, secrets, warnings, events } = await scene();
  await edit({ ...source, secrets: { hook: `file:${file}.new` } });
  expect(secrets()).toEqual(['first']);
  expect(await warnings()).toEqual([
    `source "Prometheus" does not work: the secret file:${file}.new cannot be read (ENOENT): check the path and its rights. Until then what ran before goes on.`,
  ]);
  for (let n = 0; n < 4; n++) {
    clock.advance(5000);
    await live.refresh();
  }
  expect(events().filter((event) => event === 'adapter-failed')).toHaveLength(1);
  writeFileSync(`${file}.new`, 'second');
  clock.advance(5000);
  await live.refresh();
  expect(secrets()).toEqual(['second']);
  expect(await warnings()).toEqual([]);
  expect(events()).toContain('adapter-recovered');
});

test('an edit of something else reads no secret again', async () => {
  const { store, live, secrets, file, warnings } = await scene();
  rmSync(file);
  await store.write((tx) =>
    tx.resources.insert('channel', 'terminal', {
      name: 'terminal',
      type: 'terminal',
      settings: {},
      secrets: {},
    }),
  );
  await live.refresh();
  expect(secrets()).toEqual(['first']);
  expect(await warnings()).toEqual([]);
});

test('of several secrets those that can be read open the door from the start', async () => {
  const { live, store, clock, file } = await scene();
  await store.write((tx) =>
    tx.resources.insert('source', 'Grafana', {
      name: 'Grafana',
      type: 'grafana',
      settings: {},
      secrets: { old: `file:${file}`, new: 'env:NOT_SET' },
      services: [],
    }),
  );
  clock.advance(1);
  await live.refresh();
  expect(live.hookSource('Grafana')?.secrets).toEqual(['first']);
});

test('a problem that is over when its source is removed, or was never of this start, is not said any more', async () => {
  const { store, edit, source, live, warnings } = await scene();
  await store.write((tx) =>
    tx.settings.set('warnings', [
      { key: 'adapter:source "Gone"', text: 'of an earlier start', since: 0 },
      { key: 'dead-jobs', text: 'another', since: 0 },
    ]),
  );
  await edit({ ...source, secrets: { hook: 'env:NOT_SET' } });
  expect(await warnings()).toEqual(['another', expect.stringContaining('the secret env:NOT_SET is not set')]);
  await store.write(async (tx) => {
    const found = await tx.resources.find('source', source.name);
    if (found) await tx.resources.remove('source', found.id);
  });
  await live.refresh();
  expect(await warnings()).toEqual(['another']);
});

test('what a source is read with opens no door of ours, and is needed for reading alone', async () => {
  const { live, store, clock, file, warnings } = await scene();
  writeFileSync(`${file}.api`, 'theirs');
  const insert = (name: string, secrets: Record<string, string>) =>
    store.write((tx) =>
      tx.resources.insert('source', name, {
        name,
        type: 'prometheus',
        settings: { url: 'http://127.0.0.1:1' },
        secrets,
        services: [],
      }),
    );
  await insert('Both', { token: `file:${file}`, 'api-token': `file:${file}.api` });
  await insert('Read', { 'api-token': `file:${file}.api` });
  await insert('Away', { token: `file:${file}`, 'api-token': 'env:NOT_SET' });
  clock.advance(1);
  await live.refresh();
  expect(live.hookSource('Both')?.secrets).toEqual(['first']);
  expect(live.hookSource('Read')?.secrets).toEqual([]);
  // Its alerts come in although it cannot be read.
  expect(live.hookSource('Away')?.secrets).toEqual(['first']);
  expect(live.current().sources.map(({ name, tellsAlerts }) => [name, tellsAlerts])).toEqual([
    ['Both', true],
    ['Read', false],
  ]);
  expect(await warnings()).toEqual([
    expect.stringContaining('source "Away" does not work: the secret env:NOT_SET'),
  ]);
});

test('a github source has its token resolved, and is opened again when the token was missing', async () => {
  const { store, clock, live, warnings } = await scene();
  const missing = join(tmpdir(), 'no-such-token-of-openclaw');
  await store.write((tx) =>
    tx.resources.insert('source', 'GitHub', {
      name: 'GitHub',
      type: 'github',
      settings: { repo: 'acme/api' },
      secrets: { token: `file:${missing}` },
      services: [],
    }),
  );
  await live.refresh();
  expect(live.current().sources).toEqual([]);
  expect((await warnings()).join()).toContain(`the secret file:${missing} cannot be read`);
  await store.write(async (tx) => {
    const found = await tx.resources.find('source', 'GitHub');
    if (found)
      await tx.resources.update('source', found.id, {
        spec: { ...found.spec, secrets: { token: 'env:SOME_TOKEN' } },
      });
  });
  clock.advance(5000);
  await live.refresh();
  expect(live.current().sources).toMatchObject([{ name: 'GitHub', type: 'github' }]);
});
