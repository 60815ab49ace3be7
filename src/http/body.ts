// Bodies as they come: by chunks, with a limit on their size, on what they unpack to, and on how long they may stall.
import type { IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HttpProblem, tooLarge, tryAgain } from './problem.ts';

/** Bytes as sent. @throws HttpProblem 413 after the last byte that was allowed, 503 when the sender stalls */
export async function* rawChunks(
  request: IncomingMessage,
  options: { maxBytes: number; idleMs: number },
): AsyncGenerator<Buffer> {
  // Not destroyed on an early end: the answer goes through the same socket.
  const chunks = request
    .iterator({ destroyOnReturn: false })
    [Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    let left = options.maxBytes;
    for (;;) {
      const next = await withIdleLimit(chunks.next(), options.idleMs);
      if (next.done === true) return;
      yield* upTo(next.value, left);
      left -= next.value.length;
      if (left < 0) throw tooLarge(options.maxBytes);
    }
  } finally {
    // Not awaited: after a stall it would wait for the very chunk that does not come.
    chunks.return?.().catch(() => undefined);
  }
}

/** Longer ones are read piece by piece. */
const SHORT_MAX = 64 * 1024;

/** Says its length, which is short, and is not packed: most bodies are. */
export function isShort({ headers }: IncomingMessage, maxBytes: number): boolean {
  const length = Number(headers['content-length'] ?? Number.NaN);
  return length <= Math.min(SHORT_MAX, maxBytes) && headers['content-encoding'] === undefined;
}

/**
 * A short body, by events: an iterator over its one or two pieces costs several times what they do.
 * @throws HttpProblem 503 when the sender stalls; Error when it goes away
 */
export function readShort(request: IncomingMessage, options: { idleMs: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const end = (settle: () => void) => (): void => {
      clearTimeout(timer);
      request.off('data', take).off('end', whole).off('close', gone);
      settle();
    };
    const take = (chunk: Buffer): void => {
      parts.push(chunk);
      timer.refresh();
    };
    const whole = end(() => resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)));
    const gone = end(() => reject(new Error('the sender went away')));
    const stalled = end(() => {
      request.pause();
      reject(tryAgain('stalled', 'the body stopped coming'));
    });
    const timer = setTimeout(stalled, options.idleMs);
    request.on('data', take).on('end', whole).on('close', gone);
  });
}

/** Unpacks by `Content-Encoding`. @throws HttpProblem 415 for one we do not know, 413 over the limit, 400 when broken */
export async function* decodedChunks(
  chunks: AsyncIterable<Buffer>,
  encoding: string | undefined,
  maxBytes: number,
): AsyncGenerator<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === '' || name === 'identity') {
    yield* chunks;
    return;
  }
  if (name !== 'gzip' && name !== 'x-gzip')
    throw new HttpProblem(415, 'encoding', 'the body is packed in a way that is not understood here', {
      hint: 'send it plain or with Content-Encoding: gzip',
      headers: { 'Accept-Encoding': 'gzip' },
    });
  const gunzip = createGunzip();
  // Its errors come out of the iterator below.
  pipeline(Readable.from(chunks), gunzip, () => undefined);
  let left = maxBytes;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      yield* upTo(chunk, left);
      left -= chunk.length;
      if (left < 0) throw tooLarge(maxBytes);
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new HttpProblem(400, 'bad-body', 'the body says it is gzip and cannot be unpacked');
    throw error;
  } finally {
    gunzip.destroy();
  }
}

export async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/**
 * Reads on and throws away, so that the sender sees the answer: a socket closed with unread bytes in it makes
 * the other side's system drop the answer too. Bounded in bytes and time.
 */
export function drain(request: IncomingMessage, limits: { maxBytes: number; maxMs: number }): Promise<void> {
  if (request.readableEnded || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const done = (): void => {
      clearTimeout(timer);
      request.off('data', count).off('end', done).off('close', done).off('error', done);
      request.pause();
      resolve();
    };
    const count = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > limits.maxBytes) done();
    };
    const timer = setTimeout(done, limits.maxMs);
    request.on('data', count).on('end', done).on('close', done).on('error', done);
    request.resume();
  });
}

function* upTo(chunk: Buffer, left: number): Generator<Buffer> {
  const part = chunk.length <= left ? chunk : chunk.subarray(0, Math.max(0, left));
  if (part.length > 0) yield part;
}

async function withIdleLimit<T>(next: Promise<T>, idleMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(tryAgain('stalled', 'the body stopped coming')), idleMs);
  });
  // Lost when the sender stalls: whatever it says later is no longer of interest.
  next.catch(() => undefined);
  try {
    return await Promise.race([next, stalled]);
  } finally {
    clearTimeout(timer);
  }
}
