// The state folder needs room: without it no alert can be stored, and no page is on record.
import { OWN_SOURCE } from '../domain/built-in.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';
import { clearOwn, raiseOwn } from './own-alerts.ts';

export interface Space {
  freeBytes: number;
  totalBytes: number;
}

const FINGERPRINT = 'low-space';
const MB = 1024 * 1024;
/** Low: under either. On a large disk 5% is plenty, so there the share counts only under 2 GB. */
const LOW = { bytes: 200 * MB, share: 0.05, plenty: 2048 * MB };
/** Room again: over both, so that a log that is rotated does not resolve and reopen it all night. */
const ENOUGH = { bytes: 300 * MB, share: 0.07, plenty: 3072 * MB };

/** Between the two it stays what it was. */
export function isLow(space: Space, wasLow: boolean): boolean {
  const { bytes, share, plenty } = wasLow ? ENOUGH : LOW;
  const { freeBytes, totalBytes } = space;
  return freeBytes < bytes || (freeBytes < totalBytes * share && freeBytes < plenty);
}

/** Null: it could not be measured, which says nothing. */
export async function watchSpace(tx: Tables, space: Space | null, engine: Engine): Promise<void> {
  if (space === null) return;
  const now = engine.clock.now();
  const known = await tx.alerts.find(OWN_SOURCE, FINGERPRINT);
  const wasLow = known?.status === 'firing';
  const low = isLow(space, wasLow);
  if (low === wasLow) return;
  if (!low && known) return clearOwn(tx, known, now);
  await raiseOwn(
    tx,
    {
      fingerprint: FINGERPRINT,
      alertname: 'StateFolderLowSpace',
      title: `openclaw runs out of disk: ${sizeOf(space.freeBytes)} left for its state`,
      description: `${sizeOf(space.freeBytes)} of ${sizeOf(space.totalBytes)} are free where the state folder is (${engine.store.file}).`,
      notes: [
        `${sizeOf(space.freeBytes)} of ${sizeOf(space.totalBytes)} are free where ${engine.store.file} is. When there is none, alerts can no longer be stored and are refused. Make room there: old logs and files beside it go first; openclaw removes by itself only what is old.`,
      ],
      startsAt: now,
    },
    now,
  );
}

/** For people: `180 MB`, `40 GB`. */
export function sizeOf(bytes: number): string {
  return bytes >= 10_240 * MB ? `${Math.round(bytes / 1024 / MB)} GB` : `${Math.floor(bytes / MB)} MB`;
}
