// What an answer of GitHub means: use it, wait, or give up, and in which words. Pure.
import { clipped } from '../../domain/excerpt.ts';

/** What came back, or did not. */
export type Answer =
  | Answered
  /** It may have arrived there. `always`: asking again would end the same way. */
  | { kind: 'lost'; why: string; always?: boolean }
  /** It surely did not arrive there. */
  | { kind: 'unreached'; why: string };

interface Answered {
  kind: 'answered';
  status: number;
  headers: Readonly<Record<string, string>>;
  data: unknown;
  bytes: number;
}

export type Verdict =
  | { kind: 'use'; answer: Answered }
  /** 304: what we kept is still true. */
  | { kind: 'unchanged' }
  /** Nothing was done, and it may be asked again after this. `all`: so may everything else. */
  | { kind: 'wait'; ms: number; why: string; all: boolean }
  /** It was not done. `credential`: because of who we are. */
  | { kind: 'refused'; why: string; credential: boolean }
  /** It may have been done. `ms`: when a read is asked again. */
  | { kind: 'doubt'; ms: number; why: string };

const MOST_WORDS = 200;
const FIRST_PAUSE_MS = 500;
/** Where a secondary limit does not say how long: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api */
const SECONDARY_MS = 60_000;
const LONGEST_MS = 3_600_000;

/** `attempt` counts from 1. `now`: an instant. */
export function judge(answer: Answer, { attempt, now }: { attempt: number; now: number }): Verdict {
  const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1);
  if (answer.kind === 'lost')
    return { kind: 'doubt', ms: answer.always ? Number.POSITIVE_INFINITY : pause, why: answer.why };
  if (answer.kind === 'unreached') return { kind: 'wait', ms: pause, why: answer.why, all: false };
  const { status, headers } = answer;
  if (status === 304) return { kind: 'unchanged' };
  if (status >= 200 && status < 300) return { kind: 'use', answer };
  const throttled = throttle(answer, now, attempt);
  if (throttled !== null) return throttled;
  const said = `${status}${saying(answer.data)}`;
  if (status >= 500)
    return { kind: 'doubt', ms: retryAfter(headers, now) ?? pause, why: `it answered ${said}` };
  if (status === 401)
    return {
      kind: 'refused',
      credential: true,
      why: `it does not accept our token (${said}): expired, revoked, or of another server`,
    };
  if (status === 403)
    return { kind: 'refused', credential: true, why: `it is not allowed (${said})${needed(headers)}` };
  if (status === 404)
    return {
      kind: 'refused',
      credential: false,
      why: `there is no such thing, or our token may not see it (${said})${needed(headers)}`,
    };
  if (status < 400)
    return {
      kind: 'refused',
      credential: false,
      why: `it answered ${status}, so the repository was moved: give its new name`,
    };
  return { kind: 'refused', credential: false, why: `it said no (${said})` };
}

/**
 * Primary limits say when they end, secondary ones how long to wait; both come as 403 or 429.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
function throttle({ status, headers, data }: Answered, now: number, attempt: number): Verdict | null {
  if (status !== 403 && status !== 429) return null;
  const wait = (ms: number, why: string): Verdict => ({
    kind: 'wait',
    ms: Math.min(Math.max(ms, 1000), LONGEST_MS),
    why,
    all: true,
  });
  const after = retryAfter(headers, now);
  if (after !== null) return wait(after, 'it has had enough of us for a while');
  const resetAt = Number(headers['x-ratelimit-reset']) * 1000;
  if (headers['x-ratelimit-remaining'] === '0' && resetAt > 0)
    return wait(resetAt - now + 1000, 'the requests of this hour are used up');
  const secondary = /secondary rate limit|abuse detection|rate limit exceeded/i.test(messageOf(data));
  return secondary || status === 429
    ? wait(SECONDARY_MS * 2 ** (attempt - 1), 'it has had enough of us for a while')
    : null;
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | null {
  const text = headers['retry-after']?.trim() ?? '';
  if (/^\d{1,7}$/.test(text)) return Number(text) * 1000;
  const at = text === '' ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** `x-accepted-github-permissions: deployments=write`, or the scopes a classic token lacks. */
function needed(headers: Readonly<Record<string, string>>): string {
  const permissions = headers['x-accepted-github-permissions'];
  if (permissions) return `; it needs the permission ${clipped(permissions, 100)}`;
  const scopes = headers['x-accepted-oauth-scopes'];
  return scopes && headers['x-oauth-scopes'] !== undefined
    ? `; it needs one of the scopes ${clipped(scopes, 100)}`
    : '';
}

function messageOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('message' in data)) return '';
  return typeof data.message === 'string' ? data.message : '';
}

/** What GitHub says itself, and its list of errors; of anything else (a proxy's page) only that it is something else. */
function saying(data: unknown): string {
  const message = messageOf(data);
  if (message === '')
    return typeof data === 'string' && data.trim() !== '' ? ', with a page that is not GitHub’s' : '';
  const errors = typeof data === 'object' && data !== null && 'errors' in data ? data.errors : null;
  const more = Array.isArray(errors) ? errors.slice(0, 3).map(oneError).filter(Boolean).join('; ') : '';
  return `: ${clipped(more === '' ? message : `${message}: ${more}`, MOST_WORDS)}`;
}

function oneError(error: unknown): string {
  if (typeof error === 'string') return error;
  if (messageOf(error) !== '') return messageOf(error);
  if (typeof error !== 'object' || error === null) return '';
  return Object.values(error)
    .filter((part) => typeof part === 'string')
    .join(' ');
}
