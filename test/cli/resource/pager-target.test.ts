// What is said when a level or a route names a channel in place of a person.
import { beforeEach, expect, test } from 'vitest';
import { freshCli } from './fresh-cli.ts';

const { ok } = freshCli();
const typed = (line: string) => ok(line.split(' '));
const escalation = (target: string) =>
  typed(`escalation add --name Default --level-1 ${target} --timeout 5m`);

beforeEach(async () => {
  await typed('channel add --name pager --type pagerduty --secret routing-key=env:P');
  await typed('channel add --name slack --type slack --secret bot-token=env:T --secret app-token=env:A');
  await typed('channel add --name mail --type email --set host=smtp.example.org --set from=ops@example.org');
});

test('a pager that knows whom it reaches is a level like another', async () => {
  expect((await escalation('pager')).stderr).not.toContain('warning');
});

test('e-mail without an address of its own: a warning, and the command in it mends it', async () => {
  const { stderr } = await escalation('mail');
  expect(stderr).toContain('warning: channel "mail" does not say whom it pages');
  const [, command = ''] = /openclaw (channel edit mail --set \S+)/.exec(stderr) ?? [];
  await typed(command);
  const again = await typed('escalation edit Default --level-1 mail --timeout 6m');
  expect(again.stderr).not.toContain('warning');
});

test('a route that would page it is warned of in the same words', async () => {
  const { stderr } = await typed('alert-route add --name Loud --to #ops --also-page mail');
  expect(stderr).toContain('warning: channel "mail" does not say whom it pages');
});

test.each(['slack', 'terminal'])('%s is a chat, and no level', async (chat) => {
  const { stderr } = await escalation(chat);
  expect(stderr).toContain(`channel "${chat}" is a chat, and only a person or a pager is paged`);
  expect(stderr).toContain('openclaw contact add');
});

test('a person of the name of a channel is meant before it', async () => {
  await typed('contact add --name slack --id slack=U1');
  expect((await escalation('slack')).stderr).not.toContain('warning');
});
