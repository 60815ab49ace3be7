// Type of a source to the format it sends. A new format is one file and one line here.
import type { IncomingHttpHeaders } from 'node:http';
import { alertmanager } from './alertmanager.ts';
import { alertmanagerPush } from './alertmanager-push.ts';
import { datadog } from './datadog.ts';
import type { Format } from './format.ts';
import { generic } from './generic.ts';
import { grafana } from './grafana.ts';
import { pagerdutyWebhook } from './pagerduty-webhook.ts';
import { sentry } from './sentry.ts';
import { sns } from './sns.ts';

const FORMATS = new Map<string, Format>([
  ['alertmanager', alertmanager],
  ['datadog', datadog],
  ['generic', generic],
  ['grafana', grafana],
  ['sentry', sentry],
  ['pagerduty', pagerdutyWebhook],
  ['sns', sns],
  ['cloudwatch', sns],
]);

/** What Prometheus posts to, under the path prefix it was given. */
export const PUSH_PATH = '/api/v2/alerts';
/** Prometheus speaks that one API alone; where Alertmanager posts its webhooks, Prometheus may post too. */
const PUSHED = new Set(['alertmanager', 'prometheus']);

/** Null: sources of this type send no webhooks, or not there. `path` is what follows the source's name. */
export function formatOf(type: string, path = ''): Format | null {
  if (path === PUSH_PATH) return PUSHED.has(type) ? alertmanagerPush : null;
  return FORMATS.get(type) ?? null;
}

export function webhookTypes(): string[] {
  return [...FORMATS.keys()];
}

/** What it sends is proven by a public key. */
export function needsNoSecret(type: string): boolean {
  return formatOf(type)?.signature?.secretless === true;
}

/** A header that only signed requests have. Asked before the source is known, so that a stranger learns nothing. */
export function hasVendorSignature(headers: IncomingHttpHeaders): boolean {
  return [...FORMATS.values()].some(
    ({ signature }) => signature !== undefined && signature.header in headers,
  );
}
