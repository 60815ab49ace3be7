// Slack as a chat: posts and their threads, each with our event id in its metadata, so that one in doubt can be found.
import type { ChannelAdapter, OutgoingPost } from '../../domain/channel.ts';
import type { ChannelHook } from '../../domain/channel-hook.ts';
import { ToolError } from '../../domain/errors.ts';
import { isSlackDirect, isSlackPerson } from '../../domain/slack-id.ts';
import type { Call } from '../../domain/tool.ts';
import { slackMessage } from './blocks.ts';
import { type SlackAnswer, type SlackCall, SlackError } from './calls.ts';
import type { Conversations } from './conversations.ts';
import { attachFile, type PutFile } from './files.ts';
import { pagesOf } from './pages.ts';
import { slackPerson } from './people.ts';
import { slackRooms } from './rooms.ts';
import { typeable, typeableThroughout } from './typeable.ts';

/** Slack's own limit: about one message a second and conversation. https://docs.slack.dev/apis/web-api/rate-limits */
const PACE_MS = 1000;
const EVENT_TYPE = 'openclaw_post';
/** Messages of one look, newest first; a post in doubt is seconds old. */
const LOOK_LIMIT = 200;
const GONE = new Set(['channel_not_found', 'is_archived']);

export interface SlackChannelOptions {
  name: string;
  call: SlackCall;
  conversations: Conversations;
  /** Where Slack calls us. */
  hook?: ChannelHook;
  /** All that a line may begin with. Default: nothing is told to be typed. */
  triggers?(): Promise<readonly string[]>;
  /** Before each slash command, as the app has them. Not given: none. */
  prefix?: string | undefined;
  /** Hosts of which addresses are links. Not given: none. */
  linkHosts?: ReadonlySet<string> | undefined;
  /** Not given: it takes no files. */
  putFile?: PutFile;
  /** Ends the hearing. */
  close(): Promise<void>;
}

