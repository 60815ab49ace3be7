// Pages through PagerDuty: an incident of ours is one there, by a key of ours, and follows it to its end.
import type { ChannelAdapter } from '../../domain/channel.ts';
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import { redact } from '../../domain/redact.ts';
import { judgeAnswer, type PostAnswer, postJson } from '../post-json.ts';
import { eventsOfPage, type PagerdutyEvent, turnEvent } from './event.ts';
import { type PagerdutyHookOptions, pagerdutyHook } from './hook.ts';

export interface PagerdutyOptions {
  name: string;
  /** Of Events v2: what stands before `/v2/enqueue`. Ends without a slash. */
  events: URL;
  routingKey: string;
  webhook?: Omit<PagerdutyHookOptions, 'name'>;
  /** Who is on call and who somebody is, where it may be asked. */
  people?: Required<Pick<ChannelAdapter, 'onCall' | 'person'>> | null;
}

const ANSWER_BYTES = 16 * 1024;
const WORDS_MAX = 300;

export function createPagerdutyChannel(options: PagerdutyOptions): ChannelAdapter {
  const { name, webhook, people } = options;
  return {
    name,
    type: 'pagerduty',
    async send(post, { signal }) {
      const events = eventsOfPage(post);
      for (const event of events) await enqueue(event, options, signal);
      return { remoteId: events.at(-1)?.dedup_key ?? post.eventId };
    },
    ...(people ? { onCall: people.onCall, person: people.person } : {}),
    ...(webhook ? { hook: pagerdutyHook({ name, ...webhook }) } : {}),
    follow: (turn, { signal }) => enqueue(turnEvent(turn), options, signal),
    close: async () => undefined,
  };
}

/**
 * PagerDuty takes an event with 202 and no other answer. Errors: ToolError. After a doubt it is sent again: by its key it
 * makes no second incident.
 */
export async function enqueue(
  event: PagerdutyEvent,
  { events, routingKey }: Pick<PagerdutyOptions, 'events' | 'routingKey'>,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(`${events.href.replace(/\/+$/, '')}/v2/enqueue`);
  const body = JSON.stringify({ routing_key: routingKey, ...event });
  const answer = await postJson(url, body, signal, { readBytes: ANSWER_BYTES });
  // Its key makes the same event twice one.
  judgeAnswer(answer, { words: wordsOf(answer, routingKey), broken: 'retry' });
  // A proxy or a login page may say 200 to anything.
  if (answer.status !== 202)
    throw new ToolError('failed', `it answered ${answer.status}, and PagerDuty takes an event with 202`);
}

/** `{"status":"invalid event","message":"...","errors":["..."]}`; of anything else nothing. */
function wordsOf({ body }: PostAnswer, routingKey: string): string {
  let said: unknown;
  try {
    said = JSON.parse(body) as unknown;
  } catch {
    return '';
  }
  const { message, errors } = (said ?? {}) as { message?: unknown; errors?: unknown };
  const words = [message, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]
    .filter((each) => typeof each === 'string')
    .join('; ');
  // A server that repeats what it was shown repeats it to people.
  return clipped(redact(words.replaceAll(routingKey, '[redacted:routing-key]')), WORDS_MAX);
}
