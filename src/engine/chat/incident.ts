// `/incident ...`: show, open, severity, note, followup, merge, close.

import { FLAP_MEMORY_MS } from '../../domain/built-in.ts';
import { headerCard } from '../../domain/cards/incident-card.ts';
import { CLI_ROOM, type Destination, defaultChannel, whereWords } from '../../domain/destination.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { Incident } from '../../domain/incident.ts';
import { message } from '../../domain/message.ts';
import { namingPerson } from '../../domain/named.ts';
import { planDigest } from '../../domain/plan.ts';
import { mention, principalKey } from '../../domain/principal.ts';
import type { AlertRoute } from '../../domain/resource.ts';
import { approvalWindowMs } from '../../domain/risk.ts';
import { routeFor } from '../../domain/route.ts';
import { readSeverity, SEVERITIES } from '../../domain/severity.ts';
import { nearest } from '../../domain/similar.ts';
import { INCIDENT_VERBS, type IncidentVerb } from '../../domain/verbs.ts';
import type { Tables } from '../../store/tables.ts';
import { channelZone } from '../channel-zone.ts';
import type { Commit, Engine } from '../engine.ts';
import { askForApproval } from '../handlers/plan.ts';
import { alsoInThread } from '../incident-line.ts';
import { endRoom, isRoomOf } from '../incident-room.ts';
import {
  escalateKey,
  followAlerts,
  openIncident,
  raiseSeverity,
  refreshHeader,
  resolveKey,
} from '../incident-state.ts';
import { endInhibition } from '../inhibit.ts';
import { followInPagers } from '../pager-record.ts';
import { voidPlan } from '../plan-state.ts';
import { saidAt, tellThread } from '../thread-of.ts';
import {
  answer,
  type ChatRequest,
  type ChatVerb,
  mayNot,
  overtaken,
  postAnswer,
  prose,
  readNumber,
  refuse,
  usage,
} from './request.ts';
import { subjectOf } from './subject.ts';
import { whichIncident } from './which.ts';

const VERBS: Readonly<Record<IncidentVerb, ChatVerb>> = {
  close,
  followup,
  merge,
  note,
  open,
  severity,
  show,
};

export const incident: ChatVerb = async (request, engine, run) => {
  const [word = 'show', ...rest] = request.words;
  if (readNumber(word) !== null) return show(request, engine);
  const verb = INCIDENT_VERBS.find((each) => each === word.toLowerCase());
  if (verb)
    return VERBS[verb]({ ...request, trigger: `${request.trigger} ${verb}`, words: rest }, engine, run);
  const close = nearest(word, INCIDENT_VERBS);
  return usage(
    request,
    `/incident cannot ${word}`,
    close
      ? `/incident ${close}`
      : '/incident open TITLE | severity LEVEL | note TEXT | followup TEXT | merge 2 | close',
  );
};

/** The incident it is about, with the words after its number. */
async function subject(
  request: ChatRequest,
  engine: Engine,
): Promise<{ found: Incident; rest: readonly string[] } | { problem: Commit }> {
  const about = await subjectOf(request, engine);
  if (about.incident !== null) return { found: about.incident, rest: about.rest };
  if (about.number !== null)
    return { problem: usage(request, `there is no incident #${about.number}`, '/status') };
  const open = await engine.store.read.incidents.listOpen();
  if (open.length === 0) {
    const hint = 'An ended one by its number: /incident 1. A new one: /incident open TITLE';
    return { problem: usage(request, 'no incident is open', hint) };
  }
  const numbers = open.slice(0, 5).map(({ id }) => `#${id}`);
  const hint = `Write its number after the verb, or type it in its thread. Open: ${numbers.join(' ')}`;
  return { problem: await whichIncident(request, engine, hint) };
}

async function show(request: ChatRequest, engine: Engine): Promise<Commit> {
  const about = await subject(request, engine);
  if ('problem' in about) return about.problem;
  const { read } = engine.store;
  const alerts = await read.alerts.ofIncident(about.found.id);
  const zone = await channelZone(request.event.channel, read, engine);
  return answer(request, headerCard({ incident: about.found, alerts, zone }));
}

