// The terminal, whose messages are there as soon as they are stored.
import { createTerminalChannel } from '../../../src/channels/terminal/channel.ts';
import type { OutgoingPost } from '../../../src/domain/channel.ts';
import { NO_COLOURS, paletteOf } from '../../../src/domain/text/palette.ts';
import { renderMessage } from '../../../src/domain/text/render-message.ts';
import { channelConforms } from './suite.ts';

channelConforms({
  name: 'terminal',
  troubles: {},
  threads: true,
  async open() {
    const stored = new Map<string, OutgoingPost>();
    const channel = createTerminalChannel({ name: 'terminal' });
    return {
      // The engine has stored it before it sends it.
      channel: {
        ...channel,
        send: async (post, call) => {
          stored.set(post.eventId, post);
          return channel.send(post, call);
        },
        edit: async (remoteId, post, call) => {
          stored.set(remoteId, post);
          await channel.edit?.(remoteId, post, call);
        },
      },
      conversation: '#ops-critical',
      secrets: [],
      trouble: () => {},
      arrived: () =>
        [...stored].map(([remoteId, { threadRemoteId, message }]) => ({
          remoteId,
          threadRemoteId,
          shown: renderMessage(message, { width: Infinity, pen: paletteOf(NO_COLOURS) }).join('\n'),
          woken: [],
        })),
    };
  },
});
