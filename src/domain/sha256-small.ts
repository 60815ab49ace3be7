// The same as sha256.ts, put in its place by the build of the command line: loading node:crypto takes a short command
// six milliseconds, and it hashes one entry.
import { sha256 as hash } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

export function sha256(text: string): string {
  return bytesToHex(hash(utf8ToBytes(text)));
}
