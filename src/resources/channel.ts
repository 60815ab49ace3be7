import { connectionColumns, connectionFields } from './connection.ts';
import type { Definition } from './definition.ts';
import { shellQuote } from './shell-quote.ts';

const CHANNEL_TYPES = ['slack', 'terminal', 'pagerduty', 'email', 'webhook'] as const;

export const channel: Definition<'channel'> = {
  kind: 'channel',
  plural: 'channels',
  summary: 'a chat, or a pager that only pages',
  fields: connectionFields('channel', CHANNEL_TYPES, 'workspace=acme'),
  columns: connectionColumns,
  references: () => [],
  next: ({ name }) => `openclaw channel show ${shellQuote(name)}`,
  examples: [
    'openclaw channel add --name slack --type slack --secret token=env:SLACK_BOT_TOKEN --secret app-token=env:SLACK_APP_TOKEN',
    'openclaw channel add --name pager --type pagerduty --secret routing-key=env:PAGERDUTY_ROUTING_KEY',
  ],
};
