// The one place where an error becomes text and an exit code.
import { CommanderError } from 'commander';
import { type ErrorType, exitCodeOf, UserError, usageError } from '../domain/errors.ts';
import { printable } from '../domain/text/safe-text.ts';
import type { Io } from './io.ts';
import { colours, printJson } from './output.ts';

/** What `--json` prints on failure; `type` is `bug` where the fault is ours. */
export interface ErrorDocument {
  ok: false;
  error: { type: ErrorType | 'bug'; message: string; hint: string | null };
}

/** Prints the error where it belongs and gives the exit code: on stdout with --json, else on stderr. */
export function reportError(io: Io, thrown: unknown): number {
  if (isHelp(thrown)) return 0;
  const error = asUserError(thrown);
  if (error === null) return reportBug(io, thrown);
  if (io.json) {
    const { type, message } = error;
    printJson(io, { ok: false, error: { type, message, hint: error.hint ?? null } } satisfies ErrorDocument);
  } else {
    const { red, dim } = colours(io);
    io.stderr(`${red('error:')} ${printable(error.message)}\n`);
    if (error.hint) io.stderr(`${dim('hint:')} ${printable(error.hint)}\n`);
  }
  return exitCodeOf[error.type];
}

/** Null: nothing a person did; a bug. */
function asUserError(thrown: unknown): Pick<UserError, 'message' | 'hint' | 'type'> | null {
  if (thrown instanceof CommanderError) return fromCommander(thrown);
  if (isUserError(thrown)) return thrown;
  if (thrown instanceof Error && thrown.name === 'ToolError') return new UserError(thrown.message);
  if (isMissingBinding(thrown)) return missingBinding();
  return null;
}

/** By name: the daemon is built apart, with a class of its own. */
function isUserError(thrown: unknown): thrown is UserError {
  if (!(thrown instanceof Error) || thrown.name !== 'UserError') return false;
  return 'type' in thrown && typeof thrown.type === 'string' && Object.hasOwn(exitCodeOf, thrown.type);
}

/** better-sqlite3 without its compiled part: npm skips it silently where install scripts or optional packages are not allowed. */
export function isMissingBinding(error: unknown): boolean {
  return (
    error instanceof Error &&
    (/Could not locate the bindings file|NODE_MODULE_VERSION|better_sqlite3\.node|better-sqlite3-13/.test(
      error.message,
    ) ||
      ('code' in error && error.code === 'ERR_DLOPEN_FAILED'))
  );
}

export function missingBinding(): UserError {
  return new UserError(
    `better-sqlite3 has no binary for this Node (${process.version})`,
    'npm rebuild better-sqlite3 (where no prebuilt one is found it needs python3, make and g++; ' +
      'if npm skips it, allow its install script: npm install --allow-scripts=better-sqlite3); ' +
      'from Node 22 on: npm install --include=optional',
  );
}

function isHelp(thrown: unknown): boolean {
  return thrown instanceof CommanderError && thrown.exitCode === 0;
}

function fromCommander(error: CommanderError): UserError {
  const [, suggested] = /\n\(Did you mean (.+?)\?\)/s.exec(error.message) ?? [];
  const message = error.message
    .replace(/\n\(Did you mean .*$/s, '')
    .replace(/^error: /, '')
    .replace(/'([^']*)'/g, '"$1"')
    .trim();
  return usageError(message, suggested ? `did you mean ${suggested}?` : HINTS[error.code]);
}

const HINTS: Readonly<Record<string, string>> = {
  'commander.unknownOption': 'add --help to see the flags of a command',
  'commander.unknownCommand': 'openclaw --help lists the commands',
  'commander.excessArguments': 'a value with spaces needs quotes: --name "Disk Cleanup"',
  'commander.missingArgument': 'add --help to see what it takes',
  'commander.optionMissingArgument': 'a value that begins with a dash is written --flag=-value',
};

function reportBug(io: Io, thrown: unknown): number {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const hint = 'this is a bug in openclaw; please report it with the text above and the command you typed';
  if (io.json) {
    printJson(io, {
      ok: false,
      error: { type: 'bug', message: error.message, hint },
    } satisfies ErrorDocument);
  }
  io.stderr(`${printable(error.stack ?? error.message)}\n`);
  if (!io.json) io.stderr(`hint: ${hint}\n`);
  return exitCodeOf.failed;
}
