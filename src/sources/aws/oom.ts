// `service_oom_killed` of an ECS service: whether a container of it was killed for memory lately, by what ECS says of
// its stopped tasks. A deployment after it, as a restart is one, ends it.
import type { Service as EcsService, Task } from '@aws-sdk/client-ecs';
import type { Call } from '../../domain/tool.ts';
import { type EcsPlace, readTasks } from './container-service.ts';
import type { AwsSession } from './session.ts';

export const OOM_METRIC = 'service_oom_killed';
/** As long as a kill counts as lately: ECS keeps stopped tasks for longer. */
export const LATELY_MS = 10 * 60_000;

export async function wasOomKilled(
  session: AwsSession,
  place: EcsPlace,
  service: EcsService,
  call: Call,
): Promise<boolean> {
  const stopped = await readTasks(session, place, call, 'stopped');
  return oomKilled(stopped, startedAt(service), session.clock.now());
}

/** Pure. `since`: when what runs now was rolled out; kills before it are over with. */
export function oomKilled(tasks: readonly Task[], since: number, now: number): boolean {
  return tasks.some(({ stoppedAt, ...task }) => {
    const at = stoppedAt?.getTime() ?? 0;
    return at > since && now - at < LATELY_MS && isKill(task);
  });
}

/**
 * ECS writes "OutOfMemoryError: Container killed due to memory usage". A container that ended with 137 by itself got a
 * SIGKILL that nobody here sent: one that is stopped (a deployment, scaling in) may end so as well, and is none.
 */
function isKill({ containers = [], stopCode, stoppedReason = '' }: Task): boolean {
  if (/OutOfMemory/i.test(stoppedReason)) return true;
  return containers.some(
    ({ exitCode, reason = '' }) =>
      /OutOfMemory/i.test(reason) || (exitCode === 137 && stopCode === 'EssentialContainerExited'),
  );
}

function startedAt({ deployments = [] }: EcsService): number {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  return primary?.createdAt?.getTime() ?? 0;
}
