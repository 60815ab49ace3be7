// Who may post to a source: a bearer token, basic auth with the secret as password, or an HMAC-SHA256 signature
// of the body. Every compare is of equal-length digests, in constant time, over all secrets.
import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A signature with a time counts this long before and after it. */
const SKEW_MS = 5 * 60_000;
/** Takes the place of the secrets of an unknown source, so that both cost the same time. */
const DECOY = randomBytes(32).toString('hex');

/** Blank secrets open nothing. */
export function usableSecrets(secrets: readonly string[]): string[] {
  return secrets.filter((secret) => secret.trim() !== '');
}

/**
 * `Authorization: Bearer <secret>`, or `Basic` with any user and the secret as password; with `anyScheme` also
 * `<scheme> <secret>` and the secret alone. Everything is compared in either case, so that the time tells nothing.
 */
export function isAuthorized(
  { authorization }: IncomingHttpHeaders,
  secrets: readonly string[],
  { anyScheme = false } = {},
): boolean {
  if (authorization === undefined) return false;
  const whole = authorization.trim();
  const isOurs = (presented: string | null) =>
    matchesAny(digest(presented ?? ''), secrets, keptDigest) && presented !== null;
  const usual = isOurs(presentedSecret(authorization));
  if (!anyScheme) return usual;
  const custom = isOurs(whole.replace(/^\S+ +/, ''));
  const bare = isOurs(whole);
  return usual || custom || bare;
}

/** Whose secret it is. Looks at all of them, also after a match, and at one where there is none. */
export function holdersOf<T>(presented: string, secrets: readonly { secret: string; owner: T }[]): T[] {
  const given = digest(presented);
  const found = secrets.filter(({ secret }) => timingSafeEqual(given, keptDigest(secret)));
  if (secrets.length === 0) timingSafeEqual(given, digest(DECOY));
  return found.map(({ owner }) => owner);
}

export function isSigned(headers: IncomingHttpHeaders): boolean {
  return 'x-signature' in headers || 'x-openclaw-signature' in headers;
}

/** The signature of a body that comes in parts. */
export interface SignatureCheck {
  update(part: Buffer): void;
  /** To be asked once, at the end. */
  isValid(): boolean;
}

/** As `isSignatureValid`, without the whole body at hand. An unknown source, without secrets, costs the same. */
export function checkSignature(
  headers: IncomingHttpHeaders,
  secrets: readonly string[],
  now: number,
): SignatureCheck {
  const { before, hexes } = saidSignature(headers, now);
  const hmacs = (secrets.length > 0 ? secrets : [DECOY]).map((secret) =>
    createHmac('sha256', secret).update(before),
  );
  return {
    update(part) {
      for (const hmac of hmacs) hmac.update(part);
    },
    isValid() {
      let matches = false;
      for (const expected of hmacs.map((hmac) => hmac.digest()))
        for (const hex of hexes)
          if (isHex(hex) && timingSafeEqual(Buffer.from(hex, 'hex'), expected)) matches = true;
      return matches && secrets.length > 0;
    },
  };
}

/**
 * `X-Openclaw-Signature: t=<unix seconds>,v1=<hex>` over `<t>.<body>`, or `X-Signature: sha256=<hex>` over
 * the body. Bytes as they were sent, compressed or not. With a time, it wins over the plain one.
 */
export function isSignatureValid(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secrets: readonly string[],
  now: number,
): boolean {
  const { before, hexes } = saidSignature(headers, now);
  return hexes.some((hex) => isHmac(hex, [before, body], secrets));
}

/** What stands before the body in what is signed, and the signatures that were given. None: they cannot count now. */
function saidSignature(headers: IncomingHttpHeaders, now: number): { before: string; hexes: string[] } {
  const timed = headerText(headers['x-openclaw-signature']);
  if (timed !== null) {
    const parts = timed.split(',').map((part) => part.trim());
    const time = /^t=(\d{1,12})$/.exec(parts.find((part) => part.startsWith('t=')) ?? '')?.[1];
    if (time === undefined || Math.abs(now - Number(time) * 1_000) > SKEW_MS)
      return { before: '', hexes: [] };
    const given = parts.slice(0, 8).filter((part) => part.startsWith('v1='));
    return { before: `${time}.`, hexes: given.map((part) => part.slice(3)) };
  }
  const plain = /^sha256=(.+)$/i.exec(headerText(headers['x-signature'])?.trim() ?? '')?.[1];
  return { before: '', hexes: plain === undefined ? [] : [plain] };
}

/** The signature with a time, as the name of this very delivery: played again, it is the same one. */
export function timedSignature(headers: IncomingHttpHeaders): string | null {
  return headerText(headers['x-openclaw-signature']);
}

function presentedSecret(authorization: string | undefined): string | null {
  const match = /^(bearer|basic) +(\S+) *$/i.exec(authorization ?? '');
  const [, scheme = '', value = ''] = match ?? [];
  if (value === '') return null;
  if (scheme.toLowerCase() === 'bearer') return value;
  const pair = Buffer.from(value, 'base64').toString();
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.slice(colon + 1);
}

/** Hex HMAC-SHA256 over the parts, one after the other, with any of the secrets. */
export function isHmac(
  hex: string,
  parts: readonly (string | Buffer)[],
  secrets: readonly string[],
): boolean {
  if (!isHex(hex)) return false;
  return matchesAny(Buffer.from(hex, 'hex'), secrets, (secret) => {
    const hmac = createHmac('sha256', secret);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  });
}

function isHex(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text);
}

/** Looks at all secrets, also after a match, and at one where there is none. */
function matchesAny(
  presented: Buffer,
  secrets: readonly string[],
  expected: (secret: string) => Buffer,
): boolean {
  const candidates = secrets.length > 0 ? secrets : [DECOY];
  let matches = false;
  for (const secret of candidates) if (timingSafeEqual(presented, expected(secret))) matches = true;
  return matches && secrets.length > 0;
}

/** Of the secrets themselves, which are few and asked for with each request. */
const digests = new Map<string, Buffer>();
const KEPT_DIGESTS = 1000;

function keptDigest(secret: string): Buffer {
  const kept = digests.get(secret) ?? digest(secret);
  // Those that were replaced go with the others.
  if (digests.size >= KEPT_DIGESTS) digests.clear();
  digests.set(secret, kept);
  return kept;
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

function headerText(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  return Array.isArray(header) ? (header[0] ?? '') : header;
}
