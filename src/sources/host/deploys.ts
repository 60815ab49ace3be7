// `deploys.list`, `deploys.compare` and `deploys.rollback` by the binding's lists.
import type { Comparison, Deploy, FactsOf } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import { boundedPatches } from '../../domain/patch.ts';
import type { Call, ChangeTool, PreviewLine, ReadTool } from '../../domain/tool.ts';
import { type BoundService, type Host, requireBound, servesWith } from './binding.ts';
import { reconcileBy } from './operation.ts';
import { compareOutput, deploysOutput, type PrintedDeploy } from './outputs.ts';
import { readScript, runScript } from './script.ts';

const SHOWN = 5;

export function deploysTool(host: Host): ReadTool<'deploys.list'> {
  return {
    kind: 'read',
    capability: 'deploys.list',
    source: host.name,
    serves: servesWith(host, ['deploys']),
    read: async ({ limit }, asked, call) => {
      const deploys = await readDeploys(host, requireBound(host, asked), call);
      return deploys.slice(0, limit).map(toDeploy);
    },
  };
}

export function compareTool(host: Host): ReadTool<'deploys.compare'> {
  return {
    kind: 'read',
    capability: 'deploys.compare',
    source: host.name,
    serves: servesWith(host, ['compare']),
    read: async ({ from, to }, asked, call) => compare(host, requireBound(host, asked), from, to, call),
  };
}

export function rollbackTool(host: Host): ChangeTool<'deploys.rollback'> {
  return {
    kind: 'change',
    capability: 'deploys.rollback',
    source: host.name,
    version: 1,
    serves: servesWith(host, ['deploys', 'rollback']),
    inspect: async (args, asked, call) => {
      const bound = requireBound(host, asked);
      const { service, binding } = bound;
      const deploys = await readDeploys(host, bound, call);
      const facts = rollbackFacts(deploys, args.deploy, service.name);
      const preview: PreviewLine[] = [{ text: rollbackLine(deploys, args.deploy, facts), how: 'measured' }];
      if (facts.target !== null && binding.compare !== undefined) {
        // Without its answer a migration could pass unseen, so an error here ends the planning.
        const difference = await compare(host, bound, facts.target, plain(args.deploy), call);
        facts.migrations = [...new Set([...facts.migrations, ...(difference.migrations ?? [])])].sort();
        preview.push(differenceLine(difference));
      } else if (facts.target !== null) {
        preview.push({
          text: 'what changed between the two is not known: no `compare` list',
          how: 'unknown',
        });
      }
      return { target: { id: service.name, label: service.name }, facts, preview };
    },
    run: async ({ deploy }, asked, facts, call) => {
      const bound = requireBound(host, asked);
      if (facts.target === null)
        throw new ToolError('failed', `there is no earlier good deploy of ${bound.service.name}`);
      const undone = plain(deploy);
      await runScript(host, bound, 'rollback', call, { deploy: undone, to: facts.target, key: call.key });
      return {
        summary: `rolled back deploy #${undone} of ${bound.service.name}, now running #${facts.target}`,
      };
    },
    reconcile: reconcileBy(host),
  };
}

/**
 * `latest`: the newest that succeeded and still stands. `target`: the newest before `deploy` that succeeded and was
 * never rolled back. `migrations`: of the deploys after the target up to `deploy`.
 * Errors: ToolError 'failed' where the number is not there, or stands for several deploys.
 */
function rollbackFacts(
  deploys: readonly PrintedDeploy[],
  deploy: string,
  service: string,
): FactsOf['deploys.rollback'] {
  const wanted = plain(deploy);
  const index = deploys.findIndex(({ number }) => number === wanted);
  const latest = deploys.find(stands);
  if (index === -1 || latest === undefined) {
    const newest = deploys.slice(0, SHOWN).map(({ number }) => `#${number}`);
    const known = newest.length === 0 ? 'it has none' : `the newest are ${newest.join(', ')}`;
    const what =
      index === -1 ? `no deploy #${wanted.slice(0, 60)}` : 'no deploy that succeeded and still stands';
    throw new ToolError('failed', `${service} has ${what}: ${known}`);
  }
  const targetIndex = deploys.findIndex((one, at) => at > index && stands(one) && one.number !== wanted);
  const target = deploys[targetIndex]?.number ?? null;
  for (const number of [wanted, target]) {
    if (number === null || deploys.filter((one) => one.number === number).length === 1) continue;
    throw new ToolError(
      'failed',
      `${service} lists several deploys #${number}, so it is not clear which one is meant`,
    );
  }
  const undone = deploys.slice(index, targetIndex === -1 ? index + 1 : targetIndex);
  const migrations = undone.flatMap(({ migration, number }) =>
    migration === true
      ? [`in #${number}`]
      : typeof migration === 'string' && migration !== ''
        ? [migration]
        : [],
  );
  return {
    latest: latest.number,
    target,
    migrations: [...new Set(migrations)].sort(),
    inProgress: deploys.find(({ status }) => status === 'in-progress')?.number ?? null,
  };
}

async function readDeploys(host: Host, bound: BoundService, call: Call): Promise<PrintedDeploy[]> {
  const deploys = await readScript(host, bound, 'deploys', deploysOutput, call);
  // Newest first is promised; a list the other way round would make the oldest the target.
  return deploys.sort((a, b) => b.at - a.at);
}

async function compare(
  host: Host,
  bound: BoundService,
  from: string,
  to: string,
  call: Call,
): Promise<Comparison> {
  const words = { from: plain(from), to: plain(to) };
  const { changes, ...compared } = await readScript(host, bound, 'compare', compareOutput, call, words);
  return { ...compared, ...boundedPatches(changes) };
}

function stands({ status, rolledBack }: PrintedDeploy): boolean {
  return status === 'succeeded' && !rolledBack;
}

/** People write `#492`. */
function plain(number: string): string {
  return number.replace(/^#/, '');
}

function toDeploy({ number, author, title, at, status, rolledBack }: PrintedDeploy): Deploy {
  return { number, author, title, at, status, rolledBack };
}

function rollbackLine(
  deploys: readonly PrintedDeploy[],
  deploy: string,
  { target }: FactsOf['deploys.rollback'],
): string {
  const undone = titled(deploys, plain(deploy));
  return target === null
    ? `${undone} would be undone, but there is no earlier good deploy to go back to`
    : `${undone} is undone, ${titled(deploys, target)} runs afterwards`;
}

function titled(deploys: readonly PrintedDeploy[], number: string): string {
  const found = deploys.find((one) => one.number === number);
  return found === undefined || found.title === ''
    ? `#${number}`
    : `#${number} (@${found.author.replace(/^@+/, '')}, "${found.title}")`;
}

/** The card shows them one by one; this is how much it is. */
function differenceLine({ commits, files }: Comparison): PreviewLine {
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  return {
    text: `${count(commits.length, 'commit')} undone, ${count(files.length, 'file')} ${files.length === 1 ? 'differs' : 'differ'}`,
    how: 'measured',
  };
}
