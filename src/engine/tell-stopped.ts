// A fix that did not help twice stops for that target: its room hears of it, and a person is woken.
import { DEFAULT_ESCALATION } from '../domain/built-in.ts';
import { message } from '../domain/message.ts';
import type { Resource } from '../domain/resource.ts';
import { clockTimeWithZone } from '../domain/time.ts';
import type { Tables } from '../store/tables.ts';
import type { Engine } from './engine.ts';
import { BREAKER_RUNS, type FixRefusal } from './fix-limits.ts';
import { notifyPlace, postInRoom } from './fix-room.ts';
import { pageWithoutIncident } from './page.ts';
import type { TargetValues } from './rules.ts';
import { fixPlace, fixTarget } from './said-once.ts';

/** Once per stop: an edit of the fix, and runs that do not help after it, are a new one. */
export async function tellStopped(
  tx: Tables,
  fix: Resource<'auto-fix'>,
  row: Pick<TargetValues, 'source' | 'target' | 'service'>,
  refusal: FixRefusal,
  engine: Engine,
): Promise<void> {
  const now = engine.clock.now();
  const owner = `auto-fix:${fix.name}/stopped`;
  const place = fixPlace(row.source, row.target);
  if (!(await tx.conditions.begin(owner, place, now))) {
    const saidAt = await tx.conditions.hold(owner, place, now);
    if (saidAt >= (refusal.lastRunAt ?? saidAt)) return;
    await tx.conditions.release(owner, place);
    await tx.conditions.begin(owner, place, now);
  }
  const title = `🛑 ${fix.name} stopped for ${row.target}: ${refusal.detail}`;
  const tried = await triedThere(tx, fix, row, engine);
  const again = `Look at ${row.target} yourself. The fix runs there again once somebody says so: openclaw auto-fix enable "${fix.name}"`;
  const told = await pageFirst(tx, title, [...tried, again].join('\n'), engine);
  const paged =
    told.length > 0 ? `Paged ${told.join(', ')}.` : 'Nobody could be paged: no level reaches a person.';
  await tx.timeline.add({ incidentId: null, kind: 'auto-fix', text: `${title}. ${paged}` });
  await postInRoom(
    tx,
    await notifyPlace(tx, fix),
    message(title, {
      tone: 'critical',
      blocks: [...tried, again, paged].map((text) => ({ type: 'text', text })),
    }),
  );
  engine.log({ level: 'warn', event: 'auto-fix-stopped', fix: fix.name, target: row.target });
}

/** Each run that did not help: its steps as they ended, and what was measured after them. */
async function triedThere(
  tx: Tables,
  fix: Resource<'auto-fix'>,
  row: Pick<TargetValues, 'source' | 'target' | 'service'>,
  { zone }: Engine,
): Promise<string[]> {
  const runs = await tx.plans.runsOfAutoFix(fix.name, fixTarget(row), BREAKER_RUNS);
  return Promise.all(
    runs.toReversed().map(async ({ plan, startedAt }) => {
      const steps = (await tx.executions.ofPlan(plan.id)).map(
        ({ capability, summary, state }) => `${capability}: ${summary ?? state}`,
      );
      const ended =
        plan.reason === null || steps.some((step) => step.includes(plan.reason ?? '')) ? [] : [plan.reason];
      return `Tried at ${clockTimeWithZone(startedAt, zone)}: ${[...steps, ...ended].join('; ')}`;
    }),
  );
}

/** The first level of the default escalation behind which somebody stands. */
async function pageFirst(tx: Tables, title: string, text: string, engine: Engine): Promise<string[]> {
  const policy = await tx.resources.find('escalation', DEFAULT_ESCALATION);
  for (const { target } of policy?.spec.levels ?? []) {
    const told = await pageWithoutIncident(tx, target, { title, text }, engine);
    if (told.length > 0) return told;
  }
  return [];
}
