// One call of Slack's Web API, and what an error of it says about what became of it.
// https://docs.slack.dev/reference/methods, "Errors"
import { AsyncLocalStorage } from 'node:async_hooks';
import type { WebClient } from '@slack/web-api';
import { ToolError, type ToolOutcome } from '../../domain/errors.ts';

export type SlackAnswer = Readonly<Record<string, unknown>>;
/** `signal` ends the wait for an answer; what was asked may have been done by then. */
export type SlackCall = (
  method: string,
  args: Record<string, unknown>,
  signal?: AbortSignal,
) => Promise<SlackAnswer>;

/** Below the engine's own deadline, so that it hears from us what became of the call. */
const TIMEOUT_MS = 9000;

/** Slack says itself that part of it may have been done, or that it does not know. */
const IN_DOUBT = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable']);
/** Surely not done, and over by itself. */
const PASSING = new Set(['ratelimited', 'rate_limited', 'team_added_to_org', 'message_limit_exceeded']);

/** What to do about what Slack refuses. */
const HINTS: Readonly<Record<string, string>> = {
  invalid_auth: 'the bot token is not valid: copy it again from "OAuth & Permissions" of the app',
  not_authed: 'the bot token is empty',
  account_inactive: 'the bot was removed: install the app to the workspace again',
  token_revoked: 'the token was revoked: install the app to the workspace again',
  token_expired: 'the token has expired: copy the new one',
  missing_scope: 'the app lacks a scope: add it under "OAuth & Permissions" and install the app again',
  not_in_channel: 'the app is not in the conversation: /invite it there',
  channel_not_found: 'there is no such conversation, or it is private: /invite the app there',
  is_archived: 'the conversation is archived: unarchive it, or name another one',
  restricted_action: 'the workspace does not let apps post there',
};

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
]);

export interface SlackCallOptions {
  token: string;
  api: URL;
  /** How long an answer is waited for. Default: 9 s. */
  answerMs?: number;
}

export async function slackCalls({
  token,
  api,
  answerMs = TIMEOUT_MS,
}: SlackCallOptions): Promise<SlackCall> {
  const { LogLevel, WebClient } = await import('@slack/web-api');
  // Slack's client takes no signal for one call, but asks us to fetch.
  const patience = new AsyncLocalStorage<AbortSignal | undefined>();
  const client: WebClient = new WebClient(token, {
    slackApiUrl: api.href,
    // What is tried again, and when, is the engine's to say: it writes down each try.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    timeout: answerMs,
    // A call that waited in its queue would be made with the signal of another one; the engine keeps the pace.
    maxRequestConcurrency: Number.POSITIVE_INFINITY,
    fetch: (url, init) => fetch(url, { ...init, signal: anyOf(init?.signal, patience.getStore()) }),
    logLevel: LogLevel.ERROR,
    logger: SILENT,
  });
  return async (method, args, signal) => {
    try {
      return { ...(await patience.run(signal, () => client.apiCall(method, args))) };
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

export function slackError(error: unknown, method: string): ToolError {
  const said = (outcome: ToolOutcome, what: string, retryAfterMs?: number) =>
    new ToolError(outcome, `Slack (${method}): ${what}`, {
      cause: error,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  if (!(error instanceof Error)) return said('unknown', String(error));
  const { code, data, retryAfter, statusCode } = error as Error & {
    code?: string;
    data?: { error?: string; needed?: string };
    retryAfter?: number;
    statusCode?: number;
  };
  switch (code) {
    case 'slack_webapi_rate_limited_error':
      return said('retry', `asks to wait ${retryAfter ?? 1} s`, (retryAfter ?? 1) * 1000);
    case 'slack_webapi_platform_error': {
      const reason = data?.error ?? 'an error without a name';
      if (!/^[a-z][a-z0-9_]{1,80}$/.test(reason))
        return said('unknown', 'what answered is not Slack: it may have been done');
      if (PASSING.has(reason)) return said('retry', reason);
      if (IN_DOUBT.has(reason)) return said('unknown', `${reason}: it may have been done`);
      const needed = reason === 'missing_scope' && data?.needed ? ` (${data.needed})` : '';
      const hint = HINTS[reason];
      return said('failed', `${reason}${needed}${hint ? `: ${hint}` : ''}`);
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
