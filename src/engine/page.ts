// Wakes the people behind a name, each on the first channel they have. Called inside a commit.
import type { Incident } from '../domain/incident.ts';
import { message } from '../domain/message.ts';
import { peopleBehind } from '../domain/on-call.ts';
import type { Contact } from '../domain/resource.ts';
import { severityMark } from '../domain/severity.ts';
import { type Way, waysTo } from '../domain/ways.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';

/** A second page for one incident this soon says nothing new. Shorter than the fastest escalation. */
const SAME_PAGE_MS = 30_000;

/** Names of those paged, with how; empty: nobody stands behind the target. Somebody paged just now is not woken twice. */
export async function pageTarget(
  tx: Tables,
  incident: Incident,
  target: string,
  why: string,
  engine: Engine,
): Promise<string[]> {
  const people = await peopleOf(tx, target, engine);
  const lately = (await tx.posts.ofIncident(incident.id)).filter(
    ({ lane, createdAt }) => lane === 'page' && createdAt > engine.clock.now() - SAME_PAGE_MS,
  );
  const told: string[] = [];
  const woken: string[] = [];
  for (const person of people) {
    const way = await wayTo(tx, person);
    const name = `@${person.name} via ${way.channel}`;
    told.push(name);
    if (lately.some((post) => post.channel === way.channel && post.conversation === way.conversation))
      continue;
    await pagePerson(tx, incident, person, way, why);
    woken.push(name);
  }
  if (woken.length > 0) {
    await tx.timeline.add({
      incidentId: incident.id,
      kind: 'paged',
      text: `Paged ${woken.join(', ')}: ${why}`,
    });
  }
  return told;
}

/** Where there is no incident to acknowledge: whoever is behind the target is told once. Names, as above. */
export async function pageWithoutIncident(
  tx: Tables,
  target: string,
  what: { title: string; text: string },
  engine: Engine,
): Promise<string[]> {
  const told: string[] = [];
  for (const person of await peopleOf(tx, target, engine)) {
    const way = await wayTo(tx, person);
    await tx.posts.add({
      channel: way.channel,
      conversation: way.conversation,
      incidentId: null,
      threadPostId: null,
      lane: 'page',
      mentions: way.id ? [way.id] : [],
      message: message(`📟 @${person.name}: ${what.title}`, {
        tone: 'critical',
        blocks: [{ type: 'text', text: what.text }],
      }),
    });
    told.push(`@${person.name} via ${way.channel}`);
  }
  return told;
}

async function peopleOf(tx: Tables, target: string, engine: Engine): Promise<Contact[]> {
  const contacts = (await tx.resources.list('contact'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  const rotations = (await tx.resources.list('rotation'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  return peopleBehind(target, { contacts, rotations }, engine.clock.now());
}

async function wayTo(tx: Tables, person: Contact): Promise<Way> {
  const channels = (await tx.resources.list('channel'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  const [first] = waysTo(person, channels);
  if (!first) throw new Error(`no way to ${person.name}`);
  return first;
}

async function pagePerson(
  tx: Tables,
  incident: Incident,
  person: Contact,
  { channel, conversation, id }: Way,
  why: string,
): Promise<void> {
  await tx.posts.add({
    channel,
    conversation,
    incidentId: incident.id,
    threadPostId: null,
    lane: 'page',
    mentions: id ? [id] : [],
    message: message(
      `📟 @${person.name}: ${severityMark(incident.severity)} INCIDENT #${incident.id} — ${incident.title}`,
      {
        tone: 'critical',
        blocks: [
          { type: 'text', text: `${why.replace(/\.$/, '')}. Thread: ${incident.conversation}` },
          {
            type: 'buttons',
            buttons: [{ label: 'Acknowledge', command: `/ack ${incident.id}`, style: 'primary' }],
          },
        ],
      },
    ),
  });
}
