// How much memory new objects get.
import { setFlagsFromString } from 'node:v8';

/**
 * From here on the room for new objects stays as large as it is. V8 lets it grow to 33 MB while alerts pour in and keeps
 * it, and what we make is dead after a request. The option that says so, `--max-semi-space-size`, counts only on Node's
 * own command line; this one V8 reads each time it thinks of growing.
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
