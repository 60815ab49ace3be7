// `openclaw apply -f ops.yaml`: validates all, shows what changes, writes all or nothing.
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { UserError, usageError } from '../../domain/errors.ts';
import type { Kind } from '../../domain/resource.ts';
import { definitionOf } from '../../resources/all.ts';
import type { Helpers } from '../../resources/definition.ts';
import { readDocument } from '../../resources/document.ts';
import { finishSpec } from '../../resources/finish.ts';
import type { Context } from '../context.ts';
import { printJson, success, warn } from '../output.ts';
import { manifestGaps } from '../printed-manifest.ts';
import { type Change, compare, type Wanted, write } from './change-set.ts';
import { helpersIn } from './helpers.ts';
import { readTextFile } from './read-files.ts';
import { showChanges } from './show-changes.ts';
import { unconfigured } from './unconfigured.ts';
import {
  type FileProblem,
  readYaml,
  YAML_LIMIT_BYTES,
  type YamlInput,
  type YamlResource,
} from './yaml-file.ts';

const HELP = `
A file holds what the flags say, under the names of the fields; durations are text:

  resources:
    - kind: command
      name: rollback
      trigger: /rollback
      sources: [GitHub, AWS Production]
      message: |
        The user wants to roll back a deployment.
    - kind: service
      name: shop
      bindings:
        This host:
          dir: ./shop
          probe: { url: "http://127.0.0.1:8080/health" }
          health: [./shopctl, health, --json]
          scale: [./shopctl, scale, "{count}"]

What is not in the file stays as it is. Without enabled:, a disabled resource stays disabled.

Examples:
  $ openclaw apply -f ops.yaml --dry-run
  $ openclaw export | openclaw apply -f -`;

interface Input extends YamlInput {
  folder: string;
}

export function defineApply(command: Command, context: Context): void {
  command
    .requiredOption('-f, --file <path...>', 'YAML to apply; - reads standard input')
    .option('--dry-run', 'show what would change, and change nothing')
    .addHelpText('after', HELP)
    .action((options: { file: string[]; dryRun?: true }) =>
      apply(context, options.file, options.dryRun === true),
    );
}

async function apply(context: Context, files: readonly string[], dryRun: boolean): Promise<void> {
  const inputs: Input[] = [];
  for (const file of files) inputs.push(await readInput(context, file));
  const problems: FileProblem[] = [];
  const wanted: Wanted[] = [];
  for (const input of inputs) {
    for (const resource of await readYaml(input, (problem) => problems.push(problem))) {
      // A file means the same wherever it is applied: what it leaves out is not read from a shell.
      const helpers = helpersIn(input.folder, { now: context.io.now, env: {} });
      const one = await validate(resource.kind, resource, helpers, problems);
      if (one) wanted.push(one);
    }
  }
  const store = await context.store();
  const agreed = (compared: Awaited<ReturnType<typeof compare>>): Change[] => {
    const all = [...problems, ...compared.problems];
    if (all.length > 0) throw asOneError(all);
    return compared.changes;
  };
  const changes =
    dryRun || problems.length > 0
      ? agreed(await compare(store.read, wanted))
      : await store.write(async (tx) => {
          const inTransaction = agreed(await compare(tx, wanted));
          await write(tx, inTransaction);
          return inTransaction;
        });
  await tell(context, changes, dryRun);
}

async function readInput({ io }: Context, file: string): Promise<Input> {
  if (file !== '-') {
    const path = resolve(io.cwd, file);
    return { file, folder: dirname(path), text: await readTextFile(path, 'apply', YAML_LIMIT_BYTES) };
  }
  const text = await io.stdin();
  if (Buffer.byteLength(text) > YAML_LIMIT_BYTES) {
    throw usageError(`standard input is over ${YAML_LIMIT_BYTES / 1024 / 1024} MB`, 'split it');
  }
  return { file: 'standard input', folder: io.cwd, text };
}

