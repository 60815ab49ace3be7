// Restarting an ECS service: a new deployment of what runs, or every task stopped at once where that was asked for.
import type { Service as EcsService } from '@aws-sdk/client-ecs';
import type { FactsOf } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Call, ChangeOutcome, Inspection, Reconciliation } from '../../domain/tool.ts';
import { isMissing } from './ask.ts';
import {
  definitionName,
  type EcsPlace,
  endOfRollout,
  primaryOf,
  readTasks,
  rolloutOf,
  runningTasks,
} from './container-service.ts';
import { follow } from './follow.ts';
import { inParallel } from './pages.ts';
import { placeText } from './place.ts';
import type { Readers } from './readers.ts';
import { followRollout, rolloutText } from './rollout.ts';
import type { AwsSession } from './session.ts';

interface Parts {
  session: AwsSession;
  readers: Readers;
}

type Facts = FactsOf['services.restart'];

/** Errors: ToolError 'failed' while a deployment is in flight, or where another system deploys it. */
export async function inspectContainerRestart(
  { session, readers }: Parts,
  place: EcsPlace,
  { mode, name }: { mode: 'rolling' | 'full'; name: string },
  call: Call,
): Promise<Inspection<'services.restart'>> {
  const [service, tasks] = await Promise.all([
    readers.containerService(place, call),
    readTasks(session, place, call),
  ]);
  refuseForeign(service, place);
  const rollout = rolloutOf(service);
  if (rollout !== null)
    throw new ToolError(
      'failed',
      `${name} is being deployed: ${rolloutText(rollout)}. Wait until it ended, then ask again`,
    );
  const instances = runningTasks(tasks);
  const primary = primaryOf(service);
  const count = instances.length === 1 ? '1 task' : `${instances.length} tasks`;
  return {
    target: { id: service.serviceArn ?? `${session.region}/${placeText(place)}`, label: name },
    facts: { instances, before: primary?.id ?? 'none' },
    preview: [
      {
        text:
          mode === 'full'
            ? `full restart of ${name}: ${count} stopped at once, and ECS starts new ones`
            : `rolling restart of ${name}: a new deployment of ${definitionName(primary?.taskDefinition ?? service.taskDefinition)} replaces ${count}, as its deployment settings say`,
        how: 'measured',
      },
      { text: `now: ${instances.slice(0, 20).join(', ') || 'no task runs'}`, how: 'measured' },
    ],
  };
}

export async function restartContainers(
  { session, readers }: Parts,
  place: EcsPlace,
  { mode, name, facts }: { mode: 'rolling' | 'full'; name: string; facts: Facts },
  call: Call & { key: string },
): Promise<ChangeOutcome> {
  const what = `the ${mode} restart of ${name}`;
  const done = `restarted ${name} (${mode})`;
  if (mode === 'full') {
    await stopAll(session, place, { what, tasks: facts.instances }, call);
    const back = await follow(
      session,
      `${what} was taken: its tasks were stopped`,
      async () => {
        const service = await readers.containerService(place, call);
        const running = runningTasks(await readTasks(session, place, call));
        const fresh = running.filter((id) => !facts.instances.includes(id));
        return fresh.length >= (service.desiredCount ?? 0) ? fresh.length : null;
      },
      call,
    );
    return { summary: back === null ? `${done}: stopped every task, and not all new ones run yet` : done };
  }
  const ecs = await session.ecs();
  const { cluster } = place;
  const { service } = await session.ask(
    what,
    (options) => ecs.updateService({ cluster, service: place.service, forceNewDeployment: true }, options),
    call,
    { changes: true },
  );
  return followRollout(
    session,
    readers,
    place,
    { what, done, deployment: service && primaryOf(service) },
    call,
  );
}

/** `reason` is seen beside the stopped task, and carries the execution. Only tasks that were shown are stopped. */
async function stopAll(
  session: AwsSession,
  place: EcsPlace,
  { what, tasks }: { what: string; tasks: readonly string[] },
  call: Call & { key: string },
): Promise<void> {
  const ecs = await session.ecs();
  let stopped = 0;
  await inParallel(tasks, 4, async (task) => {
    try {
      await session.ask(
        what,
        (options) =>
          ecs.stopTask({ cluster: place.cluster, task, reason: `openclaw restart ${call.key}` }, options),
        call,
        { changes: true },
      );
      stopped += 1;
    } catch (error) {
      // It ended by itself.
      if (isMissing(error)) return;
      if (!(error instanceof ToolError) || stopped === 0) throw error;
      throw new ToolError(
        'unknown',
        `${stopped} of ${tasks.length} tasks were stopped, then: ${error.message}`,
        {
          cause: error,
        },
      );
    }
  });
}

export async function reconcileContainerRestart(
  { session, readers }: Parts,
  place: EcsPlace,
  { mode, facts }: { mode: 'rolling' | 'full'; facts: Facts },
  call: Call,
): Promise<Reconciliation> {
  if (mode === 'full') {
    const running = runningTasks(await readTasks(session, place, call));
    const left = facts.instances.filter((id) => running.includes(id));
    if (left.length === 0) return facts.instances.length === 0 ? 'unknown' : 'succeeded';
    return left.length === facts.instances.length ? 'not-started' : 'unknown';
  }
  const primary = primaryOf(await readers.containerService(place, call));
  if (primary?.id === undefined || facts.before === undefined) return 'unknown';
  if (primary.id === facts.before) return 'not-started';
  return endOfRollout(primary);
}

/** CodeDeploy and others bring their own deployments: UpdateService would be refused. */
export function refuseForeign(service: EcsService, place: EcsPlace): void {
  const type = service.deploymentController?.type ?? 'ECS';
  if (type !== 'ECS')
    throw new ToolError(
      'failed',
      `${placeText(place)} is deployed by ${type === 'CODE_DEPLOY' ? 'CodeDeploy' : 'another system'}, not by ECS itself: it is restarted and rolled back there`,
    );
}
