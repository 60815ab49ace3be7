// A picture or a file beside a message that is complete without it.
import type { Post } from '../../domain/channel.ts';
import { message } from '../../domain/message.ts';
import type { Commit, Handler } from '../engine.ts';
import { nothing } from '../engine.ts';
import { whyNotDone } from '../repeatable-call.ts';

/** A picture is drawn and three calls are made. */
const DEADLINE_MS = 30_000;

export const attach: Handler = async (run, engine) => {
  const { postId, index } = run.job.payload as { postId: number; index: number };
  const { read } = engine.store;
  const post = await read.posts.find(postId);
  const attachment = post?.message.attachments?.[index];
  const channel = engine.adapters().channels.find(({ name }) => name === post?.channel);
  if (!post?.remoteId || !attachment || !channel?.attach) return nothing;
  const thread = post.threadPostId === null ? null : await read.posts.find(post.threadPostId);
  const place = {
    remoteId: post.remoteId,
    threadRemoteId: thread?.remoteId ?? null,
    key: `${post.eventId}-${index}`,
    again: run.job.attempts > 1,
  };
  const why = await whyNotDone(
    run,
    engine,
    async (signal) => channel.attach?.(place, attachment, { signal }),
    DEADLINE_MS,
  );
  if (why === null) return nothing;
  engine.log({ level: 'warn', event: 'attachment-failed', post: post.id, channel: post.channel, error: why });
  const what = attachment.type === 'chart' ? 'The chart' : 'The file with all lines';
  return say(post, `${what} could not be added: ${why}. Nothing is lost: what is known stands above.`);
};

function say({ channel, conversation, incidentId, threadPostId }: Post, text: string): Commit {
  return async (tx) => {
    await tx.posts.add({
      channel,
      conversation,
      incidentId,
      threadPostId,
      lane: 'thread',
      message: message(text),
    });
  };
}
