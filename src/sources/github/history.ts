// `deploys.list`, and the past that comparisons and rollbacks are about.
import { ToolError } from '../../domain/errors.ts';
import { quoted } from '../../domain/excerpt.ts';
import type { Call, ReadTool } from '../../domain/tool.ts';
import { readDeployments } from './deployments.ts';
import { type Entry, settled, toDeploy } from './past.ts';
import { readReleases } from './releases.ts';
import { type Bound, type Github, requireBound, serves } from './repository.ts';
import { readRuns } from './runs.ts';

/** How far back a number is looked for, first here and then there. */
const NEAR = 30;
const FAR = 100;
const SHOWN = 5;

export function deploysTool(github: Github): ReadTool<'deploys.list'> {
  return {
    kind: 'read',
    capability: 'deploys.list',
    source: github.name,
    serves: serves(github),
    read: async ({ limit }, service, call) => {
      const past = await readPast(github, requireBound(github, service), limit, call);
      return past.slice(0, limit).map(toDeploy);
    },
  };
}

/** Newest first. Errors: ToolError. */
export async function readPast(github: Github, bound: Bound, want: number, call: Call): Promise<Entry[]> {
  switch (github.settings.deploysFrom) {
    case 'deployments':
      return settled(await readDeployments(github, bound, want, call));
    case 'runs':
      return settled(await readRuns(github, bound, want, call));
    case 'releases':
      return settled(await readReleases(github, bound, want, call));
    default:
      return github.settings.deploysFrom satisfies never;
  }
}

/** As much of the past as answers the question, a hundred deploys at most. Null: it does not. */
export async function searchPast<T>(
  github: Github,
  bound: Bound,
  call: Call,
  find: (past: Entry[]) => T | null,
): Promise<T | null> {
  const near = await readPast(github, bound, NEAR, call);
  const found = find(near);
  if (found !== null || near.length < NEAR) return found;
  return find(await readPast(github, bound, FAR, call));
}

/** Errors: ToolError 'failed' that names the newest numbers. */
export async function requireEntries(
  github: Github,
  bound: Bound,
  numbers: readonly string[],
  call: Call,
): Promise<Entry[]> {
  let newest: Entry[] = [];
  const found = await searchPast(github, bound, call, (past) => {
    newest = past.slice(0, SHOWN);
    const entries = numbers.flatMap((number) => past.find((entry) => entry.number === number) ?? []);
    return entries.length === numbers.length ? entries : null;
  });
  if (found !== null) return found;
  throw unknownNumber(bound, numbers, newest);
}

export function unknownNumber(
  { service, fullName }: Bound,
  numbers: readonly string[],
  newest: readonly Entry[],
): ToolError {
  const asked = numbers.map((number) => quoted(`#${number}`)).join(' or ');
  const known = newest.slice(0, SHOWN).map(({ number }) => `#${number}`);
  return new ToolError(
    'failed',
    `${service.name} has no deploy ${asked} in ${fullName}: ${known.length === 0 ? 'it has none' : `the newest are ${known.join(', ')}`}`,
  );
}

/** People write `#492`. */
export function plain(number: string): string {
  return number.replace(/^#/, '');
}
