// The words for what goes wrong on the way to an HTTP API.
import { clipped } from './excerpt.ts';

/** RFC 9110, 10.2.3: seconds, or a date, which would need the other side's clock and is left alone. */
export function retryAfterMs(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header.trim()) * 1000 : null;
}

export function statusWords(status: number): string {
  if (status === 429) return 'has had too many requests';
  return status === 502 || status === 503 || status === 504 ? 'is not available' : 'failed by itself';
}

const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  UND_ERR_CONNECT_TIMEOUT: 'no connection came about',
  ECONNRESET: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
};

/** `sent` false: the request surely did not arrive. */
export function networkReason(error: unknown): { words: string; sent: boolean } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code))
    return { words: `its certificate is not trusted (${clipped(code, 60)})`, sent: false };
  const words = REASONS[code] ?? (code === '' ? 'the connection failed' : clipped(code, 60));
  return { words, sent: !NEVER_SENT.has(code) };
}
