// The command line's only way to the outside: tests hand in buffers, the process hands in its streams.
import { fstatSync, statSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
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
  /** The process ends when the run does. */
  exits?: boolean;
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

const STDIN_LIMIT_BYTES = 16 * 1024 * 1024;

/** The real one. A reader that went away (`| head`) is no error: later writes go nowhere. */
export function processIo(): Io {
  const isTty = isTerminal(1) && isTerminal(0);
  return {
    stdout: writerTo(1),
    stderr: writerTo(2),
    isTty,
    attended: isTerminal(0) && (isTerminal(1) || isTerminal(2)),
    colour: wantsColour(process.env, () => isTerminal(1)),
    json: false,
    width: isTerminal(1) ? (process.stdout.columns ?? 80) : 80,
    env: process.env,
    cwd: process.cwd(),
    stdin: readStdin,
    now: Date.now,
    confirm: (question) =>
      ask(isTty, ({ confirm }, out) => confirm({ message: question, default: false }, out)),
    input: (question, options = {}) =>
      ask(isTty, ({ input }, out) =>
        input(
          {
            message: question,
            ...(options.default === undefined ? {} : { default: options.default }),
            ...(options.validate ? { validate: options.validate } : {}),
          },
          out,
        ),
      ),
    select: (question, choices) =>
      ask(isTty, ({ select }, out) => select({ message: question, choices: choices.map(asChoice) }, out)),
  };
}

/** https://no-color.org: any non-empty NO_COLOR turns colour off; FORCE_COLOR turns it on without a terminal. */
export function wantsColour(env: Io['env'], terminal: () => boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0';
  return env.TERM !== 'dumb' && terminal();
}

/** What a prompt without a terminal ends in: a script must never hang on a question. */
export function noTerminal(): UserError {
  return usageError(
    'this would ask a question, and there is no terminal to ask on',
    'give it as a flag instead',
  );
}

/**
 * Writes at once, without the streams of `process`, which take longer to make than a short command runs. They
 * are made where the other end is a terminal that does not take all of it.
 */
function writerTo(fd: 1 | 2): (text: string) => void {
  let write = (text: string): void => {
    const bytes = Buffer.from(text);
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(fd, bytes, done);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      const stream = fd === 1 ? process.stdout : process.stderr;
      if (error.code === 'EAGAIN') {
        stream.on('error', ignoreClosedPipe);
        stream.write(bytes.subarray(done));
        write = (later) => void stream.write(later);
      } else if (error.code === 'EPIPE') write = () => {};
      else throw error;
    }
  };
  return (text) => write(text);
}

/** As `tty.isatty`, which is loaded only for what can be a terminal at all. */
function isTerminal(fd: number): boolean {
  try {
    const stat = fstatSync(fd);
    if (!stat.isCharacterDevice() || stat.rdev === statSync('/dev/null').rdev) return false;
    return isatty(fd);
  } catch {
    return false;
  }
}

type Prompts = typeof import('@inquirer/prompts');

type Out = { output: NodeJS.WritableStream };

// Prompts are talk: the answer of a command must stay alone on stdout.
async function ask<T>(isTty: boolean, prompt: (prompts: Prompts, out: Out) => Promise<T>): Promise<T> {
  if (!isTty) throw noTerminal();
  try {
    return await prompt(await import('@inquirer/prompts'), { output: process.stderr });
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
  if (isTerminal(0)) {
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
