// A channel that does not work is known to `status` and `doctor` at once, and to people by another channel, once. What
// mends itself mostly is told when it lasts; what was told and is over is told as well.
import { CRITICAL_ROOM, DEFAULT_ESCALATION } from '../domain/built-in.ts';
import type { ChannelTrouble } from '../domain/channel-trouble.ts';
import { type Message, message } from '../domain/message.ts';
import type { Warning } from '../store/settings.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';
import { endPage } from './page-end.ts';
import { hurryPages } from './pages-first.ts';
import { type Besides, sayElsewhere, sayQuietly } from './second-channel.ts';

/** What mends itself within this is nobody's night. */
const LASTS_MS = 60_000;
/** What breaks within this is one breakage. */
const TOGETHER_MS = 5 * 60_000;
/** How often what does not work is looked at again. */
export const RECHECK_MS = 60_000;

type OfChannel = Warning & { channel: NonNullable<Warning['channel']> };

export interface Noted {
  /** Name of the channel. */
  channel: string;
  about: string;
  trouble: ChannelTrouble | null;
}

/** Null: it works. The same trouble keeps its beginning, and is told no second time. */
export async function noteTrouble(
  tx: Tables,
  { channel, about, trouble }: Noted,
  now: number,
): Promise<void> {
  const key = `channel:${channel}/${about}`;
  const before = await tx.settings.get('warnings');
  const others = before.filter((warning) => warning.key !== key);
  const old = before.find((warning) => warning.key === key);
  const wasBroken = old?.channel !== undefined && old.channel.overAt === undefined && !old.channel.mild;
  if (!trouble && wasBroken) await hurryPages(tx, channel);
  if (trouble) {
    const { text, fix, passing, mild } = trouble;
    const since = old?.since ?? now;
    const { told = false, toldIn } = old?.channel ?? {};
    const of = { name: channel, about, passing, ...(mild ? { mild } : {}) };
    const known = { told, ...(toldIn === undefined ? {} : { toldIn }) };
    await tx.settings.set('warnings', [...others, { key, text, since, fix, channel: { ...of, ...known } }]);
  } else if (old?.channel?.told) {
    const over = { ...old, channel: { ...old.channel, overAt: old.channel.overAt ?? now } };
    await tx.settings.set('warnings', [...others, over]);
  } else if (old) await tx.settings.set('warnings', others);
}

/** By what was looked at while no daemon ran. */
export async function noteOver(
  tx: Tables,
  channel: string,
  isOver: (about: string) => boolean,
  now: number,
): Promise<void> {
  for (const { channel: of } of await tx.settings.get('warnings'))
    if (of?.name === channel && isOver(of.about))
      await noteTrouble(tx, { channel, about: of.about, trouble: null }, now);
}

/** Gives what is to be looked at again, by channel. */
export function doubtful(warnings: readonly Warning[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { channel } of warnings)
    if (channel && channel.overAt === undefined)
      found.set(channel.name, [...(found.get(channel.name) ?? []), channel.about]);
  return found;
}

/** Tells what is to be told, and forgets channels that are gone. */
export async function watchChannels(tx: Tables, engine: Engine): Promise<void> {
  const now = engine.clock.now();
  const connected = new Set(engine.adapters().channels.map(({ name }) => name));
  const all = await tx.settings.get('warnings');
  const ours = all.filter((warning): warning is OfChannel => warning.channel !== undefined);
  if (ours.length === 0) return;
  const here = ours.filter(({ channel }) => connected.has(channel.name));
  const over = here.filter(({ channel }) => channel.overAt !== undefined);
  const going = here.filter(({ channel }) => channel.overAt === undefined);
  const due = going.filter(
    ({ channel, since }) => !channel.told && (!channel.passing || now - since >= LASTS_MS),
  );
  const more = due.filter((warning) => pageOf(warning, going) !== undefined);
  const first = due.filter((warning) => !more.includes(warning));
  const toldIn = first.length > 0 ? await tellBegun(tx, first, engine) : null;
  if (more.length > 0) await sayQuietly(tx, besides(more), begun(more), engine);
  if (over.length > 0) await tellOver(tx, over, engine);
  const left = going.map((warning) => {
    if (!due.includes(warning)) return warning;
    const page = pageOf(warning, going) ?? toldIn;
    const told = { told: true, ...(page === null ? {} : { toldIn: page }) };
    return { ...warning, channel: { ...warning.channel, ...told } };
  });
  await endPages(tx, ours, left);
  await tx.settings.set('warnings', [...all.filter(({ channel }) => !channel), ...left]);
}

/** A page whose troubles are all over, or of channels that are gone, is over itself. */
async function endPages(tx: Tables, before: readonly OfChannel[], left: readonly OfChannel[]): Promise<void> {
  const goesOn = new Set(left.map(({ channel }) => channel.toldIn));
  for (const postId of new Set(before.flatMap(({ channel }) => channel.toldIn ?? [])))
    if (!goesOn.has(postId)) await endPage(tx, postId);
}

/**
 * The page by which people know already that this channel broke just now: an app that is revoked has two tokens, and each is
 * noticed for itself. Nobody is woken a second time; the page goes on until both are over. What breaks later pages.
 */
function pageOf({ channel, since }: OfChannel, going: readonly OfChannel[]): number | undefined {
  if (isOfRoom(channel.about)) return undefined;
  return going.find(
    ({ channel: other, since: before }) =>
      other.name === channel.name &&
      !other.mild &&
      !isOfRoom(other.about) &&
      other.toldIn !== undefined &&
      Math.abs(since - before) <= TOGETHER_MS,
  )?.channel.toldIn;
}

const isOfRoom = (about: string): boolean => about.startsWith('#');

/** Gives the page that told it, where it was one. */
function tellBegun(tx: Tables, about: readonly OfChannel[], engine: Engine): Promise<number | null> {
  return sayElsewhere(tx, besides(about), { ...begun(about), endsByItself: true }, engine);
}

function begun(about: readonly OfChannel[]): Message {
  const isMild = isAllMild(about);
  return message(`${isMild ? '⚠️' : '🚨'} Trouble with the channel ${namesOf(about)}`, {
    tone: isMild ? 'warning' : 'critical',
    blocks: about.flatMap(({ text, fix }) => [
      { type: 'section' as const, heading: text, lines: fix ? [fix] : [] },
    ]),
  });
}

/** Where it is read and wakes nobody; what was paged for it ends by itself. */
async function tellOver(tx: Tables, about: readonly OfChannel[], engine: Engine): Promise<void> {
  // What was mild broke nothing, so nothing works again.
  const title = isAllMild(about)
    ? `What there was to mend at the channel ${namesOf(about)} is done`
    : `The channel ${namesOf(about)} works again`;
  const said = message(`✅ ${title}`, {
    tone: 'ok',
    blocks: [
      { type: 'section', heading: 'What was wrong, and is over', lines: about.map(({ text }) => text) },
    ],
  });
  await sayQuietly(tx, besides(about), said, engine);
}

const isAllMild = (about: readonly OfChannel[]): boolean => about.every(({ channel }) => channel.mild);

function namesOf(about: readonly OfChannel[]): string {
  return [...new Set(about.map(({ channel }) => channel.name))].join(', ');
}

/** Of one room the others of its chat may still be told. */
function besides(about: readonly OfChannel[]): Besides {
  const not = about.flatMap(({ channel }) =>
    isOfRoom(channel.about) && channel.about !== CRITICAL_ROOM ? [] : [channel.name],
  );
  return { not: new Set(not), policies: new Set([DEFAULT_ESCALATION]) };
}