async function open(request: ChatRequest, engine: Engine): Promise<Commit> {
  const title = prose(request, request.words).replace(/\s+/g, ' ');
  if (title === '') return usage(request, 'an incident needs a title', '/incident open checkout is slow');
  const refusal = mayNot(request, 'note');
  if (refusal) return refuse(request, refusal, null);
  const { read } = engine.store;
  const services = (await read.resources.list('service')).map(({ name }) => name);
  const service = request.words.find((word) => services.includes(word)) ?? null;
  const channels = (await read.resources.list('channel'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  const routes = (await read.resources.list('alert-route'))
    .filter(({ enabled }) => enabled)
    .map(({ spec }) => spec);
  // As an alert of that severity: what a person opens is what wakes people.
  const route = routeFor({ severity: 'critical', service, labels: {} }, routes);
  const { channel, conversation } = threadRoom(request, route, channels);
  return async (tx) => {
    const now = engine.clock.now();
    const key = service === null ? `chat:${request.key}` : `service:${service}`;
    const existing = await tx.incidents.findOpen(key);
    if (existing)
      return postAnswer(tx, request, `#${existing.id} is already open for ${service}: ${existing.title}`);
    const opened = await openIncident(
      tx,
      {
        key,
        title: title.slice(0, 300),
        severity: 'critical',
        service,
        startedAt: now,
        openedAt: now,
        channel,
        conversation,
        escalation: null,
        openedBy: principalKey(request.event.principal),
      },
      engine,
      { why: `opened by ${mention(request.event.principal)}`, route },
    );
    const moved = channel === request.event.channel && conversation !== request.event.conversation;
    const where = moved ? ` ${whereWords(opened)}` : '';
    await postAnswer(tx, request, `Opened incident #${opened.id}${where}: ${opened.title}`);
  };
}

/**
 * Where it was said; of what came from the command line, where an alert would go. In another one's own room it would be
 * archived with that: it begins where that one did.
 */
function threadRoom(
  { event, incident: here }: ChatRequest,
  route: AlertRoute,
  channels: readonly { name: string; type: string }[],
): Pick<Destination, 'channel' | 'conversation'> {
  const { channel, conversation } = event;
  if (here && isRoomOf(here, event)) return { channel, conversation: here.conversation };
  if (channel !== 'terminal') return { channel, conversation };
  const chat = defaultChannel(channels);
  if (chat === 'terminal' || conversation !== CLI_ROOM) return { channel: chat, conversation };
  return { channel: route.channel ?? chat, conversation: route.to };
}

async function severity(request: ChatRequest, engine: Engine): Promise<Commit> {
  const about = await subject(request, engine);
  if ('problem' in about) return about.problem;
  const [word = ''] = about.rest;
  const wanted = readSeverity(word);
  if (!wanted)
    return usage(request, `"${word}" is no severity`, `/incident severity ${SEVERITIES.join('|')}`);
  const refusal = mayNot(request, 'note');
  if (refusal) return refuse(request, refusal, about.found.id);
  const who = mention(request.event.principal);
  return async (tx) => {
    const actor = principalKey(request.event.principal);
    await raiseSeverity(tx, about.found, { severity: wanted, why: `set by ${who}`, actor }, engine);
    refreshHeader(tx, about.found.id, engine);
    await postAnswer(tx, request, `#${about.found.id} is ${wanted} now.`);
  };
}

async function note(request: ChatRequest, engine: Engine): Promise<Commit> {
  const about = await subject(request, engine);
  if ('problem' in about) return about.problem;
  const typed = prose(request, about.rest);
  const marked = /^follow-?up:\s*(.*)$/is.exec(typed)?.[1];
  const text = marked ?? typed;
  if (text === '') return usage(request, 'a note needs words', '/incident note the cache was cold');
  const refusal = mayNot(request, 'note');
  if (refusal) return refuse(request, refusal, about.found.id);
  return addNote(request, about.found, text, marked !== undefined);
}

/** What is to be fixed for good: stands in the summary and the postmortem. */
async function followup(request: ChatRequest, engine: Engine): Promise<Commit> {
  const about = await subject(request, engine);
  if ('problem' in about) return about.problem;
  const text = prose(request, about.rest);
  if (text === '')
    return usage(request, 'a follow-up needs words', '/incident followup warm the cache before a release');
  const refusal = mayNot(request, 'note');
  if (refusal) return refuse(request, refusal, about.found.id);
  return addNote(request, about.found, text, true);
}

function addNote(request: ChatRequest, { id }: Incident, text: string, followUp: boolean): Commit {
  const { principal } = request.event;
  return async (tx) => {
    await tx.timeline.add({
      incidentId: id,
      kind: 'note',
      actor: principalKey(principal),
      text: followUp ? text : `${mention(principal)}: ${text}`,
      data: { followUp },
    });
    const line = message(`${mention(principal)} noted${followUp ? ' a follow-up' : ''}`, {
      blocks: [{ type: 'text', text }],
    });
    await alsoInThread(tx, id, [saidAt(request.event)], namingPerson(line, principal));
    await postAnswer(tx, request, followUp ? `Noted as a follow-up of #${id}.` : `Noted on #${id}.`);
  };
}

/** `/incident merge 2`: the incident of this thread becomes part of #2. */
async function merge(request: ChatRequest, engine: Engine): Promise<Commit> {
  const numbers = request.words.map(readNumber).filter((number) => number !== null);
  const [first, second] = numbers;
  const from =
    second === undefined
      ? request.incident
      : first === undefined
        ? null
        : await engine.store.read.incidents.find(first);
  const into = await engine.store.read.incidents.find(second ?? first ?? -1);
  if (!from || !into || from.id === into.id)
    return usage(request, 'which incidents?', '/incident merge 3 into 2');
  if (from.state !== 'open' || into.state !== 'open') return usage(request, 'both must be open', '/status');
  const refusal = mayNot(request, 'close');
  if (refusal) return refuse(request, refusal, from.id);
  const by = principalKey(request.event.principal);
  const who = mention(request.event.principal);
  return async (tx) => {
    await tx.alerts.moveToIncident(from.id, into.id);
    await tx.incidents.update(from.id, {
      state: 'resolved',
      mergedInto: into.id,
      resolvedAt: engine.clock.now(),
      resolvedBy: who,
      inhibitedBy: null,
    });
    await tx.jobs.cancel(escalateKey(from.id));
    await tx.jobs.cancel(resolveKey(from.id));
    await tx.timeline.add({
      incidentId: from.id,
      kind: 'merged',
      actor: by,
      text: `${who} merged this into #${into.id}`,
    });
    await tx.timeline.add({
      incidentId: into.id,
      kind: 'merged',
      actor: by,
      text: `${who} merged #${from.id} into this: ${from.title}`,
    });
    await endRoom(tx, from, engine);
    await endInhibition(tx, from, `was merged into #${into.id}`, engine);
    await followInPagers(tx, from.id);
    await followAlerts(tx, into, engine);
    refreshHeader(tx, from.id, engine);
    refreshHeader(tx, into.id, engine);
    await tellThread(tx, from, `Merged into #${into.id}. Go on there.`);
    await postAnswer(tx, request, `#${from.id} is part of #${into.id} now.`);
  };
}

/** People type it as they would on a command line. */
const CAUSE_FLAGS: ReadonlySet<string> = new Set(['--cause', '--root-cause']);

/** Closing is a plan like any other change of consequence: it asks first. */
async function close(request: ChatRequest, engine: Engine): Promise<Commit> {
  const about = await subject(request, engine);
  if ('problem' in about) return about.problem;
  const { found, rest } = about;
  if (found.state !== 'open') return answer(request, `#${found.id} is already resolved.`, overtaken(request));
  const [flag, ...words] = rest;
  const isFlag = flag?.startsWith('--') === true;
  if (isFlag && !CAUSE_FLAGS.has(flag))
    return usage(request, `the root cause is written without ${flag}`, `/incident close ${found.id} WORDS`);
  const rootCause = prose(request, isFlag ? words : rest) || null;
  const refusal = mayNot(request, 'propose');
  if (refusal) return refuse(request, refusal, found.id);
  const { event } = request;
  const firing = (await engine.store.read.alerts.ofIncident(found.id)).filter(
    ({ status }) => status === 'firing',
  );
  const now = engine.clock.now();
  const body = {
    steps: [],
    risk: 'disruptive' as const,
    closes: { incidentId: found.id, rootCause },
    success: { kind: 'none' as const },
    undo: null,
    requester: event.principal,
    twoPerson: false,
    expiresAt: now + approvalWindowMs('disruptive', { twoPerson: false }),
  };
  const notes = [
    {
      heading: 'Root cause',
      lines: rootCause?.split('\n') ?? [`not stated; to state it: /incident close ${found.id} WORDS`],
    },
    ...(firing.length > 0
      ? [
          {
            heading: `${firing.length} ${firing.length === 1 ? 'alert' : 'alerts'} still firing`,
            lines: [
              ...firing.slice(0, 5).map(({ title }) => `• ${title}`),
              `Repeats are no news for ${formatDuration(FLAP_MEMORY_MS)}; what fires after that reopens #${found.id}.`,
            ],
          },
        ]
      : []),
  ];
  return async (tx) => {
    await replaceClose(tx, found.id, principalKey(event.principal));
    const stored = await tx.plans.insert({
      ...body,
      digest: planDigest(body),
      state: 'waiting',
      incidentId: found.id,
      command: 'incident close',
      asked: event.text,
      autoFix: null,
      destination: saidAt(event),
      title: `Close incident #${found.id}: ${found.title}`,
      service: found.service,
      notes,
      watchMs: 0,
      createdAt: now,
      reason: null,
    });
    const { approvalId, card } = await askForApproval(tx, stored, engine);
    await postAnswer(tx, request, card, { kind: 'waiting', approvalId, planId: stored.id });
  };
}

/** Two questions about the same end would be one too many: the newer one has the newer words. */
async function replaceClose(tx: Tables, incidentId: number, by: string): Promise<void> {
  for (const plan of await tx.plans.openOfIncident(incidentId)) {
    if (plan.state === 'waiting' && plan.closes?.incidentId === incidentId)
      await voidPlan(tx, plan, 'asked again since', by);
  }
}
