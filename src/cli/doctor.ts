// `openclaw doctor`: what is wrong with this installation, each finding with what to type.
import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { contactOf } from '../domain/authorize.ts';
import { UserError } from '../domain/errors.ts';
import { KINDS, type Kind, type Resource } from '../domain/resource.ts';
import { printable } from '../domain/text/safe-text.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { isMissingBinding, missingBinding } from './errors.ts';
import { daemonRuns } from './exchange.ts';
import { localPerson } from './local-person.ts';
import { colours, printJson, relativeTime } from './output.ts';

export interface Finding {
  /** `fail`: something does not work. `warn`: something will surprise you one night. */
  level: 'ok' | 'warn' | 'fail';
  about: string;
  text: string;
  hint: string | null;
}

export function defineDoctor(command: Command, context: Context): void {
  command
    .addHelpText('after', '\nEnds with 1 when something does not work. Warnings alone end with 0.')
    .action(() => doctor(context));
}

async function doctor(context: Context): Promise<void> {
  const { io } = context;
  const findings = await examine(context);
  const failed = findings.filter(({ level }) => level === 'fail').length;
  if (failed > 0) context.exitCode = 1;
  if (io.json) {
    printJson(io, { ok: failed === 0, findings });
    return;
  }
  const { green, yellow, red, dim } = colours(io);
  const mark = { ok: green('✓'), warn: yellow('!'), fail: red('✗') };
  for (const { level, about, text, hint } of findings) {
    io.stdout(`${mark[level]} ${about}: ${printable(text)}\n`);
    if (hint !== null) io.stdout(`${dim(`  ${printable(hint)}`)}\n`);
  }
}

export async function examine(context: Context): Promise<Finding[]> {
  const findings = [ok('node', process.version), ...examineFolder(context.stateDir)];
  let store: Store;
  try {
    store = await context.store();
  } catch (error) {
    const known = isMissingBinding(error) ? missingBinding() : error;
    if (!(known instanceof UserError)) throw error;
    return [...findings, fail('state', known.message, known.hint)];
  }
  const everything = await readResources(store);
  return [
    ...findings,
    ok('state', store.file),
    await examineDaemon(context, store),
    ...(await examineWork(context, store)),
    ...examinePeople(everything),
    ...examineSecrets(context, everything),
    ...(await examineReferences(store, everything)),
  ];
}

type Everything = readonly Resource[];

async function readResources(store: Store): Promise<Everything> {
  const lists = [];
  for (const kind of KINDS) lists.push(await store.read.resources.list(kind));
  return lists.flat();
}

function examineFolder(stateDir: string): Finding[] {
  if (!existsSync(stateDir)) return [ok('folder', `${stateDir} is made at the first use`)];
  const mode = statSync(stateDir).mode & 0o777;
  if ((mode & 0o077) === 0) return [ok('folder', stateDir)];
  return [
    warn('folder', `${stateDir} can be read by other users (${mode.toString(8)})`, `chmod 700 ${stateDir}`),
  ];
}

async function examineDaemon({ stateDir, io }: Context, store: Store): Promise<Finding> {
  if (!(await daemonRuns(stateDir))) {
    return warn('daemon', 'none runs: alerts are not taken in and nobody is paged', 'openclaw run');
  }
  const heartbeat = await store.read.settings.get('heartbeat');
  return ok('daemon', heartbeat ? `runs, last seen ${relativeTime(heartbeat.at, io.now())}` : 'runs');
}

async function examineWork({ io }: Context, store: Store): Promise<Finding[]> {
  const { dead, overdue } = await store.read.jobs.counts();
  const { failed = 0, unknown = 0 } = await store.read.posts.counts();
  const freeze = await store.read.settings.get('freeze');
  const warnings = await store.read.settings.get('warnings');
  return [
    ...(freeze ? [warn('freeze', `frozen by ${freeze.byName}: ${freeze.reason}`, 'openclaw thaw')] : []),
    ...(dead > 0
      ? [fail('work', `${dead} pieces of work were given up`, 'the log of the daemon says why')]
      : []),
    ...(overdue > 0
      ? [warn('work', `${overdue} pieces of work are overdue`, 'openclaw run, where none runs')]
      : []),
    ...(failed + unknown > 0
      ? [
          warn(
            'messages',
            `${failed} could not be delivered, ${unknown} may not have arrived`,
            'openclaw status',
          ),
        ]
      : []),
    ...warnings.map(({ text, since }) => warn('daemon', `${text} (${relativeTime(since, io.now())})`)),
  ];
}

function examinePeople(everything: Everything): Finding[] {
  const contacts = ofKind(everything, 'contact').filter(({ enabled }) => enabled);
  const approvers = contacts.filter(({ spec }) => spec.can.includes('approve'));
  if (approvers.length === 0) {
    return [
      warn(
        'approvals',
        'no contact may approve, so any person in the room may',
        'openclaw contact add --name NAME --id slack=USER_ID --can approve',
      ),
    ];
  }
  const you = contactOf(
    localPerson(),
    contacts.map(({ spec }) => spec),
  );
  const names = approvers.map(({ name }) => name).join(', ');
  return [ok('approvals', `${names} may approve; here you are ${you ? you.name : 'nobody they know'}`)];
}

/** Whether what a reference names is there. The value itself is not read. */
function examineSecrets({ io }: Context, everything: Everything): Finding[] {
  const holders = [...ofKind(everything, 'source'), ...ofKind(everything, 'channel')];
  return holders.flatMap(({ kind, name, spec }) =>
    Object.entries(spec.secrets).flatMap(([key, reference]) => {
      const about = `${kind} "${name}"`;
      if (reference.startsWith('env:')) {
        const variable = reference.slice(4);
        if (io.env[variable]) return [];
        return [
          warn(
            about,
            `its secret ${key} is in $${variable}, which is not set here`,
            `export ${variable}=...`,
          ),
        ];
      }
      const file = reference.replace(/^file:/, '');
      if (!existsSync(file)) return [fail(about, `its secret ${key} is in ${file}, which is not there`)];
      const mode = statSync(file).mode & 0o777;
      if ((mode & 0o077) === 0) return [];
      return [warn(about, `${file} can be read by other users (${mode.toString(8)})`, `chmod 600 ${file}`)];
    }),
  );
}

async function examineReferences(store: Store, everything: Everything): Promise<Finding[]> {
  const { definitionOf } = await import('../resources/all.ts');
  const { unconfigured } = await import('./resource/unconfigured.ts');
  const findings: Finding[] = [];
  for (const { kind, name, spec } of everything) {
    for (const { text, hint } of await unconfigured(store.read, await definitionOf(kind), spec)) {
      findings.push(warn(`${kind} "${name}"`, text, hint));
    }
  }
  return findings;
}

function ofKind<K extends Kind>(everything: Everything, kind: K): Resource<K>[] {
  return everything.filter((one): one is Resource<K> => one.kind === kind);
}

function ok(about: string, text: string): Finding {
  return { level: 'ok', about, text, hint: null };
}

function warn(about: string, text: string, hint?: string): Finding {
  return { level: 'warn', about, text, hint: hint ?? null };
}

function fail(about: string, text: string, hint?: string): Finding {
  return { level: 'fail', about, text, hint: hint ?? null };
}
