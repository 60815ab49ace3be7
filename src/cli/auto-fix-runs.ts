// `openclaw auto-fix runs NAME`: what it did, asked for and was told, newest first. Needs no daemon.
import type { Command } from 'commander';
import { asKnown } from '../domain/called.ts';
import { usageError } from '../domain/errors.ts';
import { BECAUSE, OPEN_PLAN_STATES } from '../domain/plan.ts';
import { mention, parsePrincipalKey } from '../domain/principal.ts';
import type { Contact } from '../domain/resource.ts';
import { printable } from '../domain/text/safe-text.ts';
import { unpreparedIn } from '../domain/unprepared.ts';
import { formatBytes, valueText } from '../domain/value-text.ts';
import { definitionOf } from '../resources/all.ts';
import type { FixPlan } from '../store/plans.ts';
import type { Tables } from '../store/tables.ts';
import type { Context } from './context.ts';
import { colours, localTime, printJson, relativeTime, table } from './output.ts';
import { findResource } from './resource/find.ts';

interface FixRun {
  plan: number;
  /** What people type: `/approve 7`. */
  approval: number | null;
  /** When its first step began; null: none did. */
  startedAt: string | null;
  plannedAt: string;
  source: string | null;
  target: string;
  service: string | null;
  condition: string | null;
  /** The value that made it run, and the one after it; null: it is no number, or was not measured. */
  before: number | null;
  after: number | null;
  unit: string;
  freedBytes: number | null;
  outcome: Outcome;
  /** What was measured when it began: `disk_usage is 92%`. */
  because: string | null;
  /** How it ended, as it was said. */
  reason: string | null;
  approvedBy: string | null;
  steps: { capability: string; state: string; summary: string | null }[];
}

/** A target whose condition holds, and on which nothing could be prepared. */
interface NotPrepared {
  source: string;
  target: string;
  service: string | null;
  /** In a row. */
  failures: number;
  failedAt: string;
  why: string;
  nextTryAt: string;
}

type Outcome = 'cleared' | 'not cleared' | 'done' | 'failed' | 'unknown' | 'not run' | 'waiting' | 'running';

export function defineRuns(command: Command, context: Context): void {
  command
    .argument('<name>', 'its name or id')
    .description('what it did: when, where, why, with what result, and who agreed')
    .option('--target <target>', 'of this mount or service alone')
    .option('--limit <count>', 'how many at most', '20')
    .addHelpText('after', '\nExample:\n  $ openclaw auto-fix runs "Disk Cleanup" --target /')
    .action((name: string, flags: { target?: string; limit: string }) => runs(context, name, flags));
}

