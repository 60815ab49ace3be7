// A dry run of an auto-fix in this process: measures, asks its limits and previews its steps. Changes nothing.
import { setTimeout as wait } from 'node:timers/promises';
import { withService } from '../domain/affected-service.ts';
import type { Clock } from '../domain/clock.ts';
import { metricsOf, parseCondition } from '../domain/condition.ts';
import { ToolError } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import type { FixTrial } from '../domain/fix-trial.ts';
import { OPEN_PLAN_STATES } from '../domain/plan.ts';
import { OPENCLAW } from '../domain/principal.ts';
import { redact } from '../domain/redact.ts';
import type { Resource } from '../domain/resource.ts';
import type { SourceAdapter } from '../domain/tool.ts';
import { diskForecast } from '../engine/disk-forecast.ts';
import type { Engine } from '../engine/engine.ts';
import { fixRefusals } from '../engine/fix-limits.ts';
import { fixSources } from '../engine/fix-sources.ts';
import { type Prepared, preparePlan } from '../engine/prepare.ts';
import { byTarget, readCondition, type TargetValues, targetsOf } from '../engine/rules.ts';
import { fixPlace, fixTarget } from '../engine/said-once.ts';
import type { Store } from '../store/store.ts';
import { isSpoken, openSource } from './adapters.ts';
import { whyUnmeasured } from './examine/fixes.ts';
import { enabledOf } from './examine.ts';

/** Probes have seen nothing in a process this young: they are looked at again a few times. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 300;
const DEADLINE_MS = 60_000;

interface Parts {
  store: Store;
  clock: Clock;
  /** Where secrets are found. */
  env: Readonly<Record<string, string | undefined>>;
}

export interface Tried {
  trials: FixTrial[];
  /** Sources that cannot be measured. */
  silent: { source: string; why: string }[];
  /** Why there are no trials. Null: there are. */
  unmeasured: Finding | null;
}

/** One row per target its condition speaks of. */
export async function tryFix(fix: Resource<'auto-fix'>, parts: Parts): Promise<Tried> {
  const { sources, silent } = await openSources(parts);
  try {
    const engine = engineOf(parts, sources);
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const rows = await measure(fix, sources, silent, signal);
    const trials: FixTrial[] = [];
    for (const row of rows) trials.push(await tryTarget(fix, row, engine, signal));
    const unmeasured = trials.length > 0 ? null : whyUnmeasured(fix, { all: await enabledOf(parts.store) });
    return { trials, silent, unmeasured };
  } finally {
    for (const source of sources) await source.close();
  }
}

async function openSources({ store, clock, env }: Parts) {
  const services = (await store.read.resources.list('service')).filter(({ enabled }) => enabled);
  const sources: SourceAdapter[] = [];
  const silent: { source: string; why: string }[] = [];
  for (const resource of await store.read.resources.list('source')) {
    if (!resource.enabled || !isSpoken(resource.spec)) continue;
    try {
      const source = await openSource(resource, () => services.map(({ spec }) => spec), {
        store,
        clock,
        env,
      });
      // Where the condition is measured is not always where its steps are done.
      if (source) sources.push(source);
    } catch (error) {
      silent.push({ source: resource.name, why: textOf(error) });
    }
  }
  return { sources, silent };
}

/** Only what planning needs of it: nothing here runs a job, posts, or asks a planner. */
function engineOf({ store, clock }: Parts, sources: SourceAdapter[]): Engine {
  return {
    clock,
    store,
    adapters: () => ({ sources, channels: [] }),
    planner: {
      knows: () => false,
      onlyReads: () => false,
      propose: () => Promise.reject(new Error('a dry run asks no planner')),
    },
    log: () => {},
    startId: 'dry-run',
    zone: 'UTC',
  };
}

async function measure(
  { spec }: Resource<'auto-fix'>,
  sources: readonly SourceAdapter[],
  silent: { source: string; why: string }[],
  signal: AbortSignal,
): Promise<TargetValues[]> {
  const condition = parseCondition(spec.condition);
  const working = new Set(sources.filter((source) => source.measure));
  for (let look = 1; ; look += 1) {
    const measured = [];
    for (const source of working) {
      try {
        measured.push({
          source: source.name,
          measurements: (await source.measure?.({ signal, metrics: metricsOf(condition) })) ?? [],
        });
      } catch (error) {
        working.delete(source);
        silent.push({ source: source.name, why: textOf(error) });
      }
    }
    const rows = targetsOf(condition, byTarget(measured), {});
    const known = rows.length > 0 && rows.every((row) => readCondition(condition, row).holds !== 'unknown');
    if (known || look === LOOKS || working.size === 0) return rows;
    await wait(BETWEEN_LOOKS_MS, undefined, { signal });
  }
}

