// An ECS service: its tasks, its deployments, and how large a task is.
import type { Deployment, Service as EcsService, Task } from '@aws-sdk/client-ecs';
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call, Reconciliation } from '../../domain/tool.ts';
import { createBatch } from './batch.ts';
import { lastPart } from './look-up.ts';
import { chunked, inParallel, readPages } from './pages.ts';
import type { PlaceOf } from './place.ts';
import type { AwsSession } from './session.ts';

export type EcsPlace = PlaceOf<'ecs'>;
export type ReadContainerService = (place: EcsPlace, call: Call) => Promise<EcsService>;

/** As many as one call takes. */
const SERVICES_AT_ONCE = 10;
const TASKS_AT_ONCE = 100;
const MOST_TASKS = 1000;

/** Services of one cluster asked for together are one call. Errors: ToolError 'failed' where it is gone. */
export function createContainerServiceReader(session: AwsSession): ReadContainerService {
  const clusters = new Map<string, ReturnType<typeof createBatch<EcsService>>>();
  const ofCluster = (cluster: string) => {
    const known = clusters.get(cluster);
    if (known) return known;
    const made = createBatch<EcsService>(SERVICES_AT_ONCE, async (services, call) => {
      const ecs = await session.ecs();
      const what =
        services.length === 1 ? `the ECS service ${services[0]}` : `the ECS services of ${cluster}`;
      const answer = await session.ask(
        what,
        (options) => ecs.describeServices({ cluster, services: [...services] }, options),
        call,
      );
      return new Map((answer.services ?? []).map((service) => [service.serviceName ?? '', service]));
    });
    clusters.set(cluster, made);
    return made;
  };
  return async (place, call) => {
    const service = await ofCluster(place.cluster)(place.service, call);
    // One that was deleted is listed as INACTIVE for a while.
    if (service !== undefined && service.status !== 'INACTIVE') return service;
    throw new ToolError(
      'failed',
      `${session.source} has no ECS service ${place.service} in the cluster ${place.cluster} of ${session.region}`,
    );
  };
}

/** Those that run or are to run; or those that ended, which ECS keeps for about an hour. */
export async function readTasks(
  session: AwsSession,
  { cluster, service }: EcsPlace,
  call: Call,
  which: 'running' | 'stopped' = 'running',
): Promise<Task[]> {
  const ecs = await session.ecs();
  const what = `the ${which === 'stopped' ? 'stopped tasks' : 'tasks'} of ${service}`;
  const desiredStatus = which === 'stopped' ? 'STOPPED' : 'RUNNING';
  const arns = await readPages(
    what,
    async (nextToken) => {
      const page = await session.ask(
        what,
        (options) =>
          ecs.listTasks(
            { cluster, serviceName: service, desiredStatus, ...(nextToken ? { nextToken } : {}) },
            options,
          ),
        call,
      );
      return { items: page.taskArns, next: page.nextToken };
    },
    MOST_TASKS,
  );
  const described = await inParallel(chunked(arns, TASKS_AT_ONCE), 2, (tasks) =>
    session.ask(what, (options) => ecs.describeTasks({ cluster, tasks }, options), call),
  );
  return described.flatMap(({ tasks }) => tasks ?? []);
}

export function taskId({ taskArn = '' }: Task): string {
  return lastPart(taskArn);
}

/** Ids, sorted. */
export function runningTasks(tasks: readonly Task[]): string[] {
  return tasks
    .filter(({ lastStatus }) => lastStatus === 'RUNNING')
    .map(taskId)
    .sort();
}

/** The private address of a task with a network interface of its own (`awsvpc`); null: it shares its machine's. */
export function addressOf({ attachments = [] }: Task): string | null {
  const details = attachments.flatMap((attachment) => attachment.details ?? []);
  return details.find(({ name }) => name === 'privateIPv4Address')?.value ?? null;
}

/** The deployment that is to stay. */
export function primaryOf({ deployments = [] }: EcsService): Deployment | undefined {
  return deployments.find(({ status }) => status === 'PRIMARY');
}

/** Null: nothing is being rolled out. */
export function rolloutOf(service: EcsService): Deployment | null {
  const primary = primaryOf(service);
  if (primary === undefined) return null;
  const others = (service.deployments ?? []).some(({ status }) => status === 'ACTIVE');
  return primary.rolloutState === 'IN_PROGRESS' || others ? primary : null;
}

/** `api:42` of its ARN. */
export function definitionName(arn: string | undefined): string {
  return clipped(lastPart(arn ?? ''), 300);
}

/** `42` of `…:task-definition/api:42`; empty: it is no such ARN. */
export function revisionOf(arn: string | undefined): string {
  return /:(\d+)$/.exec(arn ?? '')?.[1] ?? '';
}

/** `0.5 vCPU and 1024 MB each` of a task; null: its machine's size is what counts. */
export function taskSize(tasks: readonly Task[]): string | null {
  const task = tasks.find(({ cpu, memory }) => cpu !== undefined && memory !== undefined);
  if (task === undefined) return null;
  return `${Number(task.cpu) / 1024} vCPU and ${task.memory} MB`;
}

/** How far a deployment of a service has come, for `reconcile`. */
export function endOfRollout({ rolloutState }: Pick<Deployment, 'rolloutState'>): Reconciliation {
  switch (rolloutState) {
    case 'COMPLETED':
      return 'succeeded';
    case 'FAILED':
      return 'failed';
    case 'IN_PROGRESS':
      return 'running';
    default:
      return 'unknown';
  }
}
