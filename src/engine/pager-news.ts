// What somebody did with an incident of ours at a pager, and what it is here. Called inside a commit.

import { DEFAULT_ACK_MS } from '../domain/built-in.ts';
import { asKnown } from '../domain/called.ts';
import type { Incident } from '../domain/incident.ts';
import type { PagerPerson } from '../domain/on-call-answer.ts';
import { contactKey, ownerContact } from '../domain/owner.ts';
import { readDedupKey, type Told, toldLast } from '../domain/paged-incident.ts';
import type { PagerNews } from '../domain/pager-news.ts';
import { pagerContact } from '../domain/pager-people.ts';
import { OPENCLAW, type Principal, principalKey } from '../domain/principal.ts';
import type { Contact } from '../domain/resource.ts';
import { momentText } from '../domain/time.ts';
import type { Tables } from '../store/tables.ts';
import { giveTo } from './acknowledgement.ts';
import { channelZone } from './channel-zone.ts';
import type { Engine } from './engine.ts';
import { isClearing, refreshHeader, resolveIncident } from './incident-state.ts';
import { pagerCalled, pagersOf } from './pager-record.ts';
import { tellThread } from './thread-of.ts';

/** Older than our last page by more than this, and it is about what came before it. Clocks differ by less. */
const SKEW_MS = 60_000;
/** Our own events come back within this. */
const ECHO_MS = 2 * 60_000;

/** Behind the name of somebody who is no contact. */
const OUTSIDE = ' (in PagerDuty)';

/** Whoever did it, as we know them. `key`: of a principal, or of a contact. */
interface Who {
  key: string;
  name: string;
}

interface Heard {
  news: PagerNews;
  incident: Incident;
  /** "PagerDuty" */
  via: string;
  /** The channel it concerns; null: there are several, and it came by another way. */
  pager: string | null;
  /** Null: PagerDuty itself, or a program. */
  who: Who | null;
  /** What we told it last. */
  before: Told | null;
}

export async function takePagerNews(
  tx: Tables,
  news: PagerNews,
  person: PagerPerson | null,
  engine: Engine,
): Promise<void> {
  const incident = await incidentOf(tx, news);
  if (!incident) return;
  const record = await tx.timeline.ofIncident(incident.id);
  // By a source of alerts and by the channel it is the same event.
  if (record.some(({ data }) => data.eventId === news.eventId)) return;
  const pagers = await pagersOf(tx);
  const pager = news.pager ?? (pagers.length === 1 ? (pagers[0] ?? null) : null);
  const lastPage = record.findLast(({ data }) => data.told === 'trigger')?.at ?? incident.openedAt;
  if (news.at !== null && news.at < lastPage - SKEW_MS) {
    engine.log({ level: 'info', event: 'pager-news-late', incident: incident.id, what: news.what });
    return;
  }
  // What our own events did there: a program, just after we told it.
  const isEcho = news.by === null && (news.at === null || Math.abs(news.at - lastPage) < ECHO_MS);
  const told: Heard = {
    news,
    incident,
    via: pager === null ? 'PagerDuty' : await pagerCalled(tx, pager),
    pager,
    who: person === null ? null : whoIs(person, await contactsOf(tx), pagers),
    before: pager === null ? null : toldLast(record, pager),
  };
  switch (news.what) {
    case 'acknowledged':
      return takeAcknowledged(tx, told, engine);
    case 'resolved':
      return isEcho ? undefined : takeResolved(tx, told, engine);
    case 'reopened':
      return note(tx, told, `${by(told)} reopened it`, { told: 'trigger' });
    case 'unacknowledged':
      return say(tx, told, `${by(told)} took the acknowledgement back there; here nothing changes`, {
        told: 'trigger',
      });
    case 'reassigned':
    case 'delegated':
    case 'escalated':
      return say(tx, told, `${by(told)} ${news.what} it there${toWhom(news)}`);
    case 'priority_updated':
      return note(tx, told, `${by(told)} changed its priority there`);
    default:
      return undefined;
  }
}

/** Null: it is another installation's, or is gone. */
async function incidentOf(tx: Tables, { dedupKey }: PagerNews): Promise<Incident | null> {
  const key = readDedupKey(dedupKey);
  if (key === null || key.installation !== (await tx.settings.get('installation'))) return null;
  const incident = await tx.incidents.find(key.incidentId);
  return incident?.openedAt === key.openedAt ? incident : null;
}

async function contactsOf(tx: Tables): Promise<Contact[]> {
  return (await tx.resources.list('contact')).filter(({ enabled }) => enabled).map(({ spec }) => spec);
}

/** A contact, else somebody outside, who has no rights here. */
function whoIs(person: PagerPerson, contacts: readonly Contact[], pagers: readonly string[]): Who {
  const contact = pagerContact(person, contacts, pagers);
  if (contact) return { key: contactKey(contact.name), name: `@${contact.name}` };
  const { id, name } = person;
  const principal: Principal = { platform: 'pagerduty', workspace: '', userId: id, displayName: name };
  return { key: principalKey(principal), name: `${asKnown(principal, contacts).displayName}${OUTSIDE}` };
}

