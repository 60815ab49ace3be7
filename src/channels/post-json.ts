// One POST of JSON to a pager, and what is known of it when no answer comes. Redirects are not followed.
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ToolError, type ToolOutcome } from '../domain/errors.ts';

/** Shorter than what the engine waits for any channel, so that it is we who know how far it came. */
const DEADLINE_MS = 9500;
const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

export interface PostAnswer {
  status: number;
  retryAfter: string | undefined;
  /** Its first bytes, as many as were asked for. */
  body: string;
}

/** Errors: ToolError: nothing can have arrived before the connection stood, and after that nobody knows. */
export async function postJson(
  url: URL,
  body: string,
  signal: AbortSignal,
  /** `readBytes` of what it says beside its status. Default 0: its status says it all, however long the rest is. */
  { headers = {}, readBytes = 0 }: { headers?: Record<string, string>; readBytes?: number } = {},
): Promise<PostAnswer> {
  let connected = false;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  try {
    return await new Promise<PostAnswer>((resolve, reject) => {
      const options = {
        method: 'POST',
        signal: limit,
        agent: false,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'openclaw',
          ...headers,
          'content-length': Buffer.byteLength(body),
        },
      };
      const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
      whenConnected(request, url, () => {
        connected = true;
      });
      request.once('error', reject);
      request.once('response', (response: IncomingMessage) => {
        void start(response, readBytes).then((text) =>
          resolve({
            status: response.statusCode ?? 0,
            retryAfter: response.headers['retry-after'],
            body: text,
          }),
        );
      });
      request.end(body);
    });
  } catch (error) {
    const why = limit.aborted
      ? `no answer within ${DEADLINE_MS / 1000} s`
      : error instanceof Error
        ? error.message
        : String(error);
    throw new ToolError(connected ? 'unknown' : 'retry', why, { cause: error });
  }
}

/** Never fails: once there is a status, how its words end changes nothing. */
async function start(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.once('error', () => {});
  try {
    if (maxBytes > 0)
      for await (const chunk of response as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes >= maxBytes) break;
      }
  } catch {
    // What came of it has to do.
  }
  response.destroy();
  return Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8');
}

function whenConnected(request: ClientRequest, url: URL, then: () => void): void {
  request.once('socket', (socket) => {
    socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', then);
  });
}

/**
 * Any 2xx is taken. `words`: what the other side says of it, for people. `broken`: what became of it where the other side
 * broke on the way, which may have called somebody before. Errors: ToolError.
 */
export function judgeAnswer(
  { status, retryAfter }: Omit<PostAnswer, 'body'>,
  { words = '', broken = 'unknown' }: { words?: string; broken?: ToolOutcome } = {},
): void {
  if (status >= 200 && status < 300) return;
  const text = `it answered ${status}${words === '' ? '' : `: ${words}`}`;
  // 503 says itself that it took nothing.
  const outcome = status >= 500 && status !== 503 ? broken : 'retry';
  if (status >= 500 || LATER.has(status)) {
    const retryAfterMs = Number(retryAfter) * 1000;
    throw new ToolError(outcome, text, retryAfterMs > 0 ? { retryAfterMs } : {});
  }
  throw new ToolError('failed', status >= 300 && status < 400 ? `${text}, a redirect` : text);
}
