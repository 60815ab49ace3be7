// `openclaw channel test NAME`: what the chat says of us, and one message there; what a pager says, and no page.
import type { Command } from 'commander';
import { definitionOf } from '../resources/all.ts';
import { printChecked } from './checked.ts';
import type { Context } from './context.ts';
import { daemonRuns } from './exchange.ts';
import { manifestGaps } from './printed-manifest.ts';
import { findResource } from './resource/find.ts';

export function defineChannelTest(command: Command, context: Context): void {
  command
    .argument('<name>', 'its name or id')
    .description(
      'Slack: post, edit and read a message; PagerDuty: ask for key, token and schedules; say what is missing',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ openclaw channel test slack\n  $ openclaw channel test pager\n' +
        '\nPagerDuty wakes nobody by it; a page that does: openclaw contact test NAME.\n' +
        'It needs no daemon. Ends with 0 when all that is used works, with 1 when something does not.',
    )
    .action((name: string) => testChannel(context, name));
}

async function testChannel(context: Context, asked: string): Promise<void> {
  const store = await context.store();
  const channel = await findResource(store.read, await definitionOf('channel'), asked);
  const { checkChannel } = await import('../daemon/check-channel.ts');
  const checked = await checkChannel(channel, {
    store,
    env: context.io.env,
    clock: { now: () => context.io.now() },
  });
  const { noteTested } = await import('../daemon/after-test.ts');
  const tested = { channel: channel.name, checked, daemonRuns: await daemonRuns(context.stateDir) };
  await noteTested(store, tested, context.io.now());
  const behind = (await manifestGaps(store.read)).filter((gap) => gap.channel === channel.name);
  // No problem of what is used: whether it was pasted is not known.
  const facts = behind.map(({ text, hint }) => ({ name: 'slash commands', value: `${text}; ${hint}` }));
  printChecked(
    context,
    { ...checked, facts: [...checked.facts, ...facts] },
    { channel: channel.name, type: channel.spec.type },
  );
}
