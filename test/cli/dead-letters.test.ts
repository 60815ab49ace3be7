// What could not be read is listed, shown as data, and taken in once its source reads it.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RAW_MAX } from '../../src/domain/dead-letter.ts';
import { createBatcher } from '../../src/http/accept.ts';
import { formatOf } from '../../src/http/formats/table.ts';
import { ingest } from '../../src/http/ingest.ts';
import { receiveAlerts } from '../../src/store/receive.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { runCli, temporaryStateDir } from './run-cli.ts';

const NOW = Date.parse('2026-11-23T03:14:00Z');
let state: ReturnType<typeof temporaryStateDir>;
beforeEach(() => {
  state = temporaryStateDir();
});
afterEach(() => state.remove());

const cli = (...args: string[]) => runCli(args, { stateDir: state.stateDir, now: NOW + 60_000 });
const letters = (...args: string[]) => cli('source', 'dead-letters', ...args);

async function inStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ file: `${state.stateDir}/openclaw.db`, clock: { now: () => NOW } });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** As the webhook does it. */
async function send(source: string, type: string, body: string, contentType = 'application/json') {
  const format = formatOf(type);
  if (!format) throw new Error(type);
  await inStore(async (store) => {
    const chunks = (async function* () {
      yield Buffer.from(body);
    })();
    const batcher = createBatcher((entries) => store.write((tx) => receiveAlerts(tx, entries)));
    const delivery = {
      context: { source, receivedAt: NOW, deliveryId: 'd1' },
      contentType,
      query: new URLSearchParams(),
      chunks,
    };
    await ingest(format, delivery, { batcher, budget: { used: 0, max: 1e9 } }).catch(() => {});
  });
}

const waiting = () => inStore((store) => store.read.inbox.unhandled('alert', 100));

async function addSource(name: string, type: string): Promise<void> {
  const { code } = await cli('source', 'add', '--name', name, '--type', type, '--secret', 'token=env:T');
  expect(code).toBe(0);
}

/** Was sent to a source of the wrong type, the usual mistake. */
async function wrongType(): Promise<void> {
  await addSource('Prom', 'generic');
  const alerts = [{ status: 'firing', labels: { alertname: 'Down' }, startsAt: '2026-11-23T03:10:00Z' }];
  await send('Prom', 'generic', JSON.stringify({ version: '4', groupKey: 'g', alerts }));
}

describe('list and show', () => {
  test('nothing there is said, and so is a number that is none', async () => {
    expect(await letters('list')).toMatchObject({ code: 0, stdout: 'no dead letters\n' });
    expect((await letters('list', '--json')).json()).toEqual([]);
    expect(await letters('show', '7')).toMatchObject({ code: 3 });
    expect(await letters('show', 'x')).toMatchObject({ code: 2 });
    expect(await letters('list', '--limit', '0')).toMatchObject({ code: 2 });
    expect(await letters('list', '--source', 'Prom')).toMatchObject({ code: 3 });
    expect(await letters()).toMatchObject({ code: 2, stderr: expect.stringContaining('list|show|replay') });
  });

  test('newest first, with source, place, bytes and reason; by source where asked', async () => {
    await addSource('Scripts', 'generic');
    await addSource('Other', 'generic');
    await send('Scripts', 'generic', '{"title": ');
    await send('Other', 'generic', '{"nothing": 1}');
    const all = await letters('list');
    expect(all.stdout.indexOf('Other')).toBeLessThan(all.stdout.indexOf('Scripts'));
    expect(all.stdout).toContain('title is missing or blank');
    expect(all.stderr).toContain('openclaw source dead-letters show 2');
    const one = (await letters('list', '--source', 'Scripts', '--json')).json();
    expect(one).toMatchObject([{ id: 1, source: 'Scripts', where: 'body', bytes: 10, replayedAt: null }]);
  });

  test('a list has the beginning of each, and says what is not kept', async () => {
    await addSource('Scripts', 'generic');
    await send('Scripts', 'generic', `{"title": "${'x'.repeat(100_000)}`);
    const [listed] = (await letters('list', '--json')).json() as Record<string, unknown>[];
    expect(listed).toMatchObject({ bytes: 100_011, cutOff: true, excerpt: `{"title": "${'x'.repeat(189)}` });
    expect(listed).not.toHaveProperty('raw');
    expect((await letters('list')).stdout).toContain('100011 (64 kB kept)');
    const shown = (await letters('show', '1', '--json')).json() as { raw: string };
    expect(shown.raw).toHaveLength(64 * 1024);
  });

  test('what strangers sent is shown as data: marked, without escapes and without secrets', async () => {
    await addSource('Scripts', 'generic');
    await send('Scripts', 'generic', 'error: \u001b[31m all is well\npassword=hunter2hunter2 {');
    const { stdout } = await letters('show', '1');
    expect(stdout).toContain('  | error: ');
    expect(stdout).not.toContain('\u001b');
    expect(stdout).not.toContain('hunter2');
  });

  test('status and doctor name those that wait', async () => {
    await wrongType();
    expect((await cli('status')).stdout).toContain('1 dead letter from Prom');
    expect((await cli('status', '--json')).json()).toMatchObject({
      deadLetters: [{ source: 'Prom', count: 1 }],
    });
    expect((await cli('doctor')).stdout).toContain('openclaw source dead-letters list');
  });
});

