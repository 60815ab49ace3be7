// POST /hooks/<source>: who is it, is there room, what is in it, is it stored. In this order, so that a stranger
// costs little and learns nothing.
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Batcher } from './accept.ts';
import {
  checkSignature,
  isAuthorized,
  isSignatureValid,
  isSigned,
  timedSignature,
  usableSecrets,
} from './auth.ts';
import { decodedChunks, isShort, rawChunks, readShort } from './body.ts';
import type { Format } from './formats/format.ts';
import { shortHash } from './formats/identity.ts';
import type { Certificates } from './formats/sns-signature.ts';
import { formatOf, hasVendorSignature, PUSH_PATH, webhookTypes } from './formats/table.ts';
import type { HeldBytes } from './held-body.ts';
import { type Ingested, ingest, keepTooLarge } from './ingest.ts';
import type { Metrics } from './metrics.ts';
import type { HookSource, HttpLimits, HttpOptions } from './options.ts';
import { HttpProblem, type Reply, tooLarge, tryAgain, unauthorized } from './problem.ts';
import { readSignedBody, type SignedBody } from './signed-body.ts';
import type { Unproven } from './unproven.ts';

export interface HookParts {
  options: HttpOptions;
  limits: HttpLimits;
  batcher: Batcher;
  metrics: Metrics;
  budget: HeldBytes;
  certificates: Certificates;
  /** Requests at work, those of them whose signature is not checked yet, and what chats send. */
  busy: { inFlight: number; unverified: number; chat: number };
  unproven: Unproven;
}

/** Of a hook: the source's name, null for what none can be called, and what follows it. */
interface Address {
  name: string | null;
  path: string;
}

/** A signature covers a whole body, so a signed one is read before anything is known about its sender. */
const SIGNED_MAX = 1024 * 1024;
const SIGNED_HINT = 'signed bodies may have 1 MB: use a bearer token for longer ones';
/** Of one over it so much is read to know whether it is worth a word in the log. */
const SIGNED_LOOKED_AT = 64 * 1024 * 1024;
const SHOWN_PROBLEMS = 5;

/** @throws HttpProblem */
export async function handleHook(
  request: IncomingMessage,
  { name, path }: Address,
  query: URLSearchParams,
  parts: HookParts,
): Promise<Reply> {
  const { options, busy } = parts;
  const source = name === null ? null : await findSource(name, parts);
  const secrets = usableSecrets(source?.secrets ?? []);
  const { signature: vendor, anyScheme = false } = (source && formatOf(source.type)) ?? {};
  const authorized = isAuthorized(request.headers, secrets, { anyScheme });
  const signed = isSigned(request.headers) || hasVendorSignature(request.headers);
  if (source && secrets.length === 0 && !vendor?.secretless) throw withoutSecret(source, signed);
  if (!authorized && !signed) throw unauthorized();
  if (options.overloaded() || busy.inFlight >= parts.limits.inFlight)
    throw tryAgain('overload', 'too much to do at the moment');

  busy.inFlight += 1;
  try {
    const body = authorized ? null : await readSigned(request, source, parts);
    if (!source) throw unauthorized({ signed });
    return await receive(request, { source, path, query }, body, parts);
  } finally {
    busy.inFlight -= 1;
  }
}

/** To the sender the same 401 as any other; the log says what to do. */
function withoutSecret(source: HookSource, signed: boolean): HttpProblem {
  const problem = unauthorized({ signed });
  problem.cause = `the source "${source.name}" has no secret, so its webhook was refused: openclaw source edit ${JSON.stringify(source.name)} --secret token=env:NAME`;
  return problem;
}

async function findSource(name: string, parts: HookParts): Promise<HookSource | null> {
  try {
    return await parts.options.hookSource(name);
  } catch (cause) {
    const problem = tryAgain('not-stored', 'the source cannot be read at the moment');
    problem.cause = cause;
    throw problem;
  }
}

