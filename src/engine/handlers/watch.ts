// After a change: measure until the window ends, then say better, same, worse or unknown, with both values.
import type { ReadCapability, ReadResults } from '../../domain/capability.ts';
import { formatDuration } from '../../domain/duration.ts';
import { message } from '../../domain/message.ts';
import type { Plan } from '../../domain/plan.ts';
import type { ReadAnswer } from '../../domain/playbook.ts';
import { formatBytes, valueText } from '../../domain/value-text.ts';
import { type Judgement, judgeCondition, judgeHealth, judgeMetric } from '../../domain/verdict.ts';
import type { Tables } from '../../store/tables.ts';
import type { Engine, Handler, Run } from '../engine.ts';
import { nothing } from '../engine.ts';
import { kitFor } from '../kit-for.ts';
import { measureTarget } from '../measure-target.ts';
import { offerUndo, tellPlan, watchKey } from '../plan-state.ts';

interface Payload {
  planId: number;
  startedAt: number;
}

/** Called in the commit that records the last step. */
export async function startWatch(
  tx: Tables,
  plan: Plan,
  done: readonly string[],
  now: number,
): Promise<void> {
  await tx.plans.move(plan.id, ['executing', 'approved'], 'watching');
  const then = plan.success.kind === 'none' ? '' : ' Monitoring...';
  await tellPlan(tx, plan, `Done: ${done.join('; ')}.${then}`);
  const payload: Payload = { planId: plan.id, startedAt: now };
  await tx.jobs.add('watch', { ...payload }, { runAt: now + firstLookMs(plan), key: watchKey(plan.id) });
}

export const watch: Handler = async (run, engine) => {
  const { planId, startedAt } = run.job.payload as unknown as Payload;
  const plan = await engine.store.read.plans.find(planId);
  if (plan?.state !== 'watching') return nothing;
  const judgement = await judge(plan, engine, run);
  const now = engine.clock.now();
  const over = now >= startedAt + plan.watchMs;
  // A service that is healthy again is done; a metric has to stay good until the window ends.
  const early = judgement.verdict === 'better' && plan.success.kind !== 'metric';
  if (!over && !early && plan.success.kind !== 'none') {
    return (tx) =>
      tx.jobs.add(
        'watch',
        { planId, startedAt },
        { runAt: Math.min(now + intervalMs(plan), startedAt + plan.watchMs), key: watchKey(planId) },
      );
  }
  return async (tx) => {
    await tx.plans.setVerdict(planId, judgement.verdict, judgement.measured);
    if (!(await tx.plans.move(planId, ['watching'], 'done', judgement.text))) return;
    if (plan.success.kind === 'none') return;
    const after = formatDuration(Math.max(1000, Math.round((now - startedAt) / 1000) * 1000));
    const mark = { better: '✅', same: '➖', worse: '⚠️', unknown: '❔' }[judgement.verdict];
    await tx.timeline.add({
      incidentId: plan.incidentId,
      kind: 'watch',
      text: `${plan.title}: ${judgement.text}`,
      data: { planId, verdict: judgement.verdict },
    });
    const freed = plan.autoFix === null ? '' : await freedText(tx, plan, judgement);
    await tellPlan(
      tx,
      plan,
      message(`${mark} ${freed}${judgement.text} (${after} after: ${plan.title})`, {
        tone: judgement.verdict === 'better' ? 'ok' : 'warning',
      }),
    );
    if (judgement.verdict === 'worse') await offerUndo(tx, plan);
  };
};

/** "Freed 6.2 GB, 92% to 71%. ": what its steps say they freed, and what that did; empty where none says it. */
async function freedText(tx: Tables, { id, success }: Plan, { measured }: Judgement): Promise<string> {
  const freed = (await tx.executions.ofPlan(id)).flatMap(({ freedBytes }) => freedBytes ?? []);
  if (freed.length === 0) return '';
  const before = success.kind === 'condition' && success.metric === 'disk_usage' ? success.before : null;
  const change =
    before === null || measured === undefined
      ? ''
      : `, ${valueText(before, '%')} to ${valueText(measured, '%')}`;
  return `Freed ${formatBytes(freed.reduce((sum, each) => sum + each, 0))}${change}. `;
}

async function judge(plan: Plan, engine: Engine, run: Run): Promise<Judgement> {
  const { success } = plan;
  if (success.kind === 'none') return { verdict: 'unknown', text: 'nothing to measure' };
  const sources = engine.adapters().sources;
  const own = plan.steps.map(({ source }) => source);
  const names = [...new Set([...own, ...sources.map(({ name }) => name)])];
  const kit = await kitFor(engine, run, { channel: null, names, evenDisabled: true });
  if (success.kind === 'metric') {
    // A source that can be asked about every service may know nothing of this one: the first that measures it counts.
    const answers = await kit.read('metrics.query', { service: success.service, metric: success.metric });
    const series = answers
      .flatMap((answer) => (answer.ok ? answer.result : []))
      .find(({ metric }) => metric === success.metric);
    return judgeMetric(success, series?.current ?? null);
  }
  if (success.kind === 'healthy') {
    return judgeHealth(success, firstAnswer(await kit.read('services.health', { service: success.service })));
  }
  if (success.kind === 'condition') {
    const source = sources.find(({ name }) => name === success.source);
    const reading = await measureTarget(source, success.target, success.condition, run.signal).catch(
      () => null,
    );
    const cleared = judgeCondition(success, reading);
    if (cleared.verdict !== 'better' || success.service === null) return cleared;
    const health = firstAnswer(await kit.read('services.health', { service: success.service }));
    // Not running at all clears most conditions.
    const judged = judgeHealth({ kind: 'healthy', service: success.service, count: null }, health);
    return judged.verdict === 'worse' ? judged : cleared;
  }
  const mounts = firstAnswer(await kit.read('disk.usage', { path: success.mount }));
  const percent = mounts?.find(({ mount }) => mount === success.mount)?.percent ?? null;
  return judgeMetric(
    { metric: `disk usage of ${success.mount}`, unit: '%', before: success.beforePercent, goal: null },
    percent,
  );
}

function firstAnswer<C extends ReadCapability>(answers: readonly ReadAnswer<C>[]): ReadResults[C] | null {
  return answers.find((answer) => answer.ok)?.result ?? null;
}

function intervalMs(plan: Plan): number {
  return Math.max(1000, Math.min(15_000, plan.watchMs / 10));
}

function firstLookMs(plan: Plan): number {
  const { success } = plan;
  const atOnce =
    success.kind === 'none' ||
    success.kind === 'disk' ||
    (success.kind === 'condition' && success.service === null);
  return atOnce ? 0 : intervalMs(plan);
}
