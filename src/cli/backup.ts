// `openclaw backup` and `restore`: the whole state as one file. Backing up works beside a running daemon.
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError, usageError } from '../domain/errors.ts';
import { headLine } from '../domain/record.ts';
import { backUp, examine, stampOf } from '../store/backup.ts';
import { takeDaemonLock } from '../store/daemon-lock.ts';
import { putBack } from '../store/restore.ts';
import type { Context } from './context.ts';
import { printJson, success } from './output.ts';

/** Nothing is said about what takes less. */
const QUIET_MS = 1000;

export function defineBackup(command: Command, context: Context): void {
  command
    .argument('<file>')
    .option('--yes', 'write over a file that is there')
    .addHelpText(
      'after',
      '\nSafe while the daemon runs. The copy is checked before it gets its name, and is readable by you alone.' +
        '\n\nExample:\n  $ openclaw backup /backup/openclaw-2026-11-23.db',
    )
    .action((file: string, flags: { yes?: true }) => backup(context, file, flags.yes === true));
}

export function defineRestore(command: Command, context: Context): void {
  command
    .argument('<file>', 'one that openclaw backup made')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      '\nThe daemon has to be stopped. The state of now is kept beside it, under a name that is printed.' +
        '\n\nExample:\n  $ openclaw restore /backup/openclaw-2026-11-23.db --yes',
    )
    .action((file: string, flags: { yes?: true }) => restore(context, file, flags.yes === true));
}

async function backup(context: Context, file: string, sure: boolean): Promise<void> {
  const { io } = context;
  const to = pathOf(context, file);
  const there = statSync(to, { throwIfNoEntry: false });
  if (there && !there.isFile())
    throw usageError(`${to} is no file`, `openclaw backup ${join(to, 'openclaw.db')}`);
  if (there && !sure) {
    const what = `${to} is there already`;
    if (!io.isTty) throw usageError(what, `openclaw backup ${file} --yes writes over it`);
    if (!(await io.confirm(`${what}. Write over it?`))) throw new UserError('cancelled; nothing was changed');
  }
  const { format, head } = await backUp(stateFile(context), to, progress(context));
  const bytes = statSync(to).size;
  if (io.json) return printJson(io, { ok: true, file: to, bytes, format, head });
  success(io, `backed up to ${to}: ${sizeText(bytes)}, checked`);
  if (head) io.stdout(`${headLine(head)}\n`);
}

async function restore(context: Context, file: string, sure: boolean): Promise<void> {
  const { io, stateDir } = context;
  const from = pathOf(context, file);
  // Held until it is over: no daemon starts on a file that is being replaced.
  const lock = takeDaemonLock(stateDir);
  try {
    const { format, head } = examine(from);
    if (!sure) {
      const what = `the state in ${stateDir} is replaced by ${from}`;
      if (!io.isTty)
        throw usageError(`${what}, and there is no terminal to ask on`, `openclaw restore ${file} --yes`);
      if (!(await io.confirm(`${what}. Go on?`))) throw new UserError('cancelled; nothing was changed');
    }
    const kept = await putBack(from, stateFile(context), stampOf(io.now()));
    if (io.json) return printJson(io, { ok: true, file: from, format, head, kept });
    success(io, `restored ${from}`, 'openclaw incident verify, then openclaw run');
    if (head) io.stdout(`${headLine(head)}\n`);
    if (kept) io.stdout(`the state it replaced is kept: ${kept}\n`);
  } finally {
    lock.release();
  }
}

function stateFile({ stateDir }: Context): string {
  return join(stateDir, 'openclaw.db');
}

function pathOf(context: Context, file: string): string {
  if (file.trim() === '')
    throw usageError('the name of the file is blank', 'openclaw backup openclaw-backup.db');
  const path = resolve(context.io.cwd, file);
  if (path === stateFile(context))
    throw usageError(`${path} is the state file itself`, 'give another name, best on another disk');
  return path;
}

/** Said once a second, from the first second on. */
function progress({ io }: Context): (share: number) => void {
  let said = io.now();
  return (share) => {
    if (io.now() - said < QUIET_MS) return;
    said = io.now();
    io.stderr(`  ${Math.floor(share * 100)}%\n`);
  };
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
