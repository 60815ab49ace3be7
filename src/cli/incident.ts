// `openclaw incident`: reading works without a daemon; acknowledging and closing are said to it, as in chat.
import type { Command } from 'commander';
import { formatDuration, formatDurationWords, parseDuration } from '../domain/duration.ts';
import { notFound, usageError } from '../domain/errors.ts';
import type { Incident } from '../domain/incident.ts';
import { postmortem } from '../domain/postmortem.ts';
import { headLine } from '../domain/record.ts';
import { severityMark } from '../domain/severity.ts';
import { printable } from '../domain/text/safe-text.ts';
import { incidentFacts } from '../store/incident-facts.ts';
import type { Context } from './context.ts';
import { oneLine, say } from './decide.ts';
import { defineIncidentExport } from './incident-export.ts';
import { defineVerify } from './incident-verify.ts';
import { colours, details, localTime, printJson, severityColour, table, timeWithAge } from './output.ts';
import { parseId } from './parse-id.ts';

export function defineIncident(command: Command, context: Context): void {
  command
    .command('list')
    .description('open incidents; with --all the resolved ones too, newest first')
    .option('--all', 'resolved ones too')
    .option('--limit <count>', 'how many at most', '50')
    .action((flags: { all?: boolean; limit: string }) => list(context, flags));
  command
    .command('show')
    .description('one incident with its timeline')
    .argument('<number>')
    .option('--markdown', 'as the draft of a postmortem')
    .addHelpText('after', '\nExample:\n  $ openclaw incident show 43 --markdown > postmortem.md')
    .action((number: string, flags: { markdown?: boolean }) =>
      show(context, parseId(number, 'incident'), flags),
    );
  command
    .command('ack')
    .description('take it: stops the escalation, until the time is over')
    .argument('<number>')
    .option('--for <duration>', 'how long it is yours after the last thing you did (default: 1h)')
    .addHelpText('after', '\nExample:\n  $ openclaw incident ack 43 --for 2h')
    .action(async (number: string, flags: { for?: string }) => {
      const { id } = await findIncident(context, parseId(number, 'incident'));
      const words = flags.for === undefined ? [] : [formatDuration(parseDuration(flags.for))];
      await say(context, ['/ack', String(id), ...words]);
    });
  command
    .command('close')
    .description('resolve it; asks for approval first, as in chat')
    .argument('<number>')
    .argument('[cause...]', 'the root cause, for the postmortem')
    .addHelpText(
      'after',
      '\nExample:\n  $ openclaw incident close 43 release 492 shortened the cache lifetime',
    )
    .action(async (number: string, cause: string[]) => {
      const { id } = await findIncident(context, parseId(number, 'incident'));
      await say(context, ['/incident', 'close', `#${id}`, ...cause.map(oneLine)]);
    });
  command
    .command('followup')
    .description('what should be fixed for good; stands in the summary and the postmortem')
    .argument('<number>')
    .argument('<text...>')
    .addHelpText('after', '\nExample:\n  $ openclaw incident followup 43 warm the cache before a release')
    .action(async (number: string, text: string[]) => {
      const { id } = await findIncident(context, parseId(number, 'incident'));
      const words = text.map(oneLine).filter((word) => word !== '');
      if (words.length === 0)
        throw usageError('a follow-up needs words', `openclaw incident followup ${id} warm the cache`);
      await say(context, ['/incident', 'followup', `#${id}`, ...words]);
    });
  defineVerify(command.command('verify'), context);
  defineIncidentExport(command.command('export'), context);
}

async function list(context: Context, flags: { all?: boolean; limit: string }): Promise<void> {
  const { io } = context;
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw usageError(`--limit takes a whole number from 1 to 10000, not "${flags.limit}"`, '--limit 50');
  }
  const { incidents } = (await context.store()).read;
  const found = (flags.all ? await incidents.list(limit) : await incidents.listOpen()).slice(0, limit);
  if (io.json) return printJson(io, found);
  if (found.length === 0) {
    io.stdout(flags.all ? 'no incidents yet\n' : 'no open incidents\n');
    return;
  }
  table(
    io,
    [
      { title: '#', align: 'right' },
      {
        title: 'severity',
        paint: (cell, text) => (isSeverity(text) ? severityColour(io, text)(cell) : cell),
      },
      'state',
      'started',
      'lasts',
      'owner',
      'service',
      'title',
    ],
    found.map((one) => [
      String(one.id),
      one.severity,
      one.state,
      localTime(one.startedAt),
      lasts(one, io.now()),
      one.ackedBy === null ? '-' : (one.ackedByName ?? one.ackedBy),
      one.service ?? '-',
      one.title,
    ]),
  );
}

async function show(context: Context, id: number, flags: { markdown?: boolean }): Promise<void> {
  const { io } = context;
  const incident = await findIncident(context, id);
  const facts = await incidentFacts((await context.store()).read, incident);
  if (flags.markdown) {
    const markdown = postmortem(facts);
    if (io.json) printJson(io, { markdown });
    else io.stdout(markdown);
    return;
  }
  const { alerts, timeline, plans, record } = facts;
  if (io.json) {
    printJson(io, {
      ...incident,
      alerts,
      timeline,
      plans: plans.map(({ plan, ...rest }) => ({ ...plan, ...rest })),
      record: record ?? null,
    });
    return;
  }
  const { bold, dim } = colours(io);
  io.stdout(`${bold(`${severityMark(incident.severity)} INCIDENT #${id}: ${printable(incident.title)}`)}\n`);
  details(io, [
    ['severity', severityColour(io, incident.severity)(incident.severity)],
    ['state', incident.state],
    ['service', incident.service ?? '-'],
    ['started', timeWithAge(incident.startedAt, io.now())],
    ['lasts', lasts(incident, io.now())],
    ['owner', owner(incident, io.now())],
    ['room', `${incident.channel} ${incident.conversation}`],
    [
      'cause',
      incident.rootCause ?? (incident.probableCause ? `probably: ${incident.probableCause}` : 'not stated'),
    ],
    ...(incident.mergedInto === null ? [] : [['merged into', `#${incident.mergedInto}`] as const]),
  ]);
  io.stdout(`${dim('timeline')}\n`);
  for (const { at, text } of timeline) {
    io.stdout(`  ${dim(localTime(at))}  ${printable(text).replace(/\n/g, '\n                       ')}\n`);
  }
  if (record) io.stdout(`${dim(headLine(record))}\n`);
  if (incident.state === 'open' && incident.ackedBy === null)
    io.stderr(dim(`  next: openclaw incident ack ${id}\n`));
}

async function findIncident(context: Context, id: number): Promise<Incident> {
  const incident = await (await context.store()).read.incidents.find(id);
  if (!incident) throw notFound(`there is no incident #${id}`, 'openclaw incident list --all');
  return incident;
}

function owner({ ackedBy, ackedByName, ackExpiresAt }: Incident, now: number): string {
  if (ackedBy === null) return ackedByName === null ? 'nobody yet' : `nobody any more (was ${ackedByName})`;
  const name = ackedByName ?? ackedBy;
  return ackExpiresAt === null ? name : `${name}, until ${timeWithAge(ackExpiresAt, now)}`;
}

function lasts({ startedAt, resolvedAt }: Incident, now: number): string {
  return formatDurationWords((resolvedAt ?? now) - startedAt);
}

function isSeverity(text: string): text is Incident['severity'] {
  return text === 'critical' || text === 'warning' || text === 'info';
}
