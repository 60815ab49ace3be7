// What can be wrong with a state file, in words a person can act on.
import { UserError } from '../domain/errors.ts';

export function storeError(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = error instanceof Error ? error.message : String(error);
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return new UserError(
      `the state file ${file} is damaged (${text})`,
      'stop the daemon, move the file aside and put the newest backup in its place; nothing was written',
    );
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code === 'EACCES' ||
    code === 'EROFS' ||
    code.startsWith('SQLITE_CANTOPEN') ||
    code === 'EPERM'
  ) {
    return new UserError(
      `the state file ${file} cannot be opened for writing (${text})`,
      'give this user write access to the folder, or set OPENCLAW_STATE_DIR to a folder it owns',
    );
  }
  if (code.startsWith('SQLITE_FULL') || code === 'ENOSPC' || code.startsWith('SQLITE_IOERR')) {
    return new UserError(
      `the disk of ${file} did not take the write (${text})`,
      'free some space and type it again; nothing was half-written',
    );
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new UserError(
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
