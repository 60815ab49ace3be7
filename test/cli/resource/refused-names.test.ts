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

describeRefused('names that are blank, hidden, misleading or taken', [
  { name: 'an empty name', args: command('', '/x'), says: /--name: is empty/, hint: /visible character/ },
  { name: 'a name of two lines', args: command('a\nb', '/x'), says: /U\+000A/, hint: /remove it/ },
  { name: 'a name with a comma', args: command('a, b', '/x'), says: /cannot hold ","/, hint: /--name "a b"/ },
  {
    name: 'a blank name',
    args: command('  \t ', '/x'),
    says: /--name: is (blank|empty)/,
    hint: /visible character/,
  },
  {
    name: 'a name of zero-width characters',
    args: command('\u200b\u200d\ufeff', '/x'),
    says: /--name: is blank/,
    hint: /visible character/,
  },
  {
    name: 'a name with a hidden character',
    args: command('roll\u200bback', '/x'),
    says: /U\+200B at character 5/,
    hint: /remove it/,
  },
  {
    name: 'a name that turns the line around',
    args: command('a\u202eb', '/x'),
    says: /U\+202E/,
    hint: /remove it/,
  },
  {
    name: 'a name with a control character',
    args: command('a\u001b[2Jb', '/x'),
    says: /U\+001B at character 2/,
    hint: /remove it/,
  },
  {
    name: 'a name of 101 characters',
    args: command('x'.repeat(101), '/x'),
    says: /101 characters long, and at most 100/,
    hint: /shorten/,
  },
  {
    name: 'a name that is a number',
    args: command('12', '/x'),
    says: /"12" would read as an id/,
    hint: /add a word/,
  },
  {
    name: 'a name that is taken',
    args: command('rollback', '/x'),
    code: 1,
    says: /another command is named "rollback"/,
    hint: /openclaw command edit rollback/,
  },
  {
    name: 'a name that differs by case alone',
    args: command('Rollback', '/x'),
    code: 1,
    says: /another command is named "rollback"/,
    hint: /openclaw command edit rollback/,
  },
]);
