// A small AWS with one group and one ECS service, whose state moves as its API is called. Answers in its own shapes.
import { createReaders } from '../../../src/sources/aws/readers.ts';
import { fail } from '../../support/aws/server.ts';
import { startAws, type TestAws } from '../../support/aws/session.ts';

export const GROUP_ARN =
  'arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:1:autoScalingGroupName/api-prod';
export const TARGETS_ARN = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/api/1';
export const SERVICE_ARN = 'arn:aws:ecs:eu-west-1:123456789012:service/prod/api';
const TASK = 'arn:aws:ecs:eu-west-1:123456789012:task/prod';

interface GroupInstance {
  id: string;
  lifecycle?: string;
  health?: string;
  version?: string;
  /** Of the load balancer. Undefined: not there. */
  target?: string | undefined;
}

export interface GroupWorld extends TestAws {
  group: {
    desired: number;
    min: number;
    max: number;
    version: string;
    instances: GroupInstance[];
    refreshes: Record<string, unknown>[];
    activities: Record<string, unknown>[];
  };
  readers: ReturnType<typeof createReaders>;
}

export async function groupWorld(): Promise<GroupWorld> {
  const aws = await startAws();
  const { server } = aws;
  const group: GroupWorld['group'] = {
    desired: 2,
    min: 1,
    max: 4,
    version: '12',
    instances: ['i-2', 'i-1'].map((id) => ({ id, version: '12', target: 'healthy' })),
    refreshes: [],
    activities: [],
  };
  server.on('autoscaling:DescribeAutoScalingGroups', (input) => ({
    AutoScalingGroups:
      // It has no tags.
      'Filters' in input ||
      ('AutoScalingGroupNames' in input && !(input.AutoScalingGroupNames as string[]).includes('api-prod'))
        ? []
        : [
            {
              AutoScalingGroupName: 'api-prod',
              AutoScalingGroupARN: GROUP_ARN,
              LaunchTemplate: { LaunchTemplateId: 'lt-1', LaunchTemplateName: 'api', Version: group.version },
              MinSize: group.min,
              MaxSize: group.max,
              DesiredCapacity: group.desired,
              TargetGroupARNs: [TARGETS_ARN],
              Instances: group.instances.map(
                ({ id, lifecycle = 'InService', health = 'Healthy', version }) => ({
                  InstanceId: id,
                  InstanceType: 'm5.large',
                  LifecycleState: lifecycle,
                  HealthStatus: health,
                  ...(version ? { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: version } } : {}),
                }),
              ),
            },
          ],
  }));
  server.on('autoscaling:DescribeScalingActivities', () => ({ Activities: group.activities }));
  server.on('autoscaling:DescribeInstanceRefreshes', () => ({ InstanceRefreshes: group.refreshes }));
  server.on('elasticloadbalancing:DescribeTargetHealth', () => ({
    TargetHealthDescriptions: group.instances
      .filter(({ target }) => target !== undefined)
      .map(({ id, target }) => ({
        Target: { Id: id, Port: 8080 },
        TargetHealth: {
          State: target,
          ...(target === 'unhealthy'
            ? {
                Reason: 'Target.ResponseCodeMismatch',
                Description: 'Health checks failed with these codes: [503]',
              }
            : {}),
        },
      })),
  }));
  server.on('autoscaling:SetDesiredCapacity', (input) => {
    const count = Number(input.DesiredCapacity);
    if (count > group.max || count < group.min) return fail('ValidationError', { message: 'out of bounds' });
    group.desired = count;
    return {};
  });
  server.on('autoscaling:UpdateAutoScalingGroup', (input) => {
    if (input.MaxSize !== undefined) group.max = Number(input.MaxSize);
    if (input.MinSize !== undefined) group.min = Number(input.MinSize);
    group.desired = Number(input.DesiredCapacity);
    return {};
  });
  return { ...aws, group, readers: createReaders(aws.session) };
}

interface WorldTask {
  id: string;
  status?: string;
  address?: string;
  health?: string;
  target?: string;
}

export interface ServiceWorld extends TestAws {
  service: {
    desired: number;
    running: number;
    status: string;
    strategy: string;
    controller: string;
    definition: string;
    targetGroups: string[];
    deployments: Record<string, unknown>[];
    tasks: WorldTask[];
    events: { message: string; createdAt: Date }[];
  };
  readers: ReturnType<typeof createReaders>;
}

export const definitionArn = (revision: number | string, family = 'api') =>
  `arn:aws:ecs:eu-west-1:123456789012:task-definition/${family}:${revision}`;

