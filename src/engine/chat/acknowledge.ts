// `/ack [1] [2h] [@other]`: somebody has it, for a time. Stops the escalation in the same commit.

import { DEFAULT_ACK_MS } from '../../domain/built-in.ts';
import { parseDuration } from '../../domain/duration.ts';
import type { Incident } from '../../domain/incident.ts';
import { type Message, message } from '../../domain/message.ts';
import { namingOwner, namingPerson } from '../../domain/named.ts';
import { contactKey, contactWritten, isOwner } from '../../domain/owner.ts';
import { mention, principalKey } from '../../domain/principal.ts';
import type { Contact } from '../../domain/resource.ts';
import { nearest } from '../../domain/similar.ts';
import { momentText } from '../../domain/time.ts';
import type { Tables } from '../../store/tables.ts';
import { giveTo, ownerMentions } from '../acknowledgement.ts';
import { channelZone } from '../channel-zone.ts';
import type { Commit, Engine } from '../engine.ts';
import { refreshHeader } from '../incident-state.ts';
import { pressedInVain } from '../pressed-button.ts';
import { tellThread } from '../thread-of.ts';
import {
  answer,
  type ChatRequest,
  type ChatVerb,
  mayNot,
  overtaken,
  postAnswer,
  readNumber,
  refuse,
  usage,
} from './request.ts';
import { subjectOf } from './subject.ts';
import { whichIncident } from './which.ts';

const SHORTEST_MS = 60_000;
/** Longer, and it would be a way to keep everybody from being told. */
const LONGEST_MS = 7 * 24 * 60 * 60_000;

export const acknowledge: ChatVerb = async (request, engine) => {
  const asked = readWords(request);
  if ('problem' in asked) return asked.problem;
  const { number, forMs, person } = asked;
  const words = number === null ? [] : [number];
  const about = await subjectOf({ ...request, words }, engine);
  if (about.incident === null) {
    return about.number === null
      ? whichIncident(request, engine, 'Write its number after /ack, or type it in its thread.')
      : usage(request, `there is no incident #${about.number}`, '/status');
  }
  const { incident } = about;
  if (incident.state !== 'open')
    return answer(request, `#${incident.id} is already resolved.`, overtaken(request));
  const refusal = mayNot(request, 'acknowledge');
  if (refusal) return refuse(request, refusal, incident.id);
  return async (tx) => {
    const now = await tx.incidents.find(incident.id);
    if (now?.state !== 'open')
      return postAnswer(tx, request, `#${incident.id} is already resolved.`, overtaken(request));
    if (await tookAnother(tx, request, now))
      return postAnswer(tx, request, hadAlready(now), overtaken(request));
    if (person) await handOver(tx, request, now, { person, forMs }, engine);
    else await take(tx, request, now, forMs, engine);
  };
};

/** A press on a button that went when somebody took it: who pressed thought that nobody had. Typed, it is meant. */
async function tookAnother(tx: Tables, { event, contacts }: ChatRequest, now: Incident): Promise<boolean> {
  if (now.ackedBy === null || isOwner(now.ackedBy, event.principal, contacts)) return false;
  return (await pressedInVain(tx, event)) !== null;
}

function hadAlready({ id, ackedBy, ackedByName }: Incident): Message {
  const said = message(`${ackedByName} has #${id} already, so nothing was changed.`, {
    tone: 'warning',
    blocks: [{ type: 'text', text: `To take it over: /ack ${id}` }],
  });
  return namingOwner(said, ackedBy, ackedByName);
}

async function take(
  tx: Tables,
  request: ChatRequest,
  now: Incident,
  forMs: number | null,
  engine: Engine,
): Promise<void> {
  const { principal } = request.event;
  const who = mention(principal);
  const mine = isOwner(now.ackedBy, principal, request.contacts);
  const given = forMs ?? (mine ? now.ackForMs : null) ?? DEFAULT_ACK_MS;
  const key = principalKey(principal);
  const name = (mine ? now.ackedByName : null) ?? who;
  const until = await untilText(tx, now, await giveTo(tx, now, { key, name, forMs: given }, engine), engine);
  if (mine) return postAnswer(tx, request, `You already have #${now.id}. It runs until ${until} now.`);
  const before = now.ackedBy === null ? null : now.ackedByName;
  await tx.timeline.add({
    incidentId: now.id,
    kind: 'acknowledged',
    actor: key,
    text: `${who} acknowledged${before ? ` (was with ${before})` : ''}`,
    data: { forMs: given },
  });
  refreshHeader(tx, now.id, engine);
  const { incidentId, conversation } = request.event;
  // From a page in direct messages the incident is known, and its thread is elsewhere.
  if (incidentId !== now.id || conversation !== now.conversation)
    await tellThread(tx, now, namingPerson(message(`${who} acknowledged.`), principal), { lane: 'answer' });
  const said = message(
    `${who} has #${now.id} now${before === null ? '' : `; ${before} had it`}. Escalation stopped.`,
    {
      blocks: [
        { type: 'text', text: `It runs until ${until}; anything ${who} does in its thread renews it.` },
      ],
    },
  );
  await postAnswer(tx, request, namingOwner(namingPerson(said, principal, 2), now.ackedBy, before));
}

