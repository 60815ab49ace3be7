import { statfs } from 'node:fs/promises';
import type { Space } from '../engine/low-space.ts';

/** What an ordinary user may still write where the folder is. Null: this system does not say. */
export async function spaceOf(folder: string): Promise<Space | null> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return blocks > 0 ? { freeBytes: bavail * bsize, totalBytes: blocks * bsize } : null;
  } catch {
    return null;
  }
}
