// `--message-file path` becomes `--message text` before anything is validated.
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { usageError } from '../../domain/errors.ts';
import type { Occurrence } from '../../resources/definition.ts';
import { MESSAGE_LIMIT_BYTES } from '../../resources/operator-text.ts';
import type { Io } from '../io.ts';

const SUFFIX = '-file';

export async function readFileFlags(io: Io, occurrences: readonly Occurrence[]): Promise<Occurrence[]> {
  const read: Occurrence[] = [];
  for (const occurrence of occurrences) {
    const { flag, text } = occurrence;
    if (!flag.endsWith(SUFFIX)) read.push(occurrence);
    else read.push({ flag: flag.slice(0, -SUFFIX.length), text: await readText(io, flag, String(text)) });
  }
  return read;
}

async function readText(io: Io, flag: string, path: string): Promise<string> {
  const text =
    path === '-'
      ? await io.stdin()
      : await readTextFile(resolve(io.cwd, path), `--${flag}`, MESSAGE_LIMIT_BYTES);
  // The last newline is the file's, not the message's.
  return text.replace(/\r?\n$/, '');
}

/** A whole file as UTF-8. Errors: UserError naming `what` when it is not there, not text or over the limit. */
export async function readTextFile(path: string, what: string, limitBytes: number): Promise<string> {
  let bytes: Buffer;
  try {
    const { size } = await stat(path);
    if (size > limitBytes) {
      throw usageError(
        `${what}: ${path} is ${(size / 1024 / 1024).toFixed(1)} MB, and at most ${limitBytes / 1024 / 1024} MB is read`,
        'split or shorten it',
      );
    }
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      throw usageError(
        `${what}: ${path} cannot be read (${String(error.code)})`,
        'check the path and the rights',
      );
    }
    throw error;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usageError(`${what}: ${path} is not UTF-8 text`, 'save it as UTF-8');
  }
}
