// `openclaw auto-fix test NAME`: a dry run now, in this process. Measures and previews, and changes nothing.
import type { Command } from 'commander';
import { notFound } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { FixTrial } from '../domain/fix-trial.ts';
import type { Resource } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import { printable } from '../domain/text/safe-text.ts';
import { formatBytes } from '../domain/value-text.ts';
import { definitionOf } from '../resources/all.ts';
import type { Context } from './context.ts';
import { colours, printJson, warn } from './output.ts';
import { findResource } from './resource/find.ts';

export function defineTest(command: Command, context: Context): void {
  command
    .argument('<name>', 'its name or id')
    .description('what it would do now on each target, measured; changes nothing')
    .option('--target <target>', 'this mount or service alone')
    .addHelpText('after', '\nExample:\n  $ openclaw auto-fix test "Disk Cleanup" --target /')
    .action((name: string, flags: { target?: string }) => test(context, name, flags));
}

async function test(context: Context, asked: string, { target }: { target?: string }): Promise<void> {
  const { io } = context;
  const store = await context.store();
  const fix = await findResource(store.read, await definitionOf('auto-fix'), asked);
  const { tryFix } = await import('../daemon/try-fix.ts');
  const {
    trials: all,
    silent,
    unmeasured,
  } = await tryFix(fix, {
    store,
    clock: { now: () => io.now() },
    env: io.env,
  });
  const trials = target === undefined ? all : all.filter((one) => one.target === target);
  for (const { source, why } of silent) warn(io, `${source} cannot be measured: ${why}`, 'openclaw doctor');
  if (target !== undefined && trials.length === 0) throw noTarget(fix, target, all);
  if (io.json) {
    const { condition, approval } = fix.spec;
    return printJson(io, {
      name: fix.name,
      condition,
      approval,
      enabled: fix.enabled,
      targets: trials,
      silent,
      unmeasured: unmeasured && { text: unmeasured.text, hint: unmeasured.hint },
    });
  }
  if (unmeasured) return warn(io, `${unmeasured.text}, so it never runs`, unmeasured.hint ?? undefined);
  for (const trial of trials) show(context, fix, trial);
  io.stdout(`${colours(io).dim('Nothing was changed.')}\n`);
}

function noTarget({ name }: Resource<'auto-fix'>, target: string, all: readonly FixTrial[]): Error {
  const known = all.map((one) => one.target);
  const near = nearest(target, known);
  return notFound(
    `"${name}" has no target ${quoted(target)}`,
    near === null
      ? `it is measured on: ${known.slice(0, 10).map(quoted).join(', ') || 'nothing'}`
      : `did you mean ${quoted(near)}?`,
  );
}

function show({ io }: Context, fix: Resource<'auto-fix'>, trial: FixTrial): void {
  const { bold, green, yellow, dim } = colours(io);
  const say = (text: string): void => io.stdout(`${text}\n`);
  const holds = { true: yellow('holds'), false: 'does not hold', unknown: 'is not known' };
  const where = trial.target === trial.source ? trial.target : `${trial.target} on ${trial.source}`;
  say(
    `${bold(printable(where))}: ${fix.spec.condition} ${holds[`${trial.holds}`]} (${printable(trial.because)})`,
  );
  for (const { detail } of trial.obstacles) say(`  ${yellow('not now:')} ${printable(detail)}`);
  if (trial.refused !== null) say(`  ${yellow('no plan:')} ${printable(trial.refused)}`);
  else if (trial.holds === true && trial.obstacles.length === 0)
    say(`  ${green(fix.spec.approval === 'auto' ? 'would run by itself now' : 'would ask now')}`);
  for (const [index, step] of trial.steps.entries()) {
    say(`  ${index + 1}. ${step.capability} on ${printable(step.on)}`);
    for (const { text, how } of step.preview)
      say(`     • ${printable(text)}${how === 'measured' ? '' : ` (${how})`}`);
  }
  for (const text of trial.leftOut) say(`  ${dim(`left out: ${printable(text)}`)}`);
  if (trial.freeBytes !== null)
    say(
      `  Total recovery: ${trial.freeBytes === 0 ? 'nothing' : `~${formatBytes(trial.freeBytes)}`}${trial.forecast ? ` (→ ${trial.forecast})` : ''}`,
    );
  say('');
}
