// One round of an escalation: who is told, who is passed over, and when the next round is. Called inside a commit.

import { CRITICAL_ROOM, DEFAULT_ESCALATION } from '../domain/built-in.ts';
import { withRound } from '../domain/called-rounds.ts';
import { defaultChannel } from '../domain/destination.ts';
import { formatDuration } from '../domain/duration.ts';
import { escalationText, type Level, type Skip } from '../domain/escalation.ts';
import type { Incident } from '../domain/incident.ts';
import { roundAt } from '../domain/level-refusal.ts';
import { message } from '../domain/message.ts';
import { type Directory, peopleBehind } from '../domain/on-call.ts';
import { answerText } from '../domain/on-call-answer.ts';
import { contactKey } from '../domain/owner.ts';
import type { Escalation } from '../domain/resource.ts';
import { clockTimeWithZone, momentText } from '../domain/time.ts';
import { shellQuote } from '../resources/shell-quote.ts';
import type { Tables } from '../store/tables.ts';
import { ownerMentions } from './acknowledgement.ts';
import { channelZone } from './channel-zone.ts';
import { readDirectory } from './directory.ts';
import type { Engine } from './engine.ts';
import { inviteToRoom } from './incident-room.ts';
import { escalateKey, refreshHeader } from './incident-state.ts';
import { howToReach, onNoChannel, scheduleBehind, toldAlready, whyNobodyOn } from './level-people.ts';
import { pageTarget, showWithoutChannel } from './page.ts';
import { asBeingPaged } from './pager-record.ts';
import { tellThread } from './thread-of.ts';

/** Without a policy it is said again this often. */
const NO_POLICY_MS = 15 * 60_000;
/** Later than this after it was due, the daemon was down: it says so. */
const LATE_MS = 10_000;

/** Why there is a round now. */
export type Occasion =
  | { kind: 'timer'; dueAt: number; nobody: number }
  /** Somebody asks for the next level. `why` is what they say; `owner` who has it, and keeps it. */
  | { kind: 'asked'; who: string; actor: string; why: string; owner: string | null };

/** Gives whom it told, as the thread names them. A timer for the next round is set unless somebody has it. */
export async function tellNextLevel(
  tx: Tables,
  incident: Incident,
  occasion: Occasion,
  engine: Engine,
): Promise<string[]> {
  const name = incident.escalation ?? DEFAULT_ESCALATION;
  const policy = await tx.resources.find('escalation', name);
  const now = engine.clock.now();
  const nobody = occasion.kind === 'timer' ? occasion.nobody : 0;
  const again = (waitMs: number, nobodyYet: number, quiet = false) =>
    incident.ackedBy === null
      ? tx.jobs.set(
          'escalate',
          {
            incidentId: incident.id,
            ...(nobodyYet > 0 ? { nobody: nobodyYet } : {}),
            // What becomes critical meanwhile does not wait for the morning.
            ...(quiet ? { quiet } : {}),
          },
          // Counted from now: after an outage every overdue level would otherwise be told in the same second.
          { key: escalateKey(incident.id), runAt: now + waitMs, priority: 0 },
        )
      : Promise.resolve();

  if (!policy?.enabled || policy.spec.levels.length === 0) {
    const fix = policy
      ? `openclaw escalation ${policy.enabled ? 'edit' : 'enable'} ${shellQuote(name)}`
      : `openclaw escalation add --name ${shellQuote(name)} --level-1 on-call --timeout 5m`;
    const what = policy?.enabled === false ? 'is disabled' : 'is not there';
    await sayNobody(tx, incident, {
      why: `the escalation "${name}" ${what}`,
      fixes: [fix],
      waitMs: NO_POLICY_MS,
      engine,
    });
    await again(NO_POLICY_MS, nobody + 1);
    return [];
  }
  const { round, told } = await goRound(tx, incident, policy.spec, occasion, engine);
  if (round.told) {
    await tx.incidents.update(incident.id, {
      level: round.told.number,
      context: {
        ...incident.context,
        called: withRound(incident.context.called, await asBeingPaged(tx, incident, told.names, engine)),
      },
    });
    await sayTold(tx, incident, policy.spec, { level: round.told, ...told }, occasion, engine);
    await inviteToRoom(tx, incident.id);
    // Whoever hears of it with others in a moment has the whole time from then on.
    await again(round.waitMs + Math.max(0, (told.waitsUntil ?? now) - now), 0);
  } else if (round.quietUntil !== null) {
    await sayQuiet(tx, incident, round.quietUntil, engine);
    await again(round.waitMs, nobody, true);
  } else {
    const directory = await readDirectory(tx);
    const targets = policy.spec.levels.map(({ target }) => target);
    await sayNobody(tx, incident, {
      why: `no level of "${name}" reaches a person (${targets.map((target) => whoIsDeaf(target, directory, now)).join(', ')})`,
      fixes: targets.map((target) => howToReach(target, directory, now)),
      waitMs: round.waitMs,
      engine,
    });
    for (const { level, why } of round.skipped)
      if (why === 'on no channel') await showWithoutChannel(tx, incident, level.target, engine);
    await again(round.waitMs, nobody + 1);
  }
  refreshHeader(tx, incident.id, engine);
  return told.names;
}

