// The commander program of one run: every command is listed, only the one asked for is built.
import { Command } from 'commander';
import { usageError } from '../domain/errors.ts';
import { nearest } from '../domain/similar.ts';
import { printable } from '../domain/text/safe-text.ts';
import { COMMANDS, type CommandEntry, GROUPS } from './commands.ts';
import type { Context } from './context.ts';
import { printJson } from './output.ts';
import { version } from './version.ts';

const EXAMPLES = `Examples:
  $ openclaw run                                  chat in this terminal, alerts over HTTP
  $ openclaw command add --name scale --trigger /scale --source "AWS Production" --message "..."
  $ openclaw incident list
  $ openclaw chat "/status"
  $ openclaw approve 7

Every command takes --help, and --json for one JSON document on stdout.
Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 refused, 5 waiting for approval, 78 in use.
State: $OPENCLAW_STATE_DIR, else ~/.openclaw/ops.`;

export async function createProgram(context: Context, args: readonly string[]): Promise<Command> {
  const asked = args.find((word) => !word.startsWith('-'));
  if (asked !== undefined) refuseUnknown(asked);
  // Only the help of the program itself shows the others.
  const listed = asked === undefined ? COMMANDS : COMMANDS.filter(({ name }) => name === asked);
  return assemble(context, listed, asked === undefined ? 'names' : args.slice(args.indexOf(asked) + 1));
}

/** With every command built: for what must know all of them, such as completion. */
export async function createFullProgram(context: Context): Promise<Command> {
  return assemble(context, COMMANDS, null);
}

/** `built`: `names` for the names alone, else as in `Define`. */
async function assemble(
  context: Context,
  listed: readonly CommandEntry[],
  built: 'names' | readonly string[] | null,
): Promise<Command> {
  const program = new Command('openclaw');
  // Before any subcommand is made: they take over these settings.
  program
    .description('Incident response from chat: alerts in, exact plans out, a person approves.')
    .exitOverride()
    .configureOutput(outputOf(context))
    .configureHelp({ showGlobalOptions: true })
    .version(version(), '-V, --version', 'print the version')
    .option('--json', 'one JSON document on stdout, talk on stderr')
    .option('--no-color', 'no colour (also: NO_COLOR=1)')
    .helpOption('-h, --help', 'how to use it')
    .helpCommand(false)
    .addHelpText('after', `\n${EXAMPLES}`)
    .action(() => program.outputHelp());
  for (const group of GROUPS) {
    for (const entry of listed.filter((one) => one.group === group)) {
      const command = program.command(entry.name).summary(entry.summary).description(entry.summary);
      command.helpGroup(`${group}:`);
      if (built === 'names') continue;
      const define = await entry.load();
      define(command, context, built);
      askForVerbs(command, entry.name);
    }
  }
  return program;
}

/** In place of the entire help, which commander would print beside an error that says less. */
function askForVerbs(command: Command, path: string): void {
  if (command.commands.length === 0) return;
  const verbs = command.commands.map((verb) => verb.name());
  command.help = (): never => {
    throw usageError(
      `what should be done? openclaw ${path} needs one more word`,
      `openclaw ${path} ${verbs.join('|')}, and --help explains them`,
    );
  };
  for (const verb of command.commands) askForVerbs(verb, `${path} ${verb.name()}`);
}

/** Before anything is built: commander would only see the stub of a command that does not exist. */
function refuseUnknown(asked: string): void {
  const names = COMMANDS.map(({ name }) => name);
  if (names.includes(asked)) return;
  const near = nearest(asked, names);
  throw usageError(
    `unknown command "${asked.slice(0, 100)}"`,
    near ? `did you mean openclaw ${near}?` : 'openclaw --help lists the commands',
  );
}

function outputOf({ io }: Context) {
  return {
    writeOut: (text: string) => (io.json ? printJson(io, { text: text.trimEnd() }) : io.stdout(text)),
    // Help that commander prints beside an error. With --json the error document says it all.
    writeErr: (text: string) => (io.json ? undefined : io.stderr(text)),
    // Errors are thrown as well, and become text in errors.ts alone.
    outputError: () => {},
    // The same on every terminal: the launcher prints the help of the program as the build wrote it down.
    getOutHelpWidth: () => 100,
    getErrHelpWidth: () => 100,
    getOutHasColors: () => io.colour,
    getErrHasColors: () => io.colour,
    stripColor: printable,
  };
}
