// `openclaw incident verify`: is the record what was written? Works without a daemon, and beside one.
import type { Command } from 'commander';
import { usageError } from '../domain/errors.ts';
import { headLine, readHead } from '../domain/record.ts';
import type { KeptHead, Verified } from '../domain/record-check.ts';
import { printable } from '../domain/text/safe-text.ts';
import { verifyRecord } from '../store/verify.ts';
import type { Context } from './context.ts';
import { colours, printJson, success } from './output.ts';

/** Of a record that was rewritten as a whole every entry is wrong. */
const SHOWN = 20;
const NEXT = 'compare it with a backup; openclaw restore FILE puts one in place';

export function defineVerify(command: Command, context: Context): void {
  command
    .description('check that no entry of the record was edited, removed, added or moved')
    .option('--head <head>', 'one you kept, as summaries and exports name it')
    .addHelpText(
      'after',
      '\nThe end of the record can be cut so that the rest still fits: that is found by the heads in the summaries' +
        '\nof incidents, and by --head. Exit code 1: something is wrong.\n' +
        '\nExamples:\n  $ openclaw incident verify\n  $ openclaw incident verify --head 8f3a91c2d4e5\n' +
        '  $ openclaw incident verify --head "8f3a91c2d4e5 (entry 412)"',
    )
    .action((flags: { head?: string }) => verify(context, flags));
}

async function verify(context: Context, flags: { head?: string }): Promise<void> {
  const given = flags.head === undefined ? [] : [keptHead(flags.head)];
  const verified = await verifyRecord((await context.store()).read, given);
  if (verified.flaws.length > 0) context.exitCode = 1;
  tell(context, verified);
}

function keptHead(text: string): KeptHead {
  const head = readHead(text);
  if (head) return { ...head, where: '--head' };
  throw usageError(
    `--head takes at least eight hexadecimal digits, not "${text.slice(0, 100)}"`,
    'copy it from a summary: --head "8f3a91c2d4e5 (entry 412)"',
  );
}

function tell({ io }: Context, { head, entries, flaws }: Verified): void {
  if (io.json) {
    printJson(io, documentOf({ head, entries, flaws }));
    return;
  }
  if (flaws.length === 0) {
    const count = `${entries} ${entries === 1 ? 'entry' : 'entries'}`;
    success(io, entries === 0 ? 'the record has no entry yet' : `the record is whole: ${count}`);
    if (head) io.stdout(`${headLine(head)}\n`);
    return;
  }
  const { red, dim } = colours(io);
  const count = flaws.length === 1 ? 'in one place' : `in ${flaws.length} places`;
  io.stdout(`${red('✗')} the record is not what was written, ${count}\n`);
  for (const { text } of flaws.slice(0, SHOWN)) io.stdout(`  ${printable(text)}\n`);
  if (flaws.length > SHOWN) io.stdout(`  and ${flaws.length - SHOWN} more: --json lists them\n`);
  io.stderr(dim(`  next: ${NEXT}\n`));
}

function documentOf({ head, entries, flaws }: Verified) {
  const [first] = flaws;
  if (!first) return { ok: true, entries, head, flaws };
  return { ok: false, error: { type: 'failed', message: first.text, hint: NEXT }, entries, head, flaws };
}
