// The dead man's switch against a server of our own: called only while all is well, and never further than asked.
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createHeartbeat, heartbeatUrl } from '../../src/daemon/heartbeat.ts';
import type { LogEntry } from '../../src/engine/engine.ts';
import { openStore } from '../../src/store/store.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { createTestClock } from '../support/clock.ts';

async function listen(answer: RequestListener): Promise<URL> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return new URL(`http://127.0.0.1:${port}/ping/very-secret-uuid`);
}

async function scene(answer: RequestListener, deadlineMs?: number) {
  const calls: { url: string; agent: string; method: string }[] = [];
  const url = await listen((request, response) => {
    calls.push({
      url: request.url ?? '',
      agent: request.headers['user-agent'] ?? '',
      method: request.method ?? '',
    });
    answer(request, response);
  });
  const clock = createTestClock();
  const store = await openStore({ file: join(temporaryFolder(), 'openclaw.db'), clock });
  onTestFinished(() => store.close());
  const logs: LogEntry[] = [];
  const log = (entry: LogEntry) => void logs.push(entry);
  const heartbeat = createHeartbeat({ url, store, clock, log, ...(deadlineMs ? { deadlineMs } : {}) });
  /** As the audit says it. */
  const audited = () =>
    store.write((tx) => tx.settings.set('heartbeat', { at: clock.now(), pid: 1, startedAt: 0 }));
  await audited();
  const warnings = async () => (await store.read.settings.get('warnings')).map(({ text }) => text);
  return { heartbeat, calls, clock, store, logs, audited, warnings, url };
}

const fine: RequestListener = (_request, response) => response.end('OK');

test('while all is well it is called, with nothing said but who calls', async () => {
  const { heartbeat, calls, warnings, store, clock } = await scene(fine);
  await heartbeat.beat();
  expect(calls).toEqual([{ url: '/ping/very-secret-uuid', agent: 'openclaw', method: 'GET' }]);
  expect(await warnings()).toEqual([]);
  expect(await store.read.settings.get('beat')).toEqual({ at: clock.now() });
});

describe('it is not called', () => {
  test.each([
    ['90 seconds after the last audit', 91_000, 0],
    ['but is at 89', 89_000, 1],
  ])('%s', async (_what, ms, calledTimes) => {
    const { heartbeat, calls, clock, audited } = await scene(fine);
    clock.advance(ms);
    await heartbeat.beat();
    expect(calls).toHaveLength(calledTimes);
    await audited();
    await heartbeat.beat();
    expect(calls).toHaveLength(calledTimes + 1);
  });

  test('while nothing can be written', async () => {
    const { heartbeat, calls, store, logs } = await scene(fine);
    await store.close();
    await heartbeat.beat();
    expect(calls).toEqual([]);
    expect(logs).toMatchObject([{ level: 'error', event: 'heartbeat-withheld' }]);
  });

  test('twice at once', async () => {
    const { heartbeat, calls } = await scene(fine);
    await Promise.all([heartbeat.beat(), heartbeat.beat()]);
    expect(calls).toHaveLength(1);
  });
});

describe('a call that fails is a warning that ends with the next that does not', () => {
  let broken = true;
  const answers: [string, RequestListener, string][] = [
    ['an error', (_, response) => response.writeHead(503).end(), 'it answers 503'],
    [
      'a redirect to another host',
      (_, response) => response.writeHead(302, { location: 'http://localhost.invalid/steal' }).end(),
      'another host',
    ],
    [
      'a circle of redirects',
      (request, response) => response.writeHead(302, { location: request.url ?? '' }).end(),
      'without an end',
    ],
    ['a hang-up', (request) => request.socket.destroy(), 'cannot be reached'],
    ['no answer', () => {}, 'no answer within'],
  ];
  test.each(answers)('%s', async (_what, answer, says) => {
    broken = true;
    const { heartbeat, warnings, logs } = await scene(
      (request, response) => (broken ? answer(request, response) : fine(request, response)),
      200,
    );
    await heartbeat.beat();
    await heartbeat.beat();
    expect(await warnings()).toEqual([expect.stringContaining(says)]);
    expect(logs.filter(({ event }) => event === 'heartbeat-failed')).toHaveLength(1);
    // The path is what opens it.
    expect(JSON.stringify([await warnings(), logs])).not.toContain('very-secret');
    broken = false;
    await heartbeat.beat();
    expect(await warnings()).toEqual([]);
  });
});

test('a redirect on the same host is followed', async () => {
  const { heartbeat, calls, warnings } = await scene((request, response) => {
    if (request.url === '/there') response.end();
    else response.writeHead(301, { location: '/there' }).end();
  });
  await heartbeat.beat();
  expect(calls.map(({ url }) => url)).toEqual(['/ping/very-secret-uuid', '/there']);
  expect(await warnings()).toEqual([]);
});

describe('the address', () => {
  test('is given, or found in the environment', async () => {
    expect((await heartbeatUrl('https://hc.example/1', {})).href).toBe('https://hc.example/1');
    expect((await heartbeatUrl('env:HB', { HB: 'https://hc.example/2\n' })).href).toBe(
      'https://hc.example/2',
    );
  });

  test.each([
    ['hc.example/very-secret'],
    ['ftp://hc.example/very-secret'],
    ['https://me:very-secret@hc.example/'],
    ['file:///etc/very-secret'],
    ['env:MISSING'],
    [''],
  ])('%s is refused and not repeated', async (given) => {
    const error = await heartbeatUrl(given, {}).then(
      () => null,
      (thrown: Error) => thrown,
    );
    expect(error?.name).toBe('UserError');
    if (given.startsWith('http') || given.startsWith('ftp'))
      expect(error?.message).not.toContain('very-secret');
  });
});
