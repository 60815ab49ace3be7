// Scaling, restarting and rolling back in AWS.
import {
  definitionArn,
  deployment,
  groupWorld,
  scriptDeploys,
  serviceWorld,
} from '../../sources/aws/running-world.ts';
import type { Handler } from '../../support/aws/server.ts';
import { list } from '../../support/aws/wire.ts';
import { awsCommand } from '../../support/ops.ts';
import { type Death, inAws, mortal, type Scenario } from './change.ts';

type Build = Scenario['build'];

const bound = (binding: string) => [
  ...['service', 'add', '--name', 'api', '--binding', `AWS Production=${binding}`],
];

function scale(count: number, action: string): Build {
  return async (death) => {
    const world = await groupWorld();
    return inAws(world.server, [bound('asg:api-prod'), awsCommand('scale')], {
      ask: `/scale api ${count}`,
      effects: mortal(world, action, death),
    });
  };
}

const scaleTasks: Build = async (death) => {
  const world = await serviceWorld();
  return inAws(world.server, [bound('ecs:prod/api'), awsCommand('scale')], {
    ask: '/scale api 4',
    effects: mortal(world, 'ecs:UpdateService', death),
  });
};

/** A refresh goes on until the daemon died, and is through when it comes back. */
async function refreshing(death: Death) {
  const world = await groupWorld();
  const { group, server } = world;
  server.on('autoscaling:DescribeInstanceRefreshes', () => ({
    InstanceRefreshes: group.refreshes.map((each) =>
      each.Status === 'InProgress' && death.over() ? { ...each, Status: 'Successful' } : each,
    ),
  }));
  const begin: Handler = () => {
    const InstanceRefreshId = `r-new-${group.refreshes.length}`;
    group.refreshes.unshift({
      InstanceRefreshId,
      Status: 'InProgress',
      PercentageComplete: 10,
      StartTime: new Date(),
    });
    return { InstanceRefreshId };
  };
  server.on('cloudwatch:GetMetricData', { MetricDataResults: [] });
  server.on('elasticloadbalancing:DescribeTargetGroups', { TargetGroups: [] });
  return { world, begin };
}

function restartGroup(mode: 'rolling' | 'full'): Build {
  return async (death) => {
    const { world, begin } = await refreshing(death);
    return inAws(world.server, [bound('asg:api-prod'), awsCommand('restart')], {
      ask: `/restart api${mode === 'full' ? ' --full' : ''}`,
      effects: mortal(world, 'autoscaling:StartInstanceRefresh', death, begin),
    });
  };
}

const refresh = (id: string, version: string, Status: string, minutesAgo: number) => ({
  InstanceRefreshId: id,
  Status,
  StartTime: new Date(Date.now() - minutesAgo * 60_000),
  DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: version } },
});

const rollBackGroup: Build = async (death) => {
  const { world, begin } = await refreshing(death);
  world.group.refreshes = [refresh('r-2', '12', 'Successful', 30), refresh('r-1', '11', 'Successful', 300)];
  world.server.on('ec2:DescribeLaunchTemplateVersions', {
    launchTemplateVersionSet: list('item', [
      { launchTemplateId: 'lt-1', versionNumber: 12, launchTemplateData: { imageId: 'ami-2' } },
      { launchTemplateId: 'lt-1', versionNumber: 11, launchTemplateData: { imageId: 'ami-1' } },
    ]),
  });
  return inAws(world.server, [bound('asg:api-prod'), awsCommand('rollback')], {
    ask: '/rollback api #12',
    effects: mortal(world, 'autoscaling:StartInstanceRefresh', death, begin),
  });
};

