// The SDK, loaded when the first conversation needs it, and held to what was handed in: it reads no key, no address and
// no header from the environment, tries nothing twice, follows no redirect and logs nothing.
import type { ModelRequest } from './request.ts';

export interface Client {
  /**
   * The events of one answer. `onBytes`: whenever a part of it came that ends a line. Errors: those of the SDK and of
   * `fetch`, for `readTrouble`. Where `signal` is aborted it may also just end.
   */
  events(
    request: ModelRequest,
    options: { signal: AbortSignal; onBytes(): void },
  ): Promise<AsyncIterable<unknown>>;
}

/** Of one answer. The longest we allow the model to write has some 1.5 MB of events. */
const MOST_BYTES = 4 * 1024 * 1024;
/** All else would come from ANTHROPIC_CUSTOM_HEADERS. */
const HEADERS = /^(?:accept|content-type|user-agent|anthropic-version|x-stainless-.*)$/;
const NEW_LINE = 10;

export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

export async function loadClient(options: { key: string; base: string; timeoutMs: number }): Promise<Client> {
  const { key, base, timeoutMs } = options;
  const { default: Anthropic } = await import('@anthropic-ai/sdk');
  return {
    async events(request, { signal, onBytes }) {
      // One for each request, as it holds the watch over its bytes; connections are kept by `fetch` all the same.
      const client = new Anthropic({
        apiKey: key,
        baseURL: base,
        webhookKey: null,
        maxRetries: 0,
        timeout: timeoutMs,
        logLevel: 'off',
        openTelemetry: false,
        fetch: (url, init) => boundedFetch(url, init, key, onBytes),
      });
      // As `messages.create` does, which also writes to the console about models that are to be retired.
      return client.post<AsyncIterable<unknown>>('/v1/messages', { body: request, stream: true, signal });
    },
  };
}

async function boundedFetch(
  url: string | URL | Request,
  init: RequestInit | undefined,
  key: string,
  onBytes: () => void,
): Promise<Response> {
  const headers = new Headers(init?.headers);
  for (const name of [...headers.keys()]) if (!HEADERS.test(name)) headers.delete(name);
  headers.set('authorization', `Bearer ${key}`);
  const response = await fetch(url, { ...init, headers, redirect: 'manual' });
  onBytes();
  if (response.body === null) return response;
  let bytes = 0;
  const bounded = response.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > MOST_BYTES) return controller.error(new AnswerTooLong('longer than an answer may be'));
        if (chunk.includes(NEW_LINE)) onBytes();
        controller.enqueue(chunk);
      },
    }),
  );
  return new Response(bounded, {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
}
