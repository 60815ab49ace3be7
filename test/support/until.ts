// For what happens in other processes or after real time: asked again and again, and gone on with at once.
import { setTimeout as pause } from 'node:timers/promises';

type Probe<T> = () => T | null | false | undefined | Promise<T | null | false | undefined>;

/** Gives the first answer that is not null, false or undefined. The test's own time limit is the end of it. */
export async function until<T>(probe: Probe<T>, everyMs = 5): Promise<T> {
  for (;;) {
    const found = await probe();
    if (found !== null && found !== false && found !== undefined) return found;
    await pause(everyMs);
  }
}

/** As `until`, less often, for what costs to be asked; and says what never came. */
export function untilWithin<T>(what: string, limitMs: number, probe: Probe<T>): Promise<T> {
  const endAt = Date.now() + limitMs;
  return until(async () => {
    if (Date.now() > endAt) throw new Error(`gave up waiting until ${what}`);
    return probe();
  }, 50);
}
