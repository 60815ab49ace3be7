// `openclaw doctor`: what is wrong with this installation and its configuration, each finding with what to type.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UserError } from '../domain/errors.ts';
import { type Finding, fail, ok, warn } from '../domain/finding.ts';
import { KINDS } from '../domain/resource.ts';
import { printable } from '../domain/text/safe-text.ts';
import { UNDELIVERED, undeliveredText } from '../domain/undelivered.ts';
import { unreachedText } from '../domain/unreached.ts';
import { shellQuote } from '../resources/shell-quote.ts';
import type { Store } from '../store/store.ts';
import { unreachedPages } from '../store/unreached.ts';
import type { Context } from './context.ts';
import { isMissingBinding, missingBinding } from './errors.ts';
import { daemonRuns } from './exchange.ts';
import { localPerson } from './local-person.ts';
import { colours, printJson, relativeTime } from './output.ts';
import { manifestGaps } from './printed-manifest.ts';

export function defineDoctor(command: Command, context: Context): void {
  command
    .addHelpText(
      'after',
      '\nIt changes nothing. Ends with 1 when something does not work; warnings alone end with 0.',
    )
    .action(() => doctor(context));
}

async function doctor(context: Context): Promise<void> {
  const { io } = context;
  const findings = await examine(context);
  const count = (level: Finding['level']) => findings.filter((one) => one.level === level).length;
  const [failed, warned] = [count('fail'), count('warn')];
  if (failed > 0) context.exitCode = 1;
  if (io.json) {
    printJson(io, { ok: failed === 0, findings });
    return;
  }
  const { green, yellow, red, dim } = colours(io);
  const mark = { ok: green('✓'), warn: yellow('!'), fail: red('✗') };
  for (const { level, about, text, hint } of findings) {
    io.stdout(`${mark[level]} ${printable(about)}: ${printable(text)}\n`);
    if (hint !== null) io.stdout(`${dim(`    ${printable(hint)}`)}\n`);
  }
  const counted = [
    ...(failed > 0 ? [red(`${failed} broken`)] : []),
    ...(warned > 0 ? [yellow(warned === 1 ? '1 warning' : `${warned} warnings`)] : []),
  ];
  io.stdout(counted.length === 0 ? `${green('all is well')}\n` : `\n${counted.join(', ')}\n`);
}

async function examine(context: Context): Promise<Finding[]> {
  const findings = [ok('node', process.version), ...examineFolder(context.stateDir)];
  let store: Store;
  try {
    store = await context.store();
    await store.read.settings.get('freeze');
  } catch (error) {
    const known = isMissingBinding(error) ? missingBinding() : error;
    if (!(known instanceof UserError)) throw error;
    return [...findings, fail('state', known.message, known.hint ?? '')];
  }
  const { io } = context;
  const { examineConfiguration } = await import('../daemon/examine.ts');
  const clock = { now: () => io.now() };
  return [
    ...findings,
    ok('state', store.file),
    await examineDaemon(context, store),
    ...(await examineWork(context, store)),
    ...(await examineConfiguration({ store, clock, env: io.env, person: localPerson() })),
    ...(await examineReferences(store)),
    ...(await manifestGaps(store.read)).map(({ channel, text, hint }) =>
      warn(`channel "${channel}"`, text, hint),
    ),
  ];
}

/** The folder and everything in it is for its owner alone. */
function examineFolder(stateDir: string): Finding[] {
  if (!statSync(stateDir, { throwIfNoEntry: false })?.isDirectory()) {
    return existsSync(stateDir) ? [] : [ok('folder', `${stateDir} is made at the first use`)];
  }
  const open = [stateDir, ...readdirSync(stateDir).map((name) => join(stateDir, name))].flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat || (stat.mode & 0o077) === 0) return [];
    const should = stat.isDirectory() ? '700' : '600';
    const text = `${path} can be read by other users (${(stat.mode & 0o777).toString(8)})`;
    return [warn('folder', text, `chmod ${should} ${shellQuote(path)}`)];
  });
  return open.length > 0 ? open : [ok('folder', `${stateDir}, for its owner alone`)];
}

