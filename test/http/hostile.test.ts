import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exchange, hookHead, SECRET, startTestServer, type TestServer } from './harness.ts';

const LONG = Boolean(process.env.OPENCLAW_TEST_LONG);
let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.close());

describe('any bytes', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw)),
    fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
    fc
      .jsonValue({ maxDepth: 3 })
      .map((value) =>
        Buffer.from(JSON.stringify({ alerts: [value, { labels: value, annotations: value }] })),
      ),
    fc
      .jsonValue({ maxDepth: 3 })
      .map((value) =>
        Buffer.from(JSON.stringify({ title: value, labels: value, links: [value], status: value })),
      ),
    fc
      .string({ unit: 'binary' })
      .map((text) => Buffer.from(JSON.stringify({ title: text, alerts: text }).slice(1))),
  );
  const types = fc.constantFrom(
    'application/json',
    'application/x-www-form-urlencoded',
    'text/plain',
    'x',
    '',
  );
  const encodings = fc.constantFrom('', '', '', 'gzip', 'br', 'identity', 'gzip, gzip');

  test('as a body get an answer in JSON, and never a 500', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('scripts', 'prometheus'),
        bytes,
        types,
        encodings,
        async (name, body, type, encoding) => {
          const { status, body: answer } = await server.post(name, body, {
            'content-type': type,
            'content-encoding': encoding,
          });
          expect([200, 400, 415]).toContain(status);
          expect(answer.ok).toBe(status === 200);
          if (status !== 200) expect(answer.error.message).toEqual(expect.any(String));
        },
      ),
      { seed: 42, numRuns: LONG ? 10_000 : 300 },
    );
    expect(server.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('as a request do not end the server', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ minLength: 1, maxLength: 200 }).map((raw) => Buffer.from(raw)),
          fc.string({ maxLength: 60 }).map((text) => Buffer.from(`POST /hooks/${text} HTTP/1.1\r\n\r\n`)),
          fc
            .string({ maxLength: 60 })
            .map((text) => Buffer.from(hookHead('scripts', text, 'Content-Length: 3'))),
        ),
        async (raw) => {
          const received = await exchange(server.port, (socket) => socket.end(raw));
          expect(received).not.toContain(' 500 ');
          const [, text] = received.split('\r\n\r\n');
          if (text !== undefined && text !== '') expect(JSON.parse(text)).toMatchObject({ ok: false });
        },
      ),
      { seed: 42, numRuns: LONG ? 2_000 : 100 },
    );
    expect((await server.post('scripts', { title: 'still here' })).status).toBe(200);
  });
});

describe('a sender that lies', () => {
  const head = hookHead('scripts', 'Content-Length: 4');

  test('about a longer body than it sends is cut off at its end, and stores nothing', async () => {
    const received = await exchange(server.port, (socket) =>
      socket.end(`${hookHead('scripts', 'Content-Length: 500')}{"title":"x"}`),
    );
    expect(received).not.toContain('200 OK');
    expect(server.inbox).toEqual([]);
  });

  test('about a shorter one gets what it said, and an end', async () => {
    const received = await exchange(server.port, (socket) => socket.write(`${head}{"title":"x"}`));
    expect(received).toMatch(/^HTTP\/1\.1 400 .*"ok":false/s);
    expect(server.inbox).toMatchObject([{ kind: 'dead-letter', body: { bytes: 4 } }]);
  });

  test.each([
    ['two lengths', 'Content-Length: 4\r\nContent-Length: 5'],
    ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked'],
    ['a negative length', 'Content-Length: -1'],
    ['a length in words', 'Content-Length: four'],
  ])('with %s is refused', async (_name, header) => {
    const received = await exchange(server.port, (socket) =>
      socket.write(`${hookHead('scripts', header)}abcd`),
    );
    expect(received).toMatch(/^HTTP\/1\.1 400 .*"ok":false/s);
  });

  test('with broken chunks stores nothing', async () => {
    const received = await exchange(server.port, (socket) =>
      socket.write(`${hookHead('scripts', 'Transfer-Encoding: chunked')}5\r\n{"tit\r\nZZ\r\n`),
    );
    expect(received).toMatch(/^(HTTP\/1\.1 400 |$)/);
    expect(server.inbox).toEqual([]);
  });

  test('with headers without end is refused', async () => {
    const received = await exchange(server.port, (socket) =>
      socket.write(hookHead('scripts', `X: ${'x'.repeat(20_000)}`)),
    );
    expect(received).toMatch(/^HTTP\/1\.1 431 .*"ok":false/s);
  });

  test('with an Expect nobody knows is told so', async () => {
    const received = await exchange(server.port, (socket) =>
      socket.write(hookHead('scripts', 'Expect: a-miracle', 'Connection: close')),
    );
    expect(received).toMatch(/^HTTP\/1\.1 417 .*"ok":false/s);
  });

  test('that wants a tunnel gets none', async () => {
    const received = await exchange(server.port, (socket) =>
      socket.write('CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n'),
    );
    expect(received).toMatch(/^HTTP\/1\.1 405 .*"ok":false/s);
  });
});

