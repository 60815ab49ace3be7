// `deploys.rollback`: the last good commit is deployed once more, and its end is waited for.
import type { FactsOf } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import { quoted } from '../../domain/excerpt.ts';
import type { Call, ChangeTool, PreviewLine, Reconciliation } from '../../domain/tool.ts';
import { commitAnswer } from './answers.ts';
import { compareRefs } from './compare.ts';
import { plain, searchPast, unknownNumber } from './history.ts';
import type { Mark } from './mark.ts';
import { type Entry, type Rollback, rollbackOf } from './past.ts';
import {
  appeared,
  begin,
  findOperation,
  follow,
  hasNamelessRun,
  type Operation,
  progressOf,
  shownAfterMs,
} from './redeploy.ts';
import { type Bound, type Github, requireBound, serves } from './repository.ts';

export function rollbackTool(github: Github): ChangeTool<'deploys.rollback'> {
  return {
    kind: 'change',
    capability: 'deploys.rollback',
    source: github.name,
    version: 1,
    shownAfterMs: shownAfterMs(github.settings),
    serves: serves(github),
    inspect: async ({ deploy }, service, call) => {
      const bound = requireBound(github, service);
      const found = await findRollback(github, bound, plain(deploy), call);
      const { undone, restored, facts } = found;
      const { environment } = github.settings;
      const target = { id: `${bound.fullName}@${environment}`, label: `${bound.fullName} (${environment})` };
      if (restored === null) {
        const text = `${titled(undone)} would be undone, but there is no earlier good deploy to go back to`;
        return { target, facts: { ...facts, migrations: [] }, preview: [{ text, how: 'measured' }] };
      }
      // Without these answers a migration could pass unseen, so an error here ends the planning.
      const [difference, from, to] = await Promise.all([
        compareRefs(github, bound, restored.ref, undone.ref, call),
        commitOf(github, bound, undone, call),
        commitOf(github, bound, restored, call),
      ]);
      const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
      const preview: PreviewLine[] = [
        { text: `${titled(undone)} is undone, ${titled(restored)} runs afterwards`, how: 'measured' },
        {
          text: `${count(difference.commits.length, 'commit')} undone, ${count(difference.files.length, 'file')} ${difference.files.length === 1 ? 'differs' : 'differ'}`,
          how: 'measured',
        },
        { text: `${wayOf(github)} of ${to.slice(0, 7)} in ${bound.fullName}`, how: 'measured' },
      ];
      const revisions = { undone: from, restored: to };
      return { target, facts: { ...facts, migrations: difference.migrations, revisions }, preview };
    },
    run: async ({ deploy }, service, facts, call) => {
      const bound = requireBound(github, service);
      const undone = plain(deploy);
      const { target } = facts;
      if (target === null)
        throw new ToolError(
          'failed',
          `there is no earlier good deploy of ${service?.name} in ${bound.fullName}`,
        );
      const mark: Mark = { key: call.key, undone, restored: target };
      const operation = await once(github, bound, { mark, facts }, call);
      const { link } = await follow(github, bound, operation, call.key, call);
      const log = link === null ? '' : `; log: ${link}`;
      return {
        summary: `rolled back deploy #${undone} of ${bound.service.name}, now running #${target}${log}`,
      };
    },
    reconcile: async ({ deploy }, service, facts, call) =>
      reconcile(github, requireBound(github, service), plain(deploy), facts, call),
  };
}

/** The operation of this execution: the one there is already, else a new one. */
async function once(
  github: Github,
  bound: Bound,
  { mark, facts }: { mark: Mark; facts: FactsOf['deploys.rollback'] },
  call: Call,
): Promise<Operation | null> {
  const before = await findOperation(github, bound, mark.key, call);
  if (before !== null) return before;
  const now = await findRollback(github, bound, mark.undone, call);
  const ref = now.restored?.ref;
  if (ref === undefined || changed(now.facts, facts))
    throw new ToolError(
      'failed',
      `what runs in ${bound.fullName} is not what was agreed to any more: nothing was done`,
    );
  try {
    return await begin(github, bound, { ref, mark }, call);
  } catch (error) {
    if (!(error instanceof ToolError) || error.outcome !== 'unknown' || call.signal.aborted) throw error;
    // The answer was lost, and perhaps nothing else.
    const found = await appeared(github, bound, mark.key, call);
    if (found === null) throw error;
    return found;
  }
}

function changed(now: Rollback['facts'], agreed: FactsOf['deploys.rollback']): boolean {
  return now.latest !== agreed.latest || now.target !== agreed.target || now.inProgress !== null;
}

/** After a crash. */
async function reconcile(
  github: Github,
  bound: Bound,
  deploy: string,
  facts: FactsOf['deploys.rollback'],
  call: Call & { key: string },
): Promise<Reconciliation> {
  try {
    const operation = await findOperation(github, bound, call.key, call);
    if (operation !== null) {
      const { status } = await progressOf(github, bound, operation, call);
      return status === 'in-progress' ? 'running' : status;
    }
    // Ours would be newer than what it undoes: where that is too far back to be listed, so may ours be.
    const found = await findRollback(github, bound, deploy, call);
    if (github.settings.workflow === null) return 'not-started';
    const nameless = await hasNamelessRun(github, bound, found.undone.at, call);
    return nameless || found.facts.latest !== facts.latest ? 'unknown' : 'not-started';
  } catch (error) {
    if (error instanceof ToolError) return 'unknown';
    throw error;
  }
}

/** Errors: ToolError 'failed' where there is no such deploy, or none stands. */
async function findRollback(github: Github, bound: Bound, number: string, call: Call): Promise<Rollback> {
  let newest: Entry[] = [];
  let best: Rollback | null = null;
  await searchPast(github, bound, call, (past) => {
    newest = past;
    best = rollbackOf(past, number);
    // What to go back to may lie further back.
    return best?.restored ? best : null;
  });
  const found = best as Rollback | null;
  if (found !== null) return found;
  if (newest.some((entry) => entry.number === number))
    throw new ToolError(
      'failed',
      `${bound.service.name} has no deploy in ${bound.fullName} that succeeded and still stands`,
    );
  throw unknownNumber(bound, [number], newest);
}

/** The commit behind a tag, which may be moved. */
async function commitOf({ client }: Github, bound: Bound, { ref }: Entry, call: Call): Promise<string> {
  if (/^[0-9a-f]{40,64}$/i.test(ref)) return ref;
  const { sha } = await client.get({
    route: 'GET /repos/{owner}/{repo}/commits/{ref}',
    parameters: { ...bound.repository, ref, per_page: 1 },
    answer: commitAnswer,
    what: `the commit of ${quoted(ref)} in ${bound.fullName}`,
    signal: call.signal,
  });
  return sha;
}

function wayOf({ settings }: Github): string {
  return settings.workflow === null
    ? `by a new Deployment to ${settings.environment}`
    : `by a run of ${settings.workflow}`;
}

function titled({ number, title, author }: Entry): string {
  return title === ''
    ? `#${number}`
    : `#${number} (@${(author || 'unknown').replace(/^@+/, '')}, "${title}")`;
}
