// Speaks to GitHub's REST API: who we are, what is kept by ETag, limits, retries, and errors in plain words.
import type { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { ToolError, type ToolOutcome } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import { redact } from '../../domain/redact.ts';
import {
  type Credentials,
  createAuthorization,
  installationTokenAnswer,
  type Purpose,
} from './credentials.ts';
import { createKept } from './kept.ts';
import { MAX_BODY_BYTES, readBody, TooLarge } from './read-body.ts';
import { type Answer, judge } from './verdict.ts';

export interface ClientOptions {
  /** The source's name, for messages. */
  name: string;
  baseUrl: string;
  credentials: Credentials;
  clock: Clock;
  /** Resolves after so many milliseconds, rejects when aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Of one request. Default: 20 s. */
  requestTimeoutMs?: number | undefined;
}

export interface Question<T> {
  /** `GET /repos/{owner}/{repo}/deployments` */
  route: string;
  parameters: Record<string, unknown>;
  answer: z.ZodType<T>;
  /** For messages: "the deployments of acme/api". */
  what: string;
  signal: AbortSignal;
  /** How long a limit may be waited for. Default: 5 s. */
  patienceMs?: number | undefined;
}

export interface Answered<T> {
  status: number;
  headers: Readonly<Record<string, string>>;
  data: T;
}

export interface Client {
  /** Asked again where that helps. Errors: ToolError 'retry' or 'failed'. */
  get<T>(question: Question<T>): Promise<T>;
  ask<T>(question: Question<T>): Promise<Answered<T>>;
  /**
   * A change. Sent again only while it was surely refused for a limit.
   * Errors: ToolError 'unknown' where it may have arrived, else 'failed' or 'retry'.
   */
  post<T>(question: Question<T>): Promise<Answered<T>>;
  /** Of a GitHub App; null for a token. */
  permissions(signal: AbortSignal): Promise<Record<string, string> | null>;
}

const READ_TRIES = 4;
const PATIENCE_MS = 5_000;
const REQUEST_TIMEOUT_MS = 20_000;
const API_VERSION = '2022-11-28';

export function createClient(options: ClientOptions): Client {
  const { name, clock } = options;
  const kept = createKept();
  const authorization = createAuthorization(options.credentials, clock, exchange);
  const octokit = later(async () => {
    const { Octokit } = await import('@octokit/rest');
    return new Octokit({ baseUrl: options.baseUrl, userAgent: 'openclaw', log: QUIET });
  });
  /** Until then nothing is asked: who goes on asking is shut out for longer. */
  let quietUntil = 0;

  async function hold({ what, signal, patienceMs = PATIENCE_MS }: Question<unknown>): Promise<void> {
    const ms = quietUntil - clock.now();
    if (ms <= 0) return;
    if (ms > patienceMs)
      throw problem('retry', `it allows no requests before ${timeOf(quietUntil)}`, what, ms);
    await pause(ms, what, signal);
  }

  async function send(
    { route, parameters, signal }: Pick<Question<unknown>, 'route' | 'parameters' | 'signal'>,
    headers: Record<string, string>,
    isChange: boolean,
  ): Promise<Answer> {
    const limit = AbortSignal.timeout(options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS);
    const sent = { bytes: 0, loss: null as Answer | null };
    const fetchWhole = async (url: string, init: RequestInit): Promise<Response> => {
      try {
        const whole = await readBody(await fetch(url, init), MAX_BODY_BYTES);
        sent.bytes = whole.bytes;
        return whole.response;
      } catch (error) {
        sent.loss = lossOf(error, limit.aborted);
        throw error;
      }
    };
    // A change that is sent on to another address may become a read on the way.
    const redirect = isChange ? 'manual' : 'follow';
    const request = { fetch: fetchWhole, signal: AbortSignal.any([signal, limit]), redirect } as const;
    try {
      const { request: ask } = await octokit();
      const { status, headers: got, data } = await ask(route, { ...parameters, headers, request });
      return { kind: 'answered', status, headers: texts(got), data, bytes: sent.bytes };
    } catch (error) {
      if (sent.loss !== null) return sent.loss;
      const answered = answerIn(error);
      if (answered === null) throw error;
      return { kind: 'answered', ...answered, bytes: sent.bytes };
    }
  }

  async function ask<T>(question: Question<T>): Promise<Answered<T>> {
    return converse(question, 'read', async (headers) => send(question, headers, false));
  }

  async function converse<T>(
    question: Question<T>,
    purpose: Purpose,
    deliver: (headers: Record<string, string>) => Promise<Answer>,
  ): Promise<Answered<T>> {
    const { route, parameters, what, signal, patienceMs = PATIENCE_MS } = question;
    const isChange = purpose === 'change';
    const key = JSON.stringify([route, parameters]);
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      if (signal.aborted) throw given(what, 'retry');
      await hold(question);
      const known = isChange ? null : kept.find(key);
      const headers = {
        authorization: await authorized(purpose, what, signal),
        'x-github-api-version': API_VERSION,
        ...(known ? { 'if-none-match': known.etag } : {}),
      };
      const answer = await deliver(headers);
      if (signal.aborted && answer.kind !== 'answered') throw given(what, isChange ? 'unknown' : 'retry');
      const verdict = judge(answer, { attempt, now: clock.now() });
      switch (verdict.kind) {
        case 'unchanged':
          if (known) return { ...known, data: parsed(known.data, question, 'failed') };
          throw problem('failed', 'it says that nothing changed, and nothing was kept', what);
        case 'use': {
          const data = parsed(verdict.answer.data, question, isChange ? 'unknown' : 'failed');
          if (!isChange) kept.keep(key, verdict.answer);
          return { ...verdict.answer, data };
        }
        case 'refused':
          if (verdict.credential && !renewed && authorization.refused()) {
            renewed = true;
            continue;
          }
          throw problem('failed', verdict.why, what);
        case 'wait':
          if (verdict.all) quietUntil = clock.now() + verdict.ms;
          if (attempt >= READ_TRIES || verdict.ms > patienceMs)
            throw problem(
              'retry',
              `${verdict.why}${verdict.all ? `: until ${timeOf(quietUntil)}` : ''}`,
              what,
              verdict.ms,
            );
          await pause(verdict.ms, what, signal);
          continue;
        case 'doubt':
          if (isChange) throw problem('unknown', `${verdict.why}; it may have been done`, what);
          if (attempt >= READ_TRIES || verdict.ms > patienceMs) throw problem('retry', verdict.why, what);
          await pause(verdict.ms, what, signal);
          continue;
        default:
          verdict satisfies never;
      }
    }
  }

  async function authorized(purpose: Purpose, what: string, signal: AbortSignal): Promise<string> {
    try {
      return await authorization.header(purpose, signal);
    } catch (error) {
      if (signal.aborted) throw given(what, 'retry');
      throw error;
    }
  }

  /** In the place of everybody who waits for it, so it ends by itself. */
  async function exchange(jwt: string, installation: string) {
    const question: Question<z.infer<typeof installationTokenAnswer>> = {
      route: 'POST /app/installations/{installation_id}/access_tokens',
      parameters: { installation_id: Number(installation) },
      answer: installationTokenAnswer,
      what: `a token for installation ${installation} of the GitHub App`,
      signal: AbortSignal.timeout((options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS) * 2),
    };
    for (let attempt = 1; ; attempt += 1) {
      const headers = { authorization: `Bearer ${jwt}`, 'x-github-api-version': API_VERSION };
      const answer = await send(question, headers, true);
      const verdict = judge(answer, { attempt, now: clock.now() });
      if (verdict.kind === 'use') return parsed(verdict.answer.data, question, 'failed');
      // A second token does no harm, so doubt is no reason not to ask again.
      const again = verdict.kind === 'wait' || verdict.kind === 'doubt' ? verdict : null;
      const why = 'why' in verdict ? verdict.why : 'it gave none';
      if (again === null) throw problem('failed', why, question.what);
      if (attempt >= READ_TRIES || again.ms > PATIENCE_MS)
        throw problem('retry', why, question.what, again.ms);
      await pause(again.ms, question.what, question.signal);
    }
  }

  async function pause(ms: number, what: string, signal: AbortSignal): Promise<void> {
    try {
      await options.wait(ms, signal);
    } catch (error) {
      if (signal.aborted) throw given(what, 'retry');
      throw error;
    }
  }

  function parsed<T>(data: unknown, { answer, what }: Question<T>, outcome: ToolOutcome): T {
    const read = answer.safeParse(data);
    if (read.success) return read.data;
    const issue = read.error.issues[0];
    const field = issue?.path.map(String).join('.') || 'the whole';
    throw problem(
      outcome,
      typeof data === 'string'
        ? 'it answered with something that is not its JSON: is there a proxy or a sign-in page between?'
        : `its answer has another shape: ${field}: ${issue?.message ?? 'not valid'}`,
      what,
    );
  }

  /** No cause: what lies below may hold headers. */
  function problem(outcome: ToolOutcome, why: string, what: string, retryAfterMs?: number): ToolError {
    const text = redact(authorization.hide(`${name} was asked for ${what}, and ${why}`));
    return new ToolError(outcome, clipped(text, 500), retryAfterMs === undefined ? {} : { retryAfterMs });
  }

  /** Given up: it took longer than anybody waits. */
  function given(what: string, outcome: ToolOutcome): ToolError {
    return problem(
      outcome,
      outcome === 'unknown' ? 'the wait for it ended; it may have been done' : 'did not answer in time',
      what,
    );
  }

  return {
    ask,
    get: async (question) => (await ask(question)).data,
    post: (question) => converse(question, 'change', (headers) => send(question, headers, true)),
    permissions: (signal) => authorization.permissions(signal),
  };
}

