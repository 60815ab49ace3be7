// A fix whose condition holds: measure it again, then run it within its limits, or ask first.
import { withService } from '../../domain/affected-service.ts';
import { FORECAST, fixCard } from '../../domain/cards/fix-card.ts';
import { digestOf, type Json } from '../../domain/digest.ts';
import { formatDuration } from '../../domain/duration.ts';
import { ToolError } from '../../domain/errors.ts';
import { autoFixRefusal } from '../../domain/guardrails.ts';
import { type Message, message } from '../../domain/message.ts';
import { BECAUSE, OPEN_PLAN_STATES, type Plan } from '../../domain/plan.ts';
import { OPENCLAW } from '../../domain/principal.ts';
import { redact } from '../../domain/redact.ts';
import type { Resource } from '../../domain/resource.ts';
import { LONGEST_WAIT_MS, type Unprepared, unpreparedIn, waitAfter } from '../../domain/unprepared.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import type { Tables } from '../../store/tables.ts';
import { channelZone } from '../channel-zone.ts';
import { diskForecast } from '../disk-forecast.ts';
import type { Commit, Engine, Handler, Run } from '../engine.ts';
import { nothing } from '../engine.ts';
import { refuseFix } from '../fix-limits.ts';
import { notifyPlace, postInRoom } from '../fix-room.ts';
import { fixSources } from '../fix-sources.ts';
import { measureTarget } from '../measure-target.ts';
import { preparePlan } from '../prepare.ts';
import type { Reading } from '../rules.ts';
import { fixKey, fixPlace, fixTarget, type SaidReason, saidBefore } from '../said-once.ts';
import { askForApproval } from './plan.ts';

interface Payload {
  name: string;
  source: string;
  target: string;
  service: string | null;
  /** A person waits for it, so that doing nothing is said too. */
  asked?: boolean;
}

export const autoFix: Handler = async (run, engine) => {
  const payload = run.job.payload as unknown as Payload;
  const fix = await engine.store.read.resources.find('auto-fix', payload.name);
  if (!fix?.enabled) return nothing;
  try {
    return await consider(fix, payload, engine, run);
  } catch (error) {
    // What a source cannot do now is said and tried ever more seldom, and never put aside.
    if (run.signal.aborted || !(error instanceof ToolError)) throw error;
    const { name, source, target, asked } = payload;
    const why = redact(error.message);
    const text = `🟠 ${name} on ${target} could not be prepared: ${why}. While its condition holds it is tried again in ${formatDuration(waitAfter(failuresBefore(run) + 1))}, then ever more seldom, but at least every ${formatDuration(LONGEST_WAIT_MS)}. When: openclaw auto-fix runs ${shellQuote(name)}`;
    const destination = await notifyPlace(engine.store.read, fix);
    const told = asked
      ? say(destination, text)
      : sayOnce(name, 'failed', fixPlace(source, target), destination, text, engine);
    return laterAgain(told, { fix, payload, why }, engine, run);
  }
};

async function consider(
  fix: Resource<'auto-fix'>,
  payload: Payload,
  engine: Engine,
  run: Run,
): Promise<Commit> {
  const { name, source, target, service, asked } = payload;
  const frozen = await engine.store.read.settings.get('freeze');
  const adapter = engine.adapters().sources.find((each) => each.name === source);
  if (!adapter?.measure) return nothing;
  const reading = await measureTarget(adapter, target, fix.spec.condition, run.signal);
  // What an alert or an earlier poll said is not enough: it is measured again, by a source of ours, now.
  const destination = await notifyPlace(engine.store.read, fix);
  if (reading?.holds !== true) {
    const why = reading && reading.holds === false ? reading.because : 'it cannot be measured now';
    return asked ? say(destination, `${name} on ${target}: nothing to do, ${why}.`) : nothing;
  }
  const place = fixPlace(source, target);
  const limitedTo = fixTarget({ service, source, target });
  const once = (reason: SaidReason, text: Message | string): Commit =>
    asked ? say(destination, text) : sayOnce(fix.name, reason, place, destination, text, engine);
  if (fix.spec.steps.length === 0) return once('checklist', checklist(fix, target, reading.because));

  const standing = fix.spec.approval === 'auto' && frozen === null;
  if (
    standing &&
    (autoFixRefusal(fix.spec.steps) || digestOf(fix.spec.steps as unknown as Json) !== fix.spec.stepsDigest)
  ) {
    return once(
      'changed',
      `🛑 ${name}: its steps are not the ones that were agreed to. openclaw auto-fix edit "${name}"`,
    );
  }
  const prepared = await preparePlan(
    {
      command: name,
      sources: fixSources(fix.spec.steps, { source, service }, engine.adapters().sources),
      asked: `auto-fix ${name}`,
      autoFix: name,
      requester: OPENCLAW,
      destination,
      incidentId: null,
      twoPerson: fix.spec.twoPerson,
      watchMs: null,
      proposal: {
        kind: 'steps',
        title: titleOf(name, target, reading),
        service,
        steps: fix.spec.steps.map(({ capability, args }) => ({
          capability,
          args: withService(args, service),
        })),
        notes: [{ heading: BECAUSE, lines: [reading.because] }],
        success: {
          kind: 'condition',
          source,
          target,
          service,
          condition: fix.spec.condition,
          metric: reading.metric,
          before: reading.value,
        },
      },
    },
    engine,
    run.signal,
  );
  if (prepared.kind === 'refused') {
    const { detail, instead } = prepared.refusal;
    const told = once('refused', `🛑 ${name} on ${target}: ${detail}. Instead: ${instead}`);
    return laterAgain(told, { fix, payload, why: detail }, engine, run);
  }
  if (frozen)
    return once(
      'frozen',
      `🧊 ${name} on ${target} would run (${reading.because}), and changes are frozen: ${frozen.reason}`,
    );
  if (standing)
    return runNow(prepared.plan, fix, { target: limitedTo, label: target, asked }, reading.because, engine);
  const { plan } = prepared;
  const forecast =
    reading.metric === 'disk_usage' ? await diskForecast(plan.steps, target, adapter, run.signal) : null;
  const notes = forecast ? [...plan.notes, { heading: FORECAST, lines: [forecast] }] : plan.notes;
  return ask({ ...plan, notes }, fix, { target: limitedTo, label: target, asked }, engine);
}

