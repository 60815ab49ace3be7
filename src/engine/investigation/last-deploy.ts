// The last deploy as the header names it, and what it brought.

import type { ToldChange } from '../../diagnosis/cause/readings.ts';
import { lastDeployBefore } from '../../diagnosis/deploy-correlation.ts';
import { byAuthor } from '../../domain/by-author.ts';
import type { Comparison, Deploy } from '../../domain/capability.ts';
import { clipped } from '../../domain/excerpt.ts';
import { redact } from '../../domain/redact.ts';
import { clockTimeWithZone, momentText } from '../../domain/time.ts';

const SHOWN_COMMITS = 5;
const SHOWN_SERVICES = 10;

/** `#492 at 03:01 UTC (@mike — "fix: cache TTL update")` */
export function deployLine({ number, at, author, title }: Deploy, zone: string): string {
  return `#${number} at ${clockTimeWithZone(at, zone)} (@${author.replace(/^@+/, '')} — "${redact(title)}")`;
}

export function toldLine({ title, author, at, source }: ToldChange, now: number, zone: string): string {
  return `${title} at ${momentText(at, now, zone)}${byAuthor(author)}, told by ${source}`;
}

/** Empty: nobody can say, or it is the one commit that its title names anyway. */
export function commitLines(
  deploys: readonly Deploy[],
  startedAt: number,
  brought: Comparison | null,
): { number: string; lines: string[] } | null {
  const last = lastDeployBefore(deploys, startedAt);
  if (!last || last.rolledBack || !brought) return null;
  const { commits, services } = brought;
  if (commits.length === 1 && commits[0]?.title === last.title && services === undefined) return null;
  const lines = commits.slice(0, SHOWN_COMMITS).map(({ sha, title, author }) => {
    return redact(clipped(`${sha.slice(0, 7)} ${title}${byAuthor(author)}`, 160));
  });
  const more = commits.length - lines.length;
  const touched = services?.touched.slice(0, SHOWN_SERVICES).join(', ') ?? '';
  const all = [
    ...lines,
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(touched === '' ? [] : [redact(clipped(`services touched: ${touched}`, 200))]),
  ];
  return all.length === 0 ? null : { number: last.number, lines: all };
}
