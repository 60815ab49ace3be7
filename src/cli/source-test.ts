// `openclaw source test NAME`: asks the system behind it. With a body: the alerts it would become, and their way.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError, usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Resource } from '../domain/resource.ts';
import type { Sample, SampleAlert } from '../domain/sample-body.ts';
import { printable } from '../domain/text/safe-text.ts';
import { definitionOf } from '../resources/all.ts';
import { shellQuote } from '../resources/shell-quote.ts';
import type { Context } from './context.ts';
import { colours, details, localTime, printJson, severityColour } from './output.ts';
import { findResource } from './resource/find.ts';
import { readTextFile } from './resource/read-files.ts';

/** As much as any format takes. */
const BODY_LIMIT_BYTES = 64 * 1024 * 1024;

export function defineSourceTest(command: Command, context: Context): void {
  command
    .argument('<name>', 'its name or id')
    .argument('[body]', 'a file with a webhook body as it is sent; - for standard input')
    .description(
      'ask whether it answers and what is missing; with a body, read its alerts as this source would',
    )
    .option(
      '--header <header>',
      "a header beside it, 'Name: value'; may be given several times",
      (header: string, before: string[]) => [...before, header],
      [],
    )
    .addHelpText(
      'after',
      '\nNothing is stored or changed, nobody is told, and no daemon is needed. Exit code 1 where something does not work,\nor a body cannot be read, which is named with its place.\nExamples:' +
        '\n  $ openclaw source test "AWS Production"' +
        '\n  $ openclaw source test Alertmanager body.json' +
        "\n  $ openclaw source test Sentry body.json --header 'Sentry-Hook-Resource: issue'" +
        '\n  $ openclaw source test Scripts - --json < body.json',
    )
    .action((name: string, body: string | undefined, flags: { header: string[] }) =>
      body === undefined ? check(context, name, flags.header) : test(context, name, body, flags.header),
    );
}

async function check(context: Context, asked: string, headers: readonly string[]): Promise<void> {
  if (headers.length > 0)
    throw usageError(
      '--header belongs to a body, and none is given',
      'openclaw source test Sentry body.json',
    );
  const store = await context.store();
  const source = await findResource(store.read, await definitionOf('source'), asked);
  const { printCheck } = await import('./source-check.ts');
  return printCheck(context, source);
}

async function test(context: Context, asked: string, path: string, given: readonly string[]): Promise<void> {
  const { io } = context;
  const headers = readHeaders(given);
  const store = await context.store();
  const source = await findResource(store.read, await definitionOf('source'), asked);
  const raw =
    path === '-' ? await io.stdin() : await readTextFile(resolve(io.cwd, path), '<body>', BODY_LIMIT_BYTES);
  if (raw.trim() === '')
    throw new UserError('the body is empty', `openclaw source test ${shellQuote(source.name)} body.json`);
  const { readSample } = await import('../daemon/read-sample.ts');
  const sample = await readSample(source, { raw, headers }, { store, clock: { now: () => io.now() } });
  if (sample.problems.length > 0) context.exitCode = 1;
  if (io.json) return printJson(io, view(source, sample));
  print(context, sample);
}

/** Names in lower case, as the server has them. */
function readHeaders(given: readonly string[]): Record<string, string> {
  const pairs = given.map((text): [string, string] => {
    const [, name = '', value = ''] = /^([A-Za-z0-9-]{1,100})\s*:\s*(.*)$/s.exec(text.trim()) ?? [];
    if (name === '' || value === '')
      throw usageError(
        `--header ${quoted(text)} is not a header`,
        "write --header 'Sentry-Hook-Resource: issue'",
      );
    return [name.toLowerCase(), value];
  });
  return Object.fromEntries(pairs);
}

function view({ name, spec }: Resource<'source'>, { alerts, problems, notices, derivedKeys }: Sample) {
  return {
    ok: problems.length === 0,
    source: name,
    type: spec.type,
    alerts: alerts.map(({ alert, ...way }) => ({ ...alert, ...way, givenService: alert.service })),
    notices,
    derivedKeys,
    problems,
  };
}

function print({ io }: Context, { alerts, notices, problems, derivedKeys }: Sample): void {
  const { red, dim, bold } = colours(io);
  for (const [index, each] of alerts.entries()) {
    const { alert } = each;
    const paint = severityColour(io, alert.severity ?? 'warning');
    io.stdout(`${index > 0 ? '\n' : ''}${bold(paint(printable(alert.title)))}\n`);
    details(io, rowsOf(each, derivedKeys));
  }
  for (const notice of notices)
    io.stdout(
      `${dim(notice.type)}  ${printable(Object.values(notice).slice(1).filter(Boolean).join(', '))}\n`,
    );
  if (alerts.length + notices.length + problems.length === 0)
    io.stdout('It can be read, and nothing in it is an alert.\n');
  for (const { where, what } of problems) io.stderr(`${red('✗')} ${printable(`${where} ${what}`)}\n`);
  const clean = alerts.length === 1 ? '1 alert' : `${alerts.length} alerts`;
  if (problems.length > 0 && alerts.length > 0) io.stderr(dim(`  ${clean} beside it would be taken in\n`));
}

function rowsOf(each: SampleAlert, derived: readonly string[]): [string, string][] {
  const { alert } = each;
  const rows: [string, string | null][] = [
    ['status', alert.status === 'unknown' ? 'unknown: the alert would stay as it is' : alert.status],
    ['severity', severityOf(each)],
    ['service', serviceOf(each)],
    [
      'fingerprint',
      alert.fingerprint + (derived.includes(alert.fingerprint) ? ' (made here: none was given)' : ''),
    ],
    ['labels', pairs(alert.labels)],
    ['value', alert.value === null ? null : `${alert.value}${alert.unit ?? ''}`],
    ['threshold', alert.threshold === null ? null : String(alert.threshold)],
    ['began', alert.startsAt === null ? null : localTime(alert.startsAt)],
    ['ended', alert.endsAt === null ? null : localTime(alert.endsAt)],
    ['over', alert.expiresAt === undefined ? null : `${localTime(alert.expiresAt)}, unless it is sent again`],
    ['links', alert.links.map(({ text, href }) => `${text} ${href}`).join(', ')],
    ['notes', alert.notes.join('; ')],
    ['would', wayOf(each)],
    ['description', alert.description === '' ? null : `${alert.description}\n`],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== '');
}

function severityOf({ alert }: SampleAlert): string {
  const { severity, severityText } = alert;
  if (severity === null)
    return severityText === null
      ? 'none given: taken as warning'
      : `${quoted(severityText)} is not known: taken as warning`;
  return severityText === null || severityText === severity
    ? severity
    : `${severity} (from ${quoted(severityText)})`;
}

function serviceOf({ alert, service }: SampleAlert): string | null {
  if (alert.service === null) return null;
  if (service === null) return `${quoted(alert.service)}: no configured service its source may name`;
  return service === alert.service ? service : `${service} (from ${quoted(alert.service)})`;
}

function wayOf({ alert, route, to, opensIncident, silencedBy }: SampleAlert): string {
  if (alert.status === 'resolved') return 'end the alert with this fingerprint';
  if (alert.status === 'unknown') return 'be noted';
  if (silencedBy !== null) return `be kept quiet by the silence ${quoted(silencedBy)}`;
  return `${opensIncident ? 'open or join an incident' : 'be posted'} in ${to}, by the route ${quoted(route)}`;
}

function pairs(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}