/** The bytes of a body whose signature is right. An unknown source takes the same road, and ends it the same way. */
async function readSigned(
  request: IncomingMessage,
  source: HookSource | null,
  parts: HookParts,
): Promise<Buffer> {
  const { busy, limits } = parts;
  if (busy.unverified >= limits.unverified) throw tryAgain('overload', 'too much to do at the moment');
  busy.unverified += 1;
  try {
    const { headers } = request;
    const secrets = usableSecrets(source?.secrets ?? []);
    const chunks = rawChunks(request, { maxBytes: SIGNED_LOOKED_AT, idleMs: limits.bodyIdleMs });
    const body = await readSignedBody(chunks, {
      maxBytes: SIGNED_MAX,
      check: () => checkSignature(headers, secrets, parts.options.clock.now()),
    });
    if (body.kind === 'too-large') throw await signedTooLarge(body, headers, source, parts);
    const why = await refusal(request, body.raw, source, parts);
    if (why !== null) throw refusedFor(source, why);
    return body.raw;
  } catch (error) {
    if (error instanceof HttpProblem && error.reason === 'too-large' && error.more.deadLetter !== true)
      throw tooLarge(SIGNED_MAX, SIGNED_HINT);
    throw error;
  } finally {
    busy.unverified -= 1;
  }
}

/** What a known sender signed leaves its first part and a line in the log, what a vendor may have a trace; a stranger's nothing. */
async function signedTooLarge(
  { start, bytes, isOurs }: Extract<SignedBody, { kind: 'too-large' }>,
  headers: IncomingHttpHeaders,
  source: HookSource | null,
  parts: HookParts,
): Promise<HttpProblem> {
  const problem = tooLarge(SIGNED_MAX, SIGNED_HINT);
  if (!source) return problem;
  const contentType = headers['content-type'];
  const said = { bytes, ...(contentType ? { contentType } : {}) };
  if (!isOurs) {
    const vendor = formatOf(source.type)?.signature;
    if (vendor && vendor.header in headers) leaveTrace(source, { start, ...said }, parts);
    return problem;
  }
  const unread = { raw: start, ...said };
  const context = { source: source.name, receivedAt: parts.options.clock.now() };
  const kept = await keepTooLarge(problem, unread, context, parts.batcher);
  parts.metrics.deadLetters(source.name, 1);
  warnTooLarge(source, kept, bytes, parts.options);
  return kept;
}

/** Not waited for: to whoever sent it a source that is here answers as one that is not. */
function leaveTrace(
  source: HookSource,
  body: Parameters<Unproven['note']>[1],
  { unproven, batcher, metrics, options }: HookParts,
): void {
  const entry = unproven.note(source.name, body);
  if (!entry) return;
  options.log({
    level: 'warn',
    source: source.name,
    message: `the source "${source.name}", or somebody in its name, was refused with 413: the body is over 1 MB (${body.bytes} bytes), and nothing of it was read; more of them within a minute are only counted`,
  });
  batcher.add([entry]).then(
    () => metrics.deadLetters(source.name, 1),
    (cause: unknown) =>
      options.log({
        level: 'error',
        source: source.name,
        message: `a dead letter was not stored: ${String(cause)}`,
      }),
  );
}

/** Null: the signature is right, ours or the vendor's. Both are looked at, for any source and none. */
async function refusal(
  { headers }: IncomingMessage,
  raw: Buffer,
  source: HookSource | null,
  { options, certificates }: HookParts,
): Promise<string | null> {
  const now = options.clock.now();
  const secrets = usableSecrets(source?.secrets ?? []);
  if (isSignatureValid(headers, raw, secrets, now)) return null;
  const vendor = source ? formatOf(source.type)?.signature : undefined;
  if (!source || !vendor || !(vendor.header in headers)) return '';
  return vendor.refuse({ raw, headers, secrets, settings: source.settings, now, certificates });
}

/** To the sender the same 401 as any other; the log says why where there is something to do about it. */
function refusedFor(source: HookSource | null, why: string): HttpProblem {
  const problem = unauthorized({ signed: true });
  if (source && why !== '') problem.cause = `a request for the source "${source.name}" was refused: ${why}`;
  return problem;
}

