// What an error of the SDK, of `fetch` or of a stream means for the conversation.
import { clipped } from '../../domain/excerpt.ts';
import { networkReason, retryAfterMs, statusWords } from '../../domain/http-trouble.ts';
import { AnswerTooLong } from './client.ts';
import { type Failure, nonsense, seconds } from './outcome.ts';
import { Garbled } from './turn-reader.ts';

export interface Trouble extends Failure {
  /** Whether the same may be asked once more. */
  again: boolean;
  /** The API asks to be left alone for so long. */
  afterMs: number | null;
  /** False: the request surely cost nothing. */
  billed: boolean;
}

const AGAIN: ReadonlySet<number> = new Set([429, 500, 502, 503, 529]);
/** Errors that come in the middle of a stream have a type and no status. */
const STATUS_OF: Readonly<Record<string, number>> = {
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};
const DETAIL = 200;

/** The fields of the SDK's APIError that are read; its classes are not, so that the SDK need not be loaded for it. */
interface ApiErrorFields {
  status?: unknown;
  type?: unknown;
  apiMessage?: unknown;
  requestID?: unknown;
  headers?: unknown;
}

export function readTrouble(error: unknown): Trouble {
  if (error instanceof Garbled) return trouble(nonsense(error.message), { billed: true });
  if (error instanceof AnswerTooLong)
    return trouble(nonsense('it was longer than it may be'), { billed: true });
  if (error instanceof SyntaxError) return trouble(nonsense('it was no JSON'), { billed: true });
  const { status, type, headers } = (error ?? {}) as ApiErrorFields;
  const detail = detailOf(error as ApiErrorFields);
  if (typeof status === 'number') return ofStatus(status, headersOf(headers), detail, false);
  if (typeof type === 'string') return ofStatus(STATUS_OF[type] ?? 400, null, detail, true);
  return lost(error);
}

/** The stream ended, and the answer had not. */
export function brokenOff(): Trouble {
  return trouble({ why: 'unreachable', words: 'Claude broke off its answer' }, { again: true, billed: true });
}

function ofStatus(status: number, headers: Headers | null, detail: string, billed: boolean): Trouble {
  const failure = (why: Failure['why'], words: string, hint?: string): Trouble =>
    trouble({ why, words, detail, ...(hint === undefined ? {} : { hint }) }, { billed });
  switch (status) {
    case 401:
      return failure('key-refused', 'Claude refuses its key (401)', 'look at ANTHROPIC_API_KEY');
    case 402:
      return failure('key-refused', 'The account of Claude cannot pay (402)', 'look at its billing');
    case 403:
      return failure('key-refused', 'Claude does not allow this to its key (403)');
    case 404:
      return failure(
        'refused',
        'Claude knows no such model or address (404)',
        'look at --model of the agent, ANTHROPIC_MODEL and ANTHROPIC_BASE_URL',
      );
    default:
  }
  if (status >= 300 && status < 400)
    return failure(
      'unreachable',
      `Claude's address sends us elsewhere (${status})`,
      'look at ANTHROPIC_BASE_URL',
    );
  if (status !== 429 && status < 500)
    return failure('refused', `Claude's API does not take this request (${status})`);
  const afterMs = retryAfterMs(headers?.get('retry-after') ?? null);
  const later = afterMs === null ? '' : ` and asks to be left alone for ${seconds(afterMs)}`;
  const what = status === 529 ? 'is overloaded' : statusWords(status);
  return trouble(
    { why: 'overloaded', words: `Claude ${what} (${status})${later}`, detail },
    { again: AGAIN.has(status) && headers?.get('x-should-retry') !== 'false', afterMs, billed },
  );
}

function lost(error: unknown): Trouble {
  // The SDK's own error stands around that of `fetch`.
  const inner = error instanceof Error && error.name.startsWith('API') ? error.cause : error;
  const { words, sent } = networkReason(inner);
  return trouble(
    { why: 'unreachable', words: `Claude cannot be reached: ${words}` },
    { again: true, billed: sent },
  );
}

function trouble(failure: Failure, more: Partial<Omit<Trouble, keyof Failure>>): Trouble {
  return { again: false, afterMs: null, billed: false, ...failure, ...more };
}

/** What the API says about it is from outside: for the log alone, where it is cleaned once more. */
function detailOf({ apiMessage, requestID }: ApiErrorFields): string {
  const parts = [apiMessage, requestID].filter((part) => typeof part === 'string' && part !== '');
  return clipped(parts.join(' ') || 'nothing was said', DETAIL);
}

function headersOf(headers: unknown): Headers | null {
  return headers instanceof Headers ? headers : null;
}
