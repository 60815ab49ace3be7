// The text of what differs, as sources give it: unified diffs, a file each.
import type { Comparison } from './capability.ts';

export type Patch = NonNullable<Comparison['patches']>[number];

/** A card shows some forty lines; the rest is only to choose from. */
const MOST_FILES = 100;
const LONGEST = 8_000;
const LONGEST_OF_ALL = 80_000;

/** Cut at a line. What a source has no text for (a picture, a file too large) is left out. */
export function boundedPatches(
  files: readonly { path: string; patch?: string | null | undefined }[],
): Pick<Comparison, 'patches'> {
  const patches: Patch[] = [];
  let left = LONGEST_OF_ALL;
  for (const { path, patch } of files) {
    if (!patch || patches.length >= MOST_FILES || left < LONGEST) continue;
    const whole = patch.length <= LONGEST;
    const kept = whole ? patch : patch.slice(0, Math.max(patch.lastIndexOf('\n', LONGEST), 0));
    if (kept === '') continue;
    patches.push(whole ? { path, patch } : { path, patch: kept, cut: true });
    left -= kept.length;
  }
  return patches.length === 0 ? {} : { patches };
}
