// What is known of the people behind a level: who was told before, and what makes one reachable.
import type { TimelineEntry } from '../domain/incident.ts';
import type { Directory } from '../domain/on-call.ts';
import { noTarget, targetReference } from '../resources/references.ts';
import { shellQuote } from '../resources/shell-quote.ts';

/** Contacts told since the escalation began from level 1 the last time. */
export function toldAlready(timeline: readonly TimelineEntry[]): Set<string> {
  const told = new Set<string>();
  for (const { kind, data } of timeline.toReversed()) {
    if (kind !== 'escalated' || !Array.isArray(data.people)) continue;
    for (const name of data.people) told.add(String(name));
    if (data.first === true) break;
  }
  return told;
}

/** The command that would put somebody behind a target that reaches nobody. */
export function howToReach(target: string, { rotations, channels }: Directory): string {
  const name = target.replace(/^@/, '');
  if (rotations.some((each) => each.name === name)) return `openclaw rotation show ${shellQuote(name)}`;
  const channel = channels.find((each) => each.name === name);
  return (channel && noTarget(channel)?.hint) ?? targetReference(target).add;
}
