// From an authorised body to rows in the inbox. Good alerts are kept whatever stands beside them; what could not
// be read becomes a dead letter; the answer says both.
import type { IncomingAlert } from '../domain/alert.ts';
import { RAW_MAX } from '../domain/dead-letter.ts';
import type { KeyedNotice } from '../domain/notice.ts';
import type { Batcher, InboxEntry } from './accept.ts';
import { cutOffAlert } from './cut-off.ts';
import { DEAD_LETTERS_MAX, deadLetterEntry } from './dead-letter.ts';
import { readFields } from './fields.ts';
import { missingAlerts } from './formats/alertmanager.ts';
import {
  type Format,
  type FormatContext,
  isProblem,
  type Problem,
  type StreamFormat,
  type WholeFormat,
} from './formats/format.ts';
import { createHeldBody, type HeldBody, type HeldBytes, type HeldSlice, itemsOf } from './held-body.ts';
import { HttpProblem, tryAgain } from './problem.ts';
import { requestRecord } from './request-record.ts';

const NOTES_SHOWN = 5;
const NOTE_MAX = 200;

export interface Delivery {
  context: FormatContext;
  contentType: string | undefined;
  query: URLSearchParams;
  /** By its own account, of one that is not packed. Undefined: it does not say. */
  saidBytes?: number | undefined;
  /** All of it, where it was short. */
  whole?: Buffer | undefined;
  /** Unpacked; throws HttpProblem 413 after the last byte that was allowed. */
  chunks: AsyncIterable<Buffer>;
}

export interface Ingested {
  accepted: number;
  /** Null: not known. */
  duplicates: number | null;
  deadLetters: number;
  problems: Problem[];
  derivedKeys: string[];
  /** What was not understood of alerts that were taken all the same: the first few, each once. */
  notes: string[];
  /** Something was over a limit; what was read before is kept. */
  tooLarge: string | null;
}

/** @throws HttpProblem 400 with the whole body kept as a dead letter, 413, 503 */
export async function ingest(
  format: Format,
  delivery: Delivery,
  parts: { batcher: Batcher; budget: HeldBytes },
): Promise<Ingested> {
  return format.kind === 'whole'
    ? ingestWhole(format, delivery, parts.batcher)
    : ingestStream(format, delivery, parts.batcher, parts.budget);
}

async function ingestWhole(format: WholeFormat, delivery: Delivery, batcher: Batcher): Promise<Ingested> {
  const { context } = delivery;
  const raw = delivery.whole ?? (await collectWhole(delivery, format.maxBytes, batcher));
  const fields = await keepingBroken(
    () => readFields(raw, delivery.contentType, delivery.query),
    () => ({ raw, bytes: raw.length, ...saidBeside(delivery) }),
    context,
    batcher,
  );
  const { alerts, problems, derivedKeys, notices = [] } = format.toAlerts(fields, context);
  const entries = [
    ...alerts.map((alert) => alertEntry(alert, context)),
    ...notices.map((notice) => noticeEntry(notice, context)),
  ];
  // The whole body once, not each part: it is small, and what is beside a mistake explains it.
  const [first] = problems;
  const kept = alerts.map(({ fingerprint }) => fingerprint);
  if (first)
    entries.push(deadLetter(first, { raw, bytes: raw.length, ...saidBeside(delivery), kept }, context));
  const request = requestRecord(context.headers, raw, raw.length);
  for (const entry of entries) entry.request = request;
  const duplicates = await store(batcher, entries);
  return {
    accepted: alerts.length,
    duplicates: first ? null : duplicates,
    deadLetters: first ? 1 : 0,
    problems,
    derivedKeys,
    notes: withNotes([], alerts),
    tooLarge: null,
  };
}

async function ingestStream(
  format: StreamFormat,
  delivery: Delivery,
  batcher: Batcher,
  budget: HeldBytes,
): Promise<Ingested> {
  const { context } = delivery;
  const { held, read, release } = createHeldBody(format, budget);
  try {
    await keepingBroken(
      () => read(delivery.chunks),
      // What is broken is not read to its end.
      () => ({ raw: held.start, bytes: Math.max(held.bytes, delivery.saidBytes ?? 0) }),
      context,
      batcher,
    );
    return await storeHeld(format, held, context, batcher);
  } finally {
    release();
  }
}

async function storeHeld(
  format: StreamFormat,
  held: HeldBody,
  context: FormatContext,
  batcher: Batcher,
): Promise<Ingested> {
  const result: Ingested = {
    accepted: 0,
    duplicates: 0,
    deadLetters: 0,
    problems: [],
    derivedKeys: [],
    notes: [],
    tooLarge: null,
  };
  if (!held.listed && !held.cutOff) {
    const problem = missingAlerts(Object.fromEntries(held.head));
    await store(batcher, [deadLetter(problem, { raw: held.start, bytes: held.bytes }, context)]);
    return { ...result, deadLetters: 1, problems: [problem] };
  }
  // With what its first commit has: a body so short is seldom more than one.
  let request = requestRecord(context.headers, held.start, held.bytes);
  // Taken out one by one, so that what is stored can go.
  for (let slice = held.slices.shift(); slice; slice = held.slices.shift()) {
    const { entries, alerts } = readSlice(slice, format, held.head, context, result);
    for (const entry of entries) entry.request = request;
    request = undefined;
    const duplicates = await store(batcher, entries, result.accepted);
    result.accepted += alerts;
    result.duplicates =
      duplicates === null || result.duplicates === null ? null : result.duplicates + duplicates;
  }
  const cutOff = cutOffAlert(format, held, result.accepted, context);
  if (cutOff) {
    await store(batcher, [alertEntry(cutOff, context)], result.accepted);
    result.tooLarge = cutOff.title;
  }
  return result;
}

