// A fix for a known problem. Its prose is compiled to typed steps when it is added, shown, and stored with
// their digest; what cannot be compiled stays a checklist that never runs.
import { AFFECTED_SERVICE } from '../domain/affected-service.ts';
import { digestOf, type Json } from '../domain/digest.ts';
import { formatDuration } from '../domain/duration.ts';
import { refused, type UserError, usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import { DEFAULT_COOLDOWN_MS, DEFAULT_MAX_RUNS, GLOBAL_BUDGET } from '../domain/fix-limit-defaults.ts';
import { formatRate, parseRate } from '../domain/rate.ts';
import type { AutoFix, CompiledStep } from '../domain/resource.ts';
import { endOfDay } from '../domain/wall-clock.ts';
import type { Completed, Definition, Helpers } from './definition.ts';
import { at } from './place.ts';
import { serviceReference } from './references.ts';
import { shellQuote } from './shell-quote.ts';
import { day, timeZone } from './values/calendar.ts';
import { choice } from './values/choice.ts';
import { condition } from './values/condition.ts';
import { duration } from './values/duration.ts';
import { steps } from './values/steps.ts';
import { line, prose, scalar } from './values/text.ts';
import { toggle } from './values/toggle.ts';
import { isTypedStep, writeStep } from './values/typed-step.ts';

const APPROVALS = ['auto', 'ask'] as const;

export const autoFix: Definition<'auto-fix'> = {
  kind: 'auto-fix',
  plural: 'auto-fixes',
  summary: 'a fix for a known problem, run when its condition holds',
  fields: {
    condition: {
      flag: 'condition',
      help: 'when it is needed, such as "disk_usage > 90%"',
      value: condition(),
      question: 'Condition, such as disk_usage > 90%',
    },
    approval: {
      flag: 'approval',
      help: 'ask: posts the preview and asks (default); auto: runs by itself',
      value: choice('approval', APPROVALS),
      default: 'ask',
    },
    notify: { flag: 'notify', help: 'the room that is told, such as "#ops-info"', value: line('<room>') },
    maxRuns: {
      flag: 'max-runs',
      help: `at most this often for each target, such as "3 per day" (default: ${DEFAULT_MAX_RUNS})`,
      value: scalar({
        placeholder: '<rate>',
        parse: (text, place) => formatRate(at(place, () => parseRate(text))),
        print: (text) => text,
      }),
    },
    cooldownMs: {
      flag: 'cooldown',
      help: `at least this long between two runs for a target (default: ${formatDuration(DEFAULT_COOLDOWN_MS)})`,
      value: duration(),
    },
    zone: {
      flag: 'zone',
      help: 'whose midnight begins a day of --max-runs and ends --expires (default: UTC)',
      value: line('<zone>', timeZone),
    },
    expires: {
      flag: 'expires',
      help: 'the last day it runs or asks, such as 2027-01-31',
      value: line('<day>', day),
    },
    twoPerson: { flag: 'two-person', help: 'two people must agree', value: toggle(), default: false },
    steps: {
      flag: 'step',
      help: 'a step stated exactly, instead of words: "services.restart service=api mode=rolling"; repeatable',
      value: steps(),
      default: [],
    },
    stepsDigest: { flag: null, help: '', value: line(), default: '', derived: true },
    action: {
      flag: 'action',
      help: 'what to do, in words; or give --step',
      value: prose(),
      question: 'What to do',
      unless: ['steps'],
    },
  },
  complete,
  columns: [
    { title: 'condition', text: ({ condition }) => condition },
    { title: 'approval', text: ({ approval, steps }) => (steps.length === 0 ? 'checklist' : approval) },
    { title: 'steps', text: stepsInShort },
    { title: 'notify', text: ({ notify }) => notify ?? '' },
    { title: 'limits', text: limits },
  ],
  references: ({ steps: chosen }) =>
    servicesOf(chosen).map((service) => ({ ...serviceReference(service), whereSome: true })),
  detail: stepLines,
  next: ({ name, approval }) =>
    approval === 'auto'
      ? `openclaw auto-fix disable ${shellQuote(name)}   (stops it)`
      : `openclaw auto-fix show ${shellQuote(name)}`,
  examples: [
    'openclaw auto-fix add --name "Disk Cleanup" --condition "disk_usage > 90%" --action "docker system prune -f" --approval auto --notify "#ops-info" --max-runs "3 per day"',
    'openclaw auto-fix add --name "Restart shop" --condition "up = false for 1m" --step "services.restart service=shop mode=rolling"',
  ],
};

/** What people agreed to in advance: it is agreed to again, or asked for each time. */
const AGREED = ['condition', 'action', 'steps', 'maxRuns', 'cooldownMs', 'expires', 'zone'] as const;

async function complete(
  spec: AutoFix,
  given: { keys: ReadonlySet<string>; before: AutoFix | null },
  helpers: Helpers,
): Promise<Completed<'auto-fix'>> {
  const { chosen, problems, warning } = await chooseSteps(spec, given, helpers);
  if (spec.approval === 'auto') {
    const problem = problems[0];
    if (problem) throw cannotRunAlone(spec, `line ${quoted(problem.line, 100)}: ${problem.why}`);
    const { refusalOfAuto } = await import('./auto-approval.ts');
    const why = refusalOfAuto(chosen, spec.notify);
    if (why) throw cannotRunAlone(spec, why.why, why.hint);
  }
  const warnings = problems.map(
    ({ line: text, why }) =>
      `not compiled, so this fix stays a checklist without an approve button: line ${quoted(text, 100)}: ${why}`,
  );
  if (warning) warnings.push(warning);
  if (given.keys.has('condition')) {
    const { unknownMetrics } = await import('./known-metrics.ts');
    warnings.push(...unknownMetrics([spec.condition]));
  }
  if (spec.expires !== undefined && helpers.now() >= endOfDay(spec.expires, spec.zone))
    warnings.push(`it was agreed to until ${spec.expires}, and that is over: it neither runs nor asks`);
  const voided = isVoided(spec, given);
  if (voided)
    warnings.push(
      'it was agreed to in advance as it was, and asks from now on; to let it run by itself again, add --approval auto to the edit',
    );
  if (spec.approval === 'auto' && !voided && spec.maxRuns === undefined && spec.cooldownMs === undefined) {
    warnings.push(
      `neither --cooldown nor --max-runs is given, so the defaults hold: at most ${DEFAULT_MAX_RUNS} for each target, at least ${formatDuration(DEFAULT_COOLDOWN_MS)} apart, and all fixes together ${GLOBAL_BUDGET} times an hour`,
    );
  }
  return {
    spec: {
      ...spec,
      approval: voided ? 'ask' : spec.approval,
      steps: chosen,
      stepsDigest: digestOf(asJson(chosen)),
    },
    warnings,
  };
}

function isVoided(
  spec: AutoFix,
  { keys, before }: { keys: ReadonlySet<string>; before: AutoFix | null },
): boolean {
  if (before?.approval !== 'auto' || keys.has('approval')) return false;
  return AGREED.some((key) => keys.has(key) && JSON.stringify(spec[key]) !== JSON.stringify(before[key]));
}

interface Chosen {
  chosen: CompiledStep[];
  problems: { line: string; why: string }[];
  warning?: string | null;
}

/** Typed steps stand until they are cleared; else the prose is compiled, all of it or nothing. */
async function chooseSteps(
  spec: AutoFix,
  { keys, before }: { keys: ReadonlySet<string>; before: AutoFix | null },
  helpers: Helpers,
): Promise<Chosen> {
  const { name, action } = spec;
  if (areTyped(spec.steps)) {
    const [{ checkStep }, { neverAuto }] = await Promise.all([
      import('./check-step.ts'),
      import('./auto-approval.ts'),
    ]);
    // Before its arguments: to mend those would not help.
    const never = spec.approval === 'auto' ? neverAuto(spec.steps) : null;
    if (never) throw cannotRunAlone(spec, never);
    const chosen = keys.has('steps') ? spec.steps.map(checkStep) : spec.steps;
    return { chosen, problems: [], warning: wordsBesideSteps(spec, { keys, before }) };
  }
  if (action === undefined) throw nothingToDo(name);
  const unchanged = before !== null && !['action', 'condition', 'steps'].some((key) => keys.has(key));
  if (unchanged && before.steps.length > 0) return { chosen: before.steps, problems: [] };
  const compiled = await helpers.compile(action, spec.condition);
  return { chosen: compiled.problems.length > 0 ? [] : compiled.steps, problems: compiled.problems };
}

function areTyped(chosen: readonly CompiledStep[]): boolean {
  return chosen.length > 0 && chosen.every(isTypedStep);
}

/** An edit that leaves both: whoever changed one of them may expect the other to follow. */
function wordsBesideSteps(
  { name, action }: AutoFix,
  { keys, before }: { keys: ReadonlySet<string>; before: AutoFix | null },
): string | null {
  if (before === null || action === undefined || keys.has('action') === keys.has('steps')) return null;
  const edit = `openclaw auto-fix edit ${shellQuote(name)}`;
  return keys.has('action')
    ? `its steps are stated exactly and stay, so the action is words for people; to go by the action: ${edit} --clear-step`
    : `its action stays as words for people, and only the steps count; to remove it: ${edit} --clear-action`;
}

function nothingToDo(name: string): UserError {
  return usageError(
    `${quoted(name)} would have nothing to do: it has neither an action nor a step`,
    'say it in words, --action "docker system prune -f", or exactly, --step "services.restart service=api mode=rolling"',
  );
}

function cannotRunAlone({ name }: AutoFix, why: string, hint?: string): UserError {
  return refused(
    `${quoted(name)} cannot run by itself: ${why}`,
    hint ?? 'write --approval ask: it then posts a measured preview, or the checklist, and asks a person',
  );
}

function stepLines({ steps: chosen, stepsDigest }: AutoFix): string[] {
  if (chosen.length === 0) return ['no steps: a checklist for people'];
  return [
    ...chosen.map((step, index) => {
      const words = isTypedStep(step) ? '' : `   from ${quoted(step.from, 80)}`;
      return `step ${index + 1}: ${writeStep(step)}${words}`;
    }),
    `digest: ${stepsDigest}`,
  ];
}

function servicesOf(chosen: readonly CompiledStep[]): string[] {
  const named = chosen.flatMap(({ args }) => (typeof args.service === 'string' ? [args.service] : []));
  return named.filter((name) => name !== AFFECTED_SERVICE);
}

/** One in full, of several the first: `disk.prune-docker and 2 more`. */
function stepsInShort({ steps: chosen }: AutoFix): string {
  const [first, ...rest] = chosen;
  if (first === undefined) return '';
  return rest.length === 0 ? writeStep(first) : `${first.capability} and ${rest.length} more`;
}

function limits({ maxRuns, cooldownMs, expires }: AutoFix): string {
  return [
    maxRuns ?? DEFAULT_MAX_RUNS,
    `every ${formatDuration(cooldownMs ?? DEFAULT_COOLDOWN_MS)}`,
    expires === undefined ? undefined : `until ${expires}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** Through JSON once: what is digested is what is stored. */
function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
