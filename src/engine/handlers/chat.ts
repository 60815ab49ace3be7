// A line somebody typed: find the verb, or the command with that trigger.

import { asKnown } from '../../domain/called.ts';
import type { ChatEvent } from '../../domain/chat.ts';
import { UserError } from '../../domain/errors.ts';
import { type Incident, threadIn } from '../../domain/incident.ts';
import { mention, principalKey } from '../../domain/principal.ts';
import type { Resource } from '../../domain/resource.ts';
import { nearest } from '../../domain/similar.ts';
import { tokenize } from '../../domain/tokenize.ts';
import { BUILT_IN_TRIGGERS, STATUS_TRIGGER, VERB_TRIGGERS, type VerbTrigger } from '../../domain/verbs.ts';
import { underPost } from '../../store/receive.ts';
import type { Tables } from '../../store/tables.ts';
import { renewAcknowledgement } from '../acknowledgement.ts';
import { acknowledge } from '../chat/acknowledge.ts';
import { confirm } from '../chat/confirm.ts';
import { approve, deny } from '../chat/decide.ts';
import { escalate } from '../chat/escalate.ts';
import { freeze, thaw } from '../chat/freeze.ts';
import { help } from '../chat/help.ts';
import { incident } from '../chat/incident.ts';
import { remark } from '../chat/remark.ts';
import { type ChatRequest, type ChatVerb, mayNot, refuse, usage } from '../chat/request.ts';
import { done, retry } from '../chat/settle.ts';
import { whichThread } from '../chat/which.ts';
import type { Commit, Engine, Handler } from '../engine.ts';
import { nothing } from '../engine.ts';
import { isRoomOf, namedByRoom } from '../incident-room.ts';
import { NotYet } from '../not-yet.ts';
import { pressedInVain } from '../pressed-button.ts';

/** Triggers that are ours. An operator's command of the same name never hides one. */
const VERBS: Readonly<Record<VerbTrigger, ChatVerb>> = {
  '/ack': acknowledge,
  '/approve': approve,
  '/confirm': confirm,
  '/deny': deny,
  '/done': done,
  '/escalate': escalate,
  '/freeze': freeze,
  '/help': help,
  '/incident': incident,
  '/retry': retry,
  '/thaw': thaw,
};

/** For so long a thread may turn out to be ours: its first post is looked for as long as Slack does not answer. */
const DOUBT_MS = 60 * 60_000;
const LOOK_AGAIN_MS = 2000;

export const chat: Handler = async (run, engine) => {
  const { source, key } = run.job.payload as { source: string; key: string };
  const entry = await engine.store.read.inbox.find(source, key);
  if (!entry || entry.handledAt !== null) return nothing;
  const heard = entry.body as ChatEvent;
  const lane = (await threadLaneOf(heard, engine)) ?? run.job.lane;
  if (lane !== run.job.lane) return (tx) => tx.jobs.add('chat', { source, key }, { lane, priority: 1 });
  const said = await inItsThread(heard, engine);
  // It keeps its place: what was said after it in that thread is worked after it.
  if (said.thread) throw new NotYet(LOOK_AGAIN_MS);
  // Meanwhile its room may have become known by its name. Under its id it would be a second room, with an order and a pace
  // of its own.
  const conversation = await engine.store.read.posts.conversationOf(said.channel, said.conversation);
  const commit = await answerLine({ ...said, conversation }, key, engine, run);
  return async (tx) => {
    await tx.inbox.markHandled([entry.id], engine.clock.now());
    await commit(tx);
  };
};

/**
 * Of a line in a thread that may be ours, so that `/freeze` in the same room does not wait for it; and of one in a thread
 * known by now where such a line still waits.
 */
async function threadLaneOf(heard: ChatEvent, engine: Engine): Promise<string | null> {
  const { read } = engine.store;
  const laneOf = (remoteId: string) => `chat:${heard.channel}/${remoteId}`;
  if (heard.thread) return laneOf(heard.thread.remoteId);
  if (heard.incidentId === null) return null;
  const incident = await read.incidents.find(heard.incidentId);
  const rootId = incident && threadIn(incident, heard.conversation);
  const root = rootId ? await read.posts.find(rootId) : null;
  if (!root?.remoteId) return null;
  const lane = laneOf(root.remoteId);
  return (await read.jobs.isLaneBusy(lane)) ? lane : null;
}

/** With `thread` still: it may become known yet that the thread is ours. */
async function inItsThread(event: ChatEvent, engine: Engine): Promise<ChatEvent> {
  const { thread, ...said } = event;
  if (thread === undefined) return said;
  const first = await engine.store.read.posts.findRemote(said.channel, thread.remoteId);
  if (first) {
    const under = await underPost(engine.store.read, first, said.conversation);
    return { ...said, incidentId: first.incidentId, ...under, text: thread.inThread ?? said.text };
  }
  const isYoung = engine.clock.now() - said.at < DOUBT_MS;
  return isYoung && (await engine.store.read.posts.isAnyRootInDoubt(said.channel)) ? event : said;
}

