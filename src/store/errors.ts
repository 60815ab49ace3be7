// What can be wrong with a state file, in words a person can act on.
import { type ErrorType, UserError } from '../domain/errors.ts';

/** The file, its folder or its disk: nothing was written, and the same work may succeed later. */
export class StoreError extends UserError {}

const FOLDER_CODES = new Set(['EEXIST', 'EISDIR', 'ENOTDIR', 'ENOENT', 'ELOOP', 'ENAMETOOLONG', 'EINVAL']);
const DENIED_CODES = new Set(['EACCES', 'EROFS', 'EPERM']);
const FULL_CODES = new Set(['ENOSPC', 'EDQUOT']);

/** Anything that is not about the file comes back as it is. */
export function storeError(error: unknown, file: string): unknown {
  if (error instanceof UserError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = error instanceof Error ? error.message : String(error);
  const because = (what: string, hint: string, type?: ErrorType) => new StoreError(what, hint, type);
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return because(
      `the state file ${file} is damaged (${text})`,
      'stop the daemon, move the file aside and put the newest backup in its place; nothing was written',
    );
  }
  if (DENIED_CODES.has(code) || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return because(
      `the state file ${file} cannot be opened for writing (${text})`,
      'give this user write access to the folder, or set OPENCLAW_STATE_DIR to a folder it owns',
    );
  }
  if (FOLDER_CODES.has(code)) {
    return because(
      `the state file ${file} cannot be made there (${text})`,
      'set OPENCLAW_STATE_DIR to a folder that this user may create files in',
    );
  }
  if (FULL_CODES.has(code) || code.startsWith('SQLITE_FULL') || code.startsWith('SQLITE_IOERR')) {
    return because(
      `the disk of ${file} did not take the write (${text})`,
      'free some space (df -h; dmesg tells of a broken disk) and try again; nothing was half-written',
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code === 'SQLITE_PROTOCOL') {
    return because(
      `another process holds the state file ${file} for too long`,
      'try again; if it stays so, look for a stuck openclaw process',
      'locked',
    );
  }
  if (/bindings file|NODE_MODULE_VERSION|ERR_DLOPEN_FAILED/.test(text) || code === 'ERR_DLOPEN_FAILED') {
    return new UserError(
      `better-sqlite3 has no binary for this Node (${process.version})`,
      'npm rebuild better-sqlite3 (it needs python3, make and g++; if npm skips it, allow its install script)',
    );
  }
  return error;
}

/** The commit was made, and the disk did not confirm it: after a power cut it may be gone. */
export class UnsyncedError extends StoreError {}

export function unsyncedError(error: unknown, file: string): UnsyncedError {
  const text = error instanceof Error ? error.message : String(error);
  return new UnsyncedError(
    `the disk of ${file} did not confirm a write (${text})`,
    'dmesg tells of a broken disk; what was asked for may have been done, so look before you ask again',
  );
}

/** Nothing is written on top of what may not be there. */
export function stillUnsyncedError(file: string): StoreError {
  return new StoreError(
    `the disk of ${file} did not confirm an earlier write, so nothing was written now`,
    'dmesg tells of a broken disk; it is tried again with the next write',
  );
}