async function receive(
  request: IncomingMessage,
  { source, path, query }: { source: HookSource; path: string; query: URLSearchParams },
  signed: Buffer | null,
  parts: HookParts,
): Promise<Reply> {
  const { limits, options, metrics } = parts;
  const format = formatOf(source.type, path);
  if (!format) throw takesNone(source, path);
  const { headers } = request;
  const idleMs = limits.bodyIdleMs;
  const whole =
    !signed && isShort(request, format.maxBytes) ? await readShort(request, { idleMs }) : undefined;
  const held = signed ?? whole;
  const raw = held ? once(held) : rawChunks(request, { maxBytes: format.maxBytes, idleMs });
  const context = {
    source: source.name,
    receivedAt: options.clock.now(),
    deliveryId: deliveryIdOf(signed, headers, format),
    headers,
    settings: source.settings,
  };
  const chunks = decodedChunks(raw, headers['content-encoding'], format.maxBytes);
  const saidBytes = headers['content-encoding'] ? undefined : Number(headers['content-length'] ?? 0);
  const delivery = { context, contentType: headers['content-type'], query, saidBytes, whole, chunks };
  const ingested = await ingest(format, delivery, parts).catch((error: unknown) => {
    if (error instanceof HttpProblem && error.more.deadLetter === true) {
      metrics.deadLetters(source.name, 1);
      if (error.reason === 'too-large') {
        warnTooLarge(source, error, saidBytes, options);
        throw error;
      }
      warnUnread(source, error.message, 0, options);
      if (format.lenient) return null;
    }
    throw error;
  });
  if (ingested === null) return kept(0, 'the body could not be read');
  metrics.accepted(source.name, ingested.accepted, ingested.duplicates ?? 0);
  metrics.deadLetters(source.name, ingested.deadLetters);
  return answer(ingested, source, format, parts);
}

function takesNone({ name, type }: HookSource, path: string): HttpProblem {
  const what = path === '' ? 'takes no webhooks' : `takes nothing at ${path}`;
  const hint =
    path === '' && formatOf(type, PUSH_PATH)
      ? `Prometheus posts to /hooks/${encodeURIComponent(name)}${PUSH_PATH}: set path_prefix to /hooks/${encodeURIComponent(name)}`
      : path === ''
        ? `types that do: ${webhookTypes().join(', ')}`
        : `the source must be added with --type prometheus or alertmanager; others post to /hooks/${encodeURIComponent(name)}`;
  return new HttpProblem(404, 'path', `the source "${name}" is of type ${type}, which ${what}`, { hint });
}

/** Played again, a signed request is the same delivery; what came with a token alone is a new one each time. */
function deliveryIdOf(signed: Buffer | null, headers: IncomingHttpHeaders, format: Format): string {
  if (!signed) return randomUUID();
  // A header of ours beside the vendor's is not what it was let in by.
  if (format.signature && format.signature.header in headers) return shortHash(signed.toString('latin1'));
  const timed = timedSignature(headers);
  return timed === null ? randomUUID() : shortHash(timed);
}

function answer(ingested: Ingested, source: HookSource, format: Format, parts: HookParts): Reply {
  const { accepted, duplicates, problems, derivedKeys, notes, tooLarge: cut } = ingested;
  if (cut !== null) {
    parts.options.log({ level: 'error', source: source.name, message: cut });
    throw new HttpProblem(413, 'too-large', cut, { more: { kept: accepted } });
  }
  const [first] = problems;
  if (first) {
    const message = `${first.where} ${first.what}`;
    warnUnread(source, message, accepted, parts.options);
    if (format.lenient) return kept(accepted, message);
    throw new HttpProblem(400, 'bad-body', message, {
      more: {
        where: first.where,
        kept: accepted,
        problems: problems.slice(0, SHOWN_PROBLEMS),
        problemCount: problems.length,
      },
    });
  }
  const derived =
    derivedKeys.length === 0
      ? {}
      : {
          derived_keys: derivedKeys,
          note: 'no dedup_key was given: this key was made from title, service and labels; send it to resolve the alert',
        };
  return {
    status: 200,
    body: {
      ok: true,
      accepted,
      ...(duplicates === null ? {} : { duplicates }),
      ...derived,
      ...(notes.length === 0 ? {} : { notes }),
    },
  };
}

/** For a vendor that gives up on a 4xx: a person sees it here, and there is nothing to send again. */
function kept(accepted: number, what: string): Reply {
  return { status: 202, body: { ok: true, accepted, dead_letters: 1, note: what } };
}

function warnUnread(source: HookSource, what: string, kept: number, options: HttpOptions): void {
  options.log({
    level: 'warn',
    source: source.name,
    message: `the source "${source.name}" sent what could not be read: ${what}; alerts kept: ${kept}, the rest is a dead letter`,
  });
}

/** `bytes`: of all of it, where that is known. */
function warnTooLarge(
  source: HookSource,
  { message }: HttpProblem,
  bytes: number | undefined,
  options: HttpOptions,
): void {
  const size = bytes ? ` (${bytes} bytes)` : '';
  options.log({
    level: 'warn',
    source: source.name,
    message: `the source "${source.name}" was refused with 413: ${message}${size}; nothing of it was read, its first 64 kB are a dead letter`,
  });
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
