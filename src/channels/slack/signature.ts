// Whether a request is from Slack: https://docs.slack.dev/authentication/verifying-requests-from-slack
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { HookHeaders } from '../../domain/channel-hook.ts';

/** A signature counts this long before and after its time. */
const SKEW_S = 5 * 60;
export const MISFIT = 'its signature does not fit the signing secret';

/**
 * `X-Slack-Signature: v0=<hex HMAC-SHA256 of "v0:<timestamp>:<body>">`, over the bytes as they came. Any of the secrets
 * opens, so that one can be replaced. Null: it is signed. Else why it does not count.
 */
export function whyNotSigned(
  raw: Uint8Array,
  headers: HookHeaders,
  secrets: readonly string[],
  now: number,
): string | null {
  const { 'x-slack-signature': signature, 'x-slack-request-timestamp': time } = headers;
  if (typeof signature !== 'string' || typeof time !== 'string') return 'it has no signature of Slack';
  if (!/^\d{1,12}$/.test(time)) return 'its timestamp is none';
  if (Math.abs(Math.floor(now / 1000) - Number(time)) > SKEW_S)
    return 'its timestamp is more than five minutes off: is the clock of this machine right?';
  const hex = /^v0=([0-9a-f]{64})$/.exec(signature)?.[1];
  if (hex === undefined) return 'its signature is not of the form v0=<hex>';
  const given = Buffer.from(hex, 'hex');
  // All of them, also after a match.
  let matches = false;
  for (const secret of secrets) {
    const expected = slackHmac(raw, time, secret);
    if (timingSafeEqual(given, expected)) matches = true;
  }
  return matches ? null : MISFIT;
}

/** As Slack signs it, for a request of our own that looks whether ours arrive. `now`: ms. */
export function slackSigned(raw: string, secret: string, now: number): Record<string, string> {
  const time = String(Math.floor(now / 1000));
  return {
    'x-slack-request-timestamp': time,
    'x-slack-signature': `v0=${slackHmac(raw, time, secret).toString('hex')}`,
  };
}

function slackHmac(raw: string | Uint8Array, time: string, secret: string): Buffer {
  return createHmac('sha256', secret).update(`v0:${time}:`).update(raw).digest();
}
