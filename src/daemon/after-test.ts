// What a `channel test` means for what was told of that channel: it is looked at again at once, and is over where it is.
import { APP_TOKEN, BOT_TOKEN, RENAMED, SCOPE } from '../channels/slack/troubles.ts';
import type { SourceCheck } from '../domain/tool.ts';
import { noteOver } from '../engine/channel-trouble.ts';
import { LOOKOUT_KEY } from '../engine/handlers/lookout.ts';
import type { Store } from '../store/store.ts';
import { configuredRooms } from './rooms-in-use.ts';

export interface Tested {
  /** Name of the channel. */
  channel: string;
  checked: SourceCheck;
  /** A running one knows what it told, so it is the one that says what is over. */
  daemonRuns: boolean;
}

export async function noteTested(store: Store, tested: Tested, now: number): Promise<void> {
  const { channel, checked, daemonRuns } = tested;
  if (daemonRuns)
    return store.write(async (tx) => {
      await tx.settings.set('channelTestedAt', now);
      await tx.jobs.pullForward(LOOKOUT_KEY, now);
    });
  if (checked.problems.length > 0) return;
  // A good test asked for all of these.
  const rooms = await configuredRooms(channel, store);
  const good = new Set([APP_TOKEN, BOT_TOKEN, ...rooms, ...rooms.map((room) => `${RENAMED}${room}`)]);
  await store.write((tx) =>
    noteOver(tx, channel, (about) => good.has(about) || about.startsWith(SCOPE), now),
  );
}
