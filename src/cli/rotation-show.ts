// `openclaw rotation show NAME [--at TIME]`: as it is stored, and who is on call then, until when, and who follows.
import { firstShiftAt, onShift, type Shift, shiftsBetween } from '../domain/on-call.ts';
import { answerText, type KnownSchedule, knownSchedule, scheduleIn } from '../domain/on-call-answer.ts';
import type { Resource } from '../domain/resource.ts';
import { printable } from '../domain/text/safe-text.ts';
import { wallTextInstant } from '../domain/wall-clock.ts';
import { definitionOf } from '../resources/all.ts';
import type { Context } from './context.ts';
import { colours, printJson, table } from './output.ts';
import { findResource } from './resource/find.ts';
import { showResource } from './resource/show.ts';
import { isoIn, momentIn, readMoment, readZone } from './wall-time.ts';

export interface RotationShowFlags {
  at?: string;
  zone?: string;
}

const DAY_MS = 86_400_000;
const LOOK_AHEAD_MS = 400 * DAY_MS;
const FOLLOWING = 5;
/** Of a shift that reaches as far as is looked. */
const ENDLESS = Number.POSITIVE_INFINITY;

export async function showRotation(context: Context, asked: string, flags: RotationShowFlags): Promise<void> {
  const { io } = context;
  const { read } = await context.store();
  const definition = await definitionOf('rotation');
  if (await showSchedule(context, asked, flags)) return;
  const rotation = await findResource(read, definition, asked);
  const zone = readZone(flags.zone, rotation.spec.zone);
  const at = readMoment(flags.at, { now: io.now(), zone });
  const contacts = await read.resources.list('contact');
  const reachable = new Set(contacts.filter(({ enabled }) => enabled).map(({ name }) => name));
  const [current, ...following] = rosterAt(rotation, at);
  const isKnown = (member: string | null) => member !== null && reachable.has(member.replace(/^@/, ''));
  if (io.json) {
    const document = ({ member, from, until, override }: Shift) => ({
      member,
      contact: isKnown(member),
      from: isoIn(from),
      until: until === ENDLESS ? null : isoIn(until),
      override,
    });
    const onCall = { at: isoIn(at), ...document(current), from: undefined };
    printJson(io, { ...rotation, onCall, next: following.map(document) });
    return;
  }
  if (flags.at === undefined) await showResource(context, definition, asked);
  const { bold, dim, yellow } = colours(io);
  const name = (member: string | null) => (member === null ? 'nobody' : `@${member.replace(/^@/, '')}`);
  const note = (shift: Shift) => [
    ...(shift.override ? ['stands in'] : []),
    ...(shift.member !== null && !isKnown(shift.member) ? ['no contact of that name: reaches nobody'] : []),
    ...(shift.member === null ? ['an empty shift'] : []),
  ];
  const until = current.until === ENDLESS ? 'with no end in sight' : `until ${momentIn(current.until, zone)}`;
  const notes = note(current);
  io.stdout(
    `${flags.at === undefined ? '\n' : ''}${bold(printable(name(current.member)))} is on call at ${momentIn(at, zone)}, ${until}` +
      `${notes.length === 0 ? '' : yellow(` (${notes.join('; ')})`)}\n`,
  );
  if (!rotation.enabled)
    io.stderr(yellow('It is disabled: nobody is told through it. openclaw rotation enable\n'));
  if (following.length > 0) {
    io.stdout(dim('then\n'));
    table(
      io,
      ['from', 'who', ''],
      following.map((shift) => [momentIn(shift.from, zone), name(shift.member), note(shift).join('; ')]),
    );
  }
  const overrides = rotation.spec.overrides.filter(
    (one) => wallTextInstant(one.until, rotation.spec.zone) > at,
  );
  if (overrides.length > 0) {
    io.stdout(dim(`overrides, in ${rotation.spec.zone}\n`));
    table(
      io,
      ['who', 'from', 'until'],
      overrides.map(({ member, from, until: end }) => [name(member), from, end]),
    );
  }
}

/** A rotation of one never hands over: its shift is endless. One that begins beyond what is looked at is empty until then. */
function rosterAt({ spec }: Pick<Resource<'rotation'>, 'spec'>, at: number): [Shift, ...Shift[]] {
  const whole: Shift = { member: onShift(spec, at), from: at, until: ENDLESS, override: false };
  const seen = at + LOOK_AHEAD_MS;
  for (const aheadMs of [60 * DAY_MS, LOOK_AHEAD_MS]) {
    const [current = whole, ...following] = shiftsBetween(spec, at, at + aheadMs);
    const begins = firstShiftAt(spec);
    if (current.until === seen && current.member === null && begins > seen)
      return [{ ...current, until: begins }, ...rosterAt({ spec }, begins).slice(0, FOLLOWING)];
    // The last one is cut off there.
    const shown = (shift: Shift): Shift => (shift.until === seen ? { ...shift, until: ENDLESS } : shift);
    if (following.length > FOLLOWING || aheadMs === LOOK_AHEAD_MS)
      return [shown(current), ...following.slice(0, FOLLOWING).map(shown)];
  }
  return [whole];
}

/** `rotation show pagerduty:PABC123`: what the daemon was told of it last. Asks nobody. False: it names no schedule. */
async function showSchedule(context: Context, asked: string, flags: RotationShowFlags): Promise<boolean> {
  const { io } = context;
  const { read } = await context.store();
  if (await read.resources.find('rotation', asked)) return false;
  const list = async <K extends 'channel' | 'contact'>(kind: K) =>
    (await read.resources.list(kind)).filter(({ enabled }) => enabled).map(({ spec }) => spec);
  const target = scheduleIn(asked.replace(/^@/, ''), await list('channel'));
  if (!target) return false;
  const zone = readZone(flags.zone, io.env.OPENCLAW_ZONE ?? 'UTC');
  const at = readMoment(flags.at, { now: io.now(), zone });
  const known = await read.settings.get('schedules');
  const found = knownSchedule(target, known);
  const contacts = await list('contact');
  const said = answerText(target, { known, contacts }, { at, now: io.now(), zone });
  if (io.json) {
    printJson(io, { target: asked, said, ...scheduleDocument(found) });
    return true;
  }
  io.stdout(`${printable(asked)}: ${printable(said)}\n`);
  const rows = (found?.answer?.shifts ?? [])
    .filter(({ until }) => until > at)
    .slice(0, FOLLOWING)
    .map(({ person, from, until }) => [printable(person.name), momentIn(from, zone), momentIn(until, zone)]);
  if (rows.length > 0) table(io, ['who', 'from', 'until'], rows);
  return true;
}

function scheduleDocument(found: KnownSchedule | null) {
  return {
    id: found?.answer?.id ?? null,
    name: found?.answer?.name ?? null,
    askedAt: found?.answer ? isoIn(found.answer.askedAt) : null,
    problem: found?.problem?.why ?? null,
    shifts: (found?.answer?.shifts ?? []).map(({ person, from, until }) => ({
      who: person.name,
      id: person.id,
      from: isoIn(from),
      until: isoIn(until),
    })),
  };
}
