import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { IncomingAlert } from '../../src/domain/alert.ts';
import type { DeadLetter } from '../../src/domain/dead-letter.ts';
import type { InboxEntry } from '../../src/http/accept.ts';
import { hookHead, SECRET, source, startTestServer, type TestServer } from './harness.ts';

let server: TestServer;
afterEach(() => server.close());

const alertText = (at: number, padding = ''): string =>
  JSON.stringify({
    status: 'firing',
    labels: { alertname: 'Storm', instance: `api-${at}`, severity: 'critical', padding },
    annotations: {},
    startsAt: '2026-11-23T03:14:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    fingerprint: at.toString(16).padStart(16, '0'),
  });

/** A body in pieces of some 60 kB, as a server in a storm sends it: the group key comes last. */
function* body(count: number, padding = ''): Generator<string> {
  let piece = '{"receiver":"r","status":"firing","alerts":[';
  for (let at = 0; at < count; at += 1) {
    piece += (at === 0 ? '' : ',') + alertText(at, padding);
    if (piece.length < 60_000) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}],"version":"4","groupKey":"{}:{}","truncatedAlerts":0}`;
}

interface Reply {
  status: number | undefined;
  body: { accepted?: number; kept?: number; error?: { message: string } };
}

function send(pieces: Iterable<string | Buffer>, headers: Record<string, string> = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        port: server.port,
        host: '127.0.0.1',
        path: '/hooks/prometheus',
        method: 'POST',
        headers: { authorization: `Bearer ${SECRET}`, ...headers },
      },
      (response) => {
        json(response).then(
          (answer) => resolve({ status: response.statusCode, body: answer as Reply['body'] }),
          reject,
        );
      },
    );
    outgoing.on('error', reject);
    Readable.from(pieces).pipe(outgoing);
  });
}

/** Counts what comes instead of keeping it. */
async function startCounting(
  limits = {},
): Promise<{ keys: Set<string>; sizes: number[]; others: InboxEntry[] }> {
  const keys = new Set<string>();
  const sizes: number[] = [];
  const others: InboxEntry[] = [];
  server = await startTestServer({
    limits,
    async accept(entries) {
      sizes.push(entries.length);
      for (const entry of entries) {
        keys.add(entry.key);
        if ((entry.body as IncomingAlert).labels?.alertname !== 'Storm') others.push(entry);
      }
      return entries.length;
    },
  });
  return { keys, sizes, others };
}

test('a storm in one webhook is stored whole, slice by slice', async () => {
  const count = process.env.OPENCLAW_TEST_LONG ? 150_000 : 20_000;
  const { keys, sizes } = await startCounting();
  expect(await send(body(count))).toEqual({
    status: 200,
    body: { ok: true, accepted: count, duplicates: 0 },
  });
  expect(keys.size).toBe(count);
  expect(Math.max(...sizes)).toBe(500);
});

test('over 64 MB what was read is kept, one critical alert says so, and the answer is 413', async () => {
  const { keys, others } = await startCounting();
  const reply = await send(body(5_000, 'x'.repeat(16_000)));
  const kept = keys.size - 1;
  expect(kept).toBeGreaterThan(4_000);
  expect(kept).toBeLessThan(4_400);
  const title = `Alertmanager body over 64 MB: ${kept.toLocaleString('en')} alerts kept, the rest was cut off`;
  const words = 'More than 64 MB came from the source "prometheus"';
  expect(reply).toMatchObject({ status: 413, body: { ok: false, kept, error: { message: title } } });
  expect(others).toMatchObject([
    {
      source: 'prometheus',
      kind: 'alert',
      body: { title, severity: 'critical', status: 'firing', description: expect.stringContaining(words) },
    },
  ]);
  expect(server.log).toMatchObject([{ level: 'error', source: 'prometheus', message: title }]);
  expect((await send(body(1))).status).toBe(200);
});

test('a gzip bomb is cut at 64 MB unpacked', async () => {
  const { keys } = await startCounting();
  const bomb = gzipSync(`{"alerts":[${alertText(1)},${' '.repeat(80 * 1024 * 1024)}`);
  expect(bomb.length).toBeLessThan(200_000);
  expect(await send([bomb], { 'content-encoding': 'gzip' })).toMatchObject({
    status: 413,
    body: { kept: 1 },
  });
  expect(keys.size).toBe(2);
});

test('a long body that is broken at its beginning is kept with the length it had', async () => {
  server = await startTestServer();
  const broken = `{"alerts": nonsense${' '.repeat(500_000)}}`;
  expect((await server.post('prometheus', broken)).status).toBe(400);
  expect(server.inbox).toMatchObject([{ kind: 'dead-letter', body: { bytes: broken.length } }]);
});

test('an alert over 256 kB is left out, told about, and takes no other with it', async () => {
  const { keys, others } = await startCounting();
  const reply = await send([
    `{"alerts":[${alertText(1)},${alertText(2, 'x'.repeat(300_000))},${alertText(3)},5]}`,
  ]);
  expect(reply).toMatchObject({ status: 413, body: { kept: 2 } });
  expect(
    others.map(({ kind, body: read }) => (kind === 'alert' ? (read as IncomingAlert).title : kind)),
  ).toEqual(['dead-letter', 'An alert over 256 kB could not be read: 2 beside kept']);
  expect(keys.size).toBe(4);
});

test('a generic body may have 1 MB, packed or not, declared or not', async () => {
  server = await startTestServer();
  const over = JSON.stringify({ title: 'x', description: 'x'.repeat(1024 * 1024) });
  const fits = JSON.stringify({ title: 'x', description: 'x'.repeat(1024 * 1024 - 40) });
  expect((await server.post('scripts', fits)).status).toBe(200);
  expect(await server.post('scripts', over)).toMatchObject({
    status: 413,
    body: { error: { message: 'the body is over 1 MB' } },
  });
  expect((await server.post('scripts', gzipSync(over), { 'content-encoding': 'gzip' })).status).toBe(413);
  expect(server.inbox.filter(({ kind }) => kind === 'alert')).toHaveLength(1);
});

test('what a known sender sent over 1 MB leaves a warning and its first 64 kB', async () => {
  server = await startTestServer();
  const over = JSON.stringify({ title: 'x', description: 'x'.repeat(1024 * 1024) });
  const signed = createHmac('sha256', SECRET).update(over).digest('hex');
  const ways = [{}, { authorization: '', 'x-signature': `sha256=${signed}` }];
  for (const [index, headers] of ways.entries()) {
    // Another source each time: the same body of one source is one dead letter.
    const name = index === 0 ? 'scripts' : 'AWS Production';
    const reply = await server.post(name, over, headers);
    expect(reply).toMatchObject({ status: 413, body: { kept: 0, deadLetter: true } });
    expect(server.inbox.at(-1)).toMatchObject({
      source: name,
      kind: 'dead-letter',
      body: {
        where: 'body',
        reason: 'the body is over 1 MB',
        bytes: over.length,
        raw: over.slice(0, 64 * 1024),
      },
    });
    expect(server.log).toEqual([
      {
        level: 'warn',
        source: name,
        message: `the source "${name}" was refused with 413: the body is over 1 MB (${over.length} bytes); nothing of it was read, its first 64 kB are a dead letter`,
      },
    ]);
    server.log.length = 0;
  }
});

test('a signed body may have 1 MB, for a known source and an unknown one', async () => {
  server = await startTestServer();
  const headers = { authorization: '', 'x-signature': `sha256=${'0'.repeat(64)}` };
  for (const name of ['prometheus', 'nobody']) {
    const { status, body: answer } = await server.post(name, 'x'.repeat(1024 * 1024 + 1), headers);
    expect([status, answer.error.hint]).toEqual([
      413,
      'signed bodies may have 1 MB: use a bearer token for longer ones',
    ]);
  }
  // Strangers leave nothing.
  expect([server.inbox, server.log]).toEqual([[], []]);
});

describe('a body over 1 MB that a vendor signed, which nobody can check without the whole of it', () => {
  const over = 'x'.repeat(1024 * 1024 + 1);
  const vendors = [
    ['grafana', 'x-grafana-alerting-signature', '0'.repeat(64)],
    ['sentry', 'sentry-hook-signature', '0'.repeat(64)],
    ['pagerduty', 'x-pagerduty-signature', `v1=${'0'.repeat(64)}`],
    ['sns', 'x-amz-sns-message-type', 'Notification'],
  ] as const;
  const send = (name: string, header: string, value: string, text = over) =>
    server.post(name, text, { authorization: '', [header]: value });

  test.each(vendors)('of %s leaves one row a minute and counts the others', async (type, header, value) => {
    server = await startTestServer();
    server.sources.set(type, source(type, type));
    for (let n = 0; n < 3; n += 1) expect((await send(type, header, value)).status).toBe(413);
    server.clock.at += 59_999;
    await send(type, header, value);
    expect(server.log).toEqual([
      {
        level: 'warn',
        source: type,
        message: expect.stringContaining('was refused with 413: the body is over 1 MB (1048577 bytes)'),
      },
    ]);
    server.clock.at += 1;
    await send(type, header, `${value} `, `${over}x`);
    await server.close();
    const rows = server.inbox.map(({ kind, body, unproven }) => ({
      kind,
      unproven,
      ...(body as DeadLetter),
    }));
    expect(rows).toMatchObject([
      { kind: 'dead-letter', unproven: true, bytes: over.length, where: 'body' },
      {
        kind: 'dead-letter',
        bytes: over.length + 1,
        reason: expect.stringContaining(
          'perhaps it is not from this source; 3 more since the last such entry',
        ),
      },
    ]);
    expect(rows.every(({ raw }) => raw.length <= 1024)).toBe(true);
  });

  test('answers as for a source that is not here, and for one of another vendor leaves nothing', async () => {
    server = await startTestServer();
    server.sources.set('sns', source('sns', 'sns', []));
    const [known, unknown] = [
      await send('sns', 'x-amz-sns-message-type', 'Notification'),
      await send('nobody', 'x-amz-sns-message-type', 'Notification'),
    ];
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
    await send('scripts', 'x-amz-sns-message-type', 'Notification');
    await server.close();
    expect(server.inbox.map((entry) => entry.source)).toEqual(['sns']);
  });
});

test('long bodies that together need too much memory are sent back to come again', async () => {
  const { keys } = await startCounting({ heldBytes: 1_000_000 });
  expect(await send(body(2_000, 'x'.repeat(1_000)))).toMatchObject({
    status: 503,
    body: { error: { message: 'other long bodies are being read' } },
  });
  expect(keys.size).toBe(0);
  // What it held was given back.
  expect((await send(body(500, 'x'.repeat(1_000)))).status).toBe(200);
  expect((await send(body(500, 'x'.repeat(1_000)))).status).toBe(200);
});

test('a body cut off by a broken connection stores nothing: its sender will come again', async () => {
  const { keys } = await startCounting();
  const socket = connect({ port: server.port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.end(`${hookHead('prometheus', 'Content-Length: 100000')}{"alerts":[${alertText(1)},`);
  socket.resume();
  await once(socket, 'close');
  await server.close();
  expect(keys.size).toBe(0);
  expect(server.log.filter(({ level }) => level === 'error')).toEqual([]);
});
