// Flags that hold for every command, wherever they stand: read before anything else can fail.
import type { Command } from 'commander';
import { usageError } from '../domain/errors.ts';

export interface GlobalFlags {
  args: string[];
  json: boolean;
  noColor: boolean;
}

/** Takes `--json` and `--no-color` out of the words before `--`. `help x` becomes `x --help`. */
export function readGlobalFlags(argv: readonly string[]): GlobalFlags {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const head = argv.slice(0, end);
  const args = head.filter((word) => !isGlobal(word));
  if (args[0] === 'help') args.splice(0, args.length, ...args.slice(1), '--help');
  return {
    args: [...args, ...argv.slice(end)],
    json: head.includes('--json'),
    noColor: head.includes('--no-color'),
  };
}

/**
 * Taken out from behind a flag that waits for its value, they would leave it the next flag as one. Only what was
 * built knows which flags do. Errors: usage.
 */
export function refuseAsValues(argv: readonly string[], program: Command): void {
  const takeValues = flagsThatTakeValues(program);
  let waiting: string | null = null;
  for (const word of argv) {
    if (word === '--') return;
    if (waiting !== null && isGlobal(word)) {
      throw usageError(
        `option "${waiting}" argument missing: ${word} stands there`,
        'a value that begins with a dash is written --flag=-value',
      );
    }
    waiting = waiting === null && takeValues.has(word) ? word : null;
  }
}

function flagsThatTakeValues(program: Command): ReadonlySet<string> {
  const own = program.options
    .filter(({ required }) => required)
    .flatMap(({ long, short }) => [long, short].filter((flag) => flag !== undefined));
  return new Set([...own, ...program.commands.flatMap((command) => [...flagsThatTakeValues(command)])]);
}

function isGlobal(word: string): boolean {
  return word === '--json' || word === '--no-color';
}