async function tryTarget(
  fix: Resource<'auto-fix'>,
  row: TargetValues,
  engine: Engine,
  signal: AbortSignal,
): Promise<FixTrial> {
  const { source, target, service } = row;
  const reading = readCondition(parseCondition(fix.spec.condition), row);
  const prepared = await prepare(fix, row, engine, signal);
  const plan = prepared.kind === 'plan' ? prepared.plan : null;
  const preview = plan?.steps.flatMap((step) => step.preview.flatMap(({ bytes }) => bytes ?? [])) ?? [];
  const adapter = engine.adapters().sources.find(({ name }) => name === source);
  return {
    source,
    target,
    service,
    holds: reading.holds,
    because: reading.because,
    value: reading.value,
    unit: reading.unit,
    obstacles: await obstacles(fix, row, engine),
    steps:
      plan?.steps.map((step) => ({
        capability: step.capability,
        on: step.target.label,
        source: step.source,
        preview: step.preview,
      })) ?? [],
    leftOut: plan?.notes.find(({ heading }) => heading === 'Left out')?.lines ?? [],
    refused: prepared.kind === 'refused' ? prepared.refusal.detail : null,
    freeBytes: preview.length === 0 ? null : preview.reduce((sum, bytes) => sum + bytes, 0),
    forecast:
      plan && adapter && reading.metric === 'disk_usage'
        ? await diskForecast(plan.steps, target, adapter, signal)
        : null,
  };
}

async function obstacles(
  fix: Resource<'auto-fix'>,
  row: TargetValues,
  { store, clock }: Engine,
): Promise<FixTrial['obstacles']> {
  const now = clock.now();
  const found: FixTrial['obstacles'] = [];
  if (!fix.enabled) found.push({ why: 'disabled', detail: 'it is disabled' });
  const frozen = await store.read.settings.get('freeze');
  if (frozen) found.push({ why: 'frozen', detail: `changes are frozen: ${frozen.reason}` });
  const place = fixTarget(row);
  const [latest] = await store.read.plans.ofAutoFix(fix.name, place, 1);
  if (latest && OPEN_PLAN_STATES.includes(latest.plan.state))
    found.push({ why: 'under-way', detail: `a run of it is ${latest.plan.state}` });
  for (const { why, detail } of await fixRefusals(store.read, fix, place, now)) found.push({ why, detail });
  const { forMs } = parseCondition(fix.spec.condition);
  const since = await store.read.conditions.since(`auto-fix:${fix.name}`, fixPlace(row.source, row.target));
  if (forMs > 0 && (since === null || now - since < forMs))
    found.push({ why: 'for', detail: 'its condition has to hold for a while first' });
  return found;
}

async function prepare(
  fix: Resource<'auto-fix'>,
  { source, target, service }: TargetValues,
  engine: Engine,
  signal: AbortSignal,
): Promise<Prepared> {
  const refused = (detail: string): Prepared => ({
    kind: 'refused',
    refusal: { why: 'dry-run', detail, instead: '' },
  });
  if (fix.spec.steps.length === 0) return refused('it has no steps: a checklist for people');
  try {
    return await preparePlan(
      {
        command: fix.name,
        sources: fixSources(fix.spec.steps, { source, service }, engine.adapters().sources),
        asked: `auto-fix ${fix.name}`,
        autoFix: fix.name,
        requester: OPENCLAW,
        destination: { channel: '', conversation: '', incidentId: null },
        incidentId: null,
        twoPerson: fix.spec.twoPerson,
        watchMs: null,
        proposal: {
          kind: 'steps',
          title: `${fix.name} on ${target}`,
          service,
          steps: fix.spec.steps.map(({ capability, args }) => ({
            capability,
            args: withService(args, service),
          })),
          notes: [],
          success: { kind: 'none' },
        },
      },
      engine,
      signal,
    );
  } catch (error) {
    if (error instanceof ToolError) return refused(textOf(error));
    throw error;
  }
}

function textOf(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error));
}