/** The refresh that brings version 13 is turned back under its own id. */
const turnBackGroup: Build = async (death) => {
  const { world } = await refreshing(death);
  const going = refresh('r-3', '13', 'InProgress', 2);
  world.group.refreshes = [
    going,
    refresh('r-2', '12', 'Successful', 30),
    refresh('r-1', '11', 'Successful', 300),
  ];
  world.server.on('autoscaling:DescribeInstanceRefreshes', () => ({
    InstanceRefreshes: world.group.refreshes.map((each) =>
      each.Status === 'RollbackInProgress' && death.over() ? { ...each, Status: 'RollbackSuccessful' } : each,
    ),
  }));
  world.server.on('ec2:DescribeLaunchTemplateVersions', {
    launchTemplateVersionSet: list(
      'item',
      [13, 12, 11].map((versionNumber) => ({
        launchTemplateId: 'lt-1',
        versionNumber,
        launchTemplateData: { imageId: `ami-${versionNumber}` },
      })),
    ),
  });
  return inAws(world.server, [bound('asg:api-prod'), awsCommand('rollback')], {
    ask: '/rollback api #13',
    effects: mortal(world, 'autoscaling:RollbackInstanceRefresh', death, () => {
      going.Status = 'RollbackInProgress';
      return { InstanceRefreshId: 'r-3' };
    }),
  });
};

/** A deployment goes on until the daemon died. */
async function deploying(death: Death) {
  const world = await serviceWorld();
  const { server, service } = world;
  const usual = server.handlerOf('ecs:DescribeServices');
  server.on('ecs:DescribeServices', (input, count, request) => {
    if (death.over())
      service.deployments = service.deployments.map((each) => ({ ...each, rolloutState: 'COMPLETED' }));
    return usual?.(input, count, request) ?? {};
  });
  server.on('cloudwatch:GetMetricData', { MetricDataResults: [] });
  server.on('elasticloadbalancing:DescribeTargetGroups', { TargetGroups: [] });
  const begin: Handler = (input) => {
    const revision = Number(
      String(input.taskDefinition ?? service.definition)
        .split(':')
        .at(-1),
    );
    service.definition = definitionArn(revision);
    const next = deployment(`ecs-svc/${service.deployments.length + 1}`, revision, {
      createdAt: new Date(),
      rolloutState: 'IN_PROGRESS',
    });
    service.deployments = [next, ...service.deployments.map((each) => ({ ...each, status: 'ACTIVE' }))];
    return { service: { deployments: service.deployments } };
  };
  return { world, begin };
}

const restartTasks: Build = async (death) => {
  const { world, begin } = await deploying(death);
  return inAws(world.server, [bound('ecs:prod/api'), awsCommand('restart')], {
    ask: '/restart api',
    effects: mortal(world, 'ecs:UpdateService', death, begin),
  });
};

/** Two tasks: one may be stopped when the daemon dies and the other not, which is in doubt. */
const stopTasks: Build = async (death) => {
  const { world } = await deploying(death);
  const { service, server } = world;
  return inAws(server, [bound('ecs:prod/api'), awsCommand('restart')], {
    ask: '/restart api --full',
    ends: { received: 'unknown' },
    effects: mortal(world, 'ecs:StopTask', death, (input) => {
      const id = String(input.task).split('/').at(-1);
      service.tasks = service.tasks.filter((task) => task.id !== id);
      if (death.over())
        service.tasks.push({
          id: `new-${id}`,
          address: `10.0.1.${service.tasks.length + 1}`,
          target: 'healthy',
        });
      return {};
    }),
    wanted: 2,
  });
};

const rollBackTasks: Build = async (death) => {
  const { world, begin } = await deploying(death);
  scriptDeploys(world, [
    [41, 'SUCCESSFUL', 15],
    [42, 'SUCCESSFUL', 20],
  ]);
  return inAws(world.server, [bound('ecs:prod/api'), awsCommand('rollback')], {
    ask: '/rollback api #42',
    effects: mortal(world, 'ecs:UpdateService', death, begin),
  });
};

export const RUNNING_CHANGES: readonly Scenario[] = [
  { name: 'scale of a group', build: scale(4, 'autoscaling:SetDesiredCapacity') },
  { name: 'scale of a group beyond its bounds', build: scale(6, 'autoscaling:UpdateAutoScalingGroup') },
  { name: 'scale of an ECS service', build: scaleTasks },
  { name: 'rolling restart of a group', build: restartGroup('rolling') },
  { name: 'full restart of a group', build: restartGroup('full') },
  { name: 'rolling restart of an ECS service', build: restartTasks },
  { name: 'full restart of an ECS service', build: stopTasks },
  { name: 'rollback of an ECS service', build: rollBackTasks },
  { name: 'rollback of a group by an instance refresh', build: rollBackGroup },
  { name: 'rollback of an instance refresh on its way', build: turnBackGroup },
];
