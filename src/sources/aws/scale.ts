// `services.scale`: the desired capacity of an Auto Scaling group, the desired count of an ECS service.
import type { FactsOf } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Service } from '../../domain/resource.ts';
import type { Call, ChangeTool, Inspection, PreviewLine } from '../../domain/tool.ts';
import { type EcsPlace, readTasks, taskSize } from './container-service.ts';
import { findPlace } from './find-place.ts';
import { changeAndSettle } from './follow.ts';
import { instanceTypes } from './group.ts';
import { RUNNING_KINDS } from './health.ts';
import { placeText, servesKinds } from './place.ts';
import type { Readers } from './readers.ts';
import type { AwsSession } from './session.ts';

type Facts = FactsOf['services.scale'];

export function scaleTool(session: AwsSession, readers: Readers): ChangeTool<'services.scale'> {
  const place = (service: Service | undefined, call: Call) =>
    findPlace(session, service, RUNNING_KINDS, call);
  return {
    kind: 'change',
    capability: 'services.scale',
    source: session.source,
    version: 1,
    serves: servesKinds(session.source, RUNNING_KINDS),
    inspect: async ({ count }, service, call) => {
      const found = await place(service, call);
      return found.kind === 'asg'
        ? inspectGroup(session, readers, { name: found.name, service, count }, call)
        : inspectContainers(session, readers, { place: found, service, count }, call);
    },
    run: async ({ count }, service, facts, call) => {
      const found = await place(service, call);
      const name = service?.name ?? '';
      const what = `the change of ${name} to ${plural(count)}`;
      const reached = async () => (await capacityOf(readers, found, call)) === count;
      if (found.kind === 'asg') {
        await changeAndSettle(() => setCapacity(session, found.name, { count, facts, what }, call), reached);
      } else {
        const ecs = await session.ecs();
        const { cluster } = found;
        await changeAndSettle(
          () =>
            session.ask(
              what,
              (options) =>
                ecs.updateService({ cluster, service: found.service, desiredCount: count }, options),
              call,
              { changes: true },
            ),
          reached,
        );
      }
      const moved = boundsText(facts, count);
      return { summary: `scaled ${name} to ${plural(count)}${moved === null ? '' : `, ${moved}`}` };
    },
    reconcile: async ({ count }, service, facts, call) => {
      const now = await capacityOf(readers, await place(service, call), call);
      // The target is absolute: where it is reached it was done, and where nothing moved it may be done again.
      if (now === count) return 'succeeded';
      return now === facts.capacity ? 'not-started' : 'unknown';
    },
  };
}

async function inspectGroup(
  session: AwsSession,
  readers: Readers,
  { name, service, count }: { name: string; service: Service | undefined; count: number },
  call: Call,
): Promise<Inspection<'services.scale'>> {
  const group = await readers.group(name, call);
  const { DesiredCapacity, MinSize, MaxSize } = group;
  if (!isCount(DesiredCapacity) || !isCount(MinSize) || !isCount(MaxSize))
    throw new ToolError('failed', `${session.source} does not say how many instances ${name} has`);
  const facts: Facts = { capacity: DesiredCapacity, min: MinSize, max: MaxSize };
  const label = service?.name ?? name;
  const bounds = boundsText(facts, count);
  const types = instanceTypes(group);
  return {
    target: { id: group.AutoScalingGroupARN ?? `${session.region}/asg:${name}`, label },
    facts,
    preview: [
      countLine(label, DesiredCapacity, count),
      {
        text:
          bounds === null
            ? `asg:${name} may have ${MinSize} to ${MaxSize}`
            : `asg:${name} may have ${MinSize} to ${MaxSize}, so its bounds are changed too: ${bounds}`,
        how: 'measured',
      },
      types === null
        ? { text: `instance type not known: none runs; ${costText(service)}`, how: 'unknown' }
        : { text: `instance type ${types}; ${costText(service)}`, how: 'measured' },
    ],
  };
}

async function inspectContainers(
  session: AwsSession,
  readers: Readers,
  { place, service, count }: { place: EcsPlace; service: Service | undefined; count: number },
  call: Call,
): Promise<Inspection<'services.scale'>> {
  const [found, tasks] = await Promise.all([
    readers.containerService(place, call),
    readTasks(session, place, call),
  ]);
  if (found.schedulingStrategy === 'DAEMON')
    throw new ToolError(
      'failed',
      `${placeText(place)} runs one task on each machine of its cluster (a daemon service): it has no count to set`,
    );
  if (!isCount(found.desiredCount))
    throw new ToolError('failed', `${session.source} does not say how many tasks ${place.service} has`);
  const label = service?.name ?? place.service;
  const size = taskSize(tasks);
  return {
    target: { id: found.serviceArn ?? `${session.region}/${placeText(place)}`, label },
    facts: { capacity: found.desiredCount },
    preview: [
      countLine(label, found.desiredCount, count),
      size === null
        ? { text: `size of a task not known; ${costText(service)}`, how: 'unknown' }
        : { text: `${size} each; ${costText(service)}`, how: 'measured' },
      {
        text: 'where Application Auto Scaling holds this count, it may move it again',
        how: 'unknown',
      },
    ],
  };
}

/** One call, so that the bounds never move without the count. */
async function setCapacity(
  session: AwsSession,
  name: string,
  { count, facts, what }: { count: number; facts: Facts; what: string },
  call: Call,
): Promise<void> {
  const autoScaling = await session.autoScaling();
  const { min = count, max = count } = facts;
  if (count >= min && count <= max) {
    await session.ask(
      what,
      (options) =>
        autoScaling.setDesiredCapacity(
          // A cooldown is for alarms; a person who waits for capacity has decided.
          { AutoScalingGroupName: name, DesiredCapacity: count, HonorCooldown: false },
          options,
        ),
      call,
      { changes: true },
    );
    return;
  }
  const bounds = count > max ? { MaxSize: count } : { MinSize: count };
  await session.ask(
    what,
    (options) =>
      autoScaling.updateAutoScalingGroup(
        { AutoScalingGroupName: name, ...bounds, DesiredCapacity: count },
        options,
      ),
    call,
    { changes: true },
  );
}

async function capacityOf(
  readers: Readers,
  place: { kind: 'asg'; name: string } | EcsPlace,
  call: Call,
): Promise<number | undefined> {
  return place.kind === 'asg'
    ? (await readers.group(place.name, call)).DesiredCapacity
    : (await readers.containerService(place, call)).desiredCount;
}

/** `its maximum raised from 4 to 6`; null: the count is within the bounds. */
function boundsText({ min, max }: Facts, count: number): string | null {
  if (max !== undefined && count > max) return `its maximum raised from ${max} to ${count}`;
  if (min !== undefined && count < min) return `its minimum lowered from ${min} to ${count}`;
  return null;
}

function countLine(label: string, now: number, count: number): PreviewLine {
  return { text: `${label}: ${plural(now)} now, ${plural(count)} afterwards`, how: 'measured' };
}

function costText(service: Service | undefined): string {
  return service?.hourlyCost === undefined
    ? 'cost unknown'
    : `$${service.hourlyCost.toFixed(2)} an hour each, as its service says`;
}

function plural(count: number): string {
  return count === 1 ? '1 instance' : `${count} instances`;
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0;
}
