// Ends in a pager what a page made there, once what it told of is over. By its key a repeat is the same event.
import { ToolError } from '../../domain/errors.ts';
import { pageKeyOf } from '../../domain/paged-incident.ts';
import { type Handler, nothing } from '../engine.ts';
import { NotYet } from '../not-yet.ts';
import { pagersOf } from '../pager-record.ts';
import { whyNotDone } from '../repeatable-call.ts';

/** While the page itself is still on its way. */
const LOOK_AGAIN_MS = 1000;

export const pageEnd: Handler = async (run, engine) => {
  const { read } = engine.store;
  const pagers = await pagersOf(read);
  for (const page of await read.posts.waysOf(Number(run.job.payload.postId))) {
    if (!pagers.includes(page.channel)) continue;
    // An end that comes before its beginning ends nothing.
    if (await read.jobs.carrying(page.id)) throw new NotYet(LOOK_AGAIN_MS);
    if (page.state === 'failed') continue;
    const why = await whyNotDone(run, engine, async (signal) => {
      const channel = engine.adapters().channels.find(({ name }) => name === page.channel);
      if (!channel?.follow) throw new ToolError('retry', `${page.channel} does not work at the moment`);
      await channel.follow({ action: 'resolve', dedupKey: pageKeyOf(page.eventId) }, { signal });
    });
    if (why !== null)
      engine.log({
        level: 'warn',
        event: 'page-not-ended',
        channel: page.channel,
        post: page.id,
        error: why,
      });
  }
  return nothing;
};
