// What the self-audit had to mend is said where people look besides the incident's own channel: that one may be
// the very thing that does not work. The log, `status` and `doctor` say it as well.
import { CRITICAL_ROOM, DEFAULT_ESCALATION } from '../domain/built-in.ts';
import type { Incident } from '../domain/incident.ts';
import { type Message, message } from '../domain/message.ts';
import { peopleBehind, type Recipient, recipientNamed } from '../domain/on-call.ts';
import { isPager, rings } from '../domain/pager.ts';
import { type Way, waysTo } from '../domain/ways.ts';
import type { Tables } from '../store/tables.ts';
import { readDirectory } from './directory.ts';
import type { Engine } from './engine.ts';
import { isStuck, sendPage } from './page-post.ts';

export interface Mended {
  incident: Incident;
  what: string;
}

/** In these somebody reads along; the others only page. */
const CHATS = ['slack', 'terminal'];
const NAMED = 5;
/** Taken away by the audit after a day. */
export const MENDED_WARNING = 'mended';

/** By another channel than the incidents' own; where none works, in the terminals. One post, however many they are. */
export async function tellElsewhere(tx: Tables, mended: readonly Mended[], engine: Engine): Promise<void> {
  const [first] = mended;
  if (!first) return;
  const lines = mended
    .slice(0, NAMED)
    .map(({ incident, what }) => `#${incident.id} ${incident.title}: ${what}`);
  const left = mended.length - lines.length;
  if (left > 0) lines.push(`and ${left} more: openclaw incident list`);
  const what = message(
    mended.length === 1
      ? '🚨 The self-audit found an incident that nothing would have escalated or ended'
      : `🚨 The self-audit found ${mended.length} incidents that nothing would have escalated or ended`,
    {
      tone: 'critical',
      blocks: [
        { type: 'section', heading: 'They go on now', lines },
        {
          type: 'text',
          text: `Whether anybody was told meanwhile: openclaw why incident ${first.incident.id}`,
        },
      ],
    },
  );
  await sayElsewhere(
    tx,
    {
      not: new Set(mended.map(({ incident }) => incident.channel)),
      policies: new Set(mended.map(({ incident }) => incident.escalation ?? DEFAULT_ESCALATION)),
    },
    what,
    engine,
  );
  await tx.settings.warn(MENDED_WARNING, `the self-audit had to mend ${lines.join('; ')}`);
}

export interface Besides {
  /** Channels that may be what does not work. */
  not: ReadonlySet<string>;
  /** Escalations whose people are to hear it. */
  policies: ReadonlySet<string>;
}

/**
 * On a chat that works, else to a person on a pager that does; where nothing works, in the terminals. Gives the page, where it
 * was one.
 */
export async function sayElsewhere(
  tx: Tables,
  besides: Besides,
  what: Message,
  engine: Engine,
): Promise<number | null> {
  const where = await elsewhere(tx, besides, engine, () => true);
  if (where.kind === 'pager')
    return sendPage(tx, { contact: where.person.name, incidentId: null, message: what }, where.way, engine);
  await tx.posts.add({ ...roomOf(where.channel), lane: 'page', message: what });
  return null;
}

/** What wakes nobody: on a chat that works, else by mail, else on the chat that works again, else in the terminals. */
export async function sayQuietly(tx: Tables, besides: Besides, what: Message, engine: Engine): Promise<void> {
  const where = await elsewhere(tx, besides, engine, (type) => !rings(type));
  if (where.kind === 'pager') {
    const { channel, conversation } = where.way;
    await tx.posts.add({ ...roomOf(channel), conversation, lane: 'thread', message: what });
    return;
  }
  const chats = (await tx.resources.list('channel')).filter(({ spec }) => CHATS.includes(spec.type));
  const again = chats.find(({ name }) => where.channel === 'terminal' && besides.not.has(name));
  await tx.posts.add({ ...roomOf(again?.name ?? where.channel), lane: 'thread', message: what });
}

function roomOf(channel: string) {
  return { channel, conversation: CRITICAL_ROOM, incidentId: null, threadPostId: null };
}

type Elsewhere = { kind: 'chat'; channel: string } | { kind: 'pager'; person: Recipient; way: Way };

/** A chat that works, else a pager that does. A chat that is not connected is shown in the terminals, as everything is then. */
async function elsewhere(
  tx: Tables,
  { not, policies }: Besides,
  engine: Engine,
  takes: (pagerType: string) => boolean,
): Promise<Elsewhere> {
  const channels = (await tx.resources.list('channel'))
    .filter(({ name, enabled }) => enabled && !not.has(name))
    .map(({ spec }) => spec);
  const connected = new Set(engine.adapters().channels.map(({ name }) => name));
  const chats = channels.filter(({ type }) => CHATS.includes(type));
  for (const { name } of chats)
    if (connected.has(name) && !(await isStuck(tx, name, engine.clock.now())))
      return { kind: 'chat', channel: name };
  for (const { name, type } of channels) {
    if (
      !isPager(type) ||
      !takes(type) ||
      !connected.has(name) ||
      (await isStuck(tx, name, engine.clock.now()))
    )
      continue;
    const reached = await whoHears(tx, name, policies, engine);
    if (reached) return { kind: 'pager', ...reached };
  }
  return { kind: 'chat', channel: chats.find(({ name }) => !connected.has(name))?.name ?? 'terminal' };
}

/** Of a pager that has a destination of its own, that; else the first in the incidents' escalations who is on it. */
async function whoHears(
  tx: Tables,
  channel: string,
  policies: ReadonlySet<string>,
  engine: Engine,
): Promise<{ person: Recipient; way: Way } | null> {
  const directory = await readDirectory(tx);
  const levels: string[] = [];
  for (const name of policies) {
    const policy = await tx.resources.find('escalation', name);
    levels.push(...(policy?.enabled ? policy.spec.levels.map(({ target }) => target) : []));
  }
  const itself = directory.contacts.some(({ name }) => name === channel)
    ? null
    : recipientNamed(channel, directory);
  const people = levels.flatMap((target) => peopleBehind(target, directory, engine.clock.now()));
  for (const person of [...(itself ? [itself] : []), ...people]) {
    const way = waysTo(person, directory.channels).find((each) => each.channel === channel);
    if (way) return { person, way };
  }
  return null;
}
