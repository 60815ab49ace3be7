// The alert of our own that says that others were lost: a body, or an alert in it, was over its limit.
import type { IncomingAlert } from '../domain/alert.ts';
import type { FormatContext, StreamFormat } from './formats/format.ts';
import { shortHash, timedKey } from './formats/identity.ts';
import type { HeldBody } from './held-body.ts';
import { sizeText } from './problem.ts';

/** Null: nothing was lost. One fingerprint per source, so that the next such body finds the open incident. */
export function cutOffAlert(
  format: StreamFormat,
  held: HeldBody,
  kept: number,
  context: FormatContext,
): IncomingAlert | null {
  const { tooLarge, cutOff } = held;
  if (!cutOff && tooLarge.count === 0) return null;
  const count = kept.toLocaleString('en');
  const limit = sizeText(cutOff ? format.maxBytes : format.maxItemBytes);
  const title = cutOff
    ? `${format.title} body over ${limit}: ${count} alerts kept, the rest was cut off`
    : `${tooLarge.count === 1 ? 'An alert' : `${tooLarge.count} alerts`} over ${limit} could not be read: ${count} beside kept`;
  const sizes = cutOff
    ? `More than ${sizeText(held.bytes)} came`
    : `The largest alert had ${sizeText(tooLarge.bytes)}`;
  return {
    fingerprint: 'openclaw-cut-off',
    deliveryKey: timedKey(context.receivedAt, shortHash('cut-off', context.deliveryId)),
    status: 'firing',
    title,
    description: [
      `${sizes} from the source "${context.source}". What was cut off is not here: look in ${format.title} itself.`,
      'Smaller groups (group_by) and a limit (max_alerts in webhook_configs) keep deliveries short.',
    ].join('\n'),
    severity: 'critical',
    severityText: null,
    service: null,
    labels: { alertname: 'WebhookCutOff', source: context.source },
    links: [],
    startsAt: context.receivedAt,
    endsAt: null,
    value: null,
    threshold: null,
    unit: null,
    notes: ['openclaw wrote this alert itself: part of a delivery was lost'],
  };
}
