// `openclaw channel manifest NAME`: what is pasted at api.slack.com/apps, made from the stored commands.
import type { Command } from 'commander';
import { usageError } from '../domain/errors.ts';
import { commandPrefix } from '../domain/slack-settings.ts';
import { printable } from '../domain/text/safe-text.ts';
import { definitionOf } from '../resources/all.ts';
import { shellQuote } from '../resources/shell-quote.ts';
import type { Context } from './context.ts';
import { colours, printJson } from './output.ts';
import { rememberPrinted } from './printed-manifest.ts';
import { findResource } from './resource/find.ts';

export function defineManifest(command: Command, context: Context): void {
  command
    .argument('<name>', 'its name or id')
    .description('print the Slack app that fits the stored commands')
    .option(
      '--prefix <prefix>',
      'before each command, where another app has its name: acme- makes /acme-rollback (default: the setting prefix)',
    )
    .option('--url <address>', 'of this daemon, where Slack calls it (HTTP mode): https://ops.example.org')
    .addHelpText(
      'after',
      '\nPaste it at https://api.slack.com/apps, "Create New App", "From a manifest", and again when commands change.' +
        '\nExamples:\n  $ openclaw channel manifest slack > app.json\n  $ openclaw channel manifest slack --prefix acme-' +
        '\n  $ openclaw channel manifest slack --url https://ops.example.org',
    )
    .action((name: string, flags: { prefix?: string; url?: string }) => printManifest(context, name, flags));
}

async function printManifest(
  context: Context,
  asked: string,
  { prefix, url }: { prefix?: string; url?: string },
): Promise<void> {
  const { io } = context;
  const store = await context.store();
  const channel = await findResource(store.read, await definitionOf('channel'), asked);
  if (channel.spec.type !== 'slack')
    throw usageError(
      `channel ${shellQuote(channel.name)} is of type ${channel.spec.type}; a manifest is for slack`,
      'openclaw channel list',
    );
  const { manifestOfStore } = await import('../daemon/slack-manifest.ts');
  const { manifest, left, mode, strangePrefix, own, usual, holds } = await manifestOfStore(store, channel, {
    ...(prefix === undefined ? {} : { prefix: commandPrefix(prefix) }),
    ...(url === undefined ? {} : { url }),
  });
  printJson(io, manifest);
  const isKept = await rememberPrinted(store, channel.id, { ...holds, at: io.now() });
  if (io.json) return;
  const { dim } = colours(io);
  const lines = [
    ...(own.length === 0 ? noneStored(usual) : []),
    'next: paste it at https://api.slack.com/apps ("Create New App", "From a manifest"), install the app, and take',
    mode === 'socket'
      ? '      its bot token (xoxb-) and an app-level token with connections:write (xapp-).'
      : '      its bot token (xoxb-) and its signing secret ("Basic Information"). Slack asks the address at once: let the daemon run.',
    'after a command is added or changed: print it again, and paste it in the app ("App Manifest")',
    ...(strangePrefix === null
      ? []
      : [
          `What is said in rooms names commands as they are stored. To have them named so: openclaw channel edit ${shellQuote(channel.name)} --set prefix=${strangePrefix}`,
        ]),
    ...(isKept ? [] : ['The state cannot be written now: that this was printed is not remembered']),
    ...(left.length === 0 ? [] : [`Slack takes 50 commands in an app; left out: ${left.join(', ')}`]),
  ];
  for (const line of lines) io.stderr(`${dim(printable(line))}\n`);
}

/** An app of a fresh state can acknowledge and approve, and nothing that a plan would come of. */
function noneStored(usual: readonly string[]): string[] {
  return [
    `slash commands come from stored commands, and there is none yet: no ${usual.slice(0, -1).join(', ')} or ${usual.at(-1)}. Each is added by a line such as`,
    '      openclaw command add --name rollback --trigger /rollback --source "GitHub,AWS Production" --message "Roll back a deployment."',
  ];
}
