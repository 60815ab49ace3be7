// One run of the command line: argv in, exit code out. Never ends the process itself.
import { createContext } from './context.ts';
import { reportError } from './errors.ts';
import { readGlobalFlags, refuseAsValues } from './global-flags.ts';
import { type Io, processIo } from './io.ts';
import { createProgram } from './program.ts';

/** `argv` without node and script. Tests give buffers by `overrides`; what is missing is the process's own. */
export async function main(argv: readonly string[], overrides: Partial<Io> = {}): Promise<number> {
  const given: Io = { ...processIo(), ...overrides };
  const { args, json, noColor } = readGlobalFlags(argv);
  const io: Io = {
    ...given,
    json: given.json || json,
    colour: given.colour && !noColor && !json,
    isTty: given.isTty && !json,
  };
  const context = createContext(io);
  try {
    const program = await createProgram(context, args);
    refuseAsValues(argv, program);
    await program.parseAsync(args, { from: 'user' });
    return context.exitCode;
  } catch (error) {
    return reportError(io, error);
  } finally {
    await context.close();
  }
}