async function runs(
  context: Context,
  asked: string,
  flags: { target?: string; limit: string },
): Promise<void> {
  const { io } = context;
  const limit = Number(flags.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw usageError(`--limit takes a whole number from 1 to 10000, not "${flags.limit}"`, '--limit 50');
  const { read } = await context.store();
  const fix = await findResource(read, await definitionOf('auto-fix'), asked);
  const plans = await read.plans.ofAutoFix(fix.name, null, 10_000);
  const found = plans.filter((one) => flags.target === undefined || isOf(one, flags.target)).slice(0, limit);
  const contacts = (await read.resources.list('contact')).map(({ spec }) => spec);
  const rows = await Promise.all(found.map((one) => toRun(one, read, contacts)));
  const notPrepared = (await notPreparedOf(read, fix.name)).filter(
    (one) => flags.target === undefined || one.target === flags.target || one.service === flags.target,
  );
  if (io.json)
    return printJson(io, { name: fix.name, condition: fix.spec.condition, runs: rows, notPrepared });
  const { yellow } = colours(io);
  for (const one of notPrepared) io.stdout(`${yellow('!')} ${printable(notPreparedText(one, io.now()))}\n`);
  if (rows.length === 0) {
    if (notPrepared.length > 0) return;
    const where = flags.target === undefined ? '' : ` on ${flags.target}`;
    io.stderr(`${colours(io).dim(`"${fix.name}" never ran${where}, and never asked`)}\n`);
    return;
  }
  table(
    io,
    ['when', 'target', 'value', 'outcome', 'freed', 'agreed', 'why'],
    rows.map((row) => [
      localTime(Date.parse(row.startedAt ?? row.plannedAt)),
      row.target,
      values(row),
      row.outcome,
      row.freedBytes === null ? '' : formatBytes(row.freedBytes),
      row.approvedBy ?? '',
      row.reason ?? row.because ?? '',
    ]),
  );
}

/** Where its condition holds and its preparation failed: what is known, and when it is tried next. */
async function notPreparedOf(read: Tables, name: string): Promise<NotPrepared[]> {
  const found = (await read.jobs.live(['auto-fix'])).flatMap(({ payload, runAt }): NotPrepared[] => {
    const failed = unpreparedIn(payload);
    if (payload.name !== name || !failed) return [];
    return [
      {
        source: String(payload.source),
        target: String(payload.target),
        service: typeof payload.service === 'string' ? payload.service : null,
        failures: failed.failures,
        failedAt: new Date(failed.failedAt).toISOString(),
        why: failed.why,
        nextTryAt: new Date(runAt).toISOString(),
      },
    ];
  });
  return found.sort((a, b) => a.target.localeCompare(b.target));
}

function notPreparedText(
  { target, source, failures, failedAt, why, nextTryAt }: NotPrepared,
  now: number,
): string {
  const tries =
    failures === 1 ? 'once' : `${failures} times in a row, last ${relativeTime(Date.parse(failedAt), now)}`;
  const next = Date.parse(nextTryAt);
  const when =
    next <= now ? 'is tried again now' : `next try ${localTime(next)} (${relativeTime(next, now)})`;
  return `${target} of ${source} could not be prepared ${tries}: ${why}; ${when}`;
}

function isOf({ plan, fixTarget }: FixPlan, target: string): boolean {
  return fixTarget === target || placeOf(plan).target === target;
}

async function toRun(
  { plan, fixTarget, verdict, measuredAfter }: FixPlan,
  read: Tables,
  contacts: readonly Contact[],
): Promise<FixRun> {
  const executions = await read.executions.ofPlan(plan.id);
  const approval = await read.approvals.ofPlan(plan.id);
  const freed = executions.flatMap(({ freedBytes }) => freedBytes ?? []);
  const { source, target, condition, before, unit } = placeOf(plan);
  return {
    plan: plan.id,
    approval: approval?.id ?? null,
    startedAt: executions[0] ? new Date(executions[0].startedAt).toISOString() : null,
    plannedAt: new Date(plan.createdAt).toISOString(),
    source,
    target: target ?? fixTarget,
    service: plan.service,
    condition,
    before,
    after: measuredAfter,
    unit,
    freedBytes: freed.length === 0 ? null : freed.reduce((sum, each) => sum + each, 0),
    outcome: outcomeOf(plan.state, verdict),
    because: plan.notes.find(({ heading }) => heading === BECAUSE)?.lines[0] ?? null,
    reason: plan.reason,
    approvedBy: approval?.standing
      ? 'in advance'
      : approval?.state === 'approved' && approval.decidedBy
        ? mention(asKnown(parsePrincipalKey(approval.decidedBy), contacts))
        : null,
    steps: executions.map(({ capability, state, summary }) => ({ capability, state, summary })),
  };
}

function placeOf({ success }: FixPlan['plan']) {
  if (success.kind !== 'condition')
    return { source: null, target: null, condition: null, before: null, unit: '' };
  const { source, target, condition, before, metric } = success;
  // Every metric in percent is named so; the plan keeps no unit.
  return { source, target, condition, before, unit: /_(usage|rate)$/.test(metric) ? '%' : '' };
}

function outcomeOf(state: FixPlan['plan']['state'], verdict: FixPlan['verdict']): Outcome {
  switch (state) {
    case 'done':
      return verdict === null ? 'done' : verdict === 'better' ? 'cleared' : 'not cleared';
    case 'failed':
    case 'unknown':
    case 'waiting':
      return state;
    case 'denied':
    case 'expired':
    case 'void':
    case 'refused':
      return 'not run';
    default:
      return OPEN_PLAN_STATES.includes(state) ? 'running' : 'unknown';
  }
}

function values({ before, after, unit }: FixRun): string {
  if (before === null && after === null) return '';
  return `${valueText(before, unit)} → ${after === null ? '?' : valueText(after, unit)}`;
}