interface Told {
  /** "@sarah via slack" */
  names: string[];
  /** Contacts. */
  people: string[];
  waitsUntil: number | null;
}

/** Pages the first level that answers. One that turns out to reach nobody after all is passed over like an empty one. */
async function goRound(
  tx: Tables,
  incident: Incident,
  policy: Escalation,
  occasion: Occasion,
  engine: Engine,
): Promise<{ round: ReturnType<typeof roundAt>; told: Told }> {
  const now = engine.clock.now();
  const directory = await readDirectory(tx);
  const late = occasion.kind === 'timer' && now - occasion.dueAt > LATE_MS;
  const before = late ? toldAlready(await tx.timeline.ofIncident(incident.id)) : new Set<string>();
  // Whom a person asks for is told, at whatever hour.
  const severity = occasion.kind === 'asked' ? 'critical' : incident.severity;
  const deaf = new Set<number>();
  const said = new Set<number>();
  const nobody = occasion.kind === 'timer' ? occasion.nobody : 0;
  for (;;) {
    const round = roundAt(
      policy,
      { told: incident.level, nobody },
      { directory, at: now, severity, toldBefore: before, deaf },
    );
    if (!round.told) return { round, told: { names: [], people: [], waitsUntil: null } };
    const { number, target } = round.told;
    for (const { level, why } of round.skipped) {
      if (!said.has(level.number)) await saySkipped(tx, incident, level, why, engine);
      said.add(level.number);
    }
    const { names, waitsUntil } = await pageTarget(
      tx,
      incident,
      target,
      whyPaged(incident, policy, round.told, occasion, now),
      engine,
      { repeats: incident.level > 0, atOnce: occasion.kind === 'asked' },
    );
    if (names.length > 0) {
      const people = peopleBehind(target, directory, now).map(({ name }) => name);
      return { round, told: { names, people, waitsUntil } };
    }
    deaf.add(number);
  }
}

function whyPaged(
  incident: Incident,
  policy: Escalation,
  { number, target }: Level,
  occasion: Occasion,
  now: number,
): string {
  if (occasion.kind === 'asked') return askedText(incident, occasion, target);
  if (incident.level === 0) return `${target}, level ${number}`;
  const waitedMs = policy.levels[incident.level - 1]?.timeoutMs ?? policy.levels[number - 1]?.timeoutMs ?? 0;
  return escalationText(policy, incident, { target, waitedMs, now });
}

function askedText(
  { id }: Incident,
  { who, why, owner }: Occasion & { kind: 'asked' },
  target: string,
): string {
  const has = owner === null ? 'Nobody has acknowledged it' : `${owner} has it`;
  return `${who} escalates #${id} to ${target}${why === '' ? '' : `: ${why.replace(/\.$/, '')}`}. ${has}.`;
}

async function sayTold(
  tx: Tables,
  incident: Incident,
  policy: Escalation,
  { level, names, people }: Told & { level: Level },
  occasion: Occasion,
  engine: Engine,
): Promise<void> {
  const now = engine.clock.now();
  const zone = await channelZone(incident.channel, tx, engine);
  const first = incident.level === 0;
  const late =
    occasion.kind === 'timer' && !first && now - occasion.dueAt > LATE_MS
      ? ` (due ${clockTimeWithZone(occasion.dueAt, zone)}, the daemon was down)`
      : '';
  const record =
    occasion.kind === 'asked'
      ? `${occasion.who} escalated to ${level.target}${occasion.why === '' ? '' : `: ${occasion.why}`}`
      : first
        ? `Told level ${level.number}: ${level.target}`
        : `Escalated to ${level.target}${late}`;
  const asked = whoWasSaid(level.target, await readDirectory(tx), { now, zone });
  await tx.timeline.add({
    incidentId: incident.id,
    kind: 'escalated',
    text: `${record}${asked}`,
    ...(occasion.kind === 'asked' ? { actor: occasion.actor } : {}),
    data: { level: level.number, target: level.target, people, ...(first ? { first } : {}) },
  });
  const why = whyPaged(incident, policy, level, occasion, now);
  const text =
    first && occasion.kind === 'timer'
      ? `👤 On-call: ${names.join(', ')}${asked}`
      : `${why} ${names.join(', ')}${late}${asked}`;
  await tellThread(tx, incident, text, {
    tone: first && occasion.kind === 'timer' ? 'info' : 'warning',
    mentions: await idsOf(tx, people, incident.channel),
  });
}

