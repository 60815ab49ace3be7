import { dirname } from 'node:path';
import { type Finding, fail, ok } from '../../domain/finding.ts';
import { isLow, sizeOf } from '../../engine/low-space.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import { spaceOf } from '../space.ts';

/** As the daemon measures it; `file` is that of the state. */
export async function examineSpace(file: string): Promise<Finding[]> {
  const folder = dirname(file);
  const space = await spaceOf(folder);
  if (space === null) return [];
  const free = `${sizeOf(space.freeBytes)} free for the state`;
  return isLow(space, false)
    ? [
        fail(
          'space',
          `only ${free}: without room no alert can be stored`,
          `make room: df -h ${shellQuote(folder)}`,
        ),
      ]
    : [ok('space', free)];
}
