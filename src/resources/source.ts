import { checkAwsSecrets, parseAwsSettings } from '../domain/aws-settings.ts';
import { OWN_SOURCE, RULE_SOURCE_PREFIX } from '../domain/built-in.ts';
import { formatDuration } from '../domain/duration.ts';
import { usageError } from '../domain/errors.ts';
import { parseGithubSettings } from '../domain/github-settings.ts';
import { parseGrafanaSettings } from '../domain/grafana-settings.ts';
import { parseHostSettings } from '../domain/host-settings.ts';
import { parsePrometheusSettings } from '../domain/prometheus-settings.ts';
import { readTopics, TOPIC_SETTING } from '../domain/sns.ts';
import { parseWebhookMap } from '../domain/webhook-map.ts';
import { connectionColumns, connectionFields } from './connection.ts';
import type { Definition } from './definition.ts';
import { serviceReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { duration } from './values/duration.ts';
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
  'sns',
  'pagerduty-events',
] as const;

/** How often silence is looked for. */
const SHORTEST_MS = 30_000;

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
    expectEveryMs: {
      flag: 'expect-every',
      help: 'silent for longer than this, and an incident opens, such as 5m',
      value: duration(),
    },
  },
  check({ name, type, settings, secrets, expectEveryMs }) {
    if (name === OWN_SOURCE || name.startsWith(RULE_SOURCE_PREFIX))
      throw usageError(
        `"${name}" is what openclaw's own alerts are said to come from`,
        'give the source another name',
      );
    if (expectEveryMs !== undefined && expectEveryMs < SHORTEST_MS)
      throw usageError(
        `--expect-every ${formatDuration(expectEveryMs)} is shorter than the 30s between two looks`,
        'write 30s or more; Prometheus repeats its Watchdog alert every few minutes: --expect-every 10m',
      );
    if (type === 'host') parseHostSettings(settings);
    if (type === 'prometheus') parsePrometheusSettings(settings, secrets);
    if (type === 'grafana') parseGrafanaSettings(settings, secrets);
    if (type === 'aws') checkAwsSecrets(secrets);
    if (type === 'github') parseGithubSettings(settings, secrets);
    if (parseWebhookMap(settings) !== null && type !== 'generic')
      throw usageError(
        `a source of type ${type} reads bodies as ${type} sends them: map.* is for --type generic`,
        'leave out --set map.…',
      );
    if (type === 'sns' || type === 'cloudwatch') checkTopics(type, settings);
  },
  complete: async (spec, _given, helpers) => {
    if (spec.type !== 'aws') return { spec, warnings: [] };
    const fallback = helpers.environment?.('AWS_REGION');
    const { region } = parseAwsSettings(spec.settings, fallback);
    if (spec.settings.region !== undefined) return { spec, warnings: [] };
    // Stored, so that it does not change with the shell the daemon is started from.
    return {
      spec: { ...spec, settings: { ...spec.settings, region } },
      warnings: [`its region is ${region}, from AWS_REGION`],
    };
  },
  columns: [
    ...connectionColumns,
    {
      title: 'expected',
      text: ({ expectEveryMs }) =>
        expectEveryMs === undefined ? '' : `every ${formatDuration(expectEveryMs)}`,
    },
  ],
  references: ({ services }) => services.map(serviceReference),
  next: ({ name, type, settings }) =>
    `openclaw source ${isAsked(type, settings) ? 'test' : 'show'} ${shellQuote(name)}`,
  examples: [
    'openclaw source add --name GitHub --type github --set repo=acme/api --secret token=env:GITHUB_TOKEN',
    'openclaw source add --name Deploys --type github --set owner=acme --set workflow=deploy.yml --secret token=env:GITHUB_TOKEN',
    'openclaw source add --name Alertmanager --type alertmanager --secret token=env:ALERTMANAGER_TOKEN --services shop,api',
    'openclaw source add --name Prometheus --type prometheus --set url=http://prometheus:9090',
    'openclaw source add --name Grafana --type grafana --set url=https://grafana.example --secret api-token=env:GRAFANA_TOKEN',
    'openclaw source edit Alertmanager --expect-every 10m',
    'openclaw source add --name Alarms --type sns --set topic=arn:aws:sns:eu-west-1:123456789012:alarms',
    'openclaw source add --name Probe --type generic --set map.title=$.check.name --set map.status=$.state --set map.status.firing=down --set map.status.resolved=up --secret token=env:PROBE_TOKEN',
    'openclaw source add --name "AWS Production" --type aws --set region=eu-west-1',
  ],
};

/** Whether there is somebody to ask how it goes. */
function isAsked(type: string, settings: Readonly<Record<string, string>>): boolean {
  return ['aws', 'github', 'host'].includes(type) || (settings.url ?? '') !== '';
}

/** Anybody with an AWS account can have SNS sign a message: without a topic nothing gets in. */
function checkTopics(type: string, settings: Readonly<Record<string, string>>): void {
  const topics = readTopics(settings[TOPIC_SETTING] ?? '');
  if (type === 'sns' && topics.length === 0)
    throw usageError(
      'a source of type sns takes messages of the topics it names, and names none',
      `--set ${TOPIC_SETTING}=arn:aws:sns:eu-west-1:123456789012:alarms; several with commas between them`,
    );
}
