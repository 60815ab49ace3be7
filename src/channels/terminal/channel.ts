// Delivery to the terminal is the stored post itself: terminals read the store as it grows.
import type { ChannelAdapter } from '../../domain/channel.ts';

/** A post is there as soon as it is stored, and its own event id is its name. Never fails. */
export function createTerminalChannel({ name }: { name: string }): ChannelAdapter {
  return {
    name,
    type: 'terminal',
    send: async (post) => ({ remoteId: post.eventId }),
    edit: async () => undefined,
    find: async (post) => ({ remoteId: post.eventId }),
    close: async () => undefined,
  };
}