async function takeAcknowledged(tx: Tables, told: Heard, engine: Engine): Promise<void> {
  const { incident, who, via, before } = told;
  if (incident.state !== 'open') return;
  if (who === null) {
    // Our own acknowledgement comes back; or a program's, and a program has nothing.
    if (before === 'trigger' && incident.ackedBy === null)
      await say(tx, told, `A program acknowledged it in ${via}; the escalation here goes on`, {
        told: 'acknowledge',
      });
    return;
  }
  if (incident.ackedBy !== null) {
    if (await isTheirs(tx, incident.ackedBy, who))
      return before === 'trigger'
        ? note(tx, told, `${calledIn(who)} acknowledged in ${via} too`, { told: 'acknowledge' })
        : undefined;
    return say(
      tx,
      told,
      `${calledIn(who)} acknowledged in ${via} as well; it stays with ${incident.ackedByName}`,
      { told: 'acknowledge' },
    );
  }
  const until = await give(tx, told, who, `${calledIn(who)} acknowledged in ${via}`, 'acknowledge', engine);
  await tellThread(
    tx,
    incident,
    `${calledIn(who)} acknowledged in ${via}. Escalation stopped. It runs until ${until}; /ack makes it yours.`,
    { lane: 'answer' },
  );
}

async function isTheirs(tx: Tables, key: string, who: Who): Promise<boolean> {
  if (key === who.key) return true;
  const contacts = await contactsOf(tx);
  const owner = ownerContact(key, contacts);
  return owner !== null && contactKey(owner.name) === who.key;
}

/**
 * Whoever resolves there says that it is over. Here it is over where its alerts say so too: then their word only ends the
 * wait, which needs no right. Else it stays open, in their hands for the time of an acknowledgement: nobody is woken in
 * the next minute for what somebody just looked at, and what still burns is not forgotten.
 */
async function takeResolved(tx: Tables, told: Heard, engine: Engine): Promise<void> {
  const { incident, who, via } = told;
  if (incident.state !== 'open') return;
  const { id } = incident;
  if (who === null)
    return say(tx, told, `Resolved in ${via}, by nobody it names; #${id} stays open here`, {
      told: 'resolve',
    });
  if ((await isClearing(tx, id)) && !(await isBeingRepaired(tx, id))) {
    await note(tx, told, `${calledIn(who)} resolved it in ${via}`, { told: 'resolve' });
    const why = `${calledIn(who)} resolved it in ${via}, and all its alerts are clear`;
    return resolveIncident(tx, incident, { by: who.key, byName: who.name, why }, engine);
  }
  const firing = (await tx.alerts.ofIncident(id)).filter(({ status }) => status === 'firing').length;
  const why =
    firing === 0
      ? 'nothing here says that it is over'
      : firing === 1
        ? 'an alert still fires'
        : `${firing} alerts still fire`;
  const stays = `${calledIn(who)} resolved it in ${via}. Here #${id} stays open: ${why}.`;
  if (incident.ackedBy !== null) {
    return say(tx, told, `${stays} It stays with ${incident.ackedByName}`, { told: 'resolve' });
  }
  const until = await give(tx, told, who, `${stays} It counts as acknowledged`, 'resolve', engine);
  await tellThread(
    tx,
    incident,
    `${stays} It counts as acknowledged until ${until}. Over all the same? /incident close`,
    { lane: 'answer', tone: 'warning' },
  );
}

/** A verdict of a running step is waited for, as its own timer does. */
async function isBeingRepaired(tx: Tables, id: number): Promise<boolean> {
  const plans = await tx.plans.openOfIncident(id);
  return plans.some(({ state }) => state === 'executing' || state === 'watching');
}

/** Gives until when, for people. */
async function give(
  tx: Tables,
  told: Heard,
  who: Who,
  text: string,
  what: Told,
  engine: Engine,
): Promise<string> {
  const { incident } = told;
  const owner = { key: who.key, name: who.name, forMs: DEFAULT_ACK_MS };
  const until = await giveTo(tx, incident, owner, engine);
  await tx.timeline.add({
    incidentId: incident.id,
    kind: 'acknowledged',
    actor: who.key,
    text,
    data: { ...dataOf(told, what), forMs: DEFAULT_ACK_MS },
  });
  refreshHeader(tx, incident.id, engine);
  return momentText(until, engine.clock.now(), await channelZone(incident.channel, tx, engine));
}

/** In the record and in the thread. */
async function say(
  tx: Tables,
  told: Heard,
  text: string,
  { told: what }: { told?: Told } = {},
): Promise<void> {
  await note(tx, told, text, what ? { told: what } : {});
  if (told.incident.state === 'open') await tellThread(tx, told.incident, `${text}.`);
}

async function note(
  tx: Tables,
  told: Heard,
  text: string,
  { told: what }: { told?: Told } = {},
): Promise<void> {
  await tx.timeline.add({
    incidentId: told.incident.id,
    kind: 'note',
    actor: told.who?.key ?? principalKey(OPENCLAW),
    text,
    data: dataOf(told, what),
  });
}

function dataOf({ news, pager }: Heard, what: Told | undefined): Record<string, unknown> {
  return { eventId: news.eventId, ...(pager !== null && what !== undefined ? { pager, told: what } : {}) };
}

/** In a sentence that says where. */
function calledIn({ name }: Who): string {
  return name.endsWith(OUTSIDE) ? name.slice(0, -OUTSIDE.length) : name;
}

function by({ who, via }: Heard): string {
  if (who === null) return via;
  return who.name.endsWith(OUTSIDE) ? who.name : `${who.name} (${via})`;
}

function toWhom({ assignees }: PagerNews): string {
  return assignees.length === 0 ? '' : `, now with ${assignees.join(', ')}`;
}
