// Whether Amazon SNS signed this: its public key, from a certificate at an address that is Amazon's.
// Ref: docs.aws.amazon.com/sns, "Verifying the signatures of Amazon SNS messages".
import { createVerify, type KeyObject, X509Certificate } from 'node:crypto';
import type { HttpsGet } from '../../domain/https-get.ts';
import { certificateUrl, isTopicAllowed } from '../../domain/sns.ts';
import { tryAgain } from '../problem.ts';
import { cleanLine, isObject, own } from './clean.ts';
import type { SignedRequest, VendorSignature } from './format.ts';
import { readInstant } from './instant.ts';

const CERTIFICATE = { maxBytes: 32 * 1024, timeoutMs: 5_000 };
/** Asked for again after this, long before any of them ends. */
const FRESH_MS = 24 * 60 * 60_000;
/** One that could not be had is not asked for again at once, whoever sends what. */
const FAILED_MS = 10_000;
const CACHED_MAX = 32;
/**
 * SNS repeats a message for an hour at most. A day leaves room for a clock that is wrong, and replays gain nothing:
 * message ids are remembered for 30 days.
 */
const OLDEST_MS = 24 * 60 * 60_000;
const AHEAD_MS = 60 * 60_000;

const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];
const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

export const snsSignature: VendorSignature = {
  header: 'x-amz-sns-message-type',
  secretless: true,
  refuse,
};

async function refuse({ raw, settings, now, certificates }: SignedRequest): Promise<string | null> {
  const envelope = parse(raw);
  if (envelope === null) return 'the body is not what SNS sends; raw delivery needs a secret in the address';
  const topic = own(envelope, 'TopicArn');
  // Before anything is fetched: strangers have topics too.
  if (!isTopicAllowed(topic, settings))
    return `the topic ${shown(topic)} is not in its settings; if it is yours: --set topic=<its ARN>`;
  const version = own(envelope, 'SignatureVersion');
  const algorithm = version === '1' ? 'RSA-SHA1' : version === '2' ? 'RSA-SHA256' : null;
  if (algorithm === null) return `SNS signature version ${shown(version)} is not known`;
  const url = certificateUrl(own(envelope, 'SigningCertURL'));
  if (url === null) return 'its SigningCertURL is not an address of Amazon SNS';
  const text = signedText(envelope);
  const signature = own(envelope, 'Signature');
  if (text === null || typeof signature !== 'string') return 'a field that SNS signs is missing';
  const at = readInstant(own(envelope, 'Timestamp'));
  if (at === 'not understood' || at.at === null) return 'its Timestamp is no time';
  if (at.at < now - OLDEST_MS || at.at > now + AHEAD_MS)
    return `its Timestamp ${shown(own(envelope, 'Timestamp'))} is too far from now`;
  const key = await certificates.keyAt(url);
  const right = createVerify(algorithm).update(text).verify(key, signature, 'base64');
  return right ? null : 'its signature is wrong';
}

export interface Certificates {
  /** The public key of the certificate there. @throws HttpProblem 503 while it cannot be had */
  keyAt(url: URL): Promise<KeyObject>;
}

interface Cached {
  until: number;
  key: Promise<KeyObject>;
}

/** In memory, one request per address however many ask. Without `get` every message is asked to come back. */
export function createCertificates(get: HttpsGet | undefined, now: () => number): Certificates {
  const cache = new Map<string, Cached>();

  function keyAt(url: URL): Promise<KeyObject> {
    const known = cache.get(url.href);
    if (known && known.until > now()) return known.key;
    cache.delete(url.href);
    const [oldest] = cache.keys();
    if (cache.size >= CACHED_MAX && oldest !== undefined) cache.delete(oldest);
    const entry: Cached = { until: now() + FRESH_MS, key: load(url, (until) => endAt(until)) };
    const endAt = (until: number): void => {
      entry.until = Math.min(entry.until, until);
    };
    entry.key.catch(() => endAt(now() + FAILED_MS));
    cache.set(url.href, entry);
    return entry.key;
  }

  async function load(url: URL, endAt: (until: number) => void): Promise<KeyObject> {
    try {
      if (!get) throw new Error('nothing is fetched here');
      const { status, text } = await get(url, CERTIFICATE);
      if (status !== 200) throw new Error(`${url.host} answered ${status}`);
      const certificate = new X509Certificate(text);
      const ends = Date.parse(certificate.validTo);
      if (!(now() >= Date.parse(certificate.validFrom) && now() <= ends))
        throw new Error(`the certificate at ${url.href} is not valid at this time`);
      endAt(ends);
      return certificate.publicKey;
    } catch (cause) {
      // Not a 401: SNS would give up on the message, and it may well be theirs.
      const problem = tryAgain('not-stored', 'the certificate of the signature cannot be had at the moment');
      problem.cause = cause;
      throw problem;
    }
  }

  return { keyAt };
}

/** Null: a field is missing, or is no text. */
function signedText(envelope: Record<string, unknown>): string | null {
  const names = own(envelope, 'Type') === 'Notification' ? NOTIFICATION : CONFIRMATION;
  let text = '';
  for (const name of names) {
    const value = own(envelope, name);
    if (name === 'Subject' && (value === undefined || value === null)) continue;
    if (typeof value !== 'string') return null;
    text += `${name}\n${value}\n`;
  }
  return text;
}

function parse(raw: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(raw.toString());
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function shown(value: unknown): string {
  return JSON.stringify(
    cleanLine(typeof value === 'string' ? value : typeof value, 200, 'value', { list: [] }),
  );
}
