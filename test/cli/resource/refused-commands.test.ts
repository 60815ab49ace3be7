import { describeRefused } from './refused.ts';

const command = (name: string, trigger: string, ...rest: string[]) => [
  'command',
  'add',
  '--name',
  name,
  '--trigger',
  trigger,
  '--message',
  'x',
  ...rest,
];

describeRefused('commands', [
  {
    name: 'missing flags, all named',
    args: ['command', 'add'],
    says: /needs --name, --trigger and --message/,
    hint: /for example: openclaw command add/,
  },
  {
    name: 'a trigger without slash',
    args: command('x', 'rollback'),
    says: /"rollback" does not begin with a slash/,
    hint: /--trigger \/rollback/,
  },
  {
    name: 'a trigger of two words',
    args: command('x', '/roll back'),
    says: /not one word/,
    hint: /--trigger \/roll-back/,
  },
  {
    name: 'a trigger that is taken',
    args: command('x', '/rollback'),
    code: 1,
    says: /\/rollback is the trigger of the command "rollback" already/,
    hint: /openclaw command edit rollback/,
  },
  {
    name: 'a trigger with a meaning of its own',
    args: command('x', '/approve'),
    says: /already has a meaning/,
    hint: /another word/,
  },
  {
    name: 'a trigger one letter from a decision',
    args: command('x', '/aprove'),
    says: /too easily taken for \/approve/,
    hint: /another word/,
  },
  {
    name: 'a blank message',
    args: ['command', 'add', '--name', 'x', '--trigger', '/x', '--message', ' \n '],
    says: /--message: is blank/,
    hint: /visible/,
  },
  {
    name: 'a message of 10 MB',
    args: ['command', 'add', '--name', 'x', '--trigger', '/x', '--message', 'x'.repeat(10 * 1024 * 1024)],
    says: /--message: is 10\.0 MB, and at most 1 MB/,
    hint: /shorten it/,
  },
  {
    name: 'a message that would clear the screen',
    args: ['command', 'add', '--name', 'x', '--trigger', '/x', '--message', 'a\u001b[2J'],
    says: /U\+001B/,
    hint: /remove it/,
  },
  {
    name: 'announce without a room',
    args: command('x', '/x', '--announce'),
    says: /no room is given/,
    hint: /--to "#ops-alerts"/,
  },
  {
    name: 'a watch without a unit',
    args: command('x', '/x', '--watch', '5'),
    says: /--watch: "5" is not a duration/,
    hint: /write 5m/,
  },
  {
    name: 'an unknown playbook',
    args: command('x', '/x', '--playbook', 'rolback'),
    says: /no playbook "rolback"/,
    hint: /did you mean --playbook rollback/,
  },
  {
    name: 'a blank item in a list',
    args: command('x', '/x', '--source', 'GitHub,,AWS'),
    says: /--source: is empty/,
    hint: /visible/,
  },
  {
    name: 'a flag given twice',
    args: command('x', '/x', '--trigger', '/y'),
    says: /--trigger: was given 2 times/,
    hint: /once/,
  },
  {
    name: 'a misspelled flag',
    args: command('x', '/x', '--anounce'),
    says: /unknown option/,
    hint: /--announce/,
  },
]);
