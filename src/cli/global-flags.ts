// Flags that hold for every command, wherever they stand: read before anything else can fail.

export interface GlobalFlags {
  args: string[];
  json: boolean;
  noColor: boolean;
}

/** Takes `--json` and `--no-color` out of the words before `--`. `help x` becomes `x --help`. */
export function readGlobalFlags(argv: readonly string[]): GlobalFlags {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const head = argv.slice(0, end);
  const args = head.filter((word) => word !== '--json' && word !== '--no-color');
  if (args[0] === 'help') args.splice(0, args.length, ...args.slice(1), '--help');
  return {
    args: [...args, ...argv.slice(end)],
    json: head.includes('--json'),
    noColor: head.includes('--no-color'),
  };
}
