// Grafana Alerting's webhook contact point: Alertmanager's shape and more. grafana.com/docs "webhook-notifier"; how it
// signs and authorises stands in github.com/grafana/alerting: http/hmac.go and receivers/webhook/v1/webhook.go.
import { timestampHeader } from '../../domain/grafana-settings.ts';
import { isHmac } from '../auth.ts';
import { alertmanager } from './alertmanager.ts';
import type { SignedRequest, StreamFormat, VendorSignature } from './format.ts';

const SIGNATURE = 'x-grafana-alerting-signature';
const SKEW_MS = 5 * 60_000;

/**
 * Hex HMAC-SHA256 of the body; where its operator named a timestamp header, of `<unix seconds>:<body>`. The signature's
 * header can have another name there; only its default is looked for, since it is asked for before the source is known.
 */
const signature: VendorSignature = { header: SIGNATURE, refuse };

export const grafana: StreamFormat = { ...alertmanager, title: 'Grafana', signature, anyScheme: true };

function refuse({ raw, headers, secrets, settings, now }: SignedRequest): string | null {
  const { header, required } = timestampHeader(settings);
  const hex = headers[SIGNATURE];
  const time = headers[header];
  if (typeof hex !== 'string' || Array.isArray(time)) return 'its signature header came twice';
  if (time === undefined && required) return `it came without the header ${header}`;
  if (time === undefined) return isHmac(hex, [raw], secrets) ? null : WRONG;
  const seconds = /^\d{1,12}$/.test(time) ? Number(time) : Number.NaN;
  if (!(Math.abs(now - seconds * 1_000) <= SKEW_MS))
    return 'its timestamp is not of now: look at the clocks of both machines';
  return isHmac(hex, [`${time}:`, raw], secrets) ? null : WRONG;
}

const WRONG = 'its signature does not fit the secret of the source';
