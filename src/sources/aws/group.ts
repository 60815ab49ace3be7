// An Auto Scaling group: its instances, what happened to it lately, and a rolling replacement in flight.
import type { Activity, AutoScalingGroup, InstanceRefresh } from '@aws-sdk/client-auto-scaling';
import { ToolError } from '../../domain/errors.ts';
import type { Call } from '../../domain/tool.ts';
import { createBatch } from './batch.ts';
import type { AwsSession } from './session.ts';

export type ReadGroup = (name: string, call: Call) => Promise<AutoScalingGroup>;

/** As many as one call takes. */
const NAMES_AT_ONCE = 50;

/** Groups asked for together are one call. Errors: ToolError 'failed' where there is no group of that name. */
export function createGroupReader(session: AwsSession): ReadGroup {
  const batch = createBatch<AutoScalingGroup>(NAMES_AT_ONCE, async (names, call) => {
    const autoScaling = await session.autoScaling();
    const what = names.length === 1 ? `the Auto Scaling group ${names[0]}` : 'the Auto Scaling groups';
    const { AutoScalingGroups = [] } = await session.ask(
      what,
      (options) =>
        autoScaling.describeAutoScalingGroups(
          { AutoScalingGroupNames: [...names], MaxRecords: 100 },
          options,
        ),
      call,
    );
    return new Map(AutoScalingGroups.map((group) => [group.AutoScalingGroupName ?? '', group]));
  });
  return async (name, call) => {
    const group = await batch(name, call);
    if (group !== undefined) return group;
    throw new ToolError(
      'failed',
      `${session.source} has no Auto Scaling group ${name} in ${session.region}: openclaw service list shows its binding`,
    );
  };
}

/** Newest first. */
export async function readActivities(
  session: AwsSession,
  name: string,
  most: number,
  call: Call,
): Promise<Activity[]> {
  const autoScaling = await session.autoScaling();
  const { Activities = [] } = await session.ask(
    `what Auto Scaling did to ${name} lately`,
    (options) =>
      autoScaling.describeScalingActivities({ AutoScalingGroupName: name, MaxRecords: most }, options),
    call,
  );
  return Activities;
}

/** How long what happened lately may be told again: no plan rests on it. */
const RECENT_KEPT_MS = 10_000;

/** Of all groups, newest first, in one call: for the many that are well. A busy region may have more than it gives. */
export function readRecentActivities(session: AwsSession, call: Call): Promise<Activity[]> {
  return session.keep('recent activities', RECENT_KEPT_MS, async () => {
    const autoScaling = await session.autoScaling();
    const { Activities = [] } = await session.ask(
      'what Auto Scaling did lately',
      (options) => autoScaling.describeScalingActivities({ MaxRecords: 100 }, options),
      call,
    );
    return Activities;
  });
}

/** Newest first. */
export async function readRefreshes(
  session: AwsSession,
  name: string,
  most: number,
  call: Call,
): Promise<InstanceRefresh[]> {
  const autoScaling = await session.autoScaling();
  const { InstanceRefreshes = [] } = await session.ask(
    `the instance refreshes of ${name}`,
    (options) =>
      autoScaling.describeInstanceRefreshes({ AutoScalingGroupName: name, MaxRecords: most }, options),
    call,
  );
  return [...InstanceRefreshes].sort((a, b) => startOf(b) - startOf(a));
}

function startOf({ StartTime }: InstanceRefresh): number {
  // One that waits for its turn has no start yet, and is the newest.
  return StartTime?.getTime() ?? Number.POSITIVE_INFINITY;
}

const IN_FLIGHT: ReadonlySet<string | undefined> = new Set([
  'Pending',
  'InProgress',
  'Baking',
  'Cancelling',
  'RollbackInProgress',
]);

export function isInFlight({ Status }: InstanceRefresh): boolean {
  return IN_FLIGHT.has(Status);
}

/** Ids of what serves, sorted: starting, leaving and parked ones are not among them. */
export function instancesInService({ Instances = [] }: AutoScalingGroup): string[] {
  return Instances.filter(({ LifecycleState }) => LifecycleState === 'InService')
    .flatMap(({ InstanceId }) => InstanceId ?? [])
    .sort();
}

/** `m5.large`, or several of a mixed group; null: none runs. */
export function instanceTypes({ Instances = [] }: AutoScalingGroup): string | null {
  const types = [...new Set(Instances.flatMap(({ InstanceType }) => InstanceType ?? []))].sort();
  return types.length === 0 ? null : types.join(', ');
}
