// Keeps a message in sight, such as the summary of an incident. It stands there already, whatever becomes of this.

import { type Handler, nothing } from '../engine.ts';
import { whyNotDone } from '../repeatable-call.ts';
import { tellThread } from '../thread-of.ts';

export const pin: Handler = async (run, engine) => {
  const post = await engine.store.read.posts.find(Number(run.job.payload.postId));
  const channel = engine.adapters().channels.find(({ name }) => name === post?.channel);
  if (!post?.remoteId || !channel?.pin) return nothing;
  const { remoteId } = post;
  const why = await whyNotDone(run, engine, async (signal) => channel.pin?.(remoteId, { signal }));
  if (why === null) return nothing;
  engine.log({ level: 'warn', event: 'pin-failed', post: post.id, channel: post.channel, error: why });
  return async (tx) => {
    const incident = post.incidentId === null ? null : await tx.incidents.find(post.incidentId);
    if (incident)
      await tellThread(tx, incident, `📌 The summary stands above and could not be pinned: ${why}`);
  };
};
