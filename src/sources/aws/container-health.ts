// The health of an ECS service: what its load balancer says of each task, else the task's own health check.
import type { Service as EcsService, Task } from '@aws-sdk/client-ecs';
import type { Instance, ServiceHealth } from '../../domain/capability.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call } from '../../domain/tool.ts';
import {
  addressOf,
  definitionName,
  type EcsPlace,
  primaryOf,
  type ReadContainerService,
  readTasks,
  revisionOf,
  rolloutOf,
  taskId,
} from './container-service.ts';
import type { AwsSession } from './session.ts';
import { readTargets, type TargetStates, worstOf } from './targets.ts';

const RECENT_MS = 15 * 60_000;
const MOST_NOTES = 5;

export async function containerHealth(
  session: AwsSession,
  readService: ReadContainerService,
  { service, place }: { service: string; place: EcsPlace },
  call: Call,
): Promise<ServiceHealth> {
  const [found, tasks] = await Promise.all([readService(place, call), readTasks(session, place, call)]);
  const groups = (found.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  const targets = groups.length === 0 ? [] : await readTargets(session, service, groups, call);
  const instances = tasks.map((task) => instanceOf(task, targets));
  const notes = [...rolloutNotes(found), ...eventNotes(found, session.clock.now())].slice(0, MOST_NOTES);
  return {
    service,
    desired: found.desiredCount ?? null,
    running: found.runningCount ?? null,
    healthy: healthyCount(tasks, instances, targets),
    release: revisionOf(primaryOf(found)?.taskDefinition ?? found.taskDefinition) || undefined,
    instances,
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function instanceOf(task: Task, targets: readonly TargetStates[]): Instance {
  const id = taskId(task);
  const { lastStatus = 'unknown', healthStatus } = task;
  if (lastStatus === 'PROVISIONING' || lastStatus === 'PENDING' || lastStatus === 'ACTIVATING')
    return { id, state: 'starting', detail: lastStatus };
  if (lastStatus !== 'RUNNING') return { id, state: 'unknown', detail: clipped(lastStatus, 60) };
  if (healthStatus === 'UNHEALTHY')
    return { id, state: 'unhealthy', detail: 'the health check of its container fails' };
  const address = addressOf(task);
  if (targets.length > 0 && address !== null) return { id, ...worstOf(address, targets) };
  return { id, state: 'healthy' };
}

/**
 * A task that shares its machine's address cannot be told from its neighbours there: then it is as many as the
 * load balancer calls healthy, and never more than there are tasks that run.
 */
function healthyCount(
  tasks: readonly Task[],
  instances: readonly Instance[],
  targets: readonly TargetStates[],
): number {
  const own = instances.filter(({ state }) => state === 'healthy').length;
  if (targets.length === 0 || tasks.every((task) => addressOf(task) !== null)) return own;
  const seen = targets.map((group) => [...group.values()].filter(({ state }) => state === 'healthy').length);
  return Math.min(own, ...seen);
}

function rolloutNotes(service: EcsService): string[] {
  const rollout = rolloutOf(service);
  const failed = primaryOf(service);
  const shown = rollout ?? (failed?.rolloutState === 'FAILED' ? failed : null);
  if (shown === null) return [];
  const {
    taskDefinition,
    rolloutState,
    rolloutStateReason,
    runningCount = 0,
    desiredCount = 0,
    failedTasks = 0,
  } = shown;
  const trouble = failedTasks > 0 ? `, ${failedTasks} failed to start` : '';
  const why = rolloutState === 'FAILED' && rolloutStateReason ? `: ${clipped(rolloutStateReason, 160)}` : '';
  return [
    `deployment of ${definitionName(taskDefinition)} ${(rolloutState ?? 'in flight').toLowerCase().replace('_', ' ')}, ${runningCount} of ${desiredCount} tasks${trouble}${why}`,
  ];
}

/** What the scheduler says it did and why, without the sentence that all is well. */
function eventNotes({ events = [] }: EcsService, now: number): string[] {
  return events
    .filter(({ createdAt }) => createdAt !== undefined && now - createdAt.getTime() <= RECENT_MS)
    .filter(({ message = '' }) => !/has reached a steady state|deployment completed/.test(message))
    .map(({ message = '' }) => clipped(message.replace(/^\(service [^)]*\)\s*/, ''), 240));
}