function failuresBefore({ job }: Run): number {
  return unpreparedIn(job.payload)?.failures ?? 0;
}

/** The next try is the timer that says so: the poll adds no other, and a restart takes it over as it is. */
function laterAgain(
  told: Commit,
  { fix, payload, why }: { fix: Resource<'auto-fix'>; payload: Payload; why: string },
  engine: Engine,
  run: Run,
): Commit {
  const failures = failuresBefore(run) + 1;
  return async (tx) => {
    await told(tx);
    const now = engine.clock.now();
    const { name, source, target, service } = payload;
    const unprepared: Unprepared = { failures, failedAt: now, why, revision: fix.revision };
    const key = fixKey(name, fixPlace(source, target));
    const runAt = now + waitAfter(failures);
    await tx.jobs.set('auto-fix', { name, source, target, service, unprepared }, { key, runAt, priority: 1 });
    engine.log({ level: 'warn', event: 'auto-fix-not-prepared', fix: name, target, failures, error: why });
  };
}

interface Wanted {
  /** What its limits count per. */
  target: string;
  label: string;
  asked: boolean | undefined;
}

/** What is wrong comes first: it is what the reader of a notification sees. */
function titleOf(name: string, target: string, { metric, value }: Reading): string {
  return metric === 'disk_usage' && value !== null
    ? `Disk at ${value}% on ${target}: ${name}`
    : `${name} on ${target}`;
}

/** Standing approval: a row like any other, so that the executor has one road. */
function runNow(
  planned: Omit<Plan, 'id'>,
  fix: Resource<'auto-fix'>,
  { target, label, asked }: Wanted,
  because: string,
  engine: Engine,
): Commit {
  return async (tx) => {
    const taken = await whyTaken(tx, fix, target, engine.clock.now());
    if (taken !== null) {
      if (asked) await say(planned.destination, `${fix.name} on ${label}: not now, ${taken}.`)(tx);
      return;
    }
    const stored = await tx.plans.insert(
      { ...planned, state: 'approved' },
      { target, revision: fix.revision },
    );
    await tx.approvals.insert({
      planId: stored.id,
      digest: stored.digest,
      state: 'approved',
      confirmWord: null,
      firstBy: null,
      decidedBy: null,
      decidedAt: engine.clock.now(),
      standing: `auto-fix: ${fix.name}`,
      expiresAt: stored.expiresAt,
      createdAt: stored.createdAt,
      destination: stored.destination,
    });
    await tx.timeline.add({
      incidentId: null,
      kind: 'auto-fix',
      text: `${stored.title}: starts by its standing approval, ${because}`,
      data: { planId: stored.id, digest: stored.digest },
    });
    await tx.jobs.add('execute', { planId: stored.id }, { priority: 1 });
  };
}

function ask(
  planned: Omit<Plan, 'id'>,
  fix: Resource<'auto-fix'>,
  { target, label, asked }: Wanted,
  engine: Engine,
): Commit {
  return async (tx) => {
    const taken = await whyTaken(tx, fix, target, engine.clock.now());
    if (taken !== null) {
      if (asked) await say(planned.destination, `${fix.name} on ${label}: not now, ${taken}.`)(tx);
      return;
    }
    const stored = await tx.plans.insert(planned, { target, revision: fix.revision });
    const { approvalId } = await askForApproval(tx, stored, engine);
    const zone = await channelZone(stored.destination.channel, tx, engine);
    await postInRoom(tx, stored.destination, fixCard(stored, { approvalId, zone, confirmWord: null }), {
      kind: 'waiting',
      approvalId,
      planId: stored.id,
    });
  };
}

/** Two polls may have asked for one run while this one measured: the first commit wins, the second has nothing to do. */
async function whyTaken(
  tx: Tables,
  fix: Resource<'auto-fix'>,
  target: string,
  now: number,
): Promise<string | null> {
  const [latest] = await tx.plans.ofAutoFix(fix.name, target, 1);
  if (latest && OPEN_PLAN_STATES.includes(latest.plan.state)) return 'another run is under way';
  return (await refuseFix(tx, fix, target, now))?.detail ?? null;
}

/** Prose that could not be compiled stays a list for a person, without a button. */
function checklist(fix: Resource<'auto-fix'>, target: string, because: string): Message {
  return message(`🟡 ${fix.name} on ${target}: ${because}`, {
    tone: 'warning',
    blocks: [{ type: 'section', heading: 'To do by hand', lines: fix.spec.action?.split('\n') ?? [] }],
  });
}

function say(destination: Plan['destination'], text: Message | string): Commit {
  return (tx) =>
    postInRoom(tx, destination, typeof text === 'string' ? message(text, { tone: 'warning' }) : text);
}

function sayOnce(
  fix: string,
  reason: SaidReason,
  place: string,
  destination: Plan['destination'],
  text: Message | string,
  engine: Engine,
): Commit {
  return async (tx) => {
    if (await saidBefore(tx, fix, reason, place, engine.clock.now())) return;
    await say(destination, text)(tx);
  };
}
