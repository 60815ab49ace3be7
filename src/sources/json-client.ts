// One API that speaks JSON over HTTP: bounded bodies, no redirects, and a plain sentence for everything that goes wrong.
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError, usageError } from '../domain/errors.ts';
import { clipped } from '../domain/excerpt.ts';
import { networkReason, retryAfterMs, statusWords } from '../domain/http-trouble.ts';
import { redact } from '../domain/redact.ts';
import type { Call } from '../domain/tool.ts';
import { discard, readBody } from './http-answer.ts';

export interface JsonRequest {
  method: 'GET' | 'POST' | 'PATCH';
  /** Below the base address, with its slash. */
  path: string;
  query?: URLSearchParams;
  /** Sent as a form, or as JSON. */
  body?: URLSearchParams | object;
  /** Changes something there: never sent twice by this client, and what became of it may be unknown. */
  changes?: true;
  /** What to do where we are known and this is not allowed (403). Default: that of the client. */
  refusedHint?: string;
}

export interface JsonAnswer {
  status: number;
  /** Undefined: an empty body, or none that is JSON with a status of 400 or more. */
  json: unknown;
}

export interface JsonClient {
  /** Answers below 500 but 401, 403, 429 and redirects, for the caller to read. Errors: ToolError. */
  ask(request: JsonRequest, call: Call): Promise<JsonAnswer>;
}

export interface JsonClientOptions {
  /** The source's name, which begins each sentence. */
  name: string;
  /** Ends without a slash. */
  base: string;
  host: string;
  headers: Readonly<Record<string, string>>;
  /** Values that no message may hold. */
  secrets: readonly string[];
  /** What to type where the other side refuses us. */
  refusedHint: string;
  /** Between two tries. Default: a timer. */
  wait?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Default 4 MB, unpacked. */
  maxBytes?: number | undefined;
  /** How many requests run at once. Default 6. */
  atOnce?: number | undefined;
}

const MAX_BYTES = 4 * 1024 * 1024;
const AT_ONCE = 6;
const WAITS_MS = [250, 1000];
/** Asked to stay away for longer, we say so instead of waiting. */
const LONGEST_WAIT_MS = 3000;
const TEXT_LIMIT = 300;

type Tried =
  | { kind: 'answer'; answer: JsonAnswer }
  | { kind: 'again'; why: string; afterMs: number | null; sent: boolean; cause?: unknown };

/** Errors: UserError (usage) for a credential that no header may hold; `fetch` would repeat it in its own error. */
export function createJsonClient(options: JsonClientOptions): JsonClient {
  const wrong = Object.entries(options.headers).find(([, value]) => !/^[ -~]*$/.test(value));
  if (wrong !== undefined)
    throw usageError(
      `what ${options.name} is sent as ${wrong[0]} holds a character that no header may`,
      'look at its secret: one line of plain letters, digits and signs',
    );
  const wait = options.wait ?? ((ms, signal) => sleep(ms, undefined, { signal }));
  const enter = createGate(options.atOnce ?? AT_ONCE);
  const said = (why: string): string => `${options.name} ${withoutSecrets(why, options.secrets)}`;

  async function askInTurn(request: JsonRequest, call: Call): Promise<JsonAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      const tried = await tryOnce(options, request, call, said);
      if (tried.kind === 'answer') return tried.answer;
      const { why, afterMs, sent, cause } = tried;
      const pauseMs = Math.max(WAITS_MS[attempt] ?? 0, afterMs ?? 0);
      const gaveUp = attempt >= WAITS_MS.length || pauseMs > LONGEST_WAIT_MS || request.changes === true;
      if (gaveUp) {
        const outcome = request.changes && sent ? 'unknown' : 'retry';
        throw new ToolError(outcome, said(why), {
          cause,
          ...(afterMs === null ? {} : { retryAfterMs: afterMs }),
        });
      }
      await wait(pauseMs, call.signal).catch(() => {
        throw new ToolError('retry', said(`${why}; there was no time to ask again`));
      });
    }
  }

  return {
    async ask(request, call) {
      const leave = await enter();
      try {
        return await askInTurn(request, call);
      } finally {
        leave();
      }
    },
  };
}

