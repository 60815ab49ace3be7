// What an incident's header says once something was done about it. Pure.
import type { IncidentContextLines } from './incident.ts';
import type { Plan, Step } from './plan.ts';
import { clockTimeWithZone } from './time.ts';
import { tokenize } from './tokenize.ts';

/** What was done is offered no more, and a deploy that was undone is known to be. */
export function afterChange(
  context: IncidentContextLines,
  { asked }: Pick<Plan, 'asked'>,
  { capability, args, service }: Pick<Step, 'capability' | 'args' | 'service'>,
  at: number,
): IncidentContextLines {
  const undone = capability === 'deploys.rollback' && 'deploy' in args ? String(args.deploy) : null;
  const done = typedAs(asked, service);
  const isDone = (command: string) =>
    typedAs(command, service) === done || (undone !== null && tokenize(command).includes(`#${undone}`));
  return {
    ...context,
    actions: context.actions.filter(({ command }) => !isDone(command)),
    ...(undone === null ? {} : { undone: [...(context.undone ?? []), { deploy: undone, at }] }),
  };
}

/** `/rollback api #492` and `/rollback #492` are one, in the thread of an incident of api. */
function typedAs(line: string, service: string | null): string {
  return tokenize(line)
    .filter((word) => word !== service)
    .map((word) => word.replace(/^#/, ''))
    .join(' ');
}

/** The deploy that a cause names, where it was undone. */
export function undoneCause(
  cause: string | null,
  { undone = [] }: Pick<IncidentContextLines, 'undone'>,
): { deploy: string; at: number } | undefined {
  const named = /^deploy #([^\s,;:()]+)/.exec(cause ?? '')?.[1];
  return undone.findLast(({ deploy }) => deploy === named);
}

/** Why the cause that was found is none any more. */
export function cameBackWords({ deploy }: { deploy: string }): string {
  return `unknown: it came back after #${deploy} was undone`;
}

/** `, undone at 03:22 UTC`; empty: it was not. */
export function undoneWords(found: { at: number } | undefined, zone: string): string {
  return found === undefined ? '' : `, undone at ${clockTimeWithZone(found.at, zone)}`;
}
