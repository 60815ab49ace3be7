// Talks to the supervisor of a running shop through its loopback control port.
import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { ShopError } from './errors.mjs';
import { readHistory } from './history.mjs';
import { pathsOf, readState } from './state.mjs';

const answerLimit = 4 * 1024 * 1024;

/**
 * One call. Rejects with the ShopError the supervisor answered, with 'not-running' where nobody listens,
 * and with 'unknown' where the connection broke after the call was sent: it may have been done.
 */
export async function call(dir, verb, args = {}, { timeoutMs = 90_000 } = {}) {
  const state = readState(dir);
  if (!state) throw notRunning(dir);
  const answer = await send(state, verb, args, timeoutMs, dir);
  if (answer.ok !== true) {
    const { type = 'failed', message = 'the supervisor gave no reason', hint = '' } = answer.error ?? {};
    throw new ShopError(type, message, hint);
  }
  return answer;
}

/** A change. When the supervisor is lost on the way, the history tells how it ended, if it did. */
export async function change(dir, verb, args) {
  const key = args.key ?? `own-${randomUUID()}`;
  try {
    return await call(dir, verb, { ...args, key }, { timeoutMs: 600_000 });
  } catch (error) {
    if (error.type !== 'unknown') throw error;
    const found = readHistory(pathsOf(dir).history).operation(key);
    if (found?.status === 'succeeded')
      return { ok: true, operation: found.id, kind: found.kind, key, ...found.result };
    if (found?.status === 'failed') throw new ShopError('failed', `${verb} failed: ${found.error}`);
    throw error;
  }
}

export const notRunning = (dir) =>
  new ShopError('not-running', `no shop is running in ${dir}`, 'shopctl start');

function send(state, verb, args, timeoutMs, dir) {
  const body = JSON.stringify(args);
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: state.controlPort,
      path: `/${verb}`,
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${state.token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
      signal: AbortSignal.timeout(timeoutMs),
    };
    const outgoing = request(options, (response) => {
      const chunks = [];
      let size = 0;
      response.on('data', (chunk) => {
        size += chunk.length;
        if (size > answerLimit) outgoing.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      response.on('error', (error) => reject(broken(verb, error)));
      response.on('end', () => {
        // A stranger may have taken the port of a dead shop: only our supervisor names itself so.
        if (response.headers['x-shop'] !== 'supervisor') return reject(notRunning(dir));
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        } catch (error) {
          reject(broken(verb, error));
        }
      });
    });
    outgoing.on('error', (error) => {
      reject(error.code === 'ECONNREFUSED' ? notRunning(dir) : broken(verb, error));
    });
    outgoing.end(body);
  });
}

function broken(verb, error) {
  const why =
    error.name === 'AbortError' || error.name === 'TimeoutError' ? 'no answer in time' : error.message;
  return new ShopError(
    'unknown',
    `lost the supervisor during ${verb}: ${why}`,
    'it may have been done: shopctl status',
  );
}
