import { describeRefused } from './refused.ts';

const rotation = (...rest: string[]) => ['rotation', 'add', '--name', 'r', '--member', 'sarah', ...rest];

describeRefused('contacts, rotations and silences', [
  {
    name: 'a contact that is known already',
    args: ['contact', 'add', '--name', 'sam', '--id', 'slack=U1'],
    code: 1,
    says: /slack=U1 is the id of the contact "sarah" already/,
    hint: /openclaw contact edit sarah/,
  },
  {
    name: 'a display name as id',
    args: ['contact', 'add', '--name', 'sam', '--id', 'slack=@sam'],
    says: /display name/,
    hint: /member id/,
  },
  {
    name: 'unattended without the right',
    args: ['contact', 'add', '--name', 'sam', '--id', 'local=1000', '--unattended'],
    says: /may not approve/,
    hint: /--can approve/,
  },
  {
    name: 'an unknown time zone',
    args: rotation('--zone', 'Europe/Berlim'),
    says: /no time zone "Europe\/Berlim"/,
    hint: /Europe\/Berlin/,
  },
  {
    name: 'a city as time zone',
    args: rotation('--zone', 'Berlin'),
    says: /no time zone "Berlin"/,
    hint: /Europe\/Berlin/,
  },
  {
    name: 'a time of day that is none',
    args: rotation('--at', '25:00'),
    says: /not a time of day/,
    hint: /09:00/,
  },
  {
    name: 'a day that is not in the calendar',
    args: rotation('--start', '2026-02-30'),
    says: /not a day of the calendar/,
    hint: /2026-11-23/,
  },
  {
    name: 'daily and weekly',
    args: rotation('--daily', '--weekly'),
    says: /daily or weekly/,
    hint: /leave one out/,
  },
  {
    name: 'an override that ends first',
    args: rotation('--override', 'mike=2026-12-26T09:00/2026-12-24T09:00'),
    says: /ends before it begins/,
    hint: /earlier time first/,
  },
  {
    name: 'an override without times',
    args: rotation('--override', 'mike'),
    says: /does not say who/,
    hint: /mike=2026/,
  },
  {
    name: 'a silence of everything',
    args: ['silence', 'add', '--name', 's', '--for', '2h'],
    says: /needs --match/,
    hint: /--match service=api/,
  },
  {
    name: 'a silence without an end',
    args: ['silence', 'add', '--name', 's', '--match', 'service=api'],
    says: /needs --until/,
    hint: /--for 2h/,
  },
  {
    name: 'a silence with two ends',
    args: [
      'silence',
      'add',
      '--name',
      's',
      '--match',
      'service=api',
      '--for',
      '2h',
      '--until',
      '2026-11-24T00:00Z',
    ],
    says: /both say when it ends/,
    hint: /leave one out/,
  },
  {
    name: 'a silence that ends before it begins',
    args: [
      'silence',
      'add',
      '--name',
      's',
      '--match',
      'service=api',
      '--from',
      '2026-11-25',
      '--until',
      '2026-11-24',
    ],
    says: /ends before it begins/,
    hint: /--from/,
  },
]);
