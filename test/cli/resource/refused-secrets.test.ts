import { describeRefused, SECRET } from './refused.ts';

describeRefused('secrets where they do not belong', [
  {
    name: 'a token in the instructions',
    args: ['agent', 'add', '--name', 'a', '--message', `use ${SECRET} to log in`],
    says: /--message: holds what looks like a token/,
    hint: /--secret token=env:NAME/,
  },
  {
    name: 'a token as a name',
    args: ['agent', 'add', '--name', SECRET, '--message', 'x'],
    says: /--name: holds what looks like a token/,
    hint: /leave it out/,
  },
  {
    name: 'a token in a binding',
    args: ['service', 'add', '--name', 's', '--binding', `GitHub=https://x:${SECRET}@github.com/acme`],
    says: /looks like a secret/,
    hint: /reference/,
  },
  {
    name: 'a secret itself',
    args: ['source', 'add', '--name', 's', '--type', 'github', '--secret', `token=${SECRET}`],
    says: /the value of token was given itself/,
    hint: /token=env:TOKEN/,
  },
  {
    name: 'a secret without a key',
    args: ['source', 'add', '--name', 's', '--type', 'github', '--secret', SECRET],
    says: /--secret: needs a key/,
    hint: /env:NAME/,
  },
  {
    name: 'a secret behind env:',
    args: ['source', 'add', '--name', 's', '--type', 'github', '--secret', `token=env:${SECRET}`],
    says: /not the name of an environment variable/,
    hint: /env:TOKEN/,
  },
  {
    name: 'a secret among the settings',
    args: ['source', 'add', '--name', 's', '--type', 'github', '--set', `x=${SECRET}`],
    says: /looks like a secret/,
    hint: /--secret x=env:X/,
  },
  {
    name: 'a setting that is a secret by its name',
    args: ['channel', 'add', '--name', 's', '--type', 'slack', '--set', 'bot_token=abc'],
    says: /bot_token is a secret by its name/,
    hint: /--secret bot_token=env:BOT_TOKEN/,
  },
  {
    name: 'a password in an address',
    args: ['source', 'add', '--name', 's', '--type', 'prometheus', '--set', `url=https://me:${SECRET}@x`],
    says: /looks like a secret/,
    hint: /--secret/,
  },
  {
    name: 'a relative secret file',
    args: ['source', 'add', '--name', 's', '--type', 'aws', '--secret', 'key=file:key.txt'],
    says: /not a full path/,
    hint: /file:\/run\/secrets\/key/,
  },
]);