function readSlice(
  slice: HeldSlice,
  format: StreamFormat,
  head: ReadonlyMap<string, unknown>,
  context: FormatContext,
  result: Ingested,
): { entries: InboxEntry[]; alerts: number } {
  const entries: InboxEntry[] = [];
  let alerts = 0;
  for (const { index, item, bytes, broken } of itemsOf(slice)) {
    const where = `${format.array}[${index}]`;
    const read = broken ? { where, what: 'is not valid JSON' } : format.toAlert(item, where, head, context);
    if (!isProblem(read)) {
      entries.push(alertEntry(read, context));
      alerts += 1;
      if (read.notes.length > 0) result.notes = withNotes(result.notes, [read]);
      continue;
    }
    result.problems.push(read);
    if (result.deadLetters >= DEAD_LETTERS_MAX) continue;
    entries.push(deadLetter(read, { raw: bytes, bytes: bytes.length }, context));
    result.deadLetters += 1;
  }
  return { entries, alerts };
}

/** One that is over the limit is kept by its first part, so that a person sees that something came. */
async function collectWhole(delivery: Delivery, maxBytes: number, batcher: Batcher): Promise<Buffer> {
  const parts: Buffer[] = [];
  try {
    for await (const chunk of delivery.chunks) parts.push(chunk);
  } catch (error) {
    if (!(error instanceof HttpProblem && error.reason === 'too-large')) throw error;
    const bytes = Math.max(delivery.saidBytes ?? 0, maxBytes + 1);
    const raw = Buffer.concat(parts).subarray(0, RAW_MAX);
    throw await keepTooLarge(error, { raw, bytes, ...saidBeside(delivery) }, delivery.context, batcher);
  }
  return Buffer.concat(parts);
}

/** Stores the first part of a body over its limit. Gives the problem to throw, which says that it is kept. */
export async function keepTooLarge(
  problem: HttpProblem,
  body: Unread,
  context: Pick<FormatContext, 'source' | 'receivedAt'>,
  batcher: Batcher,
): Promise<HttpProblem> {
  await store(batcher, [deadLetter({ where: 'body', what: problem.message }, body, context)]);
  return asKept(problem);
}

/** A body that is broken as a whole is stored as a dead letter before the sender hears of it. */
async function keepingBroken<T>(
  read: () => T | Promise<T>,
  body: () => Unread,
  context: FormatContext,
  batcher: Batcher,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof HttpProblem && error.reason === 'bad-body' && body().bytes > 0) {
      await store(batcher, [deadLetter({ where: 'body', what: error.message }, body(), context)]);
      throw asKept(error);
    }
    throw error;
  }
}

function asKept({ status, reason, message, hint, more }: HttpProblem): HttpProblem {
  return new HttpProblem(status, reason, message, {
    ...(hint === undefined ? {} : { hint }),
    more: { ...more, kept: 0, deadLetter: true },
  });
}

async function store(batcher: Batcher, entries: InboxEntry[], keptBefore = 0): Promise<number | null> {
  try {
    return await batcher.add(entries);
  } catch (cause) {
    const kept = keptBefore > 0 ? ` (${keptBefore} of its alerts are)` : '';
    const problem = tryAgain('not-stored', `the delivery could not be stored${kept}`);
    problem.cause = cause;
    throw problem;
  }
}

function withNotes(before: readonly string[], alerts: readonly Pick<IncomingAlert, 'notes'>[]): string[] {
  const said = alerts.flatMap(({ notes }) => notes.map((note) => note.slice(0, NOTE_MAX)));
  return [...new Set([...before, ...said])].slice(0, NOTES_SHOWN);
}

function alertEntry(alert: IncomingAlert, context: FormatContext): InboxEntry {
  const { source, receivedAt } = context;
  return { source, key: alert.deliveryKey, kind: 'alert', body: alert, receivedAt };
}

function noticeEntry({ key, notice }: KeyedNotice, { source, receivedAt }: FormatContext): InboxEntry {
  return { source, key, kind: 'notice', body: notice, receivedAt };
}

type Unread = Omit<Parameters<typeof deadLetterEntry>[1], 'reason' | 'where'>;

/** What a body needs beside its bytes to be read again. */
function saidBeside({ contentType, query }: Delivery): Pick<Unread, 'contentType' | 'query'> {
  const address = query.toString();
  return { ...(contentType ? { contentType } : {}), ...(address ? { query: address } : {}) };
}

function deadLetter(
  problem: Problem,
  unread: Unread,
  context: Pick<FormatContext, 'source' | 'receivedAt'>,
): InboxEntry {
  const reason = problem.where === 'body' ? problem.what : `${problem.where} ${problem.what}`;
  return deadLetterEntry(context.source, { reason, where: problem.where, ...unread }, context.receivedAt);
}
