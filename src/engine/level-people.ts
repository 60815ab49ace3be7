// What is known of the people behind a level: who was told before, who is on no channel, and what makes one reachable.
import type { TimelineEntry } from '../domain/incident.ts';
import { type Directory, peopleBehind, type Recipient } from '../domain/on-call.ts';
import { type ScheduleTarget, scheduleIn, whyNobodyKnown } from '../domain/on-call-answer.ts';
import { isReachable } from '../domain/ways.ts';
import { addWayTo } from '../resources/add-way.ts';
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

/** Those behind a target whom no page wakes: they are on no channel that is configured. */
export function onNoChannel(target: string, directory: Directory, at: number): Recipient[] {
  return peopleBehind(target, directory, at).filter((person) => !isReachable(person, directory.channels));
}

/** Null: it names no schedule at a pager, or something else of ours has that very name. */
export function scheduleBehind(target: string, directory: Directory): ScheduleTarget | null {
  const { contacts, rotations, channels } = directory;
  const name = target.replace(/^@/, '');
  if ([...contacts, ...rotations].some((each) => each.name === name)) return null;
  return scheduleIn(name, channels);
}

/** Why a schedule at a pager names nobody; null: it is none. */
export function whyNobodyOn(target: string, directory: Directory, at: number): string | null {
  const schedule = scheduleBehind(target, directory);
  return schedule && whyNobodyKnown(schedule, directory.schedules ?? [], at);
}

/** The command that would put somebody behind a target that reaches nobody, or a channel under who stands there. */
export function howToReach(target: string, directory: Directory, at: number): string {
  const [deaf] = onNoChannel(target, directory, at);
  if (deaf) return addWayTo(deaf);
  const { rotations, channels } = directory;
  const name = target.replace(/^@/, '');
  if (rotations.some((each) => each.name === name)) return `openclaw rotation show ${shellQuote(name)}`;
  const schedule = scheduleBehind(target, directory);
  if (schedule)
    return schedule.channel === null
      ? targetReference(target).add
      : `openclaw channel test ${shellQuote(schedule.channel)}`;
  const channel = channels.find((each) => each.name === name);
  return (channel && noTarget(channel)?.hint) ?? targetReference(target).add;
}
