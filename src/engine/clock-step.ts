// A clock that was set back while no daemon ran: what is due waits for times that were already reached.
import { formatDuration } from '../domain/duration.ts';
import type { Tables } from '../store/tables.ts';

/** The heartbeat is up to half a minute old when a daemon dies; less than this is no step. */
const STEP_BACK_MS = 60_000;
export const CLOCK_WARNING = 'clock-stepped-back';

/**
 * Compares the last word of the daemon before with now, at start. Timers come forward by the difference, as under a
 * daemon that runs. Gives the difference; 0: none worth a word.
 */
export async function followClockSinceLastLife(tx: Tables, now: number): Promise<number> {
  const before = await tx.settings.get('heartbeat');
  const back = before === null ? 0 : before.at - now;
  if (back <= STEP_BACK_MS) return 0;
  await tx.jobs.bringForward(back);
  await tx.settings.warn(
    CLOCK_WARNING,
    `the clock of this machine was set back by ${formatDuration(Math.round(back / 1000) * 1000)} while no daemon ran; timers were brought forward with it. Times in the record are those of the clock: look at its time synchronisation`,
  );
  return back;
}
