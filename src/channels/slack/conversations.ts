// Ours are named (`#ops-critical`), Slack's calls mostly want an id, and what people type comes with one.
import { isSlackDirect, isSlackPerson } from '../../domain/slack-id.ts';
import { type SlackCall, SlackError } from './calls.ts';
import { pagesOf } from './pages.ts';

export interface Conversations {
  /** Of `#name`, of the direct messages with a person's id, or an id as it is. Errors: ToolError 'failed' where there is none. */
  idOf(conversation: string): Promise<string>;
  /** `#name`; the id itself where it is a direct message or has no name for us. */
  nameOf(id: string): Promise<string>;
  /** Whether we may write there, by its id. Errors: ToolError where Slack does not say. */
  isIn(id: string): Promise<boolean>;
  /** Without a look in Slack. */
  knownId(conversation: string): string | undefined;
  /** Slack said so itself, in an answer. */
  learn(conversation: string, id: string): void;
  /** It is no more under that id. */
  forget(conversation: string): void;
}

const ID = /^[CGD][A-Z0-9]{2,20}$/;
const PAGE = 1000;

export function conversationsOf(call: SlackCall): Conversations {
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  const learn = (conversation: string, id: string) => {
    ids.set(conversation, id);
    if (conversation.startsWith('#')) names.set(id, conversation);
  };

  async function search(conversation: string): Promise<string | undefined> {
    const args = { types: 'public_channel,private_channel', exclude_archived: true, limit: PAGE };
    for await (const page of pagesOf(call, { method: 'conversations.list', args, of: 'channels' })) {
      for (const { id, name } of page as readonly { id?: string; name?: string }[])
        if (id && name) learn(`#${name}`, id);
      const found = ids.get(conversation);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async function open(person: string): Promise<string | undefined> {
    const { channel } = await call('conversations.open', { users: person });
    const id = (channel as { id?: string } | undefined)?.id;
    if (id) learn(person, id);
    return id;
  }

  return {
    async idOf(conversation) {
      if (ID.test(conversation)) return conversation;
      const found =
        ids.get(conversation) ?? (await (isSlackPerson(conversation) ? open : search)(conversation));
      if (found !== undefined) return found;
      throw new SlackError(
        'failed',
        `Slack has no conversation ${conversation} that this app can see: create it, or /invite the app there; renamed or archived, name it anew: openclaw alert-route list`,
        { cause: undefined, reason: 'channel_not_found' },
      );
    },
    async nameOf(id) {
      const known = names.get(id);
      if (known !== undefined) return known;
      if (isSlackDirect(id)) return id;
      const { channel } = await call('conversations.info', { channel: id });
      const name = (channel as { name?: string } | undefined)?.name;
      if (!name) return id;
      learn(`#${name}`, id);
      return `#${name}`;
    },
    async isIn(id) {
      try {
        const { channel } = await call('conversations.info', { channel: id });
        const { name, is_member: isMember } = (channel ?? {}) as { name?: string; is_member?: boolean };
        if (name && !isSlackDirect(id)) learn(`#${name}`, id);
        // Direct messages with us have no members to be one of.
        return isMember !== false;
      } catch (error) {
        // Of what it is not in, an app hears that it is not there.
        if (error instanceof SlackError && error.reason === 'channel_not_found') return false;
        throw error;
      }
    },
    knownId: (conversation) => ids.get(conversation),
    learn,
    forget(conversation) {
      const id = ids.get(conversation);
      ids.delete(conversation);
      if (id !== undefined) names.delete(id);
    },
  };
}
