// Slack as a chat: posts and their threads, each with our event id in its metadata, so that one in doubt can be found.
import type { ChannelAdapter, OutgoingPost } from '../../domain/channel.ts';
import { ToolError } from '../../domain/errors.ts';
import { slackMessage } from './blocks.ts';
import type { SlackAnswer, SlackCall } from './calls.ts';
import type { Conversations } from './conversations.ts';

/** Slack's own limit: about one message a second and conversation. https://docs.slack.dev/apis/web-api/rate-limits */
const PACE_MS = 1000;
const EVENT_TYPE = 'openclaw_post';
/** Messages of one look, newest first; a post in doubt is seconds old. */
const LOOK_LIMIT = 200;

export interface SlackChannelOptions {
  name: string;
  call: SlackCall;
  conversations: Conversations;
  /** Ends the hearing. */
  close(): Promise<void>;
}

/** `remoteId` of a post: `CHANNEL/TS`. */
export function createSlackChannel({
  name,
  call,
  conversations,
  close,
}: SlackChannelOptions): ChannelAdapter {
  return {
    name,
    type: 'slack',
    paceMs: PACE_MS,
    async send(post) {
      const { conversation } = post;
      // A person is written to by their id, and Slack answers with the conversation that is.
      const channel = isPerson(conversation) ? conversation : await conversations.idOf(conversation);
      const answer = await call('chat.postMessage', {
        channel,
        ...contentOf(post),
        ...(post.threadRemoteId === null ? {} : { thread_ts: tsOf(post.threadRemoteId) }),
        unfurl_links: false,
        unfurl_media: false,
        metadata: { event_type: EVENT_TYPE, event_payload: { event_id: post.eventId } },
      });
      const remoteId = idOf(answer);
      conversations.learn(conversation, remoteId.split('/')[0] ?? '');
      return { remoteId };
    },
    async edit(remoteId, post) {
      const [channel, ts] = remoteId.split('/');
      await call('chat.update', { channel, ts, ...contentOf(post) });
    },
    async find(post) {
      const channel = await conversations.idOf(post.conversation);
      const thread = post.threadRemoteId === null ? {} : { ts: tsOf(post.threadRemoteId) };
      const method = post.threadRemoteId === null ? 'conversations.history' : 'conversations.replies';
      const answer = await call(method, {
        channel,
        ...thread,
        include_all_metadata: true,
        limit: LOOK_LIMIT,
      });
      const messages = Array.isArray(answer.messages) ? (answer.messages as SlackAnswer[]) : [];
      const there = messages.find((message) => eventIdOf(message) === post.eventId);
      return there ? { remoteId: `${channel}/${String(there.ts)}` } : null;
    },
    close,
  };
}

const isPerson = (conversation: string): boolean => /^[UW][A-Z0-9]{2,20}$/.test(conversation);

function contentOf({ message, mentions }: OutgoingPost) {
  return { ...slackMessage(message, mentions), parse: 'none', link_names: false };
}

function idOf({ channel, ts }: SlackAnswer): string {
  if (typeof channel !== 'string' || typeof ts !== 'string')
    throw new ToolError('unknown', 'Slack (chat.postMessage): answered without the place of the message');
  return `${channel}/${ts}`;
}

const tsOf = (remoteId: string): string => remoteId.split('/')[1] ?? '';

function eventIdOf({ metadata }: SlackAnswer): unknown {
  return (metadata as { event_payload?: { event_id?: unknown } } | undefined)?.event_payload?.event_id;
}
