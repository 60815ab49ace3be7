// A log file of plain lines: time, level, [request id], message. Two files of at most a megabyte each.
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

const sizeLimit = 1024 * 1024;
const lineLimit = 2_000;

/** Log writing never throws: a full disk must not take the shop down with it. */
export function openLog(path) {
  let file = null;
  let size = 0;

  function write(level, message, requestId = '-') {
    const text = String(message)
      .replace(/\s*[\r\n]+\s*/g, ' | ')
      .slice(0, lineLimit);
    const line = `${new Date().toISOString()} ${level.padEnd(5)} [${requestId}] ${text}\n`;
    try {
      if (file !== null && size > sizeLimit) rotate();
      if (file === null) {
        file = openSync(path, 'a', 0o600);
        size = fstatSync(file).size;
      }
      size += writeSync(file, line);
    } catch {
      // Nowhere to say it.
    }
  }

  function rotate() {
    closeSync(file);
    file = null;
    renameSync(path, `${path}.1`);
  }

  return {
    info: (message, requestId) => write('INFO', message, requestId),
    warn: (message, requestId) => write('WARN', message, requestId),
    error: (message, requestId) => write('ERROR', message, requestId),
  };
}