describe('replay', () => {
  test('after the source was mended its alert is taken in, once', async () => {
    await wrongType();
    const before = await letters('replay', '1');
    expect(before).toMatchObject({ code: 1, stderr: expect.stringContaining('--type alertmanager') });
    expect(await waiting()).toEqual([]);
    await cli('source', 'edit', 'Prom', '--type', 'alertmanager');
    expect(await letters('replay', '1')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 alert'),
    });
    const [entry] = await waiting();
    expect(entry).toMatchObject({ source: 'Prom', body: { title: 'Down', status: 'firing' } });
    expect(await inStore((store) => store.read.jobs.live(['alert']))).toHaveLength(1);
    expect(await letters('replay', '1')).toMatchObject({ code: 1 });
    expect(await letters('list')).toMatchObject({ stdout: 'no dead letters\n' });
    expect((await letters('list', '--all')).stdout).toContain('(replayed)');
  });

  test('an alert that came again meanwhile is not taken twice', async () => {
    await wrongType();
    await cli('source', 'edit', 'Prom', '--type', 'alertmanager');
    const alerts = [{ status: 'firing', labels: { alertname: 'Down' }, startsAt: '2026-11-23T03:10:00Z' }];
    await send('Prom', 'alertmanager', JSON.stringify({ version: '4', groupKey: 'g', alerts }));
    const { code, stdout } = await letters('replay', '--all', '--source', 'Prom');
    expect(code).toBe(0);
    expect(stdout).toContain('1 of them here already');
    expect(await waiting()).toHaveLength(1);
  });

  test('what was taken in beside the mistake is left alone', async () => {
    await addSource('Scripts', 'generic');
    await send(
      'Scripts',
      'generic',
      JSON.stringify([{ title: 'good' }, { title: 'bad', starts_at: 'noon' }]),
    );
    expect(await waiting()).toHaveLength(1);
    const { code, stderr } = await letters('replay', '2');
    expect(code).toBe(1);
    expect(stderr).toContain('[1].starts_at');
    expect(await waiting()).toHaveLength(1);
    // As if the mistake were read today.
    await inStore((store) =>
      store.write(async (tx) => {
        const [letter] = await tx.inbox.deadLetters({ limit: 1 });
        const body = letter?.body as { raw: string };
        await tx.inbox.setAside(2, { ...body, raw: body.raw.replace('noon', '2026-11-23T03:00:00Z') });
      }),
    );
    expect((await letters('replay', '2')).code).toBe(0);
    expect((await waiting()).map(({ body }) => (body as { title: string }).title)).toEqual(['good', 'bad']);
  });

  test('a body of which only a part was kept is refused, with what to do', async () => {
    await addSource('Scripts', 'generic');
    await send('Scripts', 'generic', `{"title": "${'x'.repeat(RAW_MAX)}`);
    const { code, stderr } = await letters('replay', '1');
    expect(code).toBe(1);
    expect(stderr).toContain('have it sent again');
  });

  test('a form is read as the form it was', async () => {
    await addSource('Scripts', 'generic');
    await send('Scripts', 'generic', 'severity=critical', 'application/x-www-form-urlencoded');
    await inStore((store) =>
      store.write(async (tx) => {
        const [letter] = await tx.inbox.deadLetters({ limit: 1 });
        await tx.inbox.setAside(1, { ...(letter?.body as object), raw: 'severity=critical&title=Full' });
      }),
    );
    expect((await letters('replay', '--all')).code).toBe(0);
    expect(await waiting()).toMatchObject([{ body: { title: 'Full', severity: 'critical' } }]);
  });

  test.each([
    ['a number and --all', ['1', '--all'], 2],
    ['neither', [], 2],
    ['a number nobody has', ['9'], 3],
    ['a source nobody has', ['--all', '--source', 'Nope'], 3],
    ['nothing to do', ['--all'], 0],
  ])('%s', async (_what, args, code) => {
    expect((await letters('replay', ...args)).code).toBe(code);
  });

  test('one whose source is gone says so and stays, and others go on', async () => {
    await wrongType();
    await cli('source', 'remove', 'Prom', '--yes');
    await addSource('Scripts', 'alertmanager');
    await send('Scripts', 'generic', JSON.stringify({ version: '4', groupKey: 'g', alerts: [], title: '' }));
    const { code, stdout, stderr } = await letters('replay', '--all');
    expect(code).toBe(1);
    expect(stderr).toContain('there is no source "Prom" any more');
    expect(stdout).toContain('#2 from Scripts is taken in');
  });
});
