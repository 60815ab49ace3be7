// What a pager that keeps incidents of its own was told of ours: each is a fact of the record, written once it is one.
// Called inside a commit.
import { randomUUID } from 'node:crypto';
import { type Called, withChange } from '../domain/called-rounds.ts';
import type { Post } from '../domain/channel.ts';
import type { Incident } from '../domain/incident.ts';
import { type PagedIncident, type ToldData, turnFor } from '../domain/paged-incident.ts';
import { calledName, keepsIncidents } from '../domain/pager.ts';
import { clockTimeWithZone } from '../domain/time.ts';
import type { Tables } from '../store/tables.ts';
import { incidentsOf } from '../store/unreached.ts';
import { channelZone } from './channel-zone.ts';
import type { Engine } from './engine.ts';
import { refreshHeader } from './incident-state.ts';
import { tellThread } from './thread-of.ts';

/** A page that arrived within this is what an incident was told by just now. */
const JUST_NOW_MS = 30_000;
const NAMES: Readonly<Record<string, string>> = { pagerduty: 'PagerDuty' };

/** Where there is such a pager: it is looked whether it has to hear of what became of an incident. */
export async function followInPagers(tx: Tables, incidentId: number): Promise<void> {
  if ((await pagersOf(tx)).length === 0) return;
  const key = `pager-turn:${incidentId}`;
  await tx.jobs.add('pager-turn', { incidentId }, { key, lane: key, priority: 1 });
}

/** Names of the channels, those that do not work at the moment too. */
export async function pagersOf(tx: Pick<Tables, 'resources'>): Promise<string[]> {
  const channels = await tx.resources.list('channel');
  return channels
    .filter(({ enabled, spec }) => enabled && keepsIncidents(spec.type) && 'routing-key' in spec.secrets)
    .map(({ name }) => name);
}

/** "PagerDuty"; where there are several: "PagerDuty (pager)". */
export async function pagerCalled(tx: Pick<Tables, 'resources'>, channel: string): Promise<string> {
  const found = await tx.resources.find('channel', channel);
  const name = NAMES[found?.spec.type ?? ''] ?? channel;
  return (await pagersOf(tx)).length > 1 && name !== channel ? `${name} (${channel})` : name;
}

/** Made where it is asked for first. */
export async function installationOf(tx: Tables): Promise<string> {
  const known = await tx.settings.get('installation');
  if (known !== null) return known;
  const made = randomUUID().replaceAll('-', '').slice(0, 12);
  await tx.settings.set('installation', made);
  return made;
}

/** It has taken a page: that is on record from now on, with its time, in the thread and in the header. */
export async function notePaged(
  tx: Tables,
  page: Post,
  incidents: readonly Pick<PagedIncident, 'id'>[],
  engine: Engine,
): Promise<void> {
  const { channel, contact } = page;
  const via = await pagerCalled(tx, channel);
  const now = engine.clock.now();
  const who = contact === null || contact === channel ? 'Paged' : `${calledName(contact, channel)} was paged`;
  for (const { id } of incidents) {
    const incident = await tx.incidents.find(id);
    if (!incident) continue;
    await tx.timeline.add({
      incidentId: id,
      kind: 'paged',
      text: `${who} via ${via}`,
      data: { pager: channel, told: 'trigger', postId: page.id } satisfies ToldData & { postId: number },
    });
    const at = clockTimeWithZone(now, await channelZone(incident.channel, tx, engine));
    await tellThread(tx, incident, `📟 ${who} via ${via} at ${at}.`);
    // It may have been acknowledged, or have ended, while the page was on its way.
    const record = await tx.timeline.ofIncident(id);
    if (turnFor(incident, record, channel) !== null) await followInPagers(tx, id);
  }
}

/**
 * "@sarah via slack" as the header says it until it is a fact: on its way. Where one of her pages for it has just arrived
 * it is one already.
 */
export async function asBeingPaged(
  tx: Tables,
  { id }: Pick<Incident, 'id'>,
  names: readonly string[],
  engine: Engine,
): Promise<Called[]> {
  const said: Called[] = [];
  for (const told of names) {
    const [, who = told, channel = told] = /^(.*) via (.*)$/.exec(told) ?? [];
    const contact = who === channel ? who : who.replace(/^@/, '');
    const pages = await tx.posts.pagesTo(contact, engine.clock.now() - JUST_NOW_MS);
    const there = pages.find((page) => page.state === 'sent' && incidentsOf(page).includes(id));
    const via = await pagerCalled(tx, there?.channel ?? channel);
    said.push({ who, via, page: there ? { is: 'arrived', at: there.updatedAt } : { is: 'on its way' } });
  }
  return said;
}

/** A page to a person has arrived, on whichever of their ways: the header names that one, with its time. */
export async function notePageArrived(tx: Tables, page: Post, engine: Engine): Promise<void> {
  const via = await pagerCalled(tx, page.channel);
  const to: Partial<Called> = { via, page: { is: 'arrived', at: engine.clock.now() } };
  await sayInHeaders(tx, page, { which: isNoFact, to }, engine);
}

/** It goes another way now. */
export async function notePageGoesBy(tx: Tables, page: Post, channel: string, engine: Engine): Promise<void> {
  const to: Partial<Called> = { via: await pagerCalled(tx, channel), page: { is: 'on its way' } };
  await sayInHeaders(tx, page, { which: isNoFact, to }, engine);
}

/** Nobody knows whether it has: then it is told how things stand, which is harmless where it knows nothing of them. */
export async function notePerhapsPaged(tx: Tables, page: Post): Promise<void> {
  const via = await pagerCalled(tx, page.channel);
  for (const incidentId of incidentsOf(page)) {
    await tx.timeline.add({
      incidentId,
      kind: 'system',
      text: `Perhaps paged via ${via}: its answer was lost`,
      data: { pager: page.channel, told: 'trigger' } satisfies ToldData,
    });
    await followInPagers(tx, incidentId);
  }
}

/** It was given up, or is not wanted any more: the header claims nothing else. */
export async function noteNotPaged(tx: Tables, page: Post, engine: Engine): Promise<void> {
  const way = await pagerCalled(tx, page.channel);
  const which = (each: Called) => each.page.is === 'on its way' && each.via === way;
  await sayInHeaders(tx, page, { which, to: { page: { is: 'not taken' } } }, engine);
}

/** What the header says of one person, where it says that. */
async function sayInHeaders(
  tx: Tables,
  page: Post,
  change: Parameters<typeof withChange>[2],
  engine: Engine,
): Promise<void> {
  if (page.contact === null) return;
  const who = calledName(page.contact, page.channel);
  for (const id of incidentsOf(page)) {
    const incident = await tx.incidents.find(id);
    const called = incident && withChange(incident.context.called, who, change);
    if (!called) continue;
    await tx.incidents.update(id, { context: { ...incident.context, called } });
    refreshHeader(tx, id, engine);
  }
}

const isNoFact = ({ via, page }: Called): boolean => via !== null && page.is !== 'arrived';
