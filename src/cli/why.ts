// `openclaw why`: which rule, window, silence, repeat or level caused or suppressed a page, from what was stored
// when it was decided. Works without a daemon.
import type { Command } from 'commander';
import { usageError } from '../domain/errors.ts';
import { printable } from '../domain/text/safe-text.ts';
import type { Tables } from '../store/tables.ts';
import type { Context } from './context.ts';
import { colours, details, localTime, printJson, relativeTime } from './output.ts';
import { parseId } from './parse-id.ts';
import type { WhyAnswer, WhyLine } from './why/answer.ts';
import { type FoldedLine, foldLines } from './why/fold.ts';

type Answer = (read: Tables) => Promise<WhyAnswer>;

interface Flags {
  all?: boolean;
}

const ALL = ['--all', 'every line, where many say the same'] as const;
/** Of a line that is shown beside others. */
const LONGEST = 400;

export function defineWhy(command: Command, context: Context): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  $ openclaw why incident 7\n  $ openclaw why page 31\n  $ openclaw why alert "error rate"\n  $ openclaw why plan 3',
  );
  command
    .command('incident')
    .description('what opened it, whom it woke and whom not, and what happens next')
    .argument('<number>')
    .option(...ALL)
    .action(async (number: string, flags: Flags) => {
      const id = parseId(number, 'incident');
      const { whyIncident } = await import('./why/incident.ts');
      await answer(context, flags, (read) => whyIncident(read, id));
    });
  command
    .command('page')
    .description('why somebody was paged, and what became of each way to them')
    .argument('<number>', 'as `why incident` lists it')
    .option(...ALL)
    .action(async (number: string, flags: Flags) => {
      const id = parseId(number, 'page');
      const { whyPage } = await import('./why/page.ts');
      await answer(context, flags, (read) => whyPage(read, id));
    });
  command
    .command('alert')
    .description('why it woke somebody or nobody')
    .argument('<words...>', 'its title or fingerprint, or a part of one')
    .option(...ALL)
    .action(async (words: string[], flags: Flags) => {
      const text = words.join(' ').normalize('NFC').trim();
      if (text === '') throw usageError('which alert?', 'openclaw why alert "error rate"');
      const { whyAlert } = await import('./why/alert.ts');
      await answer(context, flags, (read) => whyAlert(read, text));
    });
  command
    .command('plan')
    .description('who asked, who agreed, why it ran or did not')
    .argument('<number>', 'the number of /approve')
    .option(...ALL)
    .action(async (number: string, flags: Flags) => {
      const id = parseId(number, 'plan');
      const { whyPlan } = await import('./why/plan.ts');
      await answer(context, flags, (read) => whyPlan(read, id));
    });
}

async function answer(context: Context, { all = false }: Flags, ask: Answer): Promise<void> {
  const { io } = context;
  const found = await ask((await context.store()).read);
  if (io.json) return printJson(io, found);
  const { bold, dim } = colours(io);
  const time = (at: number) => dim(localTime(at));
  const line = ({ at, kind, text }: WhyLine, when: string) => {
    const shown = printable(all || text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`).replace(
      /\s*\n\s*/g,
      ' / ',
    );
    io.stdout(`${time(at)}  ${kind.padEnd(12)} ${shown}${when}\n`);
  };
  details(io, found.facts);
  io.stdout(`\n${bold('decided')}\n`);
  if (found.decided.length === 0) io.stdout('nothing is on record\n');
  const folded = all ? found.decided.map(whole) : foldLines(found.decided);
  for (const each of folded)
    if (each.folded) io.stdout(`${time(each.at)}  ${each.kind.padEnd(12)} ${dim(gapText(each))}\n`);
    else line(each.line, '');
  if (found.pending.length > 0) {
    io.stdout(`\n${bold('next')}\n`);
    for (const each of found.pending)
      line(each, each.kind === 'none' ? '' : dim(` (${relativeTime(each.at, io.now())})`));
  }
  if (folded.some((each) => each.folded))
    io.stderr(
      dim(
        `  all ${found.decided.length} lines: openclaw why ${printable(found.about.replace(/^(\w+) #/, '$1 '))} --all\n`,
      ),
    );
  if (found.next) io.stderr(dim(`  next: ${found.next}\n`));
}

function whole(line: WhyLine): FoldedLine {
  return { folded: false, line };
}

function gapText({ kind, count, until }: FoldedLine & { folded: true }): string {
  return `… ${count} more ${kind === 'more' ? 'lines' : 'like these'}, the last at ${localTime(until)}`;
}
