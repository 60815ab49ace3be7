// The deploys of an Auto Scaling group: instance refreshes that brought a version of its launch template.
import type {
  AutoScalingGroup,
  DesiredConfiguration,
  InstanceRefresh,
  LaunchTemplateSpecification,
} from '@aws-sdk/client-auto-scaling';
import type { ResponseLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Deploy, FactsOf } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call, ChangeOutcome, Inspection, Reconciliation } from '../../domain/tool.ts';
import { type Event, type Release, releasesOf, rollbackFacts } from './deploy-history.ts';
import { isInFlight, readRefreshes } from './group.ts';
import type { Readers } from './readers.ts';
import { followRefresh, reconcileGroupRestart, refresh } from './restart-group.ts';
import type { AwsSession } from './session.ts';

interface Parts {
  session: AwsSession;
  readers: Readers;
}

interface History {
  group: AutoScalingGroup;
  template: LaunchTemplateSpecification;
  releases: Release[];
  refreshes: InstanceRefresh[];
}

const MOST_REFRESHES = 100;
/** RollbackInstanceRefresh takes these. */
const TURNS_BACK = new Set(['Pending', 'InProgress', 'Baking']);

export async function groupDeploys(parts: Parts, name: string, limit: number, call: Call): Promise<Deploy[]> {
  const { template, releases, refreshes } = await readHistory(parts, name, call);
  const inFlight = inFlightVersion(refreshes);
  return releases.slice(0, limit).map(({ release, at, status, rolledBack }) => ({
    number: String(release),
    author: 'unknown',
    title: `version ${release} of the launch template ${clipped(template.LaunchTemplateName ?? template.LaunchTemplateId ?? '', 120)}`,
    at,
    status,
    rolledBack,
    ...(release === inFlight ? { stoppable: true } : {}),
  }));
}

/** Of a refresh that brings a version of its own and can still be turned back; null: there is none. */
function inFlightVersion([newest]: readonly InstanceRefresh[]): number | null {
  if (newest === undefined || !TURNS_BACK.has(newest.Status ?? '')) return null;
  return versionOf(newest.DesiredConfiguration);
}

