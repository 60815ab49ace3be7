// Restarting an Auto Scaling group: an instance refresh, which replaces its instances by new ones.
import type {
  AutoScalingGroup,
  InstanceRefresh,
  StartInstanceRefreshType,
} from '@aws-sdk/client-auto-scaling';
import type { FactsOf } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call, ChangeOutcome, Inspection, PreviewLine, Reconciliation } from '../../domain/tool.ts';
import { ended, follow } from './follow.ts';
import { instancesInService, isInFlight, readRefreshes } from './group.ts';
import { releaseOf } from './group-health.ts';
import type { Readers } from './readers.ts';
import type { AwsSession } from './session.ts';

interface Parts {
  session: AwsSession;
  readers: Readers;
}

interface Asked {
  mode: 'rolling' | 'full';
  name: string;
}

/** Errors: ToolError 'failed' while another refresh is in flight: AWS takes one at a time. */
export async function inspectGroupRestart(
  { session, readers }: Parts,
  groupName: string,
  { mode, name }: Asked,
  call: Call,
): Promise<Inspection<'services.restart'>> {
  const [group, [latest]] = await Promise.all([
    readers.group(groupName, call),
    readRefreshes(session, groupName, 1, call),
  ]);
  if (latest !== undefined && isInFlight(latest))
    throw new ToolError(
      'failed',
      `${name} is being replaced already: ${progressOf(latest)}. Wait until it ended, then ask again`,
    );
  const instances = instancesInService(group);
  const how =
    mode === 'full'
      ? 'all at once, without keeping any of them up'
      : 'some at a time, as the maintenance policy of the group says';
  return {
    target: { id: group.AutoScalingGroupARN ?? `${session.region}/asg:${groupName}`, label: name },
    facts: { instances, before: latest?.InstanceRefreshId ?? 'none' },
    preview: [
      {
        text: `${mode} restart of ${name} by an instance refresh of asg:${groupName}: ${counted(instances.length)} replaced by new ones, ${how}`,
        how: 'measured',
      },
      { text: `now: ${instances.slice(0, 20).join(', ') || 'no instance is in service'}`, how: 'measured' },
      ...versionLines(group),
      { text: 'what stands on the disks of the old instances goes with them', how: 'measured' },
    ],
  };
}

/** A refresh starts what the group says now, which may not be what runs. */
function versionLines(group: AutoScalingGroup): PreviewLine[] {
  const running = releaseOf(group);
  const template =
    group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  const version = template?.Version;
  if (version === undefined || version === running) return [];
  const now = running === undefined ? '' : ` (${clipped(running, 60)} runs now)`;
  return [
    /^\d+$/.test(version)
      ? { text: `the new ones start version ${version} of the launch template${now}`, how: 'measured' }
      : {
          text: `the new ones start ${clipped(version, 20)} of the launch template, whichever that is then${now}`,
          how: 'unknown',
        },
  ];
}

export async function restartGroup(
  { session }: Parts,
  groupName: string,
  { mode, name }: Asked,
  call: Call,
): Promise<ChangeOutcome> {
  const Preferences =
    mode === 'full' ? { MinHealthyPercentage: 0, SkipMatching: false } : { SkipMatching: false };
  return refresh(session, groupName, {
    what: `the ${mode} restart of ${name}`,
    done: `restarted ${name} (${mode})`,
    input: { Strategy: 'Rolling', Preferences },
    call,
  });
}

/** Starts a refresh and follows it to its end. Errors: ToolError as `follow`; 'failed' with AWS's reason where it failed. */
export async function refresh(
  session: AwsSession,
  groupName: string,
  {
    what,
    done,
    input,
    call,
  }: {
    what: string;
    done: string;
    input: Omit<StartInstanceRefreshType, 'AutoScalingGroupName'>;
    call: Call;
  },
): Promise<ChangeOutcome> {
  const autoScaling = await session.autoScaling();
  const { InstanceRefreshId } = await session.ask(
    what,
    (options) => autoScaling.startInstanceRefresh({ AutoScalingGroupName: groupName, ...input }, options),
    call,
    { changes: true },
  );
  return followRefresh(session, groupName, { id: InstanceRefreshId, good: 'Successful', what, done }, call);
}

/** Errors: ToolError as `follow`; 'failed' with AWS's reason where it ended otherwise than `good`. */
export async function followRefresh(
  session: AwsSession,
  groupName: string,
  { id, good, what, done }: { id: string | undefined; good: string; what: string; done: string },
  call: Call,
): Promise<ChangeOutcome> {
  if (id === undefined)
    throw new ToolError(
      'unknown',
      `${session.source} took ${what} and named no instance refresh: look what became of it`,
    );
  let last: InstanceRefresh | undefined;
  const end = await follow(
    session,
    `${what} was taken as instance refresh ${id}`,
    async () => {
      const refreshes = await readRefreshes(session, groupName, 10, call);
      // A moment may pass before it is listed.
      last = refreshes.find(({ InstanceRefreshId }) => InstanceRefreshId === id) ?? last;
      if (last === undefined || isInFlight(last)) return null;
      if (last.Status === good) return last;
      throw ended(`${what} did not go through: ${progressOf(last)}`);
    },
    call,
  );
  if (end !== null) return { summary: done };
  return {
    summary: `began ${what}, which still goes on: ${last === undefined ? 'not listed yet' : progressOf(last)}`,
  };
}

export async function reconcileGroupRestart(
  { session }: Pick<Parts, 'session'>,
  groupName: string,
  { before }: Pick<FactsOf['services.restart'], 'before'>,
  call: Call,
): Promise<Reconciliation> {
  const [latest] = await readRefreshes(session, groupName, 1, call);
  if ((latest?.InstanceRefreshId ?? 'none') === before) return 'not-started';
  if (latest === undefined || before === undefined) return 'unknown';
  // AWS takes one at a time and none was in flight: a newer one is ours.
  if (isInFlight(latest)) return 'running';
  return latest.Status === 'Successful' ? 'succeeded' : 'failed';
}

function progressOf({ Status, PercentageComplete, StatusReason }: InstanceRefresh): string {
  const why = StatusReason ? `: ${clipped(StatusReason, 200)}` : '';
  return `instance refresh ${Status ?? 'in flight'}, ${PercentageComplete ?? 0}% done${why}`;
}

function counted(count: number): string {
  return count === 1 ? '1 instance' : `${count} instances`;
}
