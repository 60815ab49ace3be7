import type { Definition } from './definition.ts';
import { shellQuote } from './shell-quote.ts';
import { choice } from './values/choice.ts';
import { secrets, settings } from './values/secrets.ts';

export const CHANNEL_TYPES = ['slack', 'terminal', 'pagerduty', 'email', 'webhook'] as const;

export const channel: Definition<'channel'> = {
  kind: 'channel',
  plural: 'channels',
  summary: 'a chat, or a pager that only pages',
  fields: {
    type: {
      flag: 'type',
      help: `one of ${CHANNEL_TYPES.join(', ')}`,
      value: choice<string>('channel type', CHANNEL_TYPES),
      question: 'Type',
    },
    settings: { flag: 'set', help: 'a setting, such as workspace=acme', value: settings(), default: {} },
    secrets: {
      flag: 'secret',
      help: 'where a secret is found: token=env:NAME or token=file:/path',
      value: secrets(),
      default: {},
    },
  },
  columns: [
    { title: 'type', text: ({ type }) => type },
    {
      title: 'settings',
      text: ({ settings }) =>
        Object.entries(settings)
          .map(([key, value]) => `${key}=${value}`)
          .join(', '),
    },
    { title: 'secrets', text: ({ secrets }) => Object.keys(secrets).join(', ') },
  ],
  references: () => [],
  next: ({ name }) => `openclaw channel show ${shellQuote(name)}`,
  examples: [
    'openclaw channel add --name slack --type slack --secret token=env:SLACK_BOT_TOKEN --secret app-token=env:SLACK_APP_TOKEN',
    'openclaw channel add --name pager --type pagerduty --secret routing-key=env:PAGERDUTY_ROUTING_KEY',
  ],
};
