// Amazon SNS over HTTP/S: notifications of CloudWatch alarms, and the topic's question whether it may send here.
// Ref: docs.aws.amazon.com/sns "http-subscription-confirmation-json"; content type is text/plain, the body is JSON.
import { isTopicAllowed } from '../../domain/sns.ts';
import { cleanLine, isObject, own } from './clean.ts';
import { alarmOf, isAlarm } from './cloudwatch.ts';
import type { FormatContext, ReadAlerts, WholeFormat } from './format.ts';
import { shortHash, timedKey } from './identity.ts';
import { readInstant } from './instant.ts';
import { snsSignature } from './sns-signature.ts';

export const sns: WholeFormat = {
  kind: 'whole',
  // A message has 256 kB at most, and twice that as a JSON string in JSON.
  maxBytes: 1024 * 1024,
  signature: snsSignature,
  // SNS gives a message up at a 4xx.
  lenient: true,
  toAlerts,
};

interface Envelope {
  type: string;
  topic: string | null;
  /** Of this very message; the same in each repeat. */
  key: string;
  message: unknown;
  body: Record<string, unknown>;
}

export function toAlerts(fields: unknown, context: FormatContext): ReadAlerts {
  const read: ReadAlerts = { alerts: [], problems: [], derivedKeys: [], notices: [] };
  if (!isObject(fields)) return { ...read, problems: [{ where: 'body', what: 'is not what SNS sends' }] };
  const envelope = openEnvelope(fields, context);
  const { settings } = context;
  // Asked again here: a secret in the address opens the door for any topic.
  if (settings && envelope.topic !== null && !isTopicAllowed(envelope.topic, settings))
    return {
      ...read,
      problems: [
        {
          where: 'TopicArn',
          what: `${shown(envelope.topic)} is not in the settings of this source; if it is yours: --set topic=<its ARN>`,
        },
      ],
    };
  switch (envelope.type) {
    case 'Notification':
      return notification(envelope, read, context);
    case 'SubscriptionConfirmation':
      return subscription(envelope, read);
    case 'UnsubscribeConfirmation':
      return unsubscribed(envelope, read);
    default:
      return {
        ...read,
        problems: [{ where: 'Type', what: `${shown(envelope.type)} is not one that SNS sends` }],
      };
  }
}

/** With raw delivery the body is the message alone, and the rest stands in the headers. */
function openEnvelope(
  body: Record<string, unknown>,
  { headers = {}, receivedAt, deliveryId }: FormatContext,
): Envelope {
  const text = (name: string): string | null => {
    const value = own(body, name);
    return typeof value === 'string' ? value : null;
  };
  const isRaw = text('Type') === null || text('MessageId') === null;
  const header = (name: string): string | null => {
    const value = headers[name];
    return typeof value === 'string' ? value : null;
  };
  const id = isRaw ? header('x-amz-sns-message-id') : text('MessageId');
  const said = readInstant(text('Timestamp') ?? undefined);
  const at = said === 'not understood' || said.at === null || isRaw ? null : said.at;
  return {
    type: isRaw ? 'Notification' : (text('Type') ?? ''),
    topic: isRaw ? header('x-amz-sns-topic-arn') : text('TopicArn'),
    key: id === null ? timedKey(receivedAt, shortHash(deliveryId)) : timedKey(at ?? 0, shortHash('sns', id)),
    message: isRaw ? body : parsed(text('Message') ?? ''),
    body,
  };
}

function notification(envelope: Envelope, read: ReadAlerts, context: FormatContext): ReadAlerts {
  const { message, key } = envelope;
  if (isAlarm(message)) {
    const alarm = alarmOf(message, { key, settings: context.settings ?? {} });
    return 'what' in alarm ? { ...read, problems: [alarm] } : { ...read, alerts: [alarm] };
  }
  const subject = own(envelope.body, 'Subject');
  const what = `is no CloudWatch alarm${typeof subject === 'string' ? `: ${shown(subject)}` : ''}`;
  return { ...read, problems: [{ where: 'Message', what }] };
}

function subscription({ body, topic, key }: Envelope, read: ReadAlerts): ReadAlerts {
  const url = own(body, 'SubscribeURL');
  if (typeof url !== 'string' || topic === null)
    return { ...read, problems: [{ where: 'SubscribeURL', what: 'is missing' }] };
  return { ...read, notices: [{ key, notice: { type: 'subscription', topic, url } }] };
}

function unsubscribed({ topic, key }: Envelope, read: ReadAlerts): ReadAlerts {
  const text = `the topic ${cleanLine(topic ?? '(not named)', 300, 'topic', { list: [] })} does not send here any more`;
  const advice = 'If nobody meant that, subscribe it again: its alarms do not come in.';
  return { ...read, notices: [{ key, notice: { type: 'remark', text, advice } }] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function shown(text: string): string {
  return `"${cleanLine(text, 200, 'text', { list: [] })}"`;
}
