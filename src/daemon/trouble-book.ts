// Writes down what channels say of themselves, in the order they say it.
import type { ChannelTrouble } from '../domain/channel-trouble.ts';
import type { Clock } from '../domain/clock.ts';
import { noteTrouble } from '../engine/channel-trouble.ts';
import type { LogEntry } from '../engine/engine.ts';
import { LOOKOUT_KEY } from '../engine/handlers/lookout.ts';
import type { Store } from '../store/store.ts';

export function createTroubleBook(store: Store, clock: Clock, log: (entry: LogEntry) => void) {
  let last: Promise<void> = Promise.resolve();

  return (channel: string, about: string, trouble: ChannelTrouble | null): void => {
    if (trouble)
      log({
        level: 'error',
        event: 'channel-trouble',
        channel,
        about,
        error: trouble.text,
        fix: trouble.fix,
      });
    last = last
      .then(() =>
        store.write(async (tx) => {
          await noteTrouble(tx, { channel, about, trouble }, clock.now());
          // Who is to know of it is told now, not at the next round.
          await tx.jobs.pullForward(LOOKOUT_KEY, clock.now());
        }),
      )
      .catch((error: unknown) =>
        log({ level: 'error', event: 'channel-trouble-not-stored', channel, about, error: String(error) }),
      );
  };
}
