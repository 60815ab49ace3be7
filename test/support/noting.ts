// What a channel says of itself, noted as the daemon notes it, and looked at at once.
import type { ChannelTrouble } from '../../src/domain/channel-trouble.ts';
import { noteTrouble } from '../../src/engine/channel-trouble.ts';
import { LOOKOUT_KEY } from '../../src/engine/handlers/lookout.ts';
import type { Harness } from './harness.ts';

/** Of the channel slack. Null: it works. */
export function noting(h: Harness) {
  return async (about: string, trouble: ChannelTrouble | null): Promise<void> => {
    await h.store.write(async (tx) => {
      await noteTrouble(tx, { channel: 'slack', about, trouble }, h.clock.now());
      await tx.jobs.pullForward(LOOKOUT_KEY, h.clock.now());
    });
    await h.settle();
  };
}
