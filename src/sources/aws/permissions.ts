// What each capability asks of IAM. A test compares this table with the calls in the source text, and with the calls a
// capability makes when it runs against a scripted AWS.
import type { Capability } from '../../domain/capability.ts';

/** Of what has no capability: `openclaw source test`. */
export const CHECK_ACTIONS = ['sts:GetCallerIdentity', 'iam:SimulatePrincipalPolicy'];

/** Of `--set oom=ssm`, which asks machines by itself. */
export const OOM_ACTIONS = ['ssm:ListCommandInvocations', 'ssm:SendCommand'];

/** A service without a binding is looked for by its name and its tags. */
const FIND_RUNNING = [
  'autoscaling:DescribeAutoScalingGroups',
  'ecs:ListClusters',
  'ecs:ListServices',
  'ecs:DescribeServices',
];
const FIND_DATABASE = ['rds:DescribeDBClusters', 'rds:DescribeDBInstances'];
const FIND_CACHE = [
  'elasticache:DescribeReplicationGroups',
  'elasticache:DescribeCacheClusters',
  'elasticache:ListTagsForResource',
];
const FIND_MACHINES = ['ec2:DescribeInstances'];
/** `SendCommand` may be held to our documents and the machine: see the README. */
const RUN_DOCUMENT = ['ssm:GetCommandInvocation', 'ssm:SendCommand'];

const READ_HEALTH = [
  ...FIND_RUNNING,
  'autoscaling:DescribeInstanceRefreshes',
  'autoscaling:DescribeScalingActivities',
  'ecs:DescribeTasks',
  'ecs:ListTasks',
  'elasticloadbalancing:DescribeTargetHealth',
];
const READ_DEPLOYS = [
  ...FIND_RUNNING,
  'autoscaling:DescribeInstanceRefreshes',
  'ecs:DescribeServiceRevisions',
  'ecs:DescribeTaskDefinition',
  'ecs:ListServiceDeployments',
  'ecs:ListTaskDefinitions',
];

/** Each as IAM names it. A capability that is not here asks nothing of AWS. */
export const PERMISSIONS: Readonly<Partial<Record<Capability, readonly string[]>>> = {
  'services.list': READ_HEALTH,
  'services.health': READ_HEALTH,
  'services.scale': [
    ...FIND_RUNNING,
    'autoscaling:SetDesiredCapacity',
    'autoscaling:UpdateAutoScalingGroup',
    'ecs:DescribeTasks',
    'ecs:ListTasks',
    'ecs:UpdateService',
  ],
  'services.restart': [
    ...FIND_RUNNING,
    'autoscaling:DescribeInstanceRefreshes',
    'autoscaling:StartInstanceRefresh',
    'ecs:DescribeTasks',
    'ecs:ListTasks',
    'ecs:StopTask',
    'ecs:UpdateService',
  ],
  'deploys.list': READ_DEPLOYS,
  'deploys.compare': [...FIND_RUNNING, 'ec2:DescribeLaunchTemplateVersions', 'ecs:DescribeTaskDefinition'],
  'deploys.rollback': [
    ...READ_DEPLOYS,
    'autoscaling:RollbackInstanceRefresh',
    'autoscaling:StartInstanceRefresh',
    'ecs:UpdateService',
  ],
  'logs.search': [
    ...FIND_RUNNING,
    ...FIND_MACHINES,
    'ecs:DescribeTaskDefinition',
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:FilterLogEvents',
    'logs:GetQueryResults',
    'logs:StartQuery',
    'logs:StopQuery',
  ],
  'metrics.query': [
    ...FIND_RUNNING,
    ...FIND_MACHINES,
    ...FIND_DATABASE,
    ...FIND_CACHE,
    'cloudwatch:GetMetricData',
    'ecs:DescribeTasks',
    'ecs:ListTasks',
    'elasticloadbalancing:DescribeTargetGroups',
  ],
  'databases.describe': [...FIND_DATABASE, 'rds:DescribeEvents', 'cloudwatch:GetMetricData'],
  'databases.failover': [
    ...FIND_DATABASE,
    'rds:DescribeEvents',
    'cloudwatch:GetMetricData',
    'rds:FailoverDBCluster',
    'rds:RebootDBInstance',
  ],
  'caches.describe': [...FIND_CACHE, 'cloudwatch:GetMetricData'],
  'caches.flush': [...FIND_CACHE, 'cloudwatch:GetMetricData'],
  'disk.usage': RUN_DOCUMENT,
  'disk.prune-docker': [...RUN_DOCUMENT, 'ssm:ListCommands'],
  'disk.vacuum-journal': [...RUN_DOCUMENT, 'ssm:ListCommands'],
  'disk.remove-old-files': [...RUN_DOCUMENT, 'ssm:ListCommands'],
};

/** Sorted, each once. */
export function actionsFor(capabilities: readonly Capability[]): string[] {
  const all = capabilities.flatMap((capability) => PERMISSIONS[capability] ?? []);
  return [...new Set([...all, ...CHECK_ACTIONS])].sort();
}

export interface Policy {
  Version: '2012-10-17';
  Statement: { Sid: string; Effect: 'Allow'; Action: string[]; Resource: string }[];
}

/** The least policy for these capabilities: reads and changes apart, so that the changes can be held to resources. */
export function policyFor(capabilities: readonly Capability[], more: readonly string[] = []): Policy {
  const actions = [...new Set([...actionsFor(capabilities), ...more])].sort();
  const reads = actions.filter(isRead);
  const changes = actions.filter((action) => !isRead(action));
  const statement = (Sid: string, Action: string[]) =>
    Action.length === 0 ? [] : [{ Sid, Effect: 'Allow' as const, Action, Resource: '*' }];
  return {
    Version: '2012-10-17',
    Statement: [...statement('OpenclawReads', reads), ...statement('OpenclawChanges', changes)],
  };
}

/** Sentences for people beside the policy. */
export function policyNotes(capabilities: readonly Capability[]): string[] {
  const { Statement } = policyFor(capabilities);
  return [
    ...(Statement.some(({ Sid }) => Sid === 'OpenclawChanges')
      ? ['"Resource": "*" of the changes may be narrowed to the groups, services and databases they are for']
      : []),
    ...(capabilities.includes('deploys.rollback')
      ? [
          'not in it: iam:PassRole, and ec2:RunInstances of a launch template, which AWS may ask for where a rollback brings an older version back; allow them for those roles and templates alone',
        ]
      : []),
  ];
}

export function isRead(action: string): boolean {
  return /:(Describe|List|Get|Filter|Simulate|StartQuery$|StopQuery$)/.test(action);
}
