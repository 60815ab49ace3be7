import { describeRefused } from './refused.ts';

describeRefused('what is not there, and edits', [
  {
    name: 'a name that is nearly right',
    args: ['command', 'show', 'rolback'],
    code: 3,
    says: /no command "rolback"/,
    hint: /did you mean rollback/,
  },
  {
    name: 'an id that is not there',
    args: ['command', 'show', '99'],
    code: 3,
    says: /no command "99"/,
    hint: /openclaw command list/,
  },
  {
    name: 'removing without a terminal',
    args: ['command', 'remove', 'rollback'],
    says: /has to be confirmed/,
    hint: /openclaw command remove rollback --yes/,
  },
  {
    name: 'removing what is not there',
    args: ['command', 'remove', 'nothing', '--yes'],
    code: 3,
    says: /no command "nothing"/,
    hint: /list/,
  },
  {
    name: 'editing nothing',
    args: ['command', 'edit', 'rollback'],
    says: /nothing to change/,
    hint: /--help/,
  },
  {
    name: 'editing into a contradiction',
    args: ['command', 'edit', 'rollback', '--announce', '--no-announce'],
    says: /--announce and --no-announce contradict/,
    hint: /one of them/,
  },
  {
    name: 'editing into a blank',
    args: ['command', 'edit', 'rollback', '--message', ''],
    says: /--message: is empty/,
    hint: /visible/,
  },
  {
    name: 'editing a timeout of no level',
    args: ['escalation', 'edit', 'Default', '--timeout', '5m'],
    says: /stands before any level/,
    hint: /--level-1/,
  },
  {
    name: 'editing past the last level',
    args: ['escalation', 'edit', 'Default', '--level-3', 'x', '--timeout', '5m'],
    says: /level 2 is not/,
    hint: /--level-2/,
  },
  {
    name: 'a file that is not there',
    args: ['command', 'edit', 'rollback', '--message-file', 'nothing.md'],
    says: /--message-file: .*nothing.md cannot be read/,
    hint: /path/,
  },
  {
    name: 'a kind that is not there to export',
    args: ['export', 'comand'],
    says: /no kind "comand"/,
    hint: /did you mean command/,
  },
]);
