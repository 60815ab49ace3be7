// A request that cannot be answered as the sender hoped: its status, its words, and the name it is counted under.

export type Reason =
  | 'unauthorized'
  | 'too-large'
  | 'bad-body'
  | 'overload'
  | 'not-stored'
  | 'stalled'
  | 'encoding'
  | 'path'
  | 'method'
  | 'bug';

export interface Reply {
  status: number;
  body: Record<string, unknown> | string;
  headers?: Record<string, string>;
  /** How much of an unread body to read before answering. Default little. */
  drain?: 'all' | 'little' | 'no';
}

export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly reason: Reason;
  readonly hint: string | undefined;
  readonly headers: Record<string, string>;
  /** Further fields of the answer. */
  readonly more: Record<string, unknown>;

  constructor(
    status: number,
    reason: Reason,
    message: string,
    options: { hint?: string; headers?: Record<string, string>; more?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.hint = options.hint;
    this.headers = options.headers ?? {};
    this.more = options.more ?? {};
  }
}

/** The same envelope as the command line's `--json`. */
export function replyOf(problem: HttpProblem): Reply {
  const { status, reason, message, hint, headers, more } = problem;
  const error = { type: reason, message, ...(hint === undefined ? {} : { hint }) };
  return { status, headers, body: { ok: false, error, ...more } };
}

/** One answer for an unknown source, a source without a secret and a wrong secret: it tells a stranger nothing.
 * `signed`: the request itself says that it is, so a token is not what it lacks. */
export function unauthorized({ signed = false } = {}): HttpProblem {
  return new HttpProblem(
    401,
    'unauthorized',
    signed ? 'no such address, or a signature that does not fit' : 'no such source, or a wrong secret',
    {
      hint: signed
        ? 'compare the signing secret of the sender with the one stored here; the log of openclaw says why'
        : 'send the secret of the source: Authorization: Bearer <secret>',
      headers: { 'WWW-Authenticate': 'Bearer realm="openclaw"' },
    },
  );
}

/**
 * Nothing was kept and the sender should try again. Never 429, 408 or another 4xx: Alertmanager gives up on
 * those and the alert would be gone.
 */
export function tryAgain(reason: Reason, message: string): HttpProblem {
  return new HttpProblem(503, reason, message, {
    hint: 'send it again in a few seconds',
    headers: { 'Retry-After': '5' },
  });
}

export function tooLarge(maxBytes: number, hint?: string): HttpProblem {
  return new HttpProblem(413, 'too-large', `the body is over ${sizeText(maxBytes)}`, {
    ...(hint === undefined ? {} : { hint }),
  });
}

/** 1 MB is 1,048,576 bytes. */
export function sizeText(bytes: number): string {
  return bytes >= 1024 * 1024
    ? `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`
    : `${Math.ceil(bytes / 1024)} kB`;
}
