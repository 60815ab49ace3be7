import { parseHostSettings } from '../domain/host-settings.ts';
import { connectionColumns, connectionFields } from './connection.ts';
import type { Definition } from './definition.ts';
import { serviceReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { names } from './values/list.ts';

const SOURCE_TYPES = [
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
    ...connectionFields('source', SOURCE_TYPES, 'region=eu-west-1'),
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
  columns: connectionColumns,
  references: ({ services }) => services.map(serviceReference),
  next: ({ name }) => `openclaw source show ${shellQuote(name)}`,
  examples: [
    'openclaw source add --name GitHub --type github --set owner=acme --secret token=env:GITHUB_TOKEN',
    'openclaw source add --name Alertmanager --type alertmanager --secret token=env:ALERTMANAGER_TOKEN --services shop,api',
    'openclaw source add --name "AWS Production" --type aws --set region=eu-west-1',
  ],
};
