// What is done for an incident somewhere else than in its thread (in another room, in direct messages, in a channel of its
// own) is one line there: who reads only the thread misses nothing. Called inside the commit of what it tells.
import { type Destination, whereWords } from '../domain/destination.ts';
import { clipped } from '../domain/excerpt.ts';
import type { Incident } from '../domain/incident.ts';
import { type Message, message } from '../domain/message.ts';
import { namingPerson, namingRoom } from '../domain/named.ts';
import type { Plan } from '../domain/plan.ts';
import { mention } from '../domain/principal.ts';
import type { Tables } from '../store/tables.ts';
import { tellThread, threadOf } from './thread-of.ts';

const ASKED_MAX = 200;

/** Nothing where one of `saidAt` is that thread: it stands there already. */
export async function alsoInThread(
  tx: Tables,
  incidentId: number | null,
  saidAt: readonly Destination[],
  line: Message | string,
): Promise<void> {
  const incident = incidentId === null ? null : await tx.incidents.find(incidentId);
  if (!incident || incident.headerPostId === null) return;
  for (const at of saidAt) if (await isThreadOf(tx, incident, at)) return;
  await tellThread(tx, incident, line);
}

/** That somebody asked for a change, and where it waits for a yes. */
export async function tellAsked(tx: Tables, plan: Plan, approvalId: number): Promise<void> {
  const { requester, asked, destination, incidentId } = plan;
  const line = `${mention(requester)}: ${clipped(asked, ASKED_MAX)} — plan #${approvalId} waits for approval ${whereWords(destination)}`;
  const said = namingRoom(namingPerson(message(line), requester), destination.conversation);
  await alsoInThread(tx, incidentId, [destination], said);
}

async function isThreadOf(
  tx: Tables,
  { channel, conversation, headerPostId }: Incident,
  at: Destination,
): Promise<boolean> {
  if (at.channel !== channel || at.conversation !== conversation) return false;
  return (await threadOf(tx, at)).threadPostId === headerPostId;
}
