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

type Answer = (read: Tables) => Promise<WhyAnswer>;

export function defineWhy(command: Command, context: Context): void {
  command.addHelpText(
    'after',
    '\nExamples:\n  $ openclaw why incident 7\n  $ openclaw why page 31\n  $ openclaw why alert "error rate"\n  $ openclaw why plan 3',
  );
  command
    .command('incident')
    .description('what opened it, whom it woke and whom not, and what happens next')
    .argument('<number>')
    .action(async (number: string) => {
      const id = parseId(number, 'incident');
      const { whyIncident } = await import('./why/incident.ts');
      await answer(context, (read) => whyIncident(read, id));
    });
  command
    .command('page')
    .description('why somebody was paged, and what became of each way to them')
    .argument('<number>', 'as `why incident` lists it')
    .action(async (number: string) => {
      const id = parseId(number, 'page');
      const { whyPage } = await import('./why/page.ts');
      await answer(context, (read) => whyPage(read, id));
    });
  command
    .command('alert')
    .description('why it woke somebody or nobody')
    .argument('<words...>', 'its title or fingerprint, or a part of one')
    .action(async (words: string[]) => {
      const text = words.join(' ').normalize('NFC').trim();
      if (text === '') throw usageError('which alert?', 'openclaw why alert "error rate"');
      const { whyAlert } = await import('./why/alert.ts');
      await answer(context, (read) => whyAlert(read, text));
    });
  command
    .command('plan')
    .description('who asked, who agreed, why it ran or did not')
    .argument('<number>', 'the number of /approve')
    .action(async (number: string) => {
      const id = parseId(number, 'plan');
      const { whyPlan } = await import('./why/plan.ts');
      await answer(context, (read) => whyPlan(read, id));
    });
}

async function answer(context: Context, ask: Answer): Promise<void> {
  const { io } = context;
  const found = await ask((await context.store()).read);
  if (io.json) return printJson(io, found);
  const { bold, dim } = colours(io);
  const time = (at: number) => dim(localTime(at));
  const line = ({ at, kind, text }: WhyLine, when: string) =>
    io.stdout(`${time(at)}  ${kind.padEnd(12)} ${printable(text).replace(/\s*\n\s*/g, ' / ')}${when}\n`);
  details(io, found.facts);
  io.stdout(`\n${bold('decided')}\n`);
  if (found.decided.length === 0) io.stdout('nothing is on record\n');
  for (const each of found.decided) line(each, '');
  if (found.pending.length > 0) {
    io.stdout(`\n${bold('next')}\n`);
    for (const each of found.pending)
      line(each, each.kind === 'none' ? '' : dim(` (${relativeTime(each.at, io.now())})`));
  }
  if (found.next) io.stderr(dim(`  next: ${found.next}\n`));
}
