// What is kept of a request: its body, and those of its headers that say what it is and never who may send it.
import type { IncomingHttpHeaders } from 'node:http';
import { RAW_MAX } from '../domain/dead-letter.ts';
import { marker } from '../domain/redact-names.ts';
import type { RequestRecord } from '../store/deliveries.ts';

/** Named one by one: a header that we do not know may be a secret. */
const KEPT = new Set([
  'content-type',
  'content-encoding',
  'content-length',
  'date',
  'host',
  'request-id',
  'sentry-hook-resource',
  'sentry-hook-timestamp',
  'user-agent',
  'x-amz-sns-message-id',
  'x-amz-sns-message-type',
  'x-amz-sns-topic-arn',
  'x-request-id',
  'x-webhook-id',
  'x-webhook-subscription',
]);
const VALUE_MAX = 500;

/** Undefined: the body is too long to be kept. `bytes`: of the whole body. */
export function requestRecord(
  headers: IncomingHttpHeaders | undefined,
  raw: Buffer,
  bytes: number,
): RequestRecord | undefined {
  if (bytes > RAW_MAX) return undefined;
  const kept = Object.entries(headers ?? {}).flatMap(([name, value]): [string, string][] =>
    KEPT.has(name) && value !== undefined ? [[name, String(value).slice(0, VALUE_MAX)]] : [],
  );
  return { headers: Object.fromEntries(kept), body: raw.toString() };
}

/**
 * As `requestRecord`, of a JSON body that carries its sender's secret: without it wherever it stands. Written anew from
 * what was read, since the same text can be spelled in many ways.
 */
export function requestRecordWithout(
  secret: string,
  headers: IncomingHttpHeaders,
  body: unknown,
  bytes: number,
): RequestRecord | undefined {
  const inside = (text: string) => JSON.stringify(text).slice(1, -1);
  const text = JSON.stringify(body).replaceAll(inside(secret), () => inside(marker('routing-key')));
  return requestRecord(headers, Buffer.from(text), bytes);
}
