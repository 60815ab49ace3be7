// `openclaw incident export`: all of one incident in a file, without secrets. Works without a daemon, and beside one.
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { notFound, UserError, usageError } from '../domain/errors.ts';
import { sealBundle } from '../domain/incident-bundle.ts';
import { incidentBundle } from '../store/incident-bundle.ts';
import { makePrivateFile } from '../store/private-file.ts';
import type { Context } from './context.ts';
import { printJson, success } from './output.ts';
import { parseId } from './parse-id.ts';
import { version } from './version.ts';

export function defineIncidentExport(command: Command, context: Context): void {
  command
    .description('all of it in one file: inputs, model turns, plans, approvals, digests; secrets taken out')
    .argument('<number>')
    .option('--out <file>', 'write it there, readable by you alone, in place of standard output')
    .addHelpText(
      'after',
      '\nOne JSON document. Whoever gets it sees what your people saw and typed: look before you pass it on. Changed lines of' +
        '\ncode are in it only where the agent of the incident has --source-text.' +
        '\n\nExamples:\n  $ openclaw incident export 43 --out incident-43.json\n  $ openclaw replay incident-43.json',
    )
    .action((number: string, flags: { out?: string }) =>
      exportIncident(context, parseId(number, 'incident'), flags.out),
    );
}

async function exportIncident(context: Context, id: number, out: string | undefined): Promise<void> {
  const { io } = context;
  if (out !== undefined && out.trim() === '')
    throw usageError('the name of the file is blank', `--out incident-${id}.json`);
  const { read } = await context.store();
  const incident = await read.incidents.find(id);
  if (!incident) throw notFound(`there is no incident #${id}`, 'openclaw incident list --all');
  const text = sealBundle(await incidentBundle(read, incident, { madeBy: version(), now: io.now() }));
  if (out === undefined) {
    io.stdout(text);
    return;
  }
  const file = resolve(io.cwd, out);
  try {
    makePrivateFile(file);
    writeFileSync(file, text, { mode: 0o600 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new UserError(`${file} cannot be written (${code})`, 'give another path: --out incident.json');
  }
  if (io.json) return printJson(io, { ok: true, file, bytes: Buffer.byteLength(text) });
  success(io, `incident #${id} is in ${file}`, `openclaw replay ${out}`);
}
