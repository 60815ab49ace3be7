// `openclaw completion`: scripts made from the same commands the program has.
import type { Command } from 'commander';
import { usageError } from '../domain/errors.ts';
import type { Context } from './context.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** What can follow after these words. */
interface Place {
  /** `incident show`; empty for the program itself. */
  path: string;
  words: { word: string; about: string }[];
}

export function defineCompletion(command: Command, context: Context): void {
  command
    .argument('<shell>', SHELLS.join(', '))
    .addHelpText(
      'after',
      '\nExamples:\n  $ openclaw completion bash >> ~/.bashrc\n  $ openclaw completion zsh > ~/.zfunc/_openclaw\n' +
        '  $ openclaw completion fish > ~/.config/fish/completions/openclaw.fish',
    )
    .action(async (name: string) => {
      const shell = SHELLS.find((one) => one === name);
      if (!shell) throw usageError(`no completion for the shell "${name}"`, `one of: ${SHELLS.join(', ')}`);
      if (context.io.json)
        throw usageError('a completion is a script for a shell, not JSON', `openclaw completion ${shell}`);
      const { createFullProgram } = await import('./program.ts');
      context.io.stdout(script(shell, places(await createFullProgram(context))));
    });
}

export function script(shell: Shell, all: readonly Place[]): string {
  switch (shell) {
    case 'bash':
      return bash(all);
    case 'zsh':
      return `#compdef openclaw\nautoload -U +X bashcompinit && bashcompinit\n${bash(all)}`;
    case 'fish':
      return fish(all);
    default:
      return shell satisfies never;
  }
}

function places(command: Command, path = ''): Place[] {
  const flags = command.createHelp().visibleOptions(command);
  const words = [
    ...command.commands.map((one) => ({ word: one.name(), about: one.summary() || one.description() })),
    ...flags.flatMap(({ long, description }) => (long ? [{ word: long, about: description }] : [])),
  ];
  const below = command.commands.flatMap((one) => places(one, `${path} ${one.name()}`.trim()));
  return [{ path, words }, ...below];
}

/** Words of the line that are no flags lead to the deepest command they name; its words are offered. */
function bash(all: readonly Place[]): string {
  const cases = all.map(
    ({ path, words }) => `    "${path}") words="${words.map(({ word }) => word).join(' ')}" ;;`,
  );
  return `_openclaw() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="" words="" next word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in
${all
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      "${path}") path="$next" ;;`)
  .join('\n')}
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _openclaw openclaw
`;
}

function fish(all: readonly Place[]): string {
  const lines = all.flatMap(({ path, words }) =>
    words.map(({ word, about }) => {
      const flag = word.startsWith('--');
      const when = path === '' ? (flag ? '' : ` -n __fish_use_subcommand`) : ` -n '${fishCondition(path)}'`;
      return `complete -c openclaw${when} ${flag ? `-l ${word.slice(2)}` : `-f -a ${word}`} -d ${fishQuote(about)}`;
    }),
  );
  return `${lines.join('\n')}\n`;
}

function fishCondition(path: string): string {
  return path
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ');
}

function fishQuote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
