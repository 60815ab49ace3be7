// Talks to the supervisor of a running shop through its loopback control port.
import { request } from 'node:http';
import { ShopError } from './errors.mjs';
import { readState } from './state.mjs';

const answerLimit = 4 * 1024 * 1024;

/**
 * One call. Rejects with the ShopError the supervisor answered, with 'not-running' where nobody listens,
 * and with 'failed' where the connection broke after the call was sent: it may have been done.
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
    'failed',
    `lost the supervisor during ${verb}: ${why}`,
    'it may have been done: shopctl status',
  );
}