/** Whoever gets it is mentioned and not paged: somebody awake says so, and the end of it is watched like any other. */
async function handOver(
  tx: Tables,
  request: ChatRequest,
  now: Incident,
  { person, forMs }: { person: Contact; forMs: number | null },
  engine: Engine,
): Promise<void> {
  const { principal } = request.event;
  const who = mention(principal);
  const to = `@${person.name}`;
  if (isOwner(contactKey(person.name), principal, request.contacts))
    return take(tx, request, now, forMs, engine);
  const key = contactKey(person.name);
  const given = forMs ?? DEFAULT_ACK_MS;
  const until = await untilText(
    tx,
    now,
    await giveTo(tx, now, { key, name: to, forMs: given }, engine),
    engine,
  );
  await tx.timeline.add({
    incidentId: now.id,
    kind: 'acknowledged',
    actor: principalKey(principal),
    text: `${who} handed it over to ${to}${now.ackedBy !== null && now.ackedByName !== who ? ` (was with ${now.ackedByName})` : ''}`,
    data: { forMs: given, to: person.name },
  });
  refreshHeader(tx, now.id, engine);
  const mentions = await ownerMentions(tx, key, now.channel);
  await tellThread(
    tx,
    now,
    message(`${to}: ${who} hands #${now.id} over to you`, {
      blocks: [
        {
          type: 'text',
          text: `It is yours until ${until}; anything you do in this thread renews it. To give it back: /ack ${now.id} ${who}`,
        },
      ],
    }),
    { lane: 'answer', mentions },
  );
  const unheard = mentions.length > 0 ? '' : ` They have no id on ${now.channel}: make sure they know.`;
  await postAnswer(
    tx,
    request,
    `${to} has #${now.id} now, until ${until}. They were mentioned, not paged.${unheard}`,
  );
}

interface Asked {
  /** The word that names the incident. */
  number: string | null;
  forMs: number | null;
  person: Contact | null;
}

/** A number, a duration and a person, each at most once, in any order. */
function readWords(request: ChatRequest): Asked | { problem: Commit } {
  const asked: Asked = { number: null, forMs: null, person: null };
  const problem = (what: string, instead: string) => ({ problem: usage(request, what, instead) });
  for (const word of request.words) {
    if (readNumber(word) !== null && asked.number === null) asked.number = word;
    else if (/^\d{1,9}[a-z]/.test(word) && asked.forMs === null) {
      const forMs = parseDuration(word);
      if (forMs < SHORTEST_MS || forMs > LONGEST_MS)
        return problem(`an acknowledgement runs for 1m to 7d, and not ${word}`, '/ack 2h');
      asked.forMs = forMs;
    } else {
      const person = contactWritten(word, request.event.principal, request.contacts);
      if (!person) return problem(...unknownWord(word, request.contacts));
      if (asked.person) return problem('one person has it at a time', `/ack @${person.name}`);
      asked.person = person;
    }
  }
  return asked;
}

function unknownWord(word: string, contacts: readonly Contact[]): [string, string] {
  if (!word.startsWith('@') && !word.startsWith('<@'))
    return [
      `"${word}" is no incident number, duration or person`,
      '/ack 1 takes #1; /ack 2h keeps it for longer; /ack @sarah hands it over',
    ];
  const names = contacts.map(({ name }) => name);
  const near = nearest(word.replace(/^@/, ''), names);
  if (near) return [`there is no contact ${word}`, `/ack @${near}`];
  return [
    `there is no contact ${word}`,
    names.length === 0
      ? 'openclaw contact add --help'
      : `by the exact name, or a mention: ${names
          .slice(0, 5)
          .map((name) => `@${name}`)
          .join(' ')}`,
  ];
}

async function untilText(tx: Tables, { channel }: Incident, at: number, engine: Engine): Promise<string> {
  return momentText(at, engine.clock.now(), await channelZone(channel, tx, engine));
}
