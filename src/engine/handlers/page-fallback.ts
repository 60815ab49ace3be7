// A page that its channel has not taken: the person's next channel is tried, until somebody has the incident.

import { PAGE_WAY_MS, type Post } from '../../domain/channel.ts';
import { formatDuration } from '../../domain/duration.ts';
import { message } from '../../domain/message.ts';
import { recipientNamed } from '../../domain/on-call.ts';
import { calledName, calledVia } from '../../domain/pager.ts';
import type { Way } from '../../domain/ways.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import { watchPage } from '../../store/page-watch.ts';
import type { Tables } from '../../store/tables.ts';
import { incidentsOf } from '../../store/unreached.ts';
import { readDirectory } from '../directory.ts';
import type { Engine, Handler } from '../engine.ts';
import { whyOver } from '../page-end.ts';
import { sendPage, waysOfPerson } from '../page-post.ts';
import { notePageGoesBy } from '../pager-record.ts';
import { tellThread } from '../thread-of.ts';

/** Later than this after it was due, the daemon was down: the channel was not. */
const LATE_MS = 10_000;

export const pageFallback: Handler = async (run, engine) => {
  const { runAt, payload } = run.job;
  return async (tx) => {
    const now = engine.clock.now();
    const page = await tx.posts.find(Number(payload.postId));
    if (!page || page.contact === null || page.state === 'sent') return;
    const tried = await tx.posts.waysOf(page.pageOf ?? page.id);
    if (tried.some(({ state }) => state === 'sent') || !(await isWanted(tx, page))) return;
    if (page.state !== 'failed' && now - runAt > LATE_MS) return watchPage(tx, page.id, now + PAGE_WAY_MS);
    const next = await nextWay(tx, page.contact, tried);
    if (next) await tryNext(tx, page, next, engine);
    else if (tried.at(-1)?.id === page.id) await sayNotReached(tx, page, tried, engine);
  };
};

/** As long as one of its incidents is open and nobody has it. What is for no incident is wanted until that is over. */
async function isWanted(tx: Tables, page: Post): Promise<boolean> {
  const ids = incidentsOf(page);
  for (const id of ids) {
    const incident = await tx.incidents.find(id);
    if (incident?.state === 'open' && incident.ackedBy === null) return true;
  }
  return ids.length === 0 && (await whyOver(tx, page)) === null;
}

async function nextWay(tx: Tables, name: string, tried: readonly Post[]): Promise<Way | null> {
  const recipient = recipientNamed(name, await readDirectory(tx));
  if (!recipient) return null;
  const ways = await waysOfPerson(tx, recipient);
  return (
    ways.find(({ channel, lastResort }) => !lastResort && tried.every((post) => post.channel !== channel)) ??
    null
  );
}

async function tryNext(tx: Tables, page: Post, way: Way, engine: Engine): Promise<void> {
  const { contact, incidentId, bundle, message: text } = page;
  if (contact === null) return;
  const pageOf = page.pageOf ?? page.id;
  const postId = await sendPage(tx, { contact, incidentId, bundle, message: text, pageOf }, way, engine);
  await notePageGoesBy(tx, page, way.channel, engine);
  const why = whyNot(page, engine);
  for (const id of incidentsOf(page))
    await tx.timeline.add({
      incidentId: id,
      kind: 'paged',
      text: `${why}: paged ${calledVia(contact, way.channel)}`,
      data: { why, pageOf, pages: [{ postId, contact, channel: way.channel }] },
    });
}

/** In the thread, in the daemon's log, and (from the posts) in `status` and `doctor` until somebody has it. */
async function sayNotReached(tx: Tables, page: Post, tried: readonly Post[], engine: Engine): Promise<void> {
  const ways = tried.map((way) => whyNot(way, engine)).join('; ');
  const contact = page.contact ?? '';
  const called = calledName(contact, page.channel);
  const text = `${called} was not reached: ${ways}`;
  engine.log({
    level: 'error',
    event: 'page-not-delivered',
    contact: page.contact,
    incidents: incidentsOf(page),
    title: page.message.title,
    error: ways,
  });
  for (const id of incidentsOf(page)) {
    await tx.timeline.add({
      incidentId: id,
      kind: 'paged',
      text,
      data: { contact: page.contact, postId: page.id, reached: false },
    });
    const incident = await tx.incidents.find(id);
    // Without any channel of theirs the page itself stands in the terminal, right beside the thread.
    if (!incident || page.channel === 'terminal') continue;
    const other =
      contact === page.channel
        ? `Whether it works: openclaw channel show ${shellQuote(contact)}; openclaw doctor`
        : `Another way to them: openclaw contact edit ${shellQuote(contact)} --order ${tried.map(({ channel }) => channel).join(',')},...`;
    const hint = `Call them. Acknowledge: /ack ${id}. ${other}`;
    const blocks = [{ type: 'text' as const, text: hint }];
    await tellThread(tx, incident, message(`🚨 ${text}`, { tone: 'critical', blocks }));
  }
}

function whyNot({ channel, state, error, createdAt }: Post, engine: Engine): string {
  const why = error === null ? '' : ` (${error})`;
  const isYoung = engine.clock.now() - createdAt < PAGE_WAY_MS;
  if (state === 'failed' || (isYoung && error !== null)) return `${channel} did not take it${why}`;
  return isYoung
    ? `${channel} has taken no page for ${formatDuration(PAGE_WAY_MS)} or longer${why}`
    : `${channel} did not take it for ${formatDuration(PAGE_WAY_MS)}${why}`;
}
