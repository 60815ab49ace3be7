// Asks pagers who is on call, outside of any transaction, and keeps what they say. Nobody who has to be told waits for it
// for long: what was said last counts while a pager does not answer.

import { DEFAULT_ESCALATION } from '../domain/built-in.ts';
import { ToolError } from '../domain/errors.ts';
import type { Incident } from '../domain/incident.ts';
import { type KnownSchedule, knownSchedule, onScheduleAt, scheduleIn } from '../domain/on-call-answer.ts';
import { redact } from '../domain/redact.ts';
import type { Channel } from '../domain/resource.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';
import { withDeadline } from './toolbox.ts';

/** An answer of this age is asked for again. */
export const FRESH_MS = 60_000;
/** So far ahead it is asked: a pager that is away for days is known all the same. */
const AHEAD_MS = 14 * 24 * 3_600_000;
const WARNING = 'schedule:';

interface Wanted {
  /** As a level has it. */
  target: string;
  channel: string;
  schedule: string;
}

/** Those that levels and routes name and that some channel can be asked for, each once. */
export async function wantedSchedules(
  read: Pick<Tables, 'resources'>,
  { of }: { of?: readonly string[] } = {},
): Promise<Wanted[]> {
  const channels = await enabledChannels(read);
  const targets = of ?? [
    ...(await read.resources.list('escalation')).flatMap(({ enabled, spec }) =>
      enabled ? spec.levels.map(({ target }) => target) : [],
    ),
    ...(await read.resources.list('alert-route')).flatMap(({ enabled, spec }) =>
      enabled ? spec.alsoPage : [],
    ),
  ];
  const wanted = [...new Set(targets)].flatMap((target): Wanted[] => {
    const found = scheduleIn(target.replace(/^@/, ''), channels);
    return found?.channel ? [{ target, channel: found.channel, schedule: found.schedule }] : [];
  });
  return wanted.filter(
    (one, index) =>
      wanted.findIndex(({ channel, schedule }) => channel === one.channel && schedule === one.schedule) ===
      index,
  );
}

async function enabledChannels(read: Pick<Tables, 'resources'>): Promise<Channel[]> {
  return (await read.resources.list('channel')).filter(({ enabled }) => enabled).map(({ spec }) => spec);
}

/** What is known of them afterwards. Never fails: what a pager does not say is a problem of its own. */
export async function askSchedules(
  wanted: readonly Wanted[],
  before: readonly KnownSchedule[],
  { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal },
  engine: Engine,
): Promise<KnownSchedule[]> {
  return Promise.all(
    wanted.map(async ({ channel: name, schedule }): Promise<KnownSchedule> => {
      const old = knownSchedule({ channel: name, schedule }, before);
      const askedAt = engine.clock.now();
      const range = { from: askedAt, until: askedAt + AHEAD_MS };
      try {
        const channel = engine.adapters().channels.find((each) => each.name === name);
        if (!channel?.onCall) throw new ToolError('retry', `${name} has no api-token that works`);
        const { onCall } = channel;
        const found = await withDeadline(deadlineMs, signal, (limit) =>
          onCall(schedule, range, { signal: limit }),
        );
        return { channel: name, schedule, answer: { ...found, askedAt, until: range.until }, problem: null };
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        const since = old?.problem?.since ?? askedAt;
        return {
          channel: name,
          schedule,
          answer: old?.answer ?? null,
          problem: { why: redact(error.message), since },
        };
      }
    }),
  );
}

/** Those asked, and the others that are still wanted, with a warning for each that tells nobody. Called inside a commit. */
export async function keepSchedules(
  tx: Tables,
  asked: readonly KnownSchedule[],
  wanted: readonly Wanted[],
  engine: Engine,
): Promise<void> {
  const before = await tx.settings.get('schedules');
  const kept = wanted.flatMap((one) => knownSchedule(one, asked) ?? knownSchedule(one, before) ?? []);
  if (JSON.stringify(kept) !== JSON.stringify(before)) await tx.settings.set('schedules', kept);
  const said = new Map<string, string>();
  for (const { target, ...one } of wanted) {
    const known = knownSchedule(one, kept);
    const text = known && whatIsWrong(target, known, engine.clock.now());
    if (text) said.set(`${WARNING}${target}`, text);
  }
  const old = (await tx.settings.get('warnings')).filter(({ key }) => key.startsWith(WARNING));
  for (const { key } of old) if (!said.has(key)) await tx.settings.warn(key, null);
  for (const [key, text] of said) {
    if (old.some((warning) => warning.key === key && warning.text === text)) continue;
    engine.log({ level: 'warn', event: 'on-call', about: key.slice(WARNING.length), text });
    await tx.settings.warn(key, text);
  }
}

/** Schedules of an incident's escalation that never answered. */
export async function unknownSchedules(
  read: Pick<Tables, 'resources' | 'settings'>,
  { escalation }: Pick<Incident, 'escalation'>,
): Promise<Wanted[]> {
  const policy = await read.resources.find('escalation', escalation ?? DEFAULT_ESCALATION);
  const of = policy?.enabled ? policy.spec.levels.map(({ target }) => target) : [];
  const wanted = of.some((target) => target.includes(':')) ? await wantedSchedules(read, { of }) : [];
  if (wanted.length === 0) return [];
  const known = await read.settings.get('schedules');
  return wanted.filter((one) => !knownSchedule(one, known)?.answer);
}

/** Beside what is known already. Called inside a commit. */
export async function addSchedules(tx: Tables, asked: readonly KnownSchedule[]): Promise<void> {
  const others = (await tx.settings.get('schedules')).filter(
    (one) => !asked.some((each) => each.channel === one.channel && each.schedule === one.schedule),
  );
  await tx.settings.set('schedules', [...others, ...asked]);
}

/** Null: somebody is on call there, and it was said lately. */
function whatIsWrong(target: string, known: KnownSchedule, now: number): string | null {
  if (known.problem)
    return `${target}: ${known.problem.why}${known.answer ? '; its last answer counts until then' : ', so it is skipped'}`;
  return onScheduleAt(known, now).length > 0
    ? null
    : `${target}: nobody is on call in PagerDuty's schedule "${known.answer?.name ?? known.schedule}" now, so it is skipped`;
}
