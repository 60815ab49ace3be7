// The state change of a CloudWatch alarm, as SNS carries it. Composite alarms have no `Trigger`.
// Ref: `aws/aws-lambda-go` `events/testdata/cloudwatch-alarm-sns-payload-single-metric.json`.
import type { IncomingAlert } from '../../domain/alert.ts';
import { readSeverity, type Severity } from '../../domain/severity.ts';
import {
  addLink,
  addNote,
  cleanLabels,
  cleanLine,
  cleanText,
  DESCRIPTION_MAX,
  isObject,
  type Notes,
  own,
  scalarText,
  strictNumber,
  TITLE_MAX,
} from './clean.ts';
import type { Problem } from './format.ts';
import { shortHash } from './identity.ts';
import { readInstant } from './instant.ts';

const ARN = /^arn:(aws[a-z-]*):cloudwatch:([a-z0-9-]{1,40}):(\d{1,20}):alarm:(.+)$/s;
/** Which dimension says what an alarm is about, the narrowest name of a service first. */
const SERVICE_DIMENSIONS = [
  'ServiceName',
  'AutoScalingGroupName',
  'DBClusterIdentifier',
  'DBInstanceIdentifier',
  'CacheClusterId',
  'FunctionName',
  'QueueName',
  'TargetGroup',
  'LoadBalancer',
  'InstanceId',
];
const WORDS = new Set(['critical', 'crit', 'sev1', 'p1', 'emergency', 'fatal', 'warning', 'warn', 'info']);

export function isAlarm(message: unknown): message is Record<string, unknown> {
  return isObject(message) && (own(message, 'AlarmName') ?? own(message, 'AlarmArn')) !== undefined;
}

/** `key`: of the message it came in. */
export function alarmOf(
  message: Record<string, unknown>,
  { key, settings }: { key: string; settings: Readonly<Record<string, string>> },
): IncomingAlert | Problem {
  const notes: Notes = { list: [] };
  const text = (name: string): string => scalarText(own(message, name)) ?? '';
  const arn = text('AlarmArn');
  const [, partition = 'aws', region = '', , nameInArn = ''] = ARN.exec(arn) ?? [];
  const title = cleanLine(text('AlarmName') || nameInArn, TITLE_MAX, 'name of the alarm', notes);
  if (title === '') return { where: 'Message.AlarmName', what: 'is missing or blank' };
  const trigger = own(message, 'Trigger');
  const facts = isObject(trigger) ? trigger : {};
  const dimensions = dimensionsOf(facts);
  const since = readInstant(text('StateChangeTime'));
  if (since === 'not understood') addNote(notes, 'when its state changed was not understood');
  const at = since === 'not understood' ? null : since.at;
  const state = text('NewStateValue');
  const status = state === 'ALARM' ? 'firing' : state === 'OK' ? 'resolved' : 'unknown';
  if (status === 'unknown')
    addNote(notes, `state ${cleanLine(state, 40, 'state', notes) || '(none)'}: neither ALARM nor OK`);
  const reason = cleanText(text('NewStateReason'), DESCRIPTION_MAX, 'reason', notes);
  const { severity, severityText } = severityOf(title, settings);
  const links: IncomingAlert['links'] = [];
  if (region !== '' && partition === 'aws')
    addLink(
      links,
      `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(title)}`,
      'Alarm',
      notes,
    );
  return {
    fingerprint: shortHash('cloudwatch', arn || `${text('AWSAccountId')}/${text('Region')}/${title}`),
    deliveryKey: key,
    status,
    title,
    description: cleanText(
      [text('AlarmDescription'), reason].filter((line) => line !== '').join('\n'),
      DESCRIPTION_MAX,
      'description',
      notes,
    ),
    severity,
    severityText,
    service: SERVICE_DIMENSIONS.map((name) => dimensions[name]).find((name) => name !== undefined) ?? null,
    labels: cleanLabels(
      {
        ...dimensions,
        alarm: title,
        account: text('AWSAccountId'),
        region: region || text('Region'),
        ...scalars(facts, { metric: 'MetricName', namespace: 'Namespace', statistic: 'Statistic' }),
      },
      notes,
    ),
    links,
    startsAt: status === 'firing' ? at : null,
    endsAt: status === 'resolved' ? at : null,
    value: null,
    threshold: strictNumber(own(facts, 'Threshold'))?.value ?? null,
    unit: cleanLine(scalarText(own(facts, 'Unit')) ?? '', 16, 'unit', notes) || null,
    ...(status === 'unknown' ? { remark: `${state || 'state unknown'}: ${reason.slice(0, 300)}` } : {}),
    notes: notes.list,
  };
}

/** An alarm has none: what the source is set to, else a word of its name. */
function severityOf(
  title: string,
  settings: Readonly<Record<string, string>>,
): { severity: Severity | null; severityText: string | null } {
  const said = title
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .find((word) => WORDS.has(word));
  if (said !== undefined)
    return {
      severity: readSeverity(said) ?? (/^warn/.test(said) ? 'warning' : 'critical'),
      severityText: said,
    };
  const set = settings.severity ?? null;
  return { severity: readSeverity(set), severityText: set };
}

function dimensionsOf(trigger: Record<string, unknown>): Record<string, string> {
  const list = own(trigger, 'Dimensions');
  const found = new Map<string, string>();
  for (const one of Array.isArray(list) ? list.slice(0, 30) : []) {
    if (!isObject(one)) continue;
    const name = scalarText(own(one, 'name'));
    const value = scalarText(own(one, 'value'));
    if (name !== null && value !== null) found.set(name, value.slice(0, 300));
  }
  return Object.fromEntries(found);
}

function scalars(from: Record<string, unknown>, names: Record<string, string>): Record<string, string> {
  const found = Object.entries(names).flatMap(([label, name]) => {
    const value = scalarText(own(from, name));
    return value === null ? [] : [[label, value]];
  });
  return Object.fromEntries(found) as Record<string, string>;
}
