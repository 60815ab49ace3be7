// Why somebody was paged: the level, route or fix behind it, and what became of each way to them.
import type { Post } from '../../domain/channel.ts';
import { notFound } from '../../domain/errors.ts';
import type { TimelineEntry } from '../../domain/incident.ts';
import { plainText } from '../../domain/message.ts';
import { calledName } from '../../domain/pager.ts';
import type { Tables } from '../../store/tables.ts';
import { inOrder, textIn, type WhyAnswer, type WhyLine } from './answer.ts';

export async function whyPage(read: Tables, id: number): Promise<WhyAnswer> {
  const page = await read.posts.find(id);
  if (page?.lane !== 'page')
    throw notFound(
      `there is no page ${id}`,
      'openclaw why incident 7 lists the pages of an incident with their numbers',
    );
  const first = page.pageOf === null ? page : ((await read.posts.find(page.pageOf)) ?? page);
  const ways = page.contact === null ? [page] : await read.posts.waysOf(first.id);
  const decided: WhyLine[] = [];
  const incidents = page.bundle.length > 0 ? page.bundle : page.incidentId === null ? [] : [page.incidentId];
  for (const incidentId of incidents)
    for (const entry of await read.timeline.ofIncident(incidentId)) {
      const about = pagesOf(entry).some((post) => ways.some((way) => way.id === post));
      // A level is told in the same commit as its pages.
      const cause = entry.kind === 'escalated' && entry.at === first.createdAt;
      if (about || cause) decided.push(lineOf(entry));
    }
  decided.push(...ways.map(deliveryLine));
  return {
    about: `page ${id}`,
    facts: [
      ['for', whoIs(page)],
      ['says', plainText(page.message).split('\n')[0] ?? ''],
      ...(incidents.length > 0
        ? ([['incident', incidents.map((one) => `#${one}`).join(', ')]] as [string, string][])
        : []),
      ['state', stateText(page)],
    ],
    decided: inOrder(decided),
    pending: await waiting(read, ways),
    ...(incidents[0] === undefined ? {} : { next: `openclaw why incident ${incidents[0]}` }),
  };
}

/** The posts an entry speaks of. */
export function pagesOf({ data }: Pick<TimelineEntry, 'data'>): number[] {
  const listed = Array.isArray(data.pages) ? data.pages : [];
  const ids = [data.postId, data.pageOf, ...listed.map((one: unknown) => Object(one).postId)];
  return ids.filter((one): one is number => typeof one === 'number');
}

export function lineOf({ at, kind, text, data }: TimelineEntry): WhyLine {
  return { at, kind, text, ...(Object.keys(data).length > 0 ? { data } : {}) };
}

/** One way to one person, and what became of it. */
export function deliveryLine(page: Post): WhyLine {
  const via = page.contact === page.channel ? '' : ` via ${page.channel}`;
  const again = page.pageOf === null ? '' : `, a further way of page ${page.pageOf}`;
  return {
    at: page.createdAt,
    kind: 'page',
    text: `page ${page.id} to ${whoIs(page)}${via}${again}: ${stateText(page)}`,
    data: { postId: page.id, contact: page.contact, channel: page.channel, state: page.state },
  };
}

/** Timers that would take a page another way. */
export async function waiting(read: Tables, ways: readonly Post[]): Promise<WhyLine[]> {
  const lines: WhyLine[] = [];
  for (const way of ways) {
    const timer = await read.jobs.findQueued(`page-fallback:${way.id}`);
    if (!timer || way.state === 'sent') continue;
    const text = `page ${way.id} goes the next way to ${whoIs(way)} unless ${way.channel} has taken it`;
    lines.push({ at: timer.runAt, kind: 'page', text });
  }
  return lines;
}

function whoIs(page: Post): string {
  return page.contact === null ? page.conversation : calledName(page.contact, page.channel);
}

function stateText({ state, error, revision }: Post): string {
  const why = error === null ? '' : ` (${error})`;
  const edited = revision > 1 ? ', edited since' : '';
  switch (state) {
    case 'sent':
      return `delivered${edited}`;
    case 'pending':
      return `not sent yet${why}`;
    case 'sending':
      return 'being sent';
    case 'unknown':
      return `it may or may not have arrived${why}`;
    case 'failed':
      return `not delivered${why}`;
    default:
      return state satisfies never;
  }
}

export function whyOf(entry: Pick<TimelineEntry, 'data'>): string | null {
  return textIn(entry.data, 'why');
}
