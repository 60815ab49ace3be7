import { expect, test } from 'vitest';
import { addChannel, CHANNEL_TYPES } from '../../src/resources/add-channel.ts';
import { freshCli } from '../cli/resource/fresh-cli.ts';

const { ok } = freshCli();

test.each(CHANNEL_TYPES)('the command that adds a channel called %s works as it is printed', async (type) => {
  await ok(addChannel(type).split(' ').slice(1));
});

test('a name that says no type gets the types there are', () => {
  expect(addChannel('pigeon')).toBe(
    'openclaw channel add --name pigeon --type <type>   (types: slack, terminal, pagerduty, email, webhook)',
  );
});

test('what is to be typed after a contact and a rotation works where others of the name exist', async () => {
  await ok(['contact', 'add', '--name', 'sarah', '--id', 'slack=U1']);
  await ok(['rotation', 'add', '--name', 'on-call', '--member', 'sarah']);
  await ok(['escalation', 'add', '--name', 'Default', '--level-1', 'on-call', '--timeout', '5m']);
  for (const add of [
    ['contact', 'add', '--name', 'mike', '--id', 'slack=U2'],
    ['rotation', 'add', '--name', 'nights', '--member', 'mike'],
  ]) {
    const { stdout, stderr } = await ok(add);
    const [, next = ''] = /next: openclaw (.*?)(?: {3}|\n)/.exec(stdout + stderr) ?? [];
    await ok(next.split(' '));
  }
});
