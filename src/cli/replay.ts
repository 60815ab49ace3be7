// `openclaw replay FILE`: an exported incident run again, without a daemon, a key, a network or a state folder.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { usageError } from '../domain/errors.ts';
import { clipped, quoted } from '../domain/excerpt.ts';
import type { AskedAgain, Replay } from '../domain/replayed.ts';
import { printable } from '../domain/text/safe-text.ts';
import type { Context } from './context.ts';
import { colours, localTime, printJson, table } from './output.ts';
import { readTextFile } from './resource/read-files.ts';

interface ReplayFlags {
  withModel?: true;
  model?: string;
  instructions: string;
}

/** An incident of a bad night has a few. */
const LIMIT_BYTES = 64 * 1024 * 1024;
const SHOWN = 160;

export function defineReplay(command: Command, context: Context): void {
  command
    .argument('<file>', 'one that openclaw incident export made; - is standard input')
    .option(
      '--with-model',
      'ask a model the same questions again (ANTHROPIC_API_KEY); costs money, changes nothing',
    )
    .option('--model <name>', 'another one than was asked then')
    .option('--instructions <which>', 'bundle: those of then; current: those stored here now', 'bundle')
    .addHelpText(
      'after',
      '\nWhat went out, what was read and what was made of the answers is made anew by this openclaw from the file alone, and' +
        '\ncompared byte for byte. Exit code 0: all is the same; 1: something is not; 2: this is no whole export,' +
        '\nor conversations in it were kept no more (openclaw run --keep-raw).' +
        '\n\nExamples:\n  $ openclaw replay incident-43.json\n  $ openclaw replay incident-43.json --with-model --model claude-opus-5-5' +
        '\n  $ openclaw replay incident-43.json --with-model --instructions current',
    )
    .action((file: string, flags: ReplayFlags) => replay(context, file, flags));
}

async function replay(context: Context, file: string, flags: ReplayFlags): Promise<void> {
  const { io } = context;
  const { withModel = false, model, instructions } = flags;
  if (instructions !== 'bundle' && instructions !== 'current')
    throw usageError(
      `--instructions takes bundle or current, not ${quoted(instructions)}`,
      '--instructions current',
    );
  if (!withModel && (model !== undefined || instructions === 'current'))
    throw usageError(
      `${model === undefined ? '--instructions current' : '--model'} is for asking a model again`,
      'add --with-model',
    );
  const text =
    file === '-' ? await io.stdin() : await readTextFile(resolve(io.cwd, file), 'replay', LIMIT_BYTES);
  const { replayBundle, replayWithModel } = await import('../daemon/replay.ts');
  const done = await replayBundle(text);
  const asked = withModel
    ? await replayWithModel({
        text,
        clock: { now: () => io.now() },
        env: io.env,
        model,
        instructions: instructions === 'current' ? await currentInstructions(context) : undefined,
        signal: new AbortController().signal,
      })
    : [];
  const wrong = done.checks.filter(({ result }) => result === 'different');
  if (wrong.length > 0) context.exitCode = 1;
  else if (done.pruned.length > 0) context.exitCode = 2;
  if (io.json) return printJson(io, documentOf(done, asked, withModel));
  tell(context, done);
  if (withModel) tellAsked(context, asked);
  if (done.pruned.length > 0) io.stderr(`${printable(notWhole(done))}\n`);
}

function notWhole({ pruned }: Replay): string {
  const shown = `${pruned.slice(0, 5).join(', ')}${pruned.length > 5 ? ` and ${pruned.length - 5} more` : ''}`;
  return `This is no whole export: kept no more when it was made ${pruned.length === 1 ? 'was' : 'were'} ${clipped(shown, 300)}. All else was compared.`;
}

async function currentInstructions(context: Context) {
  const { resources } = (await context.store()).read;
  const byName = (all: readonly { name: string; spec: { message: string } }[]) =>
    Object.fromEntries(all.map(({ name, spec }) => [name, spec.message]));
  return {
    agents: byName(await resources.list('agent')),
    commands: byName(await resources.list('command')),
  };
}

function tell({ io }: Context, { incident, digest, madeBy, madeAt, checks }: Replay): void {
  const { bold, dim, red, green, yellow } = colours(io);
  io.stdout(`${bold(`INCIDENT #${incident.id}: ${printable(clipped(incident.title, 300))}`)}\n`);
  io.stdout(
    `${dim(`exported ${localTime(madeAt)} by openclaw ${printable(clipped(madeBy, 40))}, ${digest.slice(0, 19)}`)}\n`,
  );
  table(
    io,
    [
      'what',
      {
        title: 'result',
        paint: (cell, result) => (result === 'same' ? green : result === 'different' ? red : yellow)(cell),
      },
      'of it',
    ],
    checks.map(({ what, result, detail }) => [clipped(what, 60), result, detail]),
  );
  for (const { what, difference } of checks) {
    if (!difference) continue;
    const [then, now] = aroundDifference(difference.before, difference.after);
    io.stdout(`\n${printable(what)}: ${printable(difference.what)} differs in line ${difference.line}\n`);
    io.stdout(`  ${red(`then: ${printable(then)}`)}\n  ${green(`now:  ${printable(now)}`)}\n`);
  }
}

function tellAsked({ io }: Context, asked: AskedAgain[]): void {
  const { bold, dim, yellow, green } = colours(io);
  const line = (text: string) => printable(clipped(text, 1_000));
  for (const { talk, otherwise } of asked) {
    if (!otherwise) continue;
    const { model, before, after, same, missed } = otherwise;
    const name = bold(printable(clipped(talk, 60)));
    if (same === null) {
      io.stdout(`\n${name}: ${yellow('was not answered')}\n`);
      io.stdout(`  ${dim(`then ${line(model.before)}:`)} ${line(before.proposal)}\n`);
      io.stdout(`  ${dim(`now ${line(model.after)}:`)} ${line(after.words)}\n`);
      continue;
    }
    io.stdout(`\n${name}: ${same ? green('proposes the same') : yellow('proposes otherwise')}\n`);
    io.stdout(`  ${dim(`then ${line(model.before)}:`)} ${line(before.proposal)}\n`);
    io.stdout(`  ${dim(`now ${line(model.after)}:`)} ${line(after.proposal)}\n`);
    io.stdout(`  ${dim('words then:')} ${line(before.words)}\n  ${dim('words now:')} ${line(after.words)}\n`);
    for (const what of missed) io.stdout(`  ${dim(`not read then, so not known: ${line(what)}`)}\n`);
  }
  io.stdout(`${dim('Nothing was changed.')}\n`);
}

function documentOf({ checks, ...rest }: Replay, asked: AskedAgain[], withModel: boolean) {
  const more = { ...rest, checks, ...(withModel ? { asked } : {}) };
  const first = checks.find(({ result }) => result === 'different');
  if (!first && rest.pruned.length > 0)
    return {
      ok: false,
      error: { type: 'usage', message: notWhole({ checks, ...rest }), hint: null },
      ...more,
    };
  if (!first) return { ok: true, ...more };
  const message = `${first.what}: ${first.detail}`;
  return { ok: false, error: { type: 'failed', message, hint: null }, ...more };
}

/** Long lines from a little before the place where they part. */
function aroundDifference(then: string, now: string): [string, string] {
  let at = 0;
  while (at < then.length && then[at] === now[at]) at += 1;
  const from = Math.max(0, at - SHOWN / 4);
  const cut = (text: string) => clipped(`${from === 0 ? '' : '…'}${text.slice(from)}`, SHOWN);
  return [cut(then), cut(now)];
}
