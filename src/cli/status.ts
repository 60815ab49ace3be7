// `openclaw status`: what is going on, read from the state file; works without a daemon.
import type { Command } from 'commander';
import { BUILT_IN_AGENT } from '../domain/built-in.ts';
import { limitsOf } from '../domain/model-limits.ts';
import { budgetLine, modelLine } from '../domain/model-note.ts';
import { printable } from '../domain/text/safe-text.ts';
import { momentText } from '../domain/time.ts';
import { UNDELIVERED, undeliveredText } from '../domain/undelivered.ts';
import { unreachedText } from '../domain/unreached.ts';
import { calendarDay, wallInstant } from '../domain/wall-clock.ts';
import type { Tables } from '../store/tables.ts';
import { unreachedPages } from '../store/unreached.ts';
import type { Context } from './context.ts';
import { daemonRuns } from './exchange.ts';
import { colours, printJson, relativeTime, severityColour, table } from './output.ts';

/** The newest. */
const MOST_COSTS = 5;

export function defineStatus(command: Command, context: Context): void {
  command.action(() => status(context));
}

async function status(context: Context): Promise<void> {
  const { io } = context;
  const facts = await readStatus(context);
  if (io.json) return printJson(io, facts);
  const { red, yellow, green, bold, dim } = colours(io);
  const { daemon, freeze, incidents, approvals, warnings, undelivered, deadLetters, unreached } = facts;
  io.stdout(
    daemon.running
      ? `${green('●')} the daemon runs\n`
      : `${red('●')} no daemon runs on ${printable(context.stateDir)}\n`,
  );
  if (freeze) {
    const since = relativeTime(freeze.at, io.now());
    io.stdout(`${yellow('❄')} frozen by ${printable(freeze.byName)} ${since}: ${printable(freeze.reason)}\n`);
  }
  for (const page of unreached) {
    const since = dim(`(${relativeTime(page.since, io.now())})`);
    io.stdout(`${red('✗')} ${red(printable(unreachedText(page)))} ${since}\n`);
  }
  for (const { text, since, fix } of warnings.filter((one) => one.fix !== undefined)) {
    const when = dim(`(${relativeTime(since, io.now())})`);
    io.stdout(`${red('✗')} ${red(printable(text))} ${when}\n${dim(`    ${printable(fix ?? '')}`)}\n`);
  }
  io.stdout(`${dim(printable(facts.model.line))}\n`);
  if (facts.model.budget !== null) io.stdout(`${dim(`  ${facts.model.budget}`)}\n`);
  if (incidents.length === 0) io.stdout('no open incidents\n');
  else {
    io.stdout(`\n${bold('open incidents')}\n`);
    table(
      io,
      [{ title: '#', align: 'right' }, 'severity', 'since', 'owner', 'title'],
      incidents.map((one) => [
        String(one.id),
        severityColour(io, one.severity)(one.severity),
        relativeTime(one.startedAt, io.now()),
        one.ackedBy === null ? 'nobody' : (one.ackedByName ?? one.ackedBy),
        one.title,
      ]),
    );
  }
  if (approvals.length > 0) {
    io.stdout(`\n${bold('waiting for approval')}\n`);
    table(
      io,
      [{ title: '#', align: 'right' }, 'risk', 'expires', 'asked by', 'plan'],
      approvals.map((one) => [
        String(one.id),
        one.risk,
        relativeTime(one.expiresAt, io.now()),
        one.askedBy,
        one.title,
      ]),
    );
  }
  // Counted anew below.
  for (const { text, since } of warnings.filter(({ key, fix }) => key !== UNDELIVERED && fix === undefined)) {
    io.stdout(`${yellow('warning:')} ${printable(text)} ${dim(`(${relativeTime(since, io.now())})`)}\n`);
  }
  if (undelivered > 0) io.stdout(`${yellow('warning:')} ${undeliveredText(undelivered)}\n`);
  for (const { source, count } of deadLetters)
    io.stdout(
      `${yellow('warning:')} ${count} ${count === 1 ? 'dead letter' : 'dead letters'} from ${printable(source)}: openclaw source dead-letters list\n`,
    );
  const [first] = approvals;
  if (!daemon.running) io.stderr(dim('  next: openclaw run\n'));
  else if (first) io.stderr(dim(`  next: openclaw approve ${first.id}\n`));
}

async function readStatus(context: Context) {
  const { read } = await context.store();
  const approvals = [];
  for (const { id, planId, expiresAt } of await read.approvals.pending()) {
    const plan = await read.plans.find(planId);
    if (!plan) continue;
    const { title, risk, requester, incidentId } = plan;
    approvals.push({ id, planId, title, risk, askedBy: requester.displayName, incidentId, expiresAt });
  }
  const heartbeat = await read.settings.get('heartbeat');
  return {
    daemon: { running: await daemonRuns(context.stateDir), heartbeatAt: heartbeat?.at ?? null },
    freeze: await read.settings.get('freeze'),
    incidents: await read.incidents.listOpen(),
    approvals,
    // Of what is over people are only still to be told.
    warnings: (await read.settings.get('warnings')).filter(({ channel }) => channel?.overAt === undefined),
    jobs: await read.jobs.counts(),
    model: await readModel(context),
    deadLetters: await read.inbox.countDeadLetters(),
    /** Pages that woke nobody, of incidents nobody has. */
    unreached: await unreachedPages(read, context.io.now()),
    /** Of the last 24 hours, as the daemon's own warning counts them. */
    undelivered: await read.posts.countUndeliveredSince(context.io.now() - 24 * 60 * 60_000),
  };
}

async function readModel({ store, io }: Context) {
  const { read } = await store();
  const note = await read.settings.get('model');
  const zone = io.env.OPENCLAW_ZONE ?? 'UTC';
  const since = wallInstant(calendarDay(io.now(), zone), 0, zone);
  const today = await read.modelTalks.used({ since });
  const agent = await read.resources.find('agent', BUILT_IN_AGENT.name);
  const limits = limitsOf(agent?.spec.budget);
  const incidents = await costOfOpen(read);
  const until = note?.restsUntil ?? null;
  const rests = until !== null && until > io.now() ? momentText(until, io.now(), zone) : null;
  return {
    name: note?.model ?? null,
    restsUntil: until,
    today,
    limits,
    incidents,
    line: modelLine(note, { rests, today, limit: limits.day }),
    budget: note === null ? null : budgetLine(limits, incidents),
  };
}

/** What the model cost for each that is open and that it was asked about. */
async function costOfOpen({ incidents, modelTalks }: Tables) {
  const open = await incidents.newestOpen(MOST_COSTS);
  const all = await Promise.all(
    open.map(async ({ id }) => ({ id, ...(await modelTalks.used({ incidentId: id })) })),
  );
  return all.filter(({ tokens }) => tokens > 0);
}
