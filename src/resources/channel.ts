import { parseMailSettings, parseWebhookSettings } from '../domain/pager-settings.ts';
import { parsePagerdutySettings } from '../domain/pagerduty-settings.ts';
import { parseSlackSettings } from '../domain/slack-settings.ts';
import { CHANNEL_TYPES } from './add-channel.ts';
import { connectionColumns, connectionFields } from './connection.ts';
import type { Definition, Place } from './definition.ts';
import { shellQuote } from './shell-quote.ts';
import { timeZone } from './values/calendar.ts';

export const channel: Definition<'channel'> = {
  kind: 'channel',
  plural: 'channels',
  summary: 'a chat, or a pager that only pages',
  fields: connectionFields('channel', CHANNEL_TYPES, 'workspace=acme'),
  check({ type, settings, secrets }) {
    if (settings.zone !== undefined && HAVE_ZONES.has(type)) timeZone(settings.zone, ZONE);
    if (type === 'email') parseMailSettings(settings, secrets);
    if (type === 'pagerduty') parsePagerdutySettings(settings, secrets);
    if (type === 'slack') parseSlackSettings(settings, secrets);
    if (type === 'webhook') parseWebhookSettings(settings, secrets);
  },
  columns: connectionColumns,
  references: () => [],
  next: ({ name, type, secrets }) =>
    `openclaw channel ${nextVerb(type, Object.keys(secrets).length > 0)} ${shellQuote(name)}`,
  examples: [
    'openclaw channel add --name slack --type slack --secret bot-token=env:SLACK_BOT_TOKEN --secret app-token=env:SLACK_APP_TOKEN',
    'openclaw channel add --name pager --type pagerduty --secret routing-key=env:PAGERDUTY_ROUTING_KEY',
    'openclaw channel add --name PagerDuty --type pagerduty --secret routing-key=env:PD_KEY --secret api-token=env:PD_TOKEN --secret webhook=env:PD_WEBHOOK_SECRET',
    'openclaw channel add --name mail --type email --set host=smtp.example.org --set from=ops@example.org --set user=ops --secret password=env:SMTP_PASSWORD',
    'openclaw channel add --name hook --type webhook --set url=https://pager.example.org/openclaw --secret signing=env:OPENCLAW_WEBHOOK_SECRET',
  ],
};

/** Where people type and read times. */
const HAVE_ZONES: ReadonlySet<string> = new Set(['slack', 'terminal']);
const ZONE: Place = { name: '--set zone', write: (example) => `--set zone=${example}` };

/** Without secrets there is no Slack app yet, and the manifest makes one. */
function nextVerb(type: string, hasSecrets: boolean): string {
  if (hasSecrets && (type === 'slack' || type === 'pagerduty')) return 'test';
  return type === 'slack' ? 'manifest' : 'show';
}
