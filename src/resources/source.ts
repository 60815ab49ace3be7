import { parseHostSettings } from '../domain/host-settings.ts';
import type { Definition } from './definition.ts';
import { serviceReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { choice } from './values/choice.ts';
import { names } from './values/list.ts';
import { secrets, settings } from './values/secrets.ts';

export const SOURCE_TYPES = [
  'host',
  'aws',
  'github',
  'grafana',
  'prometheus',
  'alertmanager',
  'generic',
  'datadog',
  'sentry',
  'pagerduty',
  'cloudwatch',
] as const;

export const source: Definition<'source'> = {
  kind: 'source',
  plural: 'sources',
  summary: 'a system we read, change, or take alerts from',
  fields: {
    type: {
      flag: 'type',
      help: `one of ${SOURCE_TYPES.join(', ')}`,
      value: choice<string>('source type', SOURCE_TYPES),
      question: 'Type',
    },
    settings: { flag: 'set', help: 'a setting, such as region=eu-west-1', value: settings(), default: {} },
    secrets: {
      flag: 'secret',
      help: 'where a secret is found: token=env:NAME or token=file:/path',
      value: secrets(),
      default: {},
    },
    services: {
      flag: 'services',
      help: 'the services its alerts may name (default: all)',
      value: names('service'),
      default: [],
    },
  },
  check({ type, settings }) {
    if (type === 'host') parseHostSettings(settings);
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
  references: ({ services }) => services.map(serviceReference),
  next: ({ name }) => `openclaw source show ${shellQuote(name)}`,
  examples: [
    'openclaw source add --name GitHub --type github --set owner=acme --secret token=env:GITHUB_TOKEN',
    'openclaw source add --name Alertmanager --type alertmanager --secret token=env:ALERTMANAGER_TOKEN --services shop,api',
    'openclaw source add --name "AWS Production" --type aws --set region=eu-west-1',
  ],
};