/** The daemon says every half minute that it is alive. */
const SILENT_MS = 3 * 60_000;

async function examineDaemon({ stateDir, io }: Context, store: Store): Promise<Finding> {
  if (!(await daemonRuns(stateDir))) {
    return warn('daemon', 'none runs: alerts are not taken in and nobody is paged', 'openclaw run');
  }
  const heartbeat = await store.read.settings.get('heartbeat');
  if (heartbeat === null) return ok('daemon', 'runs');
  const seen = relativeTime(heartbeat.at, io.now());
  if (io.now() - heartbeat.at <= SILENT_MS) return ok('daemon', `runs (pid ${heartbeat.pid}), seen ${seen}`);
  return fail(
    'daemon',
    `runs (pid ${heartbeat.pid}), and does nothing: it was last seen ${seen}`,
    `stop it and start it again: kill ${heartbeat.pid}; openclaw run`,
  );
}

async function examineWork({ io, stateDir }: Context, store: Store): Promise<Finding[]> {
  const { dead, overdue } = await store.read.jobs.counts();
  const undelivered = await store.read.posts.countUndeliveredSince(io.now() - 24 * 60 * 60_000);
  const freeze = await store.read.settings.get('freeze');
  // What it says of messages is counted anew here.
  const warnings = (await store.read.settings.get('warnings')).filter(
    ({ key, channel }) => key !== UNDELIVERED && channel?.overAt === undefined,
  );
  const unreached = await unreachedPages(store.read, io.now());
  return [
    ...unreached.map((page) =>
      fail('pages', unreachedText(page), `call them; openclaw incident ack ${page.incidentId}`),
    ),
    ...(freeze
      ? [
          warn(
            'freeze',
            `frozen by ${freeze.byName} ${relativeTime(freeze.at, io.now())}: ${freeze.reason}`,
            'openclaw thaw',
          ),
        ]
      : []),
    ...(dead > 0
      ? [fail('work', `${dead} pieces of work were given up`, 'the log of the daemon says why')]
      : []),
    ...(overdue > 0
      ? [
          warn(
            'work',
            `${overdue} ${overdue === 1 ? 'piece of work is' : 'pieces of work are'} overdue`,
            (await daemonRuns(stateDir))
              ? 'what they wait for stands in openclaw status, or in the log of the daemon'
              : 'openclaw run',
          ),
        ]
      : []),
    ...(undelivered > 0
      ? [warn('messages', undeliveredText(undelivered), 'the log of the daemon says why')]
      : []),
    ...(await store.read.inbox.countDeadLetters()).map(({ source, count }) =>
      warn(
        `source "${source}"`,
        `${count} ${count === 1 ? 'thing it sent' : 'things it sent'} could not be read`,
        `openclaw source dead-letters list --source ${shellQuote(source)}`,
      ),
    ),
    ...warnings.map(({ text, since, fix, channel }) => {
      const said = `${text} (${relativeTime(since, io.now())})`;
      return fix === undefined
        ? warn('daemon', said, 'openclaw status')
        : fail(channel ? `channel "${channel.name}"` : 'daemon', said, fix);
    }),
  ];
}

/** What a resource names that is not there; who is told when is looked at with the rotations. */
async function examineReferences(store: Store): Promise<Finding[]> {
  const { definitionOf } = await import('../resources/all.ts');
  const { unconfigured } = await import('./resource/unconfigured.ts');
  const missing = new Map<string, { text: string; hint: string; users: string[] }>();
  for (const kind of KINDS) {
    const definition = await definitionOf(kind);
    for (const { name, spec, enabled } of await store.read.resources.list(kind)) {
      if (!enabled) continue;
      for (const { kinds, text, hint } of await unconfigured(store.read, definition, spec)) {
        if (kinds.includes('rotation')) continue;
        const known = missing.get(text) ?? { text, hint, users: [] };
        missing.set(text, { ...known, users: [...known.users, `${kind} "${name}"`] });
      }
    }
  }
  return [...missing.values()].map(({ text, hint, users }) =>
    warn('names', `${text}, and ${listed(users)} ${users.length === 1 ? 'names' : 'name'} it`, hint),
  );
}

/** The first few, and how many more. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
