// Confirms a subscription to an SNS topic: written down, then the link is fetched, then what became of it. Repeating
// it is harmless, so a crash in between costs a second fetch and nothing else.
import { ToolError } from '../../domain/errors.ts';
import type { HttpsAnswer } from '../../domain/https-get.ts';
import type { Subscription } from '../../domain/notice.ts';
import { confirmationUrl, isTopicAllowed, TOPIC_SETTING } from '../../domain/sns.ts';
import type { InboxEntry } from '../../store/inbox.ts';
import type { Tables } from '../../store/tables.ts';
import type { Commit, Handler } from '../engine.ts';
import { nothing } from '../engine.ts';
import { tellRoom } from './notice.ts';

/** Amazon's tokens are good for three days. */
const TRY_FOR_MS = 3 * 24 * 60 * 60_000;
const LIMITS = { maxBytes: 64 * 1024, timeoutMs: 15_000 };

export const subscribe: Handler = async (run, engine) => {
  const { store, clock } = engine;
  const entry = await store.read.inbox.findById(Number(run.job.payload.inboxId));
  if (!entry) return nothing;
  const { topic, url: link } = entry.body as Subscription;
  // Settings may have changed since it came in.
  const source = await store.read.resources.find('source', entry.source);
  if (!source?.enabled || !isTopicAllowed(topic, source.spec.settings))
    return refuse(entry, topic, `its topic is not in the settings of "${entry.source}" any more`);
  const url = confirmationUrl(link, topic);
  if (!url) return refuse(entry, topic, 'its link does not lead to Amazon SNS');

  await run.commit((tx) => record(tx, `${entry.source}: confirming ${topic}, try ${run.job.attempts}`));
  let answer: HttpsAnswer;
  try {
    if (!engine.httpsGet) throw new ToolError('retry', 'this daemon fetches nothing');
    answer = await engine.httpsGet(url, { ...LIMITS, signal: run.signal });
    if (answer.status >= 500 || answer.status === 429)
      throw new ToolError('retry', `${url.host} answered ${answer.status}`);
  } catch (error) {
    if (clock.now() < entry.receivedAt + TRY_FOR_MS) throw error;
    return refuse(entry, topic, 'Amazon SNS could not be reached for three days');
  }
  if (answer.status !== 200) return refuse(entry, topic, `${url.host} answered ${answer.status}`);
  return async (tx) => record(tx, `${entry.source}: ${topic} is confirmed, its messages come in from now on`);
};

function refuse({ source }: Pick<InboxEntry, 'source'>, topic: string, why: string): Commit {
  return async (tx) => {
    const text = `${source}: the subscription of ${topic} was not confirmed: ${why}`;
    await record(tx, text);
    await tellRoom(
      tx,
      text,
      `Alarms of that topic do not come in. Set the topic (openclaw source edit ${JSON.stringify(source)} --set ${TOPIC_SETTING}=${topic}), then let SNS ask again: "Request confirmation" in its console.`,
    );
  };
}

function record(tx: Tables, text: string): Promise<void> {
  return tx.timeline.add({ incidentId: null, kind: 'system', text });
}
