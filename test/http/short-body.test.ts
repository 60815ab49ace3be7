// Short bodies, read by their events.
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isShort, readShort } from '../../src/http/body.ts';

const idleMs = 1000;
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function reading() {
  const stream = new PassThrough();
  const body = readShort(stream as unknown as IncomingMessage, { idleMs }).then(String);
  // Looked at later.
  body.catch(() => undefined);
  return { stream, body };
}

/** Lets the stream hand its events on. */
const turn = () => vi.advanceTimersByTimeAsync(0);

test('its pieces are put together, however slowly they come, as long as none is waited for too long', async () => {
  const { stream, body } = reading();
  for (const piece of ['{"a"', ':', '1}']) {
    stream.write(piece);
    await turn();
    await vi.advanceTimersByTimeAsync(idleMs - 1);
  }
  stream.end();
  expect(await body).toBe('{"a":1}');
});

test('an empty one is empty', async () => {
  const { stream, body } = reading();
  stream.end();
  expect(await body).toBe('');
});

test('a sender who stalls is told to come again', async () => {
  const { stream, body } = reading();
  stream.write('{"a"');
  await turn();
  await vi.advanceTimersByTimeAsync(idleMs);
  await expect(body).rejects.toMatchObject({ status: 503, reason: 'stalled' });
});

test('a sender who goes away ends it, and leaves no timer behind', async () => {
  const { stream, body } = reading();
  stream.write('{"a"');
  await turn();
  stream.destroy();
  await turn();
  await expect(body).rejects.toThrow('the sender went away');
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  [{ 'content-length': '100' }, true],
  [{ 'content-length': '65536' }, true],
  [{ 'content-length': '65537' }, false],
  [{ 'content-length': '100', 'content-encoding': 'gzip' }, false],
  [{ 'transfer-encoding': 'chunked' }, false],
  [{}, false],
])('%j: %s', (headers, short) => {
  expect(isShort({ headers } as IncomingMessage, 1_000_000)).toBe(short);
});

test('what is over the limit of its format is not short', () => {
  expect(isShort({ headers: { 'content-length': '101' } } as IncomingMessage, 100)).toBe(false);
});