const QUIET = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function later(make: () => Promise<Octokit>): () => Promise<Octokit> {
  let made: Promise<Octokit> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** System error codes of a connection that never was. */
const NEVER_CONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+)$/;

function lossOf(error: unknown, timedOut: boolean): Answer {
  if (error instanceof TooLarge)
    return { kind: 'lost', why: `its answer is too large: ${error.message}`, always: true };
  if (timedOut) return { kind: 'lost', why: 'it did not answer in time' };
  const code = codeOf(error);
  if (NEVER_CONNECTED.test(code)) return { kind: 'unreached', why: `it cannot be reached (${code})` };
  return {
    kind: 'lost',
    why: `the connection broke before its answer was whole${code === '' ? '' : ` (${code})`}`,
  };
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : '';
}

/** Octokit throws what is no success; the answer is inside. */
function answerIn(
  error: unknown,
): { status: number; headers: Readonly<Record<string, string>>; data: unknown } | null {
  if (!(error instanceof Error) || !('response' in error)) return null;
  const { response } = error;
  if (typeof response !== 'object' || response === null) return null;
  const { status, headers, data } = response as { status?: unknown; headers?: unknown; data?: unknown };
  return typeof status === 'number' ? { status, headers: texts(headers), data } : null;
}

function texts(headers: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(typeof headers === 'object' && headers !== null ? headers : {}).map(([key, value]) => [
      key.toLowerCase(),
      String(value),
    ]),
  );
}

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
