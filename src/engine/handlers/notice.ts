// Works through what came in beside alerts: changes, subscriptions to confirm, remarks.
import { defaultChannel } from '../../domain/destination.ts';
import { message } from '../../domain/message.ts';
import type { Change, Notice, Remark, Subscription } from '../../domain/notice.ts';
import type { PagerNews } from '../../domain/pager-news.ts';
import type { InboxEntry } from '../../store/inbox.ts';
import type { Tables } from '../../store/tables.ts';
import { type BadAlert, whyNot } from '../bad-alerts.ts';
import type { Engine, Handler } from '../engine.ts';
import { nothing } from '../engine.ts';

const BATCH = 200;
/** Of all services together. */
const MARKERS_MAX = 10_000;

export const notice: Handler = async (run, engine) => {
  const entries = await engine.store.read.inbox.unhandled('notice', BATCH);
  if (entries.length === 0) return nothing;
  // After an error each stands alone: one that cannot be taken in must not hold back the others.
  const alone = run.job.attempts > 1;
  const bad: BadAlert[] = [];
  if (alone) {
    for (const entry of entries) {
      const why = await run.commit((tx) => takeAll(tx, [entry], engine)).catch(whyNot);
      if (why !== undefined) bad.push({ entry, why });
    }
  }
  return async (tx) => {
    if (!alone) await takeAll(tx, entries, engine);
    for (const { entry, why } of bad) {
      await tx.inbox.markHandled([entry.id], engine.clock.now());
      await takeRemark(tx, entry.source, {
        type: 'remark',
        text: `a notice was left out: ${why}`,
        advice: null,
      });
      engine.log({ level: 'error', event: 'notice-left-out', inbox: entry.id, error: why });
    }
    await tx.markers.prune(MARKERS_MAX, BATCH * 2);
    if (entries.length === BATCH) await tx.jobs.add('notice', {}, { key: 'notices', lane: 'notices' });
  };
};

async function takeAll(tx: Tables, entries: readonly InboxEntry[], engine: Engine): Promise<void> {
  for (const entry of entries) await take(tx, entry, engine);
  await tx.inbox.markHandled(
    entries.map(({ id }) => id),
    engine.clock.now(),
  );
}

async function take(tx: Tables, entry: InboxEntry, engine: Engine): Promise<void> {
  const told = entry.body as Notice;
  switch (told.type) {
    case 'change':
      return takeChange(tx, entry, told, engine);
    case 'subscription':
      return takeSubscription(tx, entry, told);
    case 'remark':
      return takeRemark(tx, entry.source, told);
    case 'pager':
      return takePagerNews(tx, entry, told);
    default:
      told satisfies never;
  }
}

async function takeChange(tx: Tables, entry: InboxEntry, told: Change, engine: Engine): Promise<void> {
  const { source, key } = entry;
  const service = await serviceOf(tx, source, told.service);
  const { title, author, link } = told;
  // A change of tomorrow would be the last one for a day.
  const at = Math.min(told.at, engine.clock.now());
  if (!(await tx.markers.add({ source, key, service, title, author, at, link }))) return;
  const incidentKey = `service:${service}`;
  const incident =
    service === null
      ? null
      : ((await tx.incidents.findOpen(incidentKey)) ?? (await tx.incidents.findMerged(incidentKey)));
  await tx.timeline.add({
    incidentId: incident?.id ?? null,
    kind: 'note',
    at,
    text: `change: ${title}${author ? ` (${author})` : ''}, told by ${source}`,
    data: { service, link },
  });
}

/** Text from outside selects a service by its exact name, and only where its source is allowed it. */
async function serviceOf(tx: Tables, source: string, name: string | null): Promise<string | null> {
  if (name === null) return null;
  const service = await tx.resources.find('service', name);
  if (!service?.enabled || service.name !== name) return null;
  const allowed = (await tx.resources.find('source', source))?.spec.services ?? [];
  return allowed.length === 0 || allowed.includes(name) ? name : null;
}

async function takeSubscription(tx: Tables, { id, source }: InboxEntry, told: Subscription): Promise<void> {
  await tx.timeline.add({
    incidentId: null,
    kind: 'system',
    text: `${source}: Amazon SNS asks to confirm that ${told.topic} may send here`,
  });
  await tx.jobs.add('subscribe', { inboxId: id }, { key: `subscribe:${id}` });
}

/** Of one incident in its order. Who did it may have to be asked first, so it is work of its own. */
async function takePagerNews(tx: Tables, entry: InboxEntry, told: PagerNews): Promise<void> {
  const { id } = entry;
  await tx.jobs.add(
    'pager-news',
    { news: told },
    { key: `pager-news:${id}`, lane: `pager-news:${told.dedupKey}`, priority: 0 },
  );
}

async function takeRemark(tx: Tables, source: string, { text, advice }: Remark): Promise<void> {
  await tx.timeline.add({ incidentId: null, kind: 'note', text: `${source}: ${text}` });
  if (advice !== null) await tellRoom(tx, `${source}: ${text}`, advice);
}

/** To whoever looks after the connections: no incident has a thread for it. */
export async function tellRoom(tx: Tables, what: string, advice: string): Promise<void> {
  const channels = (await tx.resources.list('channel')).filter(({ enabled }) => enabled);
  await tx.posts.add({
    channel: defaultChannel(channels.map(({ spec }) => spec)),
    conversation: '#ops-critical',
    incidentId: null,
    threadPostId: null,
    lane: 'thread',
    message: message(`⚠️ ${what}`, { tone: 'warning', blocks: [{ type: 'text', text: advice }] }),
  });
}
