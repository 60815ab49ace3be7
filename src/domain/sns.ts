// What is allowed of Amazon SNS: the topics a source names, and the addresses that are really Amazon's. Pure.
import { usageError } from './errors.ts';

/** Settings of a source with which topics may send to it. */
export const TOPIC_SETTING = 'topic';

const TOPIC =
  /^arn:aws(?:-cn|-us-gov|-iso[a-z-]*)?:sns:[a-z0-9-]{1,40}:\d{12}:[A-Za-z0-9_-]{1,256}(?:\.fifo)?$/;
const HOST = /^sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;
const LONGEST_URL = 2_048;

/** A comma list. Errors: UserError for what is no topic's ARN. */
export function readTopics(setting: string): string[] {
  const topics = setting
    .split(',')
    .map((topic) => topic.trim())
    .filter((topic) => topic !== '');
  for (const topic of topics)
    if (!TOPIC.test(topic))
      throw usageError(
        `"${topic}" is not the ARN of an SNS topic`,
        `write it as AWS shows it: --set ${TOPIC_SETTING}=arn:aws:sns:eu-west-1:123456789012:alarms`,
      );
  return topics;
}

/** Without topics nothing is allowed: anybody with an AWS account can have SNS sign a message. */
export function isTopicAllowed(topic: unknown, settings: Readonly<Record<string, string>>): boolean {
  const allowed = (settings[TOPIC_SETTING] ?? '').split(',').map((one) => one.trim());
  return typeof topic === 'string' && TOPIC.test(topic) && allowed.includes(topic);
}

/** Null: not https, not a host of SNS, a port or a password in it, or not written plainly. */
export function snsUrl(text: unknown): URL | null {
  // Plain ASCII only: what a parser would turn into such a host is not one.
  if (typeof text !== 'string' || text.length > LONGEST_URL || !/^https:\/\/[!-~]+$/.test(text)) return null;
  const host = /^https:\/\/([^/?#]+)/.exec(text)?.[1] ?? '';
  if (!HOST.test(host) || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.host === host && url.username === '' && url.password === '' ? url : null;
}

/** Where the certificate of a signature is. Null: anywhere it may not be. */
export function certificateUrl(text: unknown): URL | null {
  const url = snsUrl(text);
  // As written: a path with dots in it is another one once it is read.
  if (url === null || url.href !== text) return null;
  return /^\/[\w./-]{1,200}\.pem$/.test(`${url.pathname}${url.search}${url.hash}`) ? url : null;
}

/** The link that confirms this topic's subscription, and does nothing else. */
export function confirmationUrl(text: unknown, topic: string): URL | null {
  const url = snsUrl(text);
  if (url?.pathname !== '/') return null;
  const only = (name: string, value: string) => {
    const all = url.searchParams.getAll(name);
    return all.length === 1 && all[0] === value;
  };
  return only('Action', 'ConfirmSubscription') && only('TopicArn', topic) ? url : null;
}
