// What `channel add --type pagerduty` is told, checked when it is added. Errors: UserError 'usage'.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { isLoopback } from './loopback.ts';

type Given = Readonly<Record<string, string>>;

export interface PagerdutySettings {
  /** Of Events v2: pages go there. */
  events: URL;
  /** Of REST: who is on call is asked there. */
  api: URL;
}

const EVENTS = 'https://events.pagerduty.com';
const API = 'https://api.pagerduty.com';
const SECRETS = ['routing-key', 'api-token', 'webhook'] as const;
/** Beside it while one secret takes over from another. */
const NEXT_WEBHOOK = 'webhook-next';
const EXAMPLE = '--secret routing-key=env:PAGERDUTY_ROUTING_KEY';

export function parsePagerdutySettings(settings: Given, secrets: Given): PagerdutySettings {
  const strange = Object.keys(settings).find((name) => name !== 'events' && name !== 'api');
  if (strange !== undefined)
    throw usageError(
      `a pagerduty channel has no setting ${quoted(strange)}`,
      'it has: events, api (in Europe events=https://events.eu.pagerduty.com, api=https://api.eu.pagerduty.com)',
    );
  const unknown = Object.keys(secrets).find(
    (name) => name !== NEXT_WEBHOOK && !SECRETS.some((known) => known === name),
  );
  if (unknown !== undefined)
    throw usageError(
      `a pagerduty channel has no secret ${quoted(unknown)}`,
      `it has: ${SECRETS.join(', ')} (and ${NEXT_WEBHOOK} while one takes over from another)`,
    );
  // Without any it is not connected yet: its messages appear in the terminal under its name.
  if (Object.keys(secrets).length > 0 && secrets['routing-key'] === undefined)
    throw usageError(
      'a pagerduty channel pages by the integration key of a service (Events API v2), and none is given',
      EXAMPLE,
    );
  return { events: address('events', settings.events ?? EVENTS), api: address('api', settings.api ?? API) };
}

/** Names of the secrets its webhooks may be signed with. */
export function webhookSecretNames(secrets: Given): string[] {
  return ['webhook', NEXT_WEBHOOK].filter((name) => secrets[name] !== undefined);
}

function address(name: 'events' | 'api', text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const example = `--set ${name}=${name === 'api' ? 'https://api' : 'https://events'}.eu.pagerduty.com`;
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))))
    throw usageError(`${quoted(text)} is no https address`, `${example}, or leave it out`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw usageError(`${quoted(text)} has more than a host and a path`, example);
  return url;
}
