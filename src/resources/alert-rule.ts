import { usageError } from '../domain/errors.ts';
import { SEVERITIES } from '../domain/severity.ts';
import type { Definition } from './definition.ts';
import { serviceReference, sourceReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { choice } from './values/choice.ts';
import { condition } from './values/condition.ts';
import { nameOf, prose } from './values/text.ts';

export const alertRule: Definition<'alert-rule'> = {
  kind: 'alert-rule',
  plural: 'alert rules',
  summary: 'an alert of our own over polled values',
  fields: {
    condition: {
      flag: 'condition',
      help: 'when it fires, such as "error_rate > 5% for 30s"',
      value: condition(),
      question: 'Condition, such as error_rate > 5% for 30s',
    },
    severity: {
      flag: 'severity',
      help: 'critical, warning or info (default: warning)',
      value: choice('severity', SEVERITIES),
      default: 'warning',
    },
    critical: {
      flag: 'critical',
      help: 'the condition that raises the same alert to critical',
      value: condition(),
    },
    service: {
      flag: 'service',
      help: 'only this service (default: every one that has the values)',
      value: nameOf('service'),
    },
    source: { flag: 'source', help: 'only values of this source', value: nameOf('source') },
    message: { flag: 'message', help: 'what the alert says', value: prose() },
  },
  check({ severity, critical }) {
    if (severity === 'critical' && critical !== undefined) {
      throw usageError(
        'severity is critical already, so there is nothing for critical to raise',
        'leave out --critical, or write --severity warning',
      );
    }
  },
  async complete(spec, { keys }) {
    const { unknownMetrics } = await import('./known-metrics.ts');
    const given = [
      keys.has('condition') ? spec.condition : undefined,
      keys.has('critical') ? spec.critical : undefined,
    ];
    return { spec, warnings: unknownMetrics(given) };
  },
  columns: [
    { title: 'condition', text: ({ condition }) => condition },
    { title: 'severity', text: ({ severity }) => severity, severity: ({ severity }) => severity },
    { title: 'critical', text: ({ critical }) => critical ?? '' },
    { title: 'service', text: ({ service }) => service ?? 'any' },
  ],
  references: ({ service, source }) => [
    ...(service === undefined ? [] : [serviceReference(service)]),
    ...(source === undefined ? [] : [sourceReference(source)]),
  ],
  next: ({ name }) => `openclaw alert-rule show ${shellQuote(name)}`,
  examples: [
    'openclaw alert-rule add --name "Error rate" --condition "error_rate > 5% for 30s" --critical "error_rate > 10%" --service shop',
    'openclaw alert-rule add --name "Disk almost full" --condition "disk_usage > 95%" --severity critical',
  ],
};