/** `remoteId` of a post: `CHANNEL/TS`. */
export function createSlackChannel({
  name,
  call,
  conversations,
  hook,
  triggers = async () => [],
  putFile,
  linkHosts,
  prefix = '',
  close,
}: SlackChannelOptions): ChannelAdapter {
  async function contentOf({ message, mentions, threadRemoteId }: OutgoingPost) {
    const where = { inThread: threadRemoteId !== null, prefix, triggers: await triggers() };
    return {
      ...slackMessage(
        typeable(message, where),
        mentions,
        linkHosts,
        typeableThroughout(message, where),
        conversations.knownId,
      ),
      parse: 'none',
      link_names: false,
    };
  }

  async function post(channel: string, outgoing: OutgoingPost, { signal }: Call): Promise<string> {
    // The engine has gone on by then, and would send a second one.
    if (signal.aborted) throw new ToolError('retry', 'the call had ended before it was made');
    const root = placeOf(outgoing.threadRemoteId);
    // What somebody is told in their direct messages stands in no thread: that one is in another conversation.
    const inThread = root?.channel === channel ? { thread_ts: root.ts } : {};
    const { onlyTo } = outgoing.message;
    if (onlyTo !== undefined && !isDirect(channel)) {
      const shown = { channel, user: onlyTo, ...(await contentOf(outgoing)), ...inThread };
      const { message_ts: ts } = await call('chat.postEphemeral', shown, signal);
      return idOf({ channel, ts });
    }
    const metadata = { event_type: EVENT_TYPE, event_payload: { event_id: outgoing.eventId } };
    const quiet = { unfurl_links: false, unfurl_media: false };
    const said = { channel, ...(await contentOf(outgoing)), ...inThread, ...quiet, metadata };
    const answer = await call('chat.postMessage', said, signal);
    return idOf(answer);
  }

  async function write(outgoing: OutgoingPost, limits: Call): Promise<{ remoteId: string }> {
    const { conversation } = outgoing;
    // A person is written to by their id, and Slack answers with the conversation that is.
    const channel = isSlackPerson(conversation)
      ? conversation
      : await before(conversations.idOf(conversation));
    const remoteId = await post(channel, outgoing, limits).catch(async (error: unknown) => {
      // The room may have been made anew under its name.
      if (!(error instanceof SlackError && GONE.has(error.reason ?? '')) || isSlackPerson(conversation))
        throw error;
      conversations.forget(conversation);
      const now = await before(conversations.idOf(conversation)).catch((lookup: unknown) => {
        if (!(lookup instanceof SlackError && GONE.has(lookup.reason ?? ''))) throw lookup;
        // There is no other of that name: what became of ours says more, next time as well.
        if (error.reason === 'is_archived') conversations.learn(conversation, channel);
        throw error;
      });
      if (now === channel) throw error;
      return post(now, outgoing, limits);
    });
    conversations.learn(conversation, remoteId.split('/')[0] ?? '');
    return { remoteId };
  }

  return {
    name,
    type: 'slack',
    paceMs: PACE_MS,
    async send(outgoing, limits) {
      const written = write(outgoing, limits);
      return isDirect(outgoing.conversation) ? written.catch(asOfPerson) : written;
    },
    async edit(remoteId, outgoing, { signal }) {
      const place = placeOf(remoteId);
      // Posted before this was connected: nobody saw it here.
      if (place !== null) await call('chat.update', { ...place, ...(await contentOf(outgoing)) }, signal);
    },
    async find(outgoing, { signal }) {
      const channel = await conversations.idOf(outgoing.conversation);
      const thread = placeOf(outgoing.threadRemoteId);
      const args = {
        channel,
        ...(thread === null ? {} : { ts: thread.ts }),
        include_all_metadata: true,
        limit: LOOK_LIMIT,
      };
      // A room is read from its newest, a thread from its oldest message.
      const listed =
        thread === null ? { method: 'conversations.history', pages: 1 } : { method: 'conversations.replies' };
      for await (const page of pagesOf(call, { ...listed, args, of: 'messages', signal })) {
        const there = page.find((message) => eventIdOf(message) === outgoing.eventId);
        if (there) return { remoteId: `${channel}/${String(there.ts)}` };
      }
      return null;
    },
    ...(hook ? { hook } : {}),
    async pin(remoteId) {
      const place = placeOf(remoteId);
      if (place === null) return;
      await call('pins.add', { channel: place.channel, timestamp: place.ts }).catch((error: unknown) => {
        if (!(error instanceof SlackError && error.reason === 'already_pinned')) throw error;
      });
    },
    rooms: slackRooms(call, conversations),
    findPerson: (email) => slackPerson(call, email),
    ...(putFile === undefined
      ? {}
      : {
          async attach(place, attachment, limits) {
            const at = placeOf(place.remoteId);
            const thread = placeOf(place.threadRemoteId) ?? at;
            if (at === null || thread === null) return;
            const where = { ...place, channel: at.channel, threadTs: thread.ts };
            await attachFile(where, attachment, { call, put: putFile }, limits);
          },
        }),
    close,
  };
}

/** Nothing was posted yet, whatever became of this. */
async function before<T>(lookup: Promise<T>): Promise<T> {
  return lookup.catch((error: unknown) => {
    if (error instanceof ToolError && error.outcome === 'unknown')
      throw new SlackError('retry', error.message, {
        cause: error,
        ...(error instanceof SlackError && error.reason !== null ? { reason: error.reason } : {}),
      });
    throw error;
  });
}

/** Who cannot be written to is reached another way: nobody mends that as one mends a room. */
function asOfPerson(error: unknown): never {
  if (!(error instanceof SlackError) || error.mendable !== 'room') throw error;
  const { outcome, message, cause, reason, needed } = error;
  throw new SlackError(outcome, message, { cause, reason, needed, mendable: undefined });
}

/** Null: no place in Slack, such as that of a post which stood in the terminal before this was connected. */
function placeOf(remoteId: string | null): { channel: string; ts: string } | null {
  const match = /^([CGD][A-Z0-9]{2,20})\/(\d+\.\d+)$/.exec(remoteId ?? '');
  return match ? { channel: match[1] ?? '', ts: match[2] ?? '' } : null;
}

const isDirect = (channel: string): boolean => isSlackDirect(channel) || isSlackPerson(channel);

function idOf({ channel, ts }: SlackAnswer): string {
  if (typeof channel !== 'string' || typeof ts !== 'string')
    throw new ToolError('unknown', 'Slack (chat.postMessage): answered without the place of the message');
  return `${channel}/${ts}`;
}

function eventIdOf({ metadata }: SlackAnswer): unknown {
  return (metadata as { event_payload?: { event_id?: unknown } } | undefined)?.event_payload?.event_id;
}
