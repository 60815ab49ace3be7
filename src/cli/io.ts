// The command line's only way to the outside: tests hand in buffers, the process hands in its streams.
import { UserError, usageError } from '../domain/errors.ts';

export interface Choice {
  value: string;
  name?: string | undefined;
  description?: string | undefined;
}

export interface InputOptions {
  default?: string | undefined;
  /** True, or what is wrong with the text. */
  validate?: ((text: string) => true | string) | undefined;
}

export interface Io {
  /** The answer. Written as given: the caller ends its lines. */
  stdout(text: string): void;
  /** The talk. Written as given. */
  stderr(text: string): void;
  /** A person sits at both ends: reads what we print and can be asked. Never true with `json`. */
  isTty: boolean;
  /** A person typed it, with or without `json`: rights depend on it. */
  attended: boolean;
  colour: boolean;
  /** Exactly one document on stdout. */
  json: boolean;
  /** Columns of the terminal; 80 where there is none. */
  width: number;
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** All of standard input as text. Errors: over `STDIN_LIMIT_BYTES`, or a terminal instead of a pipe. */
  stdin(): Promise<string>;
  now(): number;
  /** Ctrl-C in a prompt is a UserError: nothing was changed. Prompts are errors without a terminal. */
  confirm(question: string): Promise<boolean>;
  input(question: string, options?: InputOptions): Promise<string>;
  select(question: string, choices: readonly Choice[]): Promise<string>;
}

export const STDIN_LIMIT_BYTES = 16 * 1024 * 1024;

/** The real one. A reader that went away (`| head`) is no error: later writes go nowhere. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners('error').includes(ignoreClosedPipe)) stream.on('error', ignoreClosedPipe);
  }
  const isTty = process.stdin.isTTY === true && process.stdout.isTTY === true;
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    isTty,
    attended:
      process.stdin.isTTY === true && (process.stdout.isTTY === true || process.stderr.isTTY === true),
    colour: wantsColour(process.env, process.stdout.isTTY === true),
    json: false,
    width: process.stdout.columns ?? 80,
    env: process.env,
    cwd: process.cwd(),
    stdin: readStdin,
    now: Date.now,
    confirm: (question) => ask(isTty, ({ confirm }) => confirm({ message: question, default: false }, OUT)),
    input: (question, options = {}) =>
      ask(isTty, ({ input }) =>
        input(
          {
            message: question,
            ...(options.default === undefined ? {} : { default: options.default }),
            ...(options.validate ? { validate: options.validate } : {}),
          },
          OUT,
        ),
      ),
    select: (question, choices) =>
      ask(isTty, ({ select }) => select({ message: question, choices: choices.map(asChoice) }, OUT)),
  };
}

/** https://no-color.org: any non-empty NO_COLOR turns colour off; FORCE_COLOR turns it on without a terminal. */
export function wantsColour(env: Io['env'], terminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0';
  return terminal && env.TERM !== 'dumb';
}

/** What a prompt without a terminal ends in: a script must never hang on a question. */
export function noTerminal(): UserError {
  return usageError(
    'this would ask a question, and there is no terminal to ask on',
    'give it as a flag instead',
  );
}

// Prompts are talk: the answer of a command must stay alone on stdout.
const OUT = { output: process.stderr };

type Prompts = typeof import('@inquirer/prompts');

async function ask<T>(isTty: boolean, prompt: (prompts: Prompts) => Promise<T>): Promise<T> {
  if (!isTty) throw noTerminal();
  try {
    return await prompt(await import('@inquirer/prompts'));
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') {
      throw new UserError('cancelled; nothing was changed');
    }
    throw error;
  }
}

function asChoice({ value, name, description }: Choice) {
  return { value, name: name ?? value, ...(description === undefined ? {} : { description }) };
}

async function readStdin(): Promise<string> {
  if (process.stdin.isTTY) {
    throw usageError('nothing is piped in', 'for example: openclaw apply -f - < ops.yaml');
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > STDIN_LIMIT_BYTES) {
      throw usageError(
        `standard input is over ${STDIN_LIMIT_BYTES / 1024 / 1024} MB`,
        'split it into smaller parts',
      );
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
}
