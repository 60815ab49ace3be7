// The one place where the daemon itself fetches an address: no redirects, a deadline over everything, a cap on size.
import { request as httpsRequest } from 'node:https';
import { ToolError } from '../domain/errors.ts';
import type { HttpsGet } from '../domain/https-get.ts';

/** `request`: how a connection is opened. */
export function createHttpsGet(request: typeof httpsRequest = httpsRequest): HttpsGet {
  return (url, { maxBytes, timeoutMs, signal }) =>
    new Promise((resolve, reject) => {
      const limit = AbortSignal.timeout(timeoutMs);
      const fail = (why: string, cause?: unknown): void => {
        reject(new ToolError('retry', `${url.host} ${why}`, cause === undefined ? {} : { cause }));
        asked.destroy();
      };
      const asked = request(url, {
        method: 'GET',
        agent: false,
        headers: { 'User-Agent': 'openclaw', Accept: '*/*' },
        signal: signal ? AbortSignal.any([limit, signal]) : limit,
      });
      asked.on('error', (error) =>
        fail(limit.aborted ? 'did not answer in time' : 'cannot be reached', error),
      );
      asked.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maxBytes) fail(`sent more than ${maxBytes} bytes`);
          else chunks.push(chunk);
        });
        response.on('error', (error) =>
          fail(limit.aborted ? 'did not answer in time' : 'broke off its answer', error),
        );
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      });
      asked.end();
    });
}
