// Pages as signed JSON to a URL of the team's own. The schema stands in the README; its version grows with it.
import { createHmac } from 'node:crypto';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { ChannelAdapter, OutgoingPost } from '../../domain/channel.ts';
import type { Clock } from '../../domain/clock.ts';
import { ToolError } from '../../domain/errors.ts';
import { plainText } from '../../domain/message.ts';
import { safeMessage } from '../../domain/text/safe-message.ts';

export interface WebhookOptions {
  name: string;
  url: URL;
  /** Key of the signature. */
  signing: string;
  clock: Clock;
}

const VERSION = 1;
/** Shorter than what the engine waits for any channel, so that it is we who know how far it came. */
const DEADLINE_MS = 9500;

export function createWebhookChannel({ name, url, signing, clock }: WebhookOptions): ChannelAdapter {
  return {
    name,
    type: 'webhook',
    async send(post, { signal }) {
      const body = JSON.stringify(bodyOf(post));
      const at = Math.floor(clock.now() / 1000);
      const answer = await call(url, body, signal, {
        'content-type': 'application/json',
        'idempotency-key': post.eventId,
        'user-agent': 'openclaw',
        // The form of the signatures we take in ourselves: over the time, a dot and the body.
        'x-openclaw-signature': `t=${at},v1=${createHmac('sha256', signing).update(`${at}.${body}`).digest('hex')}`,
      });
      judge(answer);
      return { remoteId: `${name}:${post.eventId}` };
    },
    close: async () => undefined,
  };
}

function bodyOf({ eventId, conversation, message: given, possibleRepeat }: OutgoingPost) {
  const message = safeMessage(given);
  return {
    version: VERSION,
    type: 'page',
    id: eventId,
    to: conversation,
    title: message.title,
    text: plainText(message),
    actions: message.blocks.flatMap((block) =>
      block.type === 'buttons' ? block.buttons.map(({ label, command }) => ({ label, command })) : [],
    ),
    possibleRepeat,
  };
}

interface Answer {
  status: number;
  retryAfter: string | undefined;
}

/** Redirects are not followed. Errors: ToolError: nothing can have arrived before the connection stood. */
async function call(
  url: URL,
  body: string,
  signal: AbortSignal,
  headers: Record<string, string>,
): Promise<Answer> {
  let connected = false;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const options = {
        method: 'POST',
        signal: limit,
        agent: false,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      };
      const request = url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options);
      whenConnected(request, url, () => {
        connected = true;
      });
      request.once('error', reject);
      request.once('response', (response: IncomingMessage) => {
        // What it says beside its status is of no interest, however long.
        resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
        response.once('error', () => {});
        response.destroy();
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

function whenConnected(request: ClientRequest, url: URL, then: () => void): void {
  request.once('socket', (socket) => {
    socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', then);
  });
}

const LATER: ReadonlySet<number> = new Set([408, 425, 429]);

function judge({ status, retryAfter }: Answer): void {
  if (status >= 200 && status < 300) return;
  const text = `it answered ${status}`;
  // It broke on the way, and may have called somebody before; 503 says itself that it took nothing.
  if (status >= 500 && status !== 503) throw new ToolError('unknown', text);
  if (status === 503 || LATER.has(status)) {
    const retryAfterMs = Number(retryAfter) * 1000;
    throw new ToolError('retry', text, retryAfterMs > 0 ? { retryAfterMs } : {});
  }
  throw new ToolError('failed', status >= 300 && status < 400 ? `${text}, a redirect` : text);
}