/** User data is compared and never shown: it may hold secrets. */
export async function compareTemplates(
  { session, readers }: Parts,
  name: string,
  { from, to }: { from: string; to: string },
  call: Call,
): Promise<string[]> {
  const template = templateOf(session, await readers.group(name, call));
  const ec2 = await session.ec2();
  const Versions = [from, to].map((number) => number.replace(/^#/, ''));
  const id =
    template.LaunchTemplateId === undefined
      ? { LaunchTemplateName: template.LaunchTemplateName }
      : { LaunchTemplateId: template.LaunchTemplateId };
  const { LaunchTemplateVersions = [] } = await session.ask(
    `what versions ${Versions.join(' and ')} of the launch template of ${name} are`,
    (options) => ec2.describeLaunchTemplateVersions({ ...id, Versions }, options),
    call,
  );
  const [older, newer] = Versions.map(
    (version) =>
      LaunchTemplateVersions.find(({ VersionNumber }) => String(VersionNumber) === version)
        ?.LaunchTemplateData,
  );
  if (older === undefined || newer === undefined)
    throw new ToolError(
      'failed',
      `the launch template of ${name} has no version ${Versions.join(' or no ')}`,
    );
  return templateDiff(older, newer);
}

function templateDiff(from: ResponseLaunchTemplateData, to: ResponseLaunchTemplateData): string[] {
  const moved = (what: string, a: string | undefined, b: string | undefined) =>
    a === b ? [] : [`${what} ${clipped(a ?? 'none', 120)} → ${clipped(b ?? 'none', 120)}`];
  const changed = (what: string, a: unknown, b: unknown) =>
    JSON.stringify(a ?? null) === JSON.stringify(b ?? null) ? [] : [`${what} changed`];
  return [
    ...moved('image', from.ImageId, to.ImageId),
    ...moved('instance type', from.InstanceType, to.InstanceType),
    ...moved('key pair', from.KeyName, to.KeyName),
    ...moved(
      'instance profile',
      from.IamInstanceProfile?.Arn ?? from.IamInstanceProfile?.Name,
      to.IamInstanceProfile?.Arn ?? to.IamInstanceProfile?.Name,
    ),
    ...changed('user data', from.UserData, to.UserData),
    ...changed('disks', from.BlockDeviceMappings, to.BlockDeviceMappings),
    ...changed(
      'security groups',
      [from.SecurityGroupIds, from.SecurityGroups],
      [to.SecurityGroupIds, to.SecurityGroups],
    ),
    ...changed('network interfaces', from.NetworkInterfaces, to.NetworkInterfaces),
    ...changed('tags', from.TagSpecifications, to.TagSpecifications),
  ];
}

export async function inspectGroupRollback(
  parts: Parts,
  name: string,
  { deploy, label }: { deploy: string; label: string },
  call: Call,
): Promise<Inspection<'deploys.rollback'>> {
  const { group, releases, refreshes } = await readHistory(parts, name, call);
  const number = deploy.replace(/^#/, '');
  const facts: FactsOf['deploys.rollback'] = {
    ...rollbackFacts(releases, deploy, label),
    before: refreshes[0]?.InstanceRefreshId ?? 'none',
  };
  // One without a version of its own, such as a restart, holds the group as well.
  if (facts.inProgress === null && refreshes.some(isInFlight)) facts.inProgress = facts.latest;
  if (facts.target !== null && String(inFlightVersion(refreshes)) === number) facts.stops = true;
  return {
    target: { id: group.AutoScalingGroupARN ?? `${parts.session.region}/asg:${name}`, label },
    facts,
    preview: [
      facts.target === null
        ? {
            text: `#${number} would be undone, but there is no earlier good deploy to go back to`,
            how: 'measured',
          }
        : {
            text: facts.stops
              ? `the instance refresh of asg:${name} that brings #${number} is stopped, and the instances it replaced are replaced by new ones of version ${facts.target}`
              : `#${number} is undone: an instance refresh of asg:${name} replaces its instances by new ones of version ${facts.target} of its launch template`,
            how: 'measured',
          },
      { text: 'what stands on the disks of the old instances goes with them', how: 'measured' },
      { text: 'whether the database was changed in between is not known from here', how: 'unknown' },
    ],
  };
}

export async function rollBackGroup(
  { session, readers }: Parts,
  name: string,
  { deploy, label, facts }: { deploy: string; label: string; facts: FactsOf['deploys.rollback'] },
  call: Call,
): Promise<ChangeOutcome> {
  if (facts.target === null) throw new ToolError('failed', `there is no earlier good deploy of ${label}`);
  if (facts.stops) return turnBack(session, name, { deploy, label, facts }, call);
  const group = await readers.group(name, call);
  return refresh(session, name, {
    what: `the rollback of ${label} to #${facts.target}`,
    done: `rolled back deploy #${deploy.replace(/^#/, '')} of ${label}, now running #${facts.target}`,
    input: {
      Strategy: 'Rolling',
      DesiredConfiguration: withVersion(session, group, facts.target),
      // Those that run it already stay.
      Preferences: { SkipMatching: true },
    },
    call,
  });
}

/** The refresh in flight goes back to where it came from, under its own id. */
async function turnBack(
  session: AwsSession,
  name: string,
  { deploy, label, facts }: { deploy: string; label: string; facts: FactsOf['deploys.rollback'] },
  call: Call,
): Promise<ChangeOutcome> {
  const what = `the rollback of ${label} to #${facts.target}`;
  const autoScaling = await session.autoScaling();
  const { InstanceRefreshId = facts.before } = await session.ask(
    what,
    (options) => autoScaling.rollbackInstanceRefresh({ AutoScalingGroupName: name }, options),
    call,
    { changes: true },
  );
  return followRefresh(
    session,
    name,
    {
      id: InstanceRefreshId,
      good: 'RollbackSuccessful',
      what,
      done: `stopped deploy #${deploy.replace(/^#/, '')} of ${label} on its way, now running #${facts.target}`,
    },
    call,
  );
}

export async function reconcileGroupRollback(
  { session }: Parts,
  name: string,
  { before, stops }: FactsOf['deploys.rollback'],
  call: Call,
): Promise<Reconciliation> {
  if (!stops) return reconcileGroupRestart({ session }, name, { before }, call);
  const refreshes = await readRefreshes(session, name, 10, call);
  switch (refreshes.find(({ InstanceRefreshId }) => InstanceRefreshId === before)?.Status) {
    case 'RollbackInProgress':
      return 'running';
    case 'RollbackSuccessful':
      return 'succeeded';
    case 'RollbackFailed':
    case 'Successful':
      return 'failed';
    case 'Pending':
    case 'InProgress':
    case 'Baking':
      return 'not-started';
    default:
      return 'unknown';
  }
}

async function readHistory({ session, readers }: Parts, name: string, call: Call): Promise<History> {
  const [group, refreshes] = await Promise.all([
    readers.group(name, call),
    readRefreshes(session, name, MOST_REFRESHES, call),
  ]);
  const template = templateOf(session, group);
  const events = refreshes.flatMap((each): Event[] => {
    const version = versionOf(each.DesiredConfiguration);
    const at = each.StartTime?.getTime() ?? session.clock.now();
    return version === null ? [] : [{ release: version, at, status: statusOf(each) }];
  });
  const current = /^\d+$/.test(template.Version ?? '') ? Number(template.Version) : null;
  const releases = releasesOf(events, current);
  if (releases.length === 0)
    throw new ToolError(
      'failed',
      `the deploys of asg:${name} are not known: its launch template is taken as ${clipped(template.Version ?? 'it is', 20)}, and no instance refresh names a version`,
    );
  return { group, template, releases, refreshes };
}

function statusOf(refresh: InstanceRefresh): Deploy['status'] {
  if (refresh.Status === 'Successful') return 'succeeded';
  return isInFlight(refresh) ? 'in-progress' : 'failed';
}

/** Null: it names none, or `$Latest`, which says nothing later. */
function versionOf(configuration: DesiredConfiguration | undefined): number | null {
  const template =
    configuration?.LaunchTemplate ??
    configuration?.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  return /^\d+$/.test(template?.Version ?? '') ? Number(template?.Version) : null;
}

function templateOf({ source }: AwsSession, group: AutoScalingGroup): LaunchTemplateSpecification {
  const template =
    group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  if (template !== undefined) return template;
  throw new ToolError(
    'failed',
    `asg:${group.AutoScalingGroupName} of ${source} has no launch template, so it has no versions to go back to`,
  );
}

function withVersion(session: AwsSession, group: AutoScalingGroup, Version: string): DesiredConfiguration {
  const { LaunchTemplateId, LaunchTemplateName } = templateOf(session, group);
  const named = LaunchTemplateId === undefined ? { LaunchTemplateName } : { LaunchTemplateId };
  const specification = { ...named, Version };
  const policy = group.MixedInstancesPolicy;
  if (group.LaunchTemplate !== undefined || policy === undefined) return { LaunchTemplate: specification };
  return {
    MixedInstancesPolicy: {
      ...policy,
      LaunchTemplate: { ...policy.LaunchTemplate, LaunchTemplateSpecification: specification },
    },
  };
}
