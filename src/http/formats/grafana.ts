// Grafana Alerting's webhook contact point: Alertmanager's shape and more. grafana.com/docs "webhook-notifier".
import { isHmac } from '../auth.ts';
import { alertmanager } from './alertmanager.ts';
import type { SignedRequest, StreamFormat, VendorSignature } from './format.ts';

const SIGNATURE = 'x-grafana-alerting-signature';
const TIME = 'x-grafana-alerting-timestamp';
const SKEW_MS = 5 * 60_000;

/** Hex HMAC-SHA256 of the body; with a timestamp header, of `<unix seconds>:<body>`. */
const signature: VendorSignature = { header: SIGNATURE, refuse };

export const grafana: StreamFormat = { ...alertmanager, title: 'Grafana', signature };

function refuse({ raw, headers, secrets, now }: SignedRequest): string | null {
  const hex = headers[SIGNATURE];
  const time = headers[TIME];
  if (typeof hex !== 'string' || Array.isArray(time)) return 'its signature header came twice';
  if (time === undefined) return isHmac(hex, [raw], secrets) ? null : WRONG;
  const seconds = /^\d{1,12}$/.test(time) ? Number(time) : Number.NaN;
  if (!(Math.abs(now - seconds * 1_000) <= SKEW_MS))
    return 'its timestamp is not of now: look at the clocks of both machines';
  return isHmac(hex, [`${time}:`, raw], secrets) ? null : WRONG;
}

const WRONG = 'its signature does not fit the secret of the source';
