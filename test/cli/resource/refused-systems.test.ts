import { describeRefused } from './refused.ts';

describeRefused('sources, channels, services, rules and routes', [
  {
    name: 'a setting that a host source does not take',
    args: ['source', 'add', '--name', 'This host', '--type', 'host', '--set', 'region=eu'],
    says: /"region" is no setting of a host source: it takes disk and env/,
    hint: /disk=\/,\/var/,
  },
  {
    name: 'an unknown source type',
    args: ['source', 'add', '--name', 's', '--type', 'githb'],
    says: /no source type "githb"/,
    hint: /did you mean --type github/,
  },
  {
    name: 'an unknown channel type',
    args: ['channel', 'add', '--name', 's', '--type', 'slak'],
    says: /no channel type "slak"/,
    hint: /did you mean --type slack/,
  },
  {
    name: 'a setting without value',
    args: ['source', 'add', '--name', 's', '--type', 'aws', '--set', 'region'],
    says: /--set: needs a key, "=" and a value/,
    hint: /region=eu-west-1/,
  },
  {
    name: 'a setting given twice',
    args: ['source', 'add', '--name', 's', '--type', 'aws', '--set', 'a=1', '--set', 'a=2'],
    says: /"a" was given twice/,
    hint: /once/,
  },
  {
    name: 'a setting that would reach a prototype',
    args: ['source', 'add', '--name', 's', '--type', 'aws', '--set', '__proto__=1'],
    says: /is not a key/,
    hint: /begin with a letter/,
  },
  {
    name: 'an unknown severity',
    args: ['alert-rule', 'add', '--name', 'r', '--condition', 'up = false', '--severity', 'critcal'],
    says: /no severity "critcal"/,
    hint: /did you mean --severity critical/,
  },
  {
    name: 'an unknown severity in a list',
    args: ['alert-route', 'add', '--name', 'r', '--severity', 'critical,eror', '--to', '#x'],
    says: /no severity "eror"/,
    hint: /critical, warning, info/,
  },
  {
    name: 'a critical condition below critical',
    args: [
      'alert-rule',
      'add',
      '--name',
      'r',
      '--condition',
      'up = false',
      '--severity',
      'critical',
      '--critical',
      'up = false',
    ],
    says: /critical already/,
    hint: /--severity warning/,
  },
  {
    name: 'a cost with a currency',
    args: ['service', 'add', '--name', 's', '--hourly-cost', '$0.34'],
    says: /not a plain number/,
    hint: /0\.34/,
  },
  {
    name: 'an instance pattern with a star inside',
    args: ['service', 'add', '--name', 's', '--instances', 'api-*-prod'],
    says: /only at the end/,
    hint: /api-prod-\*/,
  },
  {
    name: 'a service that needs itself',
    args: ['service', 'add', '--name', 's', '--depends-on', 's'],
    says: /depend on itself/,
    hint: /--depends-on/,
  },
]);
