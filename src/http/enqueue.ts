// POST /v2/enqueue and /v2/change/enqueue: what speaks to PagerDuty speaks to us. The routing key in the body is a
// secret of a source of type pagerduty-events; the answers are in the vendor's words, since its clients read them.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestRecord } from '../store/deliveries.ts';
import type { InboxEntry } from './accept.ts';
import { holdersOf, usableSecrets } from './auth.ts';
import { collect, decodedChunks, rawChunks } from './body.ts';
import { isObject, own } from './formats/clean.ts';
import { EVENT_MAX_BYTES, readChange, readEvent } from './formats/pagerduty-events.ts';
import type { HookParts } from './hook.ts';
import type { HookSource } from './options.ts';
import { HttpProblem, type Reply, tryAgain } from './problem.ts';
import { requestRecordWithout } from './request-record.ts';

export const EVENTS_TYPE = 'pagerduty-events';

/** Never 429, which clients take as lost: 503 where there is no room. @throws HttpProblem */
export async function handleEnqueue(
  request: IncomingMessage,
  what: 'event' | 'change',
  parts: HookParts,
): Promise<Reply> {
  const { options, limits, busy } = parts;
  if (options.overloaded() || busy.inFlight >= limits.inFlight || busy.unverified >= limits.unverified)
    throw tryAgain('overload', 'too much to do at the moment');
  busy.inFlight += 1;
  try {
    const { body, bytes } = await readBody(request, parts);
    const routingKey = isObject(body) ? own(body, 'routing_key') : undefined;
    if (!isObject(body) || typeof routingKey !== 'string' || routingKey.trim() === '')
      throw invalid(["'routing_key' is missing or blank"]);
    const source = await holder(routingKey, parts);
    const record = requestRecordWithout(routingKey, request.headers, body, bytes);
    return await take(body, { source, what, record }, parts);
  } finally {
    busy.inFlight -= 1;
  }
}

async function take(
  body: Record<string, unknown>,
  {
    source,
    what,
    record,
  }: { source: HookSource; what: 'event' | 'change'; record?: RequestRecord | undefined },
  { options, batcher, metrics }: HookParts,
): Promise<Reply> {
  const receivedAt = options.clock.now();
  const context = { receivedAt, deliveryId: randomUUID() };
  const read = what === 'event' ? readEvent(body, context) : readChange(body, context);
  if ('errors' in read) {
    options.log({
      level: 'warn',
      source: source.name,
      message: `the source "${source.name}" sent an event that was refused: ${read.errors.join('; ')}`,
    });
    throw invalid(read.errors);
  }
  const entry: InboxEntry =
    'alert' in read
      ? { source: source.name, key: read.alert.deliveryKey, kind: 'alert', body: read.alert, receivedAt }
      : { source: source.name, key: read.notice.key, kind: 'notice', body: read.notice.notice, receivedAt };
  entry.request = record;
  let duplicates: number | null;
  try {
    duplicates = await batcher.add([entry]);
  } catch (cause) {
    const problem = tryAgain('not-stored', 'the event could not be stored');
    problem.cause = cause;
    throw problem;
  }
  metrics.accepted(source.name, 1, duplicates ?? 0);
  return {
    status: 202,
    body:
      'alert' in read
        ? { status: 'success', message: 'Event processed', dedup_key: read.dedupKey }
        : { status: 'success', message: 'Change event processed' },
  };
}

/** What a stranger sends is read before anything is known of them, as a signed body is: few at a time. */
async function readBody(
  request: IncomingMessage,
  { busy, limits }: HookParts,
): Promise<{ body: unknown; bytes: number }> {
  busy.unverified += 1;
  try {
    const raw = rawChunks(request, { maxBytes: EVENT_MAX_BYTES, idleMs: limits.bodyIdleMs });
    const bytes = await collect(decodedChunks(raw, request.headers['content-encoding'], EVENT_MAX_BYTES));
    return { body: JSON.parse(bytes.toString()) as unknown, bytes: bytes.length };
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(['Malformed JSON']);
    throw error;
  } finally {
    busy.unverified -= 1;
  }
}

/** The one source whose secret it is. Every secret of every such source is looked at, also after a match. */
async function holder(routingKey: string, { options }: HookParts): Promise<HookSource> {
  const sources = (await options.hookSources?.(EVENTS_TYPE)) ?? [];
  const secrets = sources.flatMap((source) =>
    usableSecrets(source.secrets).map((secret) => ({ secret, owner: source })),
  );
  const [source] = holdersOf(routingKey, secrets);
  if (source) return source;
  // Counted and slowed down as a 401 is.
  const problem = invalid(["'routing_key' is not known"], 'unauthorized');
  problem.cause = `an event with a routing key that no source of type ${EVENTS_TYPE} has as its secret was refused`;
  throw problem;
}

/** In the vendor's shape, and with our error beside it. */
function invalid(errors: string[], reason: 'bad-body' | 'unauthorized' = 'bad-body'): HttpProblem {
  return new HttpProblem(400, reason, errors.join('; '), {
    more: { status: 'invalid event', message: 'Event object is invalid', errors },
  });
}
