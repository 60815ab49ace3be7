// What became of a request, read from what the SDK throws: its code, its HTTP status, or the socket's own error. Pure.
import { clipped } from '../../domain/excerpt.ts';

export type Fault =
  /** Refused before anything was done, because too much is asked. */
  | { kind: 'throttled'; retryAfterMs: number | null }
  /** No connection: it was never sent. */
  | { kind: 'unreachable'; detail: string }
  /** Sent, and no answer that can be read. */
  | { kind: 'lost'; detail: string }
  /** An answer larger than anything we ask for. */
  | { kind: 'too-large'; detail: string }
  /** Refused, because our clock and theirs differ. */
  | { kind: 'skewed'; detail: string }
  | { kind: 'expired'; detail: string }
  | { kind: 'no-credentials'; detail: string }
  | { kind: 'denied'; detail: string }
  | { kind: 'missing'; detail: string }
  | { kind: 'refused'; code: string; detail: string };

/** As the SDK's own lists have them, and one of Auto Scaling: another change of the group is being taken in. */
const THROTTLES = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'ResourceContention',
  'ResourceContentionFault',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);
const SKEWED = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture', 'RequestExpired']);
const EXPIRED = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'TokenRefreshRequired',
  'ExpiredTokenFault',
]);
const NO_CREDENTIALS = new Set([
  'AuthFailure',
  'CredentialsProviderError',
  'IncompleteSignature',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);
const DENIED =
  /^(AccessDenied|AccessDeniedException|AccessDeniedFault|UnauthorizedOperation|UnauthorizedAccess|NotAuthorized|OptInRequired)$/;
const MISSING = /NotFound|DoesNotExist|^NoSuch|NotFoundException$|NotFoundFault$/;
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Errors of our own reading of the body carry this as their name. */
export const TOO_LARGE = 'AnswerTooLarge';
export const NOT_AWS = 'AnswerNotFromAws';

/** `hide`: takes credentials out of a text; who is shown one may repeat it. */
export function readFault(error: unknown, hide: (text: string) => string = (text) => text): Fault {
  if (!(error instanceof Error)) return { kind: 'lost', detail: clipped(hide(String(error)), 200) };
  const { name } = error;
  const detail = clipped(hide(error.message.split('\n')[0] ?? ''), 300);
  const status = statusOf(error);
  if (name === TOO_LARGE) return { kind: 'too-large', detail };
  if (name === NOT_AWS) return { kind: 'lost', detail };
  if (THROTTLES.has(name) || status === 429) return { kind: 'throttled', retryAfterMs: retryAfter(error) };
  // The SDK has read their time from the answer, and signs the next try with it.
  if (SKEWED.has(name) || isSkewCorrected(error)) return { kind: 'skewed', detail };
  if (EXPIRED.has(name)) return { kind: 'expired', detail };
  if (NO_CREDENTIALS.has(name)) return { kind: 'no-credentials', detail };
  const socket = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (NOT_SENT.has(socket) || /did not establish a connection/.test(error.message))
    return { kind: 'unreachable', detail: socket || 'no connection' };
  // Nothing came back that has a status: the connection broke, or the time was over.
  if (status === null) return { kind: 'lost', detail: socket || name };
  if (status >= 500) return { kind: 'lost', detail: `${name}, ${status}` };
  // A body that could not be read came with a good status: what it said is lost.
  if (status < 300) return { kind: 'lost', detail: socket || 'its answer cannot be read' };
  if (DENIED.test(name)) return { kind: 'denied', detail };
  if (MISSING.test(name) || /\bnot found\b|does not exist/i.test(detail)) return { kind: 'missing', detail };
  return { kind: 'refused', code: clipped(name, 80), detail };
}

function statusOf(error: Error): number | null {
  const metadata = '$metadata' in error ? (error.$metadata as { httpStatusCode?: unknown }) : undefined;
  return typeof metadata?.httpStatusCode === 'number' ? metadata.httpStatusCode : null;
}

function isSkewCorrected(error: Error): boolean {
  const metadata = '$metadata' in error ? (error.$metadata as { clockSkewCorrected?: unknown }) : undefined;
  return metadata?.clockSkewCorrected === true;
}

/** Seconds, as AWS writes `Retry-After`. Null: it did not say. */
function retryAfter(error: Error): number | null {
  const response =
    '$response' in error ? (error.$response as { headers?: Record<string, string> }) : undefined;
  const text = response?.headers?.['retry-after'];
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) * 1000 : null;
}
