// The command line beside a daemon that is the built program. In this process: one of its own costs a third of a second,
// and a test of the daemon types dozens of lines and asks again until something came of it. That the built program
// takes a command line is held by the tests that call `runOpenclaw`; in a long run it is the built program here too.
import { dirname } from 'node:path';
import { runCli } from '../cli/run-cli.ts';
import { type Ran, type RunOptions, runOpenclaw } from './openclaw.ts';

type Where = Pick<RunOptions, 'stateDir' | 'env' | 'cwd'>;

export function runHere(args: readonly string[], options: Where): Promise<Ran> {
  return process.env.OPENCLAW_TEST_LONG ? runOpenclaw(args, options) : ask(args, options);
}

/** In a long run too: for what is asked again and again. */
export async function ask(args: readonly string[], { stateDir, env, cwd }: Where): Promise<Ran> {
  const home = dirname(stateDir);
  const ran = await runCli(args, { stateDir, cwd: cwd ?? home, env: { HOME: home, ...env } });
  return { ...ran, json: () => ran.json() as Record<string, unknown> };
}