/** Whom the line tags. */
async function idsOf(tx: Tables, people: readonly string[], channel: string): Promise<string[]> {
  const ids = await Promise.all(people.map((name) => ownerMentions(tx, contactKey(name), channel)));
  return ids.flat();
}

/** Of a schedule at a pager: what it said, and when. */
function whoWasSaid(
  target: string,
  directory: Directory,
  { now, zone }: { now: number; zone: string },
): string {
  const schedule = scheduleBehind(target, directory);
  if (schedule === null) return '';
  const { contacts, schedules: known = [] } = directory;
  return ` (${answerText(schedule, { known, contacts }, { at: now, now, zone })})`;
}

const SKIPPED: Readonly<Record<Exclude<Skip, 'on no channel'>, string>> = {
  empty: 'nobody stands behind it',
  'told already': 'everybody behind it was told already',
  'quiet hours': 'it is their quiet hours',
};

async function saySkipped(
  tx: Tables,
  incident: Incident,
  level: Level,
  why: Skip,
  engine: Engine,
): Promise<void> {
  const { number, target } = level;
  const now = engine.clock.now();
  const directory = await readDirectory(tx);
  const because =
    why === 'on no channel'
      ? areOnNoChannel(target, directory, now)
      : ((why === 'empty' ? whyNobodyOn(target, directory, now) : null) ?? SKIPPED[why]);
  await tx.timeline.add({
    incidentId: incident.id,
    kind: 'escalated',
    text: `Level ${number} (${target}) was skipped: ${because}`,
    data: { level: number, skipped: true },
  });
  const fix = `Fix: ${howToReach(target, directory, now)}`;
  const text =
    why === 'empty'
      ? `⚠️ Level ${number}, ${target}, reaches nobody and was skipped${because === SKIPPED.empty ? '' : `: ${because}`}. ${fix}`
      : `⚠️ Level ${number}, ${target}, was skipped: ${because}.${why === 'on no channel' ? ` ${fix}` : ''}`;
  await tellThread(tx, incident, text, { tone: 'warning' });
  if (why === 'on no channel') await showWithoutChannel(tx, incident, target, engine);
}

function areOnNoChannel(target: string, directory: Directory, at: number): string {
  const names = onNoChannel(target, directory, at).map(({ name }) => `@${name}`);
  return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} on no channel that is configured`;
}

/** `on-call: @sarah is on no channel that is configured`; where nobody stands behind it, its name alone. */
function whoIsDeaf(target: string, directory: Directory, at: number): string {
  return onNoChannel(target, directory, at).length === 0
    ? target
    : `${target}: ${areOnNoChannel(target, directory, at)}`;
}

/** Nothing is missing: nobody is woken for what is not critical. */
async function sayQuiet(tx: Tables, incident: Incident, until: number, engine: Engine): Promise<void> {
  const when = momentText(until, engine.clock.now(), await channelZone(incident.channel, tx, engine));
  const { id } = incident;
  await tx.timeline.add({
    incidentId: id,
    kind: 'escalated',
    text: `Nobody was paged: quiet hours until ${when}, and it is ${incident.severity}`,
    data: { quietUntil: until },
  });
  await tellThread(
    tx,
    incident,
    `🌙 Nobody is paged before ${when}: quiet hours, and #${id} is ${incident.severity}. To wake somebody: /escalate ${id}, or /incident severity critical.`,
  );
}

/**
 * In the room where somebody may be who can configure what is missing, as urgent as a page; and in the thread, where it
 * waits for the first message: before that it would stand in the room as well.
 */
async function sayNobody(
  tx: Tables,
  incident: Incident,
  { why, fixes, waitMs, engine }: { why: string; fixes: readonly string[]; waitMs: number; engine: Engine },
): Promise<void> {
  const { id } = incident;
  engine.log({ level: 'error', event: 'nobody-paged', incident: id, why });
  await tx.timeline.add({ incidentId: id, kind: 'escalated', text: `Nobody was paged: ${why}` });
  const what = message(
    `🚨 Nobody was paged for #${id}: ${why}. Acknowledge: /ack ${id}. Next try in ${formatDuration(waitMs)}.`,
    {
      tone: 'critical',
      blocks: [{ type: 'section', heading: 'To configure', lines: [...new Set(fixes)] }],
    },
  );
  await tellThread(tx, incident, what);
  const channels = (await tx.resources.list('channel')).filter(({ enabled }) => enabled);
  await tx.posts.add({
    channel: defaultChannel(channels.map(({ spec }) => spec)),
    conversation: CRITICAL_ROOM,
    incidentId: id,
    threadPostId: null,
    lane: 'page',
    message: what,
  });
}