/** Null: something was wrong, and was added to `problems`. */
async function validate<K extends Kind>(
  kind: K,
  { fields, where, warnings: ofText }: YamlResource,
  helpers: Helpers,
  problems: FileProblem[],
): Promise<Wanted | null> {
  const definition = await definitionOf(kind);
  const label = typeof fields.name === 'string' ? `${kind} "${fields.name.slice(0, 100)}": ` : `${kind}: `;
  const report = (key: string, error: UserError) =>
    problems.push({ where: where(key), error: new UserError(label + error.message, error.hint, error.type) });
  const document = readDocument(definition, fields, ({ key, error }) => report(key, error));
  if (document === null) return null;
  const { name, values } = document;
  try {
    const { spec, warnings } = await finishSpec(definition, { name, values, before: null }, helpers);
    const enabled = fields.enabled === undefined ? undefined : document.enabled;
    // Each definition goes with its own spec; a list of all kinds can no longer say so.
    return {
      definition,
      name,
      spec,
      enabled,
      where,
      warnings: [...ofText, ...warnings],
    } as unknown as Wanted;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    report('', error);
    return null;
  }
}

function asOneError(problems: readonly FileProblem[]): UserError {
  const lines = problems.map(
    ({ where, error }) =>
      `  ${where}: ${error.message}${error.hint ? ` (${error.hint.split('\n')[0] ?? ''})` : ''}`,
  );
  const types = new Set(problems.map(({ error }) => error.type));
  const [type = 'usage'] = types;
  const count = problems.length === 1 ? 'one problem was' : `${problems.length} problems were`;
  return new UserError(
    `${count} found, and nothing was changed:\n${lines.join('\n')}`,
    'fix them and apply again',
    types.size === 1 ? type : 'usage',
  );
}

async function tell(context: Context, changes: readonly Change[], dryRun: boolean): Promise<void> {
  const { io } = context;
  const of = (what: Change['what']) => changes.filter((change) => change.what === what);
  const [added, changed, same] = [of('add'), of('change'), of('none')];
  const warnings = await warningsOf(context, [...added, ...changed], dryRun ? changes : []);
  for (const { text, hint } of warnings) warn(io, text, hint);
  if (io.json) {
    const named = ({ wanted }: Change) => ({ kind: wanted.definition.kind, name: wanted.name });
    printJson(io, {
      ok: true,
      dryRun,
      added: added.map(named),
      changed: changed.map((change) => ({
        ...named(change),
        fields: change.fields.map(({ field, from, to }) => ({ field, from: from ?? null, to: to ?? null })),
      })),
      unchanged: same.length,
      warnings: warnings.map(({ text, hint }) => (hint ? `${text}: ${hint}` : text)),
    });
    return;
  }
  showChanges(context, changes);
  const counts = `${added.length} added, ${changed.length} changed, ${same.length} unchanged`;
  if (dryRun) io.stdout(`dry run: ${counts}; nothing was written\n`);
  else success(io, added.length + changed.length === 0 ? 'no change' : counts);
}

async function warningsOf(context: Context, changes: readonly Change[], coming: readonly Change[]) {
  const store = await context.store();
  const found = new Map<string, { text: string; hint?: string }>();
  const isComing = (text: string) =>
    coming.some(({ wanted }) => text.includes(` "${wanted.name}" is configured yet`));
  for (const { wanted } of changes) {
    for (const text of wanted.warnings)
      found.set(text, { text: `${wanted.definition.kind} "${wanted.name}": ${text}` });
    for (const { text, hint } of await unconfigured(store.read, wanted.definition, wanted.spec)) {
      if (!isComing(text)) found.set(text, { text, hint });
    }
  }
  for (const { text, hint } of await manifestGaps(store.read, triggersOf(changes)))
    found.set(text, { text, hint });
  return [...found.values()];
}

/** Before and after. */
function triggersOf(changes: readonly Change[]): string[] {
  return changes.flatMap(({ wanted, before }) =>
    [before?.spec, wanted.spec].flatMap((spec) => (spec && 'trigger' in spec ? [spec.trigger] : [])),
  );
}
