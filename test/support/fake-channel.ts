// A fake chat of ours: keeps what it was sent, and fails where a test says so.
import type { ChannelAdapter, OutgoingPost } from '../../src/domain/channel.ts';
import { ToolError } from '../../src/domain/errors.ts';

export type Fault = 'retry' | 'failed' | 'unknown' | 'lost';

export interface FakeChannel extends ChannelAdapter {
  /** In order of arrival. An edit replaces the message of its entry. */
  posts: (OutgoingPost & { remoteId: string; edits: number })[];
  /** What the next sends do: taken from the front. `lost` arrives and says unknown. */
  faults: Fault[];
  /** The same for one conversation alone. */
  faultsIn: Map<string, Fault>;
  /** Nothing arrives while it is. */
  down: boolean;
  /** Called at each send and edit that arrives. */
  onWrite?: (conversation: string) => void;
}

/** `posts`: where another channel's arrivals are kept too, in their order. */
export function createFakeChannel(
  name: string,
  type = 'slack',
  posts: FakeChannel['posts'] = [],
): FakeChannel {
  const faults: Fault[] = [];
  const faultsIn = new Map<string, Fault>();
  const self: FakeChannel = {
    name,
    type,
    posts,
    faults,
    faultsIn,
    down: false,
    async send(post) {
      if (self.down) throw new ToolError('retry', `${name} is down`);
      const fault = faultsIn.get(post.conversation) ?? faults.shift();
      faultsIn.delete(post.conversation);
      if (fault === 'retry' || fault === 'failed' || fault === 'unknown')
        throw new ToolError(fault, `injected ${fault}`);
      const remoteId = `${name}-${posts.length + 1}`;
      posts.push({ ...post, remoteId, edits: 0 });
      self.onWrite?.(post.conversation);
      if (fault === 'lost') throw new ToolError('unknown', 'the answer was lost');
      return { remoteId };
    },
    async edit(remoteId, post) {
      if (self.down) throw new ToolError('retry', `${name} is down`);
      const found = posts.find((each) => each.remoteId === remoteId);
      if (!found) throw new ToolError('failed', `no message ${remoteId}`);
      found.message = post.message;
      found.edits += 1;
      self.onWrite?.(found.conversation);
    },
    async find(post) {
      if (self.down) throw new ToolError('retry', `${name} is down`);
      const found = posts.find(({ eventId }) => eventId === post.eventId);
      return found ? { remoteId: found.remoteId } : null;
    },
    async close() {},
  };
  return self;
}