export function deployment(id: string, revision: number, more: Record<string, unknown> = {}) {
  return {
    id,
    status: 'PRIMARY',
    taskDefinition: definitionArn(revision),
    desiredCount: 2,
    runningCount: 2,
    failedTasks: 0,
    rolloutState: 'COMPLETED',
    createdAt: new Date('2026-11-22T10:00:00Z'),
    ...more,
  };
}

export async function serviceWorld(): Promise<ServiceWorld> {
  const aws = await startAws();
  const { server } = aws;
  const service: ServiceWorld['service'] = {
    desired: 2,
    running: 2,
    status: 'ACTIVE',
    strategy: 'REPLICA',
    controller: 'ECS',
    definition: definitionArn(42),
    targetGroups: [TARGETS_ARN],
    deployments: [deployment('ecs-svc/1', 42)],
    tasks: [
      { id: 't2', address: '10.0.0.2', target: 'healthy' },
      { id: 't1', address: '10.0.0.1', target: 'healthy' },
    ],
    events: [],
  };
  const described = () => ({
    serviceName: 'api',
    serviceArn: SERVICE_ARN,
    clusterArn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/prod',
    status: service.status,
    desiredCount: service.desired,
    runningCount: service.running,
    schedulingStrategy: service.strategy,
    deploymentController: { type: service.controller },
    taskDefinition: service.definition,
    loadBalancers: service.targetGroups.map((targetGroupArn) => ({ targetGroupArn, containerName: 'api' })),
    deployments: service.deployments,
    events: service.events,
  });
  server.on('ecs:DescribeServices', (input) => ({
    services: (input.services as string[]).includes('api') ? [described()] : [],
    failures: [],
  }));
  server.on('ecs:ListTasks', () => ({ taskArns: service.tasks.map(({ id }) => `${TASK}/${id}`) }));
  server.on('ecs:DescribeTasks', () => ({
    tasks: service.tasks.map(({ id, status = 'RUNNING', address, health = 'UNKNOWN' }) => ({
      taskArn: `${TASK}/${id}`,
      lastStatus: status,
      healthStatus: health,
      cpu: '512',
      memory: '1024',
      attachments: address ? [{ details: [{ name: 'privateIPv4Address', value: address }] }] : [],
    })),
  }));
  server.on('elasticloadbalancing:DescribeTargetHealth', () => ({
    TargetHealthDescriptions: service.tasks
      .filter(({ target }) => target !== undefined)
      .map(({ address, target }) => ({
        Target: { Id: address ?? 'i-1', Port: 80 },
        TargetHealth: { State: target },
      })),
  }));
  server.on('ecs:UpdateService', (input) => {
    if (input.desiredCount !== undefined) service.desired = Number(input.desiredCount);
    return { service: described() };
  });
  return { ...aws, service, readers: createReaders(aws.session) };
}

/** Noon of that day of November 2026. */
export const day = (of: number) => new Date(Date.UTC(2026, 10, of, 12));

/** Deployments as `[revision, status, day of November]`, oldest first, and the task definitions they brought. */
export function scriptDeploys({ server }: TestAws, history: readonly [number, string, number][]): void {
  const revision = (number: number) => `arn:aws:ecs:eu-west-1:1:service-revision/prod/api/${number}`;
  server.on('ecs:ListServiceDeployments', {
    serviceDeployments: history
      .map(([number, status, of]) => ({
        targetServiceRevisionArn: revision(number),
        status,
        startedAt: day(of),
        createdAt: day(of),
      }))
      .reverse(),
  });
  server.on('ecs:DescribeServiceRevisions', (input) => ({
    serviceRevisions: (input.serviceRevisionArns as string[]).map((serviceRevisionArn) => ({
      serviceRevisionArn,
      taskDefinition: definitionArn(serviceRevisionArn.split('/').at(-1) ?? ''),
    })),
  }));
  server.on('ecs:DescribeTaskDefinition', (input) => {
    const number = Number(String(input.taskDefinition).split(':').at(-1));
    return {
      taskDefinition: {
        taskDefinitionArn: definitionArn(number),
        family: 'api',
        revision: number,
        status: 'ACTIVE',
        registeredAt: day(number - 30),
        registeredBy: 'arn:aws:sts::123456789012:assumed-role/deployer/mike',
        containerDefinitions: [
          {
            name: 'api',
            image: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:${450 + number}`,
            environment: [{ name: `ONLY_${number}`, value: 'secret-value' }],
          },
        ],
      },
    };
  });
}
