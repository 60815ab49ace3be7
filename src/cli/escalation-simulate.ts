// `openclaw escalation simulate`: who would be told when, and how, by the very rules the daemon goes by. Needs none.
import { formatDuration, parseDuration } from '../domain/duration.ts';
import { usageError } from '../domain/errors.ts';
import type { Skip } from '../domain/escalation.ts';
import { foldRepeats, type ListedRound, simulateEscalation } from '../domain/escalation-simulation.ts';
import { answerText, scheduleIn } from '../domain/on-call-answer.ts';
import { calledName } from '../domain/pager.ts';
import { readSeverity } from '../domain/severity.ts';
import { printable } from '../domain/text/safe-text.ts';
import { definitionOf } from '../resources/all.ts';
import type { Tables } from '../store/tables.ts';
import type { Context } from './context.ts';
import { colours, printJson, table } from './output.ts';
import { findResource } from './resource/find.ts';
import { isoIn, momentIn, readMoment, readZone } from './wall-time.ts';

export interface SimulateFlags {
  at?: string;
  zone?: string;
  for: string;
  severity: string;
}

const LONGEST_MS = 7 * 24 * 60 * 60_000;

export async function simulate(context: Context, asked: string, flags: SimulateFlags): Promise<void> {
  const { io } = context;
  const zone = readZone(flags.zone, io.env.OPENCLAW_ZONE ?? 'UTC');
  const at = readMoment(flags.at, { now: io.now(), zone });
  const forMs = parseDuration(flags.for);
  if (forMs <= 0 || forMs > LONGEST_MS) throw usageError('--for takes a time up to 7d', '--for 2h');
  const severity = readSeverity(flags.severity);
  if (!severity) throw usageError(`--severity: ${flags.severity} is none`, '--severity critical');
  const { read } = await context.store();
  const policy = await findResource(read, await definitionOf('escalation'), asked);
  const directory = {
    contacts: await enabled(read, 'contact'),
    rotations: await enabled(read, 'rotation'),
    channels: await enabled(read, 'channel'),
    schedules: await read.settings.get('schedules'),
  };
  const said = policy.spec.levels.flatMap(({ target }) => {
    const schedule = scheduleIn(target.replace(/^@/, ''), directory.channels);
    const known = { known: directory.schedules, contacts: directory.contacts };
    return schedule ? [{ target, text: answerText(schedule, known, { at, now: io.now(), zone }) }] : [];
  });
  const rounds = foldRepeats(simulateEscalation(policy.spec, directory, { at, forMs, severity }));
  const last = rounds.at(-1);
  const deaf =
    !policy.enabled || rounds.some(({ level, quietUntil }) => level === null && quietUntil === null);
  if (deaf) context.exitCode = 1;
  if (io.json) {
    printJson(io, {
      ok: !deaf,
      escalation: policy.name,
      enabled: policy.enabled,
      at: isoIn(at),
      severity,
      rounds: rounds.map(asDocument),
      ...(said.length > 0 ? { schedules: said.map(({ target, text }) => ({ target, said: text })) } : {}),
      afterwards: last && last.more > 0 ? { level: last.level?.number ?? null, everyMs: last.waitMs } : null,
    });
    return;
  }
  const { dim, yellow } = colours(io);
  const when = momentIn(at, zone);
  io.stdout(`"${printable(policy.name)}", opened ${when} (${severity}), nobody acknowledges:\n`);
  table(
    io,
    ['at', 'after', 'level', 'who', 'how'],
    rounds.flatMap((round) => [
      ...rowsOf(round, at, zone),
      ...(round.more > 0 && round !== last ? [moreRow(round)] : []),
    ]),
  );
  io.stdout(
    dim(
      `${last && last.more > 0 ? afterwardsText(last) : `and so on: this is the first ${formatDuration(forMs)}`}\n`,
    ),
  );
  for (const { target, text } of said) io.stdout(`${printable(target)}: ${printable(text)}\n`);
  if (!policy.enabled)
    io.stderr(yellow('It is disabled: nobody would be told. openclaw escalation enable\n'));
}

async function enabled<K extends 'contact' | 'rotation' | 'channel'>(read: Tables, kind: K) {
  return (await read.resources.list(kind)).filter((one) => one.enabled).map(({ spec }) => spec);
}

const WHY: Readonly<Record<Skip, string>> = {
  empty: 'nobody',
  'on no channel': 'nobody: on no channel that is configured',
  'told already': 'told already',
  'quiet hours': 'quiet hours',
};

function afterwardsText({ level, waitMs }: ListedRound): string {
  const every = formatDuration(waitMs);
  return level
    ? `then again every ${every} until somebody acknowledges`
    : `then nobody again, every ${every}, until somebody acknowledges`;
}

function rowsOf(round: ListedRound, start: number, zone: string): string[][] {
  const when = [momentIn(round.at, zone), formatDuration(round.at - start)];
  const skipped = round.skipped.map(({ level, why }) => [
    ...when,
    `${level.number} ${level.target}`,
    WHY[why],
    'skipped at once',
  ]);
  if (round.quietUntil !== null) {
    const until = `quiet hours until ${momentIn(round.quietUntil, zone)}`;
    return [[...when, 'none', 'nobody yet', until]];
  }
  if (!round.level) {
    const again = `said in the thread and #ops-critical, again in ${formatDuration(round.waitMs)}`;
    return [...skipped, [...when, 'none', 'nobody', again]];
  }
  const level = `${round.level.number} ${round.level.target}${round.repeat ? ' (again)' : ''}`;
  return [
    ...skipped,
    ...round.people.map(({ name, ways }) => [
      ...when,
      level,
      calledName(name, ways[0]?.channel),
      howOf(ways),
    ]),
  ];
}

/** Between two that differ. */
function moreRow({ more, level, waitMs }: ListedRound): string[] {
  const times = more === 1 ? 'once more' : `${more} times more`;
  const who = level ? `${level.number} ${level.target} (again)` : 'none';
  return ['', '', who, times, `every ${formatDuration(waitMs)}`];
}

function howOf(ways: ListedRound['people'][number]['ways']): string {
  const names = ways.map(({ channel, id }) =>
    id === undefined || id === channel ? channel : `${channel} (${id})`,
  );
  const [first = '', ...rest] = names;
  return rest.length === 0 ? first : `${first}, then ${rest.join(', ')}`;
}

function asDocument({ at, level, repeat, people, skipped, quietUntil, waitMs, more }: ListedRound) {
  return {
    at: isoIn(at),
    level: level?.number ?? null,
    target: level?.target ?? null,
    repeat,
    people: people.map(({ name, ways }) => ({
      name,
      ways: ways.map(({ channel, conversation, lastResort }) => ({ channel, to: conversation, lastResort })),
    })),
    skipped: skipped.map((one) => ({ level: one.level.number, target: one.level.target, why: one.why })),
    quietUntil: quietUntil === null ? null : isoIn(quietUntil),
    waitMs,
    more,
  };
}
