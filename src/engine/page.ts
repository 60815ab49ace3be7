// Wakes the people behind a name, each on the first channel they have. Called inside a commit.
import type { Post } from '../domain/channel.ts';
import { formatDuration } from '../domain/duration.ts';
import type { Incident } from '../domain/incident.ts';
import { message } from '../domain/message.ts';
import { peopleBehind, type Recipient } from '../domain/on-call.ts';
import { calledName, calledVia } from '../domain/pager.ts';
import { isSeverity, severityRank } from '../domain/severity.ts';
import type { Tables } from '../store/tables.ts';
import { incidentsOf } from '../store/unreached.ts';
import { readDirectory } from './directory.ts';
import type { Engine } from './engine.ts';
import { onNoChannel } from './level-people.ts';
import { pageAtOnce, pagePerson, WINDOW_MS } from './page-bundle.ts';
import { sendPage, waysOfPerson } from './page-post.ts';

/** A second page for one incident this soon says nothing new, unless it is for more, or meant as a second one. */
const SAME_PAGE_MS = 30_000;

export interface Paged {
  /** Those paged, with how; empty: nobody stands behind the target. */
  names: string[];
  /** Where all of them hear of it with other incidents in a moment: when that is. */
  waitsUntil: number | null;
}

/**
 * Somebody paged for the same incident just now is not woken twice. `repeats`: whoever has not answered is paged once
 * more, however short the time was. `atOnce`: a person asks for it.
 */
export async function pageTarget(
  tx: Tables,
  incident: Incident,
  target: string,
  why: string,
  engine: Engine,
  { repeats = false, atOnce = false } = {},
): Promise<Paged> {
  const since = engine.clock.now() - SAME_PAGE_MS;
  const told: string[] = [];
  const woken: string[] = [];
  const waiting: string[] = [];
  const ends: number[] = [];
  const pages: { postId: number; contact: string; channel: string }[] = [];
  for (const person of await recipients(tx, target, engine)) {
    const [way] = await waysOfPerson(tx, person);
    const name = calledVia(person.name, way.channel);
    told.push(name);
    const lately = (await tx.posts.pagesTo(person.name, since)).filter((page) =>
      incidentsOf(page).includes(incident.id),
    );
    const knows = lately.length > 0 && !(await isWorse(tx, incident, lately));
    if (knows && !repeats && !atOnce) continue;
    const now = atOnce || lately.length > 0;
    const outcome = await (now ? pageAtOnce : pagePerson)(tx, person, incident, why, engine);
    if (outcome.kind === 'waits') {
      waiting.push(name);
      ends.push(outcome.until);
    }
    if (outcome.kind !== 'sent') continue;
    pages.push({ postId: outcome.postId, contact: person.name, channel: way.channel });
    woken.push(name);
  }
  if (woken.length > 0) {
    await tx.timeline.add({
      incidentId: incident.id,
      kind: 'paged',
      text: `Paged ${woken.join(', ')}: ${why}`,
      data: { target, why, pages, severity: incident.severity },
    });
  } else if (told.length > 0 && waiting.length === 0) {
    await tx.timeline.add({
      incidentId: incident.id,
      kind: 'system',
      text: `Not paged again so soon: ${told.join(', ')}, for ${target}`,
      data: { target, why, dedupMs: SAME_PAGE_MS },
    });
  }
  if (waiting.length > 0) {
    await tx.timeline.add({
      incidentId: incident.id,
      kind: 'system',
      text: `Paged for another incident just now, so the next page within ${formatDuration(WINDOW_MS)} tells of this one too: ${waiting.join(', ')}`,
      data: { target, why, bundledMs: WINDOW_MS },
    });
  }
  const allWait = waiting.length > 0 && waiting.length === told.length;
  return { names: told, waitsUntil: allWait ? Math.min(...ends) : null };
}

/**
 * Of those behind a target who are on no channel that is configured: their page stands in the terminal under their
 * name, in the daemon's log and red in `status` and `doctor`. It wakes nobody, so nothing waits for it. Once an incident.
 */
export async function showWithoutChannel(
  tx: Tables,
  incident: Incident,
  target: string,
  engine: Engine,
): Promise<void> {
  const directory = await readDirectory(tx);
  for (const person of onNoChannel(target, directory, engine.clock.now())) {
    const { name } = person;
    const before = await tx.posts.pagesTo(name, incident.openedAt - 1);
    if (before.some((page) => incidentsOf(page).includes(incident.id))) continue;
    const outcome = await pageAtOnce(tx, person, incident, target, engine);
    if (outcome.kind !== 'sent') continue;
    const [{ channel }] = await waysOfPerson(tx, person);
    await tx.timeline.add({
      incidentId: incident.id,
      kind: 'system',
      text: `Shown in the terminal for @${name}, which wakes nobody: ${target}`,
      data: { target, pages: [{ postId: outcome.postId, contact: name, channel }] },
    });
  }
}

/** Whether it is more severe than it was when these pages were made. */
async function isWorse(tx: Tables, incident: Incident, pages: readonly Post[]): Promise<boolean> {
  const ids = new Set(pages.map(({ id, pageOf }) => pageOf ?? id));
  const record = await tx.timeline.ofIncident(incident.id);
  const then = record.flatMap(({ kind, data }) =>
    kind === 'paged' && isSeverity(data.severity) && postsOf(data).some((id) => ids.has(id))
      ? severityRank(data.severity)
      : [],
  );
  return then.length > 0 && Math.max(...then) < severityRank(incident.severity);
}

function postsOf({ pages }: Record<string, unknown>): number[] {
  return Array.isArray(pages) ? pages.map((page: { postId?: unknown }) => Number(page.postId)) : [];
}

/** Where there is no incident to acknowledge: whoever is behind the target is told once. Names, as above. */
export async function pageWithoutIncident(
  tx: Tables,
  target: string,
  what: { title: string; text: string },
  engine: Engine,
): Promise<string[]> {
  const told: string[] = [];
  for (const person of await recipients(tx, target, engine)) {
    const [way] = await waysOfPerson(tx, person);
    const page = {
      contact: person.name,
      incidentId: null,
      message: message(`📟 ${calledName(person.name, way.channel)}: ${what.title}`, {
        tone: 'critical' as const,
        blocks: [{ type: 'text' as const, text: what.text }],
      }),
    };
    await sendPage(tx, page, way, engine);
    told.push(calledVia(person.name, way.channel));
  }
  return told;
}

async function recipients(tx: Tables, target: string, engine: Engine): Promise<Recipient[]> {
  return peopleBehind(target, await readDirectory(tx), engine.clock.now());
}