async function answerLine(
  said: ChatEvent,
  key: string,
  engine: Engine,
  run: Parameters<Handler>[0],
): Promise<Commit> {
  const contacts = (await engine.store.read.resources.list('contact'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  const incident = await incidentOf(said, engine.store.read);
  // From here on they are called as the team knows them, whatever their account is called.
  const event = { ...saidIn(said, incident), principal: asKnown(said.principal, contacts) };
  const request: ChatRequest = { event, key, trigger: '', words: [], incident, contacts };
  // It opened a form, which changes nothing; what is written there is a line of its own.
  if (event.pressed?.form !== undefined) return nothing;
  const commit = await answerRequest(request, engine, run);
  if (event.bot) return commit;
  return async (tx) => {
    await commit(tx);
    await showAsItIs(tx, event);
    const speaker = { principal: event.principal, contacts: request.contacts };
    for (const id of await actedOn(tx, request)) await renewAcknowledgement(tx, id, speaker, engine);
  };
}

/**
 * The whole of an incident's own room is about it, so that a word that is a command in its thread is one there. A bot's are
 * not: it speaks to people, and its "incident closed" would be answered.
 */
function saidIn({ inRoom, ...said }: ChatEvent, incident: Incident | null): ChatEvent {
  const isIn = incident !== null && isRoomOf(incident, said) && !said.bot;
  return inRoom !== undefined && isIn ? { ...said, text: inRoom } : said;
}

/** Who could press a button that is not there any more sees an old card: it is brought up to date. */
async function showAsItIs(tx: Tables, event: ChatEvent): Promise<void> {
  const old = await pressedInVain(tx, event);
  if (old !== null) await tx.posts.showAgain(old);
}

/** The incidents this line was something done for: that of its thread, of its room, and of the plan it decides. */
async function actedOn(tx: Tables, { event, incident: about }: ChatRequest): Promise<Set<number>> {
  const found = new Set<number>(event.incidentId === null ? [] : [event.incidentId]);
  if (about && isRoomOf(about, event)) found.add(about.id);
  if (!event.text.trim().startsWith('/')) return found;
  if (about && about.channel === event.channel && about.conversation === event.conversation)
    found.add(about.id);
  const decided = /^\/(?:approve|deny|done|retry)\s+#?(\d{1,9})\b/i.exec(event.text.trim());
  const approval = decided ? await tx.approvals.find(Number(decided[1])) : null;
  const plan = approval ? await tx.plans.find(approval.planId) : null;
  if (plan && plan.incidentId !== null) found.add(plan.incidentId);
  return found;
}

async function answerRequest(
  request: ChatRequest,
  engine: Engine,
  run: Parameters<Handler>[0],
): Promise<Commit> {
  const { event } = request;
  const text = event.text.trim();
  if (text === '' && event.toUs && !event.bot) return help(request, engine, run);
  if (!text.startsWith('/')) return remark(request, engine);
  try {
    const [trigger = '', ...words] = tokenize(text);
    const spoken = { ...request, trigger: trigger.toLowerCase(), words };
    const verb = VERB_TRIGGERS.find((each) => each === spoken.trigger);
    if (verb) return await VERBS[verb](spoken, engine, run);
    return await command(spoken, engine);
  } catch (error) {
    // A wrong word of a person is answered; a bug is not hidden as one.
    if (error instanceof UserError) return usage(request, error.message, error.hint ?? '/help');
    throw error;
  }
}

/** Said in a conversation of two, only these are about the one open incident: they are about nothing else. */
const OF_AN_INCIDENT = /^\/(?:ack|escalate|incident)(?:\s|$)/i;

async function incidentOf(event: ChatEvent, tables: Tables) {
  if (event.incidentId !== null) return tables.incidents.find(event.incidentId);
  if (event.direct && !OF_AN_INCIDENT.test(event.text.trim())) return null;
  const named = await namedByRoom(tables, event);
  if (named) return named;
  const open = await tables.incidents.listOpen();
  const own = open.find((each) => isRoomOf(each, event));
  if (own) return own;
  const here = open.filter(
    ({ channel, conversation }) => channel === event.channel && conversation === event.conversation,
  );
  return here.length === 1 && here[0] ? here[0] : open.length === 1 && open[0] ? open[0] : null;
}

async function command(request: ChatRequest, engine: Engine): Promise<Commit> {
  const commands = await engine.store.read.resources.list('command');
  const found = commands.find(({ spec }) => spec.trigger.toLowerCase() === request.trigger);
  if (!found && request.trigger !== STATUS_TRIGGER) return unknownTrigger(request, commands);
  if (found && !found.enabled) {
    return usage(request, `${request.trigger} is disabled`, `openclaw command enable "${found.name}"`);
  }
  const refusal = mayNot(request, 'read');
  if (refusal) return refuse(request, refusal);
  const reads = found !== undefined && engine.planner.onlyReads(found.spec);
  const which = request.trigger === STATUS_TRIGGER ? null : await whichThread(request, engine, { reads });
  if (typeof which === 'function') return which;
  const about = which ?? request.incident;
  return async (tx) => {
    if (about) {
      await tx.timeline.add({
        incidentId: about.id,
        kind: 'said',
        actor: principalKey(request.event.principal),
        text: `${mention(request.event.principal)}: ${request.event.text}`,
      });
    }
    await tx.jobs.add(
      'plan',
      {
        event: request.event,
        key: request.key,
        trigger: request.trigger,
        words: request.words,
        command: found?.name ?? null,
        incidentId: about?.id ?? null,
      },
      { priority: 1 },
    );
  };
}

function unknownTrigger(request: ChatRequest, commands: readonly Resource<'command'>[]): Commit {
  const known = [...BUILT_IN_TRIGGERS, ...commands.map(({ spec }) => spec.trigger)];
  const close = nearest(request.trigger, known);
  return usage(
    request,
    `there is no command ${request.trigger}`,
    close ? `Did you mean ${close}? /help lists all.` : '/help',
  );
}