describe('a sender that takes its time', () => {
  test('with the body is told to come again, and cut', async () => {
    await server.close();
    server = await startTestServer({ limits: { bodyIdleMs: 50 } });
    for (const name of ['scripts', 'prometheus']) {
      const received = await exchange(server.port, (socket) =>
        socket.write(`${hookHead(name, 'Content-Length: 500')}{"alerts":[`),
      );
      expect(received).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 5.*"type":"stalled"/s);
    }
    expect(server.inbox).toEqual([]);
  });

  test('with a packed or a signed body is cut too', async () => {
    await server.close();
    server = await startTestServer({ limits: { bodyIdleMs: 50 } });
    const packed = hookHead('prometheus', 'Content-Encoding: gzip', 'Content-Length: 500');
    const signed = hookHead('scripts', 'X-Signature: x', 'Content-Length: 500').replace(SECRET, 'wrong');
    for (const text of [packed, signed])
      expect(await exchange(server.port, (socket) => socket.write(`${text}x`))).toMatch(/^HTTP\/1\.1 503 /);
  });

  test('with the headers is cut', async () => {
    await server.close();
    server = await startTestServer({ limits: { headersMs: 50 } });
    const received = await exchange(server.port, (socket) =>
      socket.write('POST /hooks/scripts HTTP/1.1\r\nHost: x\r\nX-'),
    );
    expect(received).toMatch(/^HTTP\/1\.1 408 .*"ok":false/s);
  });

  test('and has no secret holds no place: 401 before the body', async () => {
    const received = await exchange(server.port, (socket) => {
      socket.write(`${hookHead('scripts', 'Content-Length: 5').replace(SECRET, 'wrong')}12345`);
      socket.once('data', () => socket.end());
    });
    expect(received).toMatch(/^HTTP\/1\.1 401 /);
  });

  test('unsigned so far, takes places of its own only', async () => {
    await server.close();
    server = await startTestServer({ limits: { unverified: 1 } });
    const slow = connect({ port: server.port, host: '127.0.0.1' });
    await once(slow, 'connect');
    slow.write(`${hookHead('scripts', 'X-Signature: x', 'Content-Length: 5').replace(SECRET, 'wrong')}1`);
    const signed = { authorization: '', 'x-signature': 'x' };
    // Until the slow one has its place, a signed stranger is refused for its signature.
    let status = 401;
    while (status === 401) status = (await server.post('scripts', { title: 'x' }, signed)).status;
    expect(status).toBe(503);
    expect((await server.post('scripts', { title: 'x' })).status).toBe(200);
    slow.destroy();
  });
});

describe('a server that stops', () => {
  test('finishes what is in flight and takes no more', async () => {
    await server.close();
    let reached = (): void => undefined;
    const busy = new Promise<void>((resolve) => {
      reached = resolve;
    });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    server = await startTestServer({
      async accept(entries) {
        reached();
        await held;
        return entries.length;
      },
    });
    const first = server.post('scripts', { title: 'a' });
    await busy;
    const closed = server.close();
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
    release();
    expect((await first).status).toBe(200);
    await closed;
  });

  test('cuts those that do not finish', async () => {
    await server.close();
    server = await startTestServer({ limits: { graceMs: 50 } });
    const slow = connect({ port: server.port, host: '127.0.0.1' });
    slow.on('error', () => undefined);
    await once(slow, 'connect');
    slow.write(`${hookHead('scripts', 'Content-Length: 500')}{`);
    await server.post('scripts', { title: 'the slow one is in by now' });
    await server.close();
    slow.resume();
    await once(slow, 'close');
  });

  test('may be told twice', async () => {
    await server.close();
    await server.close();
  });
});
