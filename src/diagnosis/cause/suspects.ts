// What is worth a second question once the first answers are there.
import type { Deploy } from '../../domain/capability.ts';
import { lastDeployBefore, SUSPICIOUS_WITHIN_MS } from '../deploy-correlation.ts';
import { groupLogs, type LogGroup } from '../log-groups.ts';
import type { ServiceReadings } from './readings.ts';

export interface Suspects {
  /** Deploys whose content matters, each against the one that ran before it. */
  deploys: { from: string; to: string }[];
  /** Plain texts of errors whose beginning the lines do not show. */
  texts: string[];
}

const MOST_DEPLOYS = 3;
const MOST_TEXTS = 3;
/** A shorter text is in too many lines. */
const LEAST_TEXT = 8;
const MOST_TEXT = 80;
/** A group that begins this soon after the first line that was read may have begun before it. */
const EDGE_MS = 60_000;

export function suspects(
  { deploys, lines, linesFrom }: Pick<ServiceReadings, 'deploys' | 'lines' | 'linesFrom'>,
  startedAt: number,
): Suspects {
  const last = lastDeployBefore(deploys, startedAt);
  const near = deploys.filter(
    (deploy) =>
      deploy.status !== 'failed' &&
      deploy.at <= startedAt &&
      startedAt - deploy.at <= 2 * SUSPICIOUS_WITHIN_MS,
  );
  const wanted = [...new Set([...(last ? [last] : []), ...near.sort((a, b) => b.at - a.at)])].slice(
    0,
    MOST_DEPLOYS,
  );
  return {
    deploys: wanted.flatMap((deploy) => {
      const before = ranBefore(deploy, deploys);
      return before ? [{ from: before.number, to: deploy.number }] : [];
    }),
    texts: textsOf(groupLogs(lines), linesFrom),
  };
}

function ranBefore(deploy: Deploy, deploys: readonly Deploy[]): Deploy | undefined {
  return deploys
    .filter(({ at, status, rolledBack }) => at < deploy.at && status === 'succeeded' && !rolledBack)
    .sort((a, b) => b.at - a.at)
    .find(({ number }) => number !== deploy.number);
}

function textsOf(groups: readonly LogGroup[], linesFrom: number | null): string[] {
  const open = groups.filter(
    ({ level, firstAt }) =>
      (level === 'error' || level === 'warn') &&
      firstAt !== null &&
      (linesFrom === null || firstAt - linesFrom < EDGE_MS),
  );
  return [...new Set(open.flatMap((group) => literalOf(group) ?? []))].slice(0, MOST_TEXTS);
}

/** The longest stretch of a group that all of its lines share: its template without masks. Null: none is long enough. */
function literalOf({ template, sample }: LogGroup): string | null {
  const parts = template
    .split(/<[^<>\s]{0,12}>/)
    // What was said and why it failed are two fields of the line.
    .flatMap((part) => (sample.text.includes(part) ? [part] : part.split(': ')))
    .map((part) => part.trim().slice(0, MOST_TEXT))
    .filter((part) => part.length >= LEAST_TEXT && sample.text.includes(part));
  return parts.reduce<string | null>(
    (longest, part) => (part.length > (longest?.length ?? 0) ? part : longest),
    null,
  );
}
