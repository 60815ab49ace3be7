// The log while somebody chats in the terminal: a file in the state folder, of bounded size.
import { appendFileSync, renameSync, statSync } from 'node:fs';
import { makePrivateFile } from '../store/private-file.ts';

/** Then it becomes `<file>.1`, in place of the one before. */
const LARGEST_BYTES = 5 * 1024 * 1024;

/** Writes a line at the end. A log that cannot be written stops nothing; the next line is tried again. */
export function createLogFile(file: string, largestBytes = LARGEST_BYTES): (line: string) => void {
  return (line) => {
    try {
      makePrivateFile(file);
      if (statSync(file).size + Buffer.byteLength(line) > largestBytes) {
        renameSync(file, `${file}.1`);
        makePrivateFile(file);
      }
      appendFileSync(file, line);
    } catch {
      // Nowhere left to say so.
    }
  };
}
