// The health of an Auto Scaling group, as its load balancers see it.
import type { Activity, AutoScalingGroup, InstanceRefresh } from '@aws-sdk/client-auto-scaling';
import type { Instance, ServiceHealth } from '../../domain/capability.ts';
import { formatDuration } from '../../domain/duration.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call } from '../../domain/tool.ts';
import { isInFlight, type ReadGroup, readActivities, readRecentActivities, readRefreshes } from './group.ts';
import type { AwsSession } from './session.ts';
import { readTargets, type TargetStates, worstOf } from './targets.ts';

/** Activities older than this explain nothing that is seen now. */
const RECENT_MS = 60 * 60_000;
const MOST_NOTES = 5;

export async function groupHealth(
  session: AwsSession,
  readGroup: ReadGroup,
  { service, group: name }: { service: string; group: string },
  call: Call,
): Promise<ServiceHealth> {
  const group = await readGroup(name, call);
  const [targets, activities, refreshes] = await Promise.all([
    readTargets(session, service, group.TargetGroupARNs ?? [], call),
    isWell(group)
      ? readRecentActivities(session, call).then((all) =>
          all.filter(({ AutoScalingGroupName }) => AutoScalingGroupName === name),
        )
      : readActivities(session, name, 20, call),
    readRefreshes(session, name, 1, call),
  ]);
  return healthOf(service, group, { targets, activities, refreshes }, session.clock.now());
}

/** As far as the group itself can say. */
function isWell({ Instances = [], DesiredCapacity }: AutoScalingGroup): boolean {
  return (
    Instances.length === DesiredCapacity &&
    Instances.every(
      ({ LifecycleState, HealthStatus }) => LifecycleState === 'InService' && HealthStatus === 'Healthy',
    )
  );
}

function healthOf(
  service: string,
  group: AutoScalingGroup,
  {
    targets,
    activities,
    refreshes,
  }: { targets: TargetStates[]; activities: Activity[]; refreshes: InstanceRefresh[] },
  now: number,
): ServiceHealth {
  const all = group.Instances ?? [];
  const instances = all.map((each): Instance => {
    const id = each.InstanceId ?? '';
    const state = each.LifecycleState ?? 'unknown';
    if (state.startsWith('Pending')) return { id, state: 'starting', detail: state };
    if (state !== 'InService') return { id, state: 'unknown', detail: clipped(state, 60) };
    if (each.HealthStatus?.toLowerCase() === 'unhealthy')
      return { id, state: 'unhealthy', detail: 'Auto Scaling found it unhealthy and will replace it' };
    return { id, ...worstOf(id, targets) };
  });
  const notes = [
    ...refreshes.filter(isInFlight).map(refreshNote),
    ...activities
      .filter(({ StartTime, StatusCode }) => isRecent(StartTime, now) || StatusCode === 'InProgress')
      .map((activity) => activityNote(activity, now)),
  ].slice(0, MOST_NOTES);
  return {
    service,
    desired: group.DesiredCapacity ?? null,
    running: all.filter(({ LifecycleState }) => LifecycleState === 'InService').length,
    healthy: instances.filter(({ state }) => state === 'healthy').length,
    release: releaseOf(group),
    instances,
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** Versions of the launch template that serve, the oldest first: during a rollout there are two. */
export function releaseOf({ Instances = [] }: AutoScalingGroup): string | undefined {
  const versions = Instances.filter(({ LifecycleState }) => LifecycleState === 'InService').flatMap(
    ({ LaunchTemplate }) => LaunchTemplate?.Version ?? [],
  );
  const distinct = [...new Set(versions)].sort((a, b) => Number(a) - Number(b));
  return distinct.length === 0 ? undefined : distinct.join(' and ');
}

function refreshNote({
  Status,
  PercentageComplete,
  StatusReason,
  InstancesToUpdate,
}: InstanceRefresh): string {
  const rest = InstancesToUpdate === undefined ? '' : `, ${InstancesToUpdate} to go`;
  const why = StatusReason ? `: ${clipped(StatusReason, 160)}` : '';
  return `instance refresh ${Status ?? 'in flight'}, ${PercentageComplete ?? 0}% done${rest}${why}`;
}

/** The cause as AWS words it, without the timestamps it begins its sentences with. */
function activityNote(
  { Description, Cause, StatusCode, StatusMessage, StartTime }: Activity,
  now: number,
): string {
  const age = StartTime === undefined ? '' : `${ago(now - StartTime.getTime())}: `;
  const failed = StatusCode === 'Failed' || StatusCode === 'Cancelled' ? `${StatusCode.toLowerCase()}: ` : '';
  const cause = (Cause ?? '').replace(/^At \S+Z /, '').replace(/ {2,}At \S+Z /g, ' ');
  const why = StatusMessage && failed !== '' ? StatusMessage : cause;
  return clipped(
    `${age}${failed}${Description ?? 'an activity'}${why === '' ? '' : ` (${clipped(why, 160)})`}`,
    280,
  );
}

function ago(ms: number): string {
  return `${formatDuration(Math.max(1, Math.round(ms / 60_000)) * 60_000)} ago`;
}

function isRecent(at: Date | undefined, now: number): boolean {
  return at !== undefined && now - at.getTime() <= RECENT_MS;
}