async function tryOnce(
  options: JsonClientOptions,
  request: JsonRequest,
  { signal }: Call,
  said: (why: string) => string,
): Promise<Tried> {
  const { base, host, headers } = options;
  const query = request.query?.toString() ?? '';
  let response: Response;
  try {
    signal.throwIfAborted();
    response = await fetch(`${base}${request.path}${query === '' ? '' : `?${query}`}`, {
      method: request.method,
      headers: { accept: 'application/json', 'user-agent': 'openclaw', ...headers, ...contentType(request) },
      ...(request.body === undefined ? {} : { body: bodyOf(request.body) }),
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    return lost(error, `does not answer at ${host}`, request, signal, said);
  }
  const { status } = response;
  if (status === 401 || status === 403) {
    await discard(response);
    const hint = status === 403 ? (request.refusedHint ?? options.refusedHint) : options.refusedHint;
    throw new ToolError('failed', said(`refuses us (${status}): ${hint}`));
  }
  if (status >= 300 && status < 400) {
    await discard(response);
    throw new ToolError(
      'failed',
      said(`sends us elsewhere (${status}): a login page may stand before it, or its \`url\` is not right`),
    );
  }
  if (status === 429 || status >= 500) {
    const afterMs = retryAfterMs(response.headers.get('retry-after'));
    await discard(response);
    const later = afterMs === null ? '' : `, and asks to be left alone for ${Math.ceil(afterMs / 1000)} s`;
    return {
      kind: 'again',
      why: `${statusWords(status)} (${status})${later}`,
      afterMs,
      sent: status !== 429,
    };
  }
  let text: string | null;
  try {
    text = await readBody(response, options.maxBytes ?? MAX_BYTES);
  } catch (error) {
    return lost(error, `broke off its answer`, request, signal, said);
  }
  if (text === null)
    throw new ToolError(
      request.changes ? 'unknown' : 'failed',
      said(`answered with more than ${(options.maxBytes ?? MAX_BYTES) / 1024 / 1024} MB: ask for less`),
    );
  // A server that repeats what it was shown repeats it to people.
  const json = parseJson(withoutSecrets(text, options.secrets));
  if (json !== undefined || text.trim() === '' || status >= 400)
    return { kind: 'answer', answer: { status, json } };
  throw new ToolError(
    request.changes ? 'unknown' : 'failed',
    said(
      /^\s*</.test(text)
        ? 'answered with a web page instead of data: a login page may stand before it, or its `url` is not right'
        : 'answered with something that is not JSON: its `url` may not be right',
    ),
  );
}

/** No whole answer came: of our own deadline, or of the connection. */
function lost(
  error: unknown,
  what: string,
  request: JsonRequest,
  signal: AbortSignal,
  said: (why: string) => string,
): Tried {
  const { words, sent } = networkReason(error);
  if (signal.aborted)
    throw new ToolError(request.changes ? 'unknown' : 'retry', said('did not answer in time'), {
      cause: error,
    });
  return { kind: 'again', why: `${what}: ${words}`, afterMs: null, sent, cause: error };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function contentType({ body }: JsonRequest): Record<string, string> {
  if (body === undefined) return {};
  return {
    'content-type':
      body instanceof URLSearchParams ? 'application/x-www-form-urlencoded' : 'application/json',
  };
}

function bodyOf(body: URLSearchParams | object): string {
  return body instanceof URLSearchParams ? body.toString() : JSON.stringify(body);
}

/** What the other side says of an error, within a sentence of ours. */
export function theirWords(text: unknown): string {
  return clipped(redact(typeof text === 'string' ? text : ''), TEXT_LIMIT);
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (clean, secret) => (secret === '' ? clean : clean.replaceAll(secret, '[redacted:secret]')),
    text,
  );
}

/** At most so many at once, in the order they came. */
function createGate(atOnce: number): () => Promise<() => void> {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return leave;
  };
}
