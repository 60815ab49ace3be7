// A deployment of an ECS service, followed to its end.
import type { Deployment } from '@aws-sdk/client-ecs';
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call, ChangeOutcome } from '../../domain/tool.ts';
import { definitionName, type EcsPlace, primaryOf } from './container-service.ts';
import { ended, follow } from './follow.ts';
import type { Readers } from './readers.ts';
import type { AwsSession } from './session.ts';

/**
 * Errors: ToolError 'failed' where it failed, was rolled back by its circuit breaker, or another took its place; and
 * those of `follow`.
 */
export async function followRollout(
  session: AwsSession,
  readers: Readers,
  place: EcsPlace,
  { what, done, deployment }: { what: string; done: string; deployment: Deployment | undefined },
  call: Call,
): Promise<ChangeOutcome> {
  const id = deployment?.id;
  if (id === undefined)
    throw new ToolError(
      'unknown',
      `${session.source} took ${what} and named no deployment: look what became of it`,
    );
  let last = deployment;
  const end = await follow(
    session,
    `${what} was taken as deployment ${id}`,
    async () => {
      const service = await readers.containerService(place, call);
      const primary = primaryOf(service);
      const ours = (service.deployments ?? []).find((each) => each.id === id);
      // For a moment after a change AWS may still show the state before it.
      if (ours === undefined) {
        const newer = (primary?.createdAt?.getTime() ?? 0) > (deployment?.createdAt?.getTime() ?? 0);
        if (newer)
          throw ended(`${what} did not go through: another deployment (${primary?.id ?? ''}) took its place`);
        return null;
      }
      last = ours;
      if (ours.rolloutState === 'FAILED') throw ended(`${what} did not go through: ${rolloutText(ours)}`);
      if (ours !== primary)
        throw ended(`${what} did not go through: another deployment (${primary?.id ?? ''}) took its place`);
      const alone = (service.deployments ?? []).length === 1;
      return ours.rolloutState === 'COMPLETED' || (ours.rolloutState === undefined && alone) ? ours : null;
    },
    call,
  );
  if (end !== null) return { summary: done };
  return {
    summary: `began ${what}, which still goes on: ${last === undefined ? 'not listed yet' : rolloutText(last)}`,
  };
}

/** `api:42, 1 of 3 tasks run, 2 failed to start` */
export function rolloutText({
  taskDefinition,
  runningCount = 0,
  desiredCount = 0,
  failedTasks = 0,
  rolloutState,
  rolloutStateReason,
}: Deployment): string {
  const trouble = failedTasks > 0 ? `, ${failedTasks} failed to start` : '';
  const why = rolloutState === 'FAILED' && rolloutStateReason ? `: ${clipped(rolloutStateReason, 200)}` : '';
  return `${definitionName(taskDefinition)}, ${runningCount} of ${desiredCount} tasks run${trouble}${why}`;
}
