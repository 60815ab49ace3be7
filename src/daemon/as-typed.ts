// A pager tells people what to type, and they type it in the chat: there it has to be a command as that chat has it.
import { typeableThroughout } from '../channels/slack/typeable.ts';
import type { ChannelAdapter, OutgoingPost } from '../domain/channel.ts';
import { defaultChannel } from '../domain/destination.ts';
import type { Store } from '../store/store.ts';

/** The same pager, with the commands of what it sends as Slack has them, where Slack is the team's chat. */
export function asTyped(
  pager: ChannelAdapter,
  read: Store['read'],
  triggers: () => Promise<readonly string[]>,
): ChannelAdapter {
  return {
    ...pager,
    async send(post, call) {
      return pager.send({ ...post, message: await typed(post) }, call);
    },
  };

  async function typed({ message }: OutgoingPost) {
    const channels = (await read.resources.list('channel')).filter(({ enabled }) => enabled);
    const chat = defaultChannel(channels.map(({ name, spec }) => ({ name, type: spec.type })));
    const spec = channels.find(({ name }) => name === chat)?.spec;
    if (spec?.type !== 'slack') return message;
    // A setting that cannot be read keeps no page.
    const { prefix = '' } = spec.settings;
    return typeableThroughout(message, { inThread: false, triggers: await triggers(), prefix });
  }
}
