// One call of Slack's Web API, and what an error of it says about what became of it.
// https://docs.slack.dev/reference/methods, "Errors"
import type { WebClient } from '@slack/web-api';
import { ToolError, type ToolOutcome } from '../../domain/errors.ts';
import { type Fetch, slackFetch } from './fetch.ts';
import { hintFor, mendableOf, outcomeOf } from './reasons.ts';

export type SlackAnswer = Readonly<Record<string, unknown>>;
/** `signal` ends the wait for an answer; what was asked may have been done by then. */
export type SlackCall = (
  method: string,
  args: Record<string, unknown>,
  signal?: AbortSignal,
) => Promise<SlackAnswer>;

/** Below the engine's own deadline, so that it hears from us what became of the call. */
const TIMEOUT_MS = 9000;

/** What a proxy on the way says, or Slack about its limits: nothing was done, and it may pass. */
const STANDS_BETWEEN = new Set([403, 407, 408, 425, 429]);

/** What reaches Slack surely not: there was no connection. */
const UNCONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  // Somebody else answers in its place, or its certificate is not trusted here: nothing was sent.
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Slack's own word for why it did not do it, beside what that means for us. */
export class SlackError extends ToolError {
  /** `token_revoked`; null: Slack itself said nothing. */
  readonly reason: string | null;
  /** Of `missing_scope`: which. */
  readonly needed: string | null;

  constructor(
    outcome: ToolOutcome,
    message: string,
    { reason = null, needed = null, ...rest }: SlackErrorMore,
  ) {
    const mendable = outcome === 'failed' && reason !== null ? mendableOf(reason) : undefined;
    super(outcome, message, { mendable, ...rest });
    this.reason = reason;
    this.needed = needed;
  }
}

interface SlackErrorMore {
  cause: unknown;
  retryAfterMs?: number;
  reason?: string | null;
  needed?: string | null;
  /** Default: as `mendableOf` of its reason. */
  mendable?: undefined;
}

export interface SlackCallOptions {
  token: string;
  api: URL;
  /** How long an answer is waited for. Default: 9 s. */
  answerMs?: number;
  /** Default: as `slackFetch`. */
  fetch?: Fetch;
}

export async function slackCalls({
  token,
  api,
  answerMs = TIMEOUT_MS,
  fetch,
}: SlackCallOptions): Promise<SlackCall> {
  const get = fetch ?? (await slackFetch());
  const { LogLevel, WebClient } = await import('@slack/web-api');
  // It takes no signal for one call, but asks us to fetch: a client for each call costs less than a tenth of a millisecond.
  // An AsyncLocalStorage that was used is kept by Node 20 for good, and each promise of the process pays for each of them.
  const clientFor = (patience: AbortSignal | undefined): WebClient =>
    new WebClient(token, {
      slackApiUrl: api.href,
      // What is tried again, and when, is the engine's to say: it writes down each try.
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      timeout: answerMs,
      fetch: (url, init) => get(url, { ...init, signal: anyOf(init?.signal, patience) }),
      logLevel: LogLevel.ERROR,
      logger: SILENT,
    });
  return async (method, args, signal) => {
    try {
      return { ...(await clientFor(signal).apiCall(method, args)) };
    } catch (error) {
      throw slackError(error, method);
    }
  };
}

function anyOf(...signals: (AbortSignal | null | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal !== null && signal !== undefined));
}

/** Errors are thrown as well, and a log must not tear the terminal apart. */
export const SILENT = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => 'error' as never,
  setName() {},
};

export function slackError(error: unknown, method: string): SlackError {
  const said = (outcome: ToolOutcome, what: string, more: Omit<SlackErrorMore, 'cause'> = {}) =>
    new SlackError(outcome, `Slack (${method}): ${what}`, { cause: error, ...more });
  if (!(error instanceof Error)) return said('unknown', String(error));
  const { code, data, retryAfter, statusCode } = error as Error & {
    code?: string;
    data?: { error?: string; needed?: string };
    retryAfter?: number;
    statusCode?: number;
  };
  switch (code) {
    case 'slack_webapi_rate_limited_error':
      return said('retry', `asks to wait ${retryAfter ?? 1} s`, { retryAfterMs: (retryAfter ?? 1) * 1000 });
    case 'slack_webapi_platform_error': {
      const reason = data?.error ?? 'an error without a name';
      if (!/^[a-z][a-z0-9_]{1,80}$/.test(reason))
        return said('unknown', 'what answered is not Slack: it may have been done');
      const needed = data?.needed && /^[a-z:._,-]{1,200}$/i.test(data.needed) ? data.needed : null;
      const outcome = outcomeOf(reason);
      const hint = hintFor(reason, method);
      const doubt = outcome === 'unknown' ? ': it may have been done' : '';
      const which = needed === null ? '' : ` (${needed})`;
      return said(outcome, `${reason}${which}${doubt}${hint ? `: ${hint}` : ''}`, { reason, needed });
    }
    case 'slack_webapi_http_error':
      // A proxy's page, or Slack's own trouble: a 4xx did nothing, a 5xx may have.
      if (statusCode !== undefined && STANDS_BETWEEN.has(statusCode))
        return said('retry', `answered ${statusCode}`);
      return statusCode !== undefined && statusCode < 500
        ? said('failed', `answered ${statusCode}`)
        : said('unknown', `answered ${statusCode ?? 'nothing we know'}: it may have been done`);
    default:
      return isUnconnected(error)
        ? said('retry', 'cannot be reached')
        : said('unknown', 'did not answer: it may have been done');
  }
}

function isUnconnected(error: unknown): boolean {
  for (let at: unknown = error, deep = 0; at instanceof Error && deep < 5; deep += 1) {
    const { code, original, cause } = at as Error & { code?: string; original?: unknown };
    if (code !== undefined && UNCONNECTED.has(code)) return true;
    at = original ?? cause;
  }
  return false;
}
