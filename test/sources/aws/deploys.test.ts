import { describe, expect, test } from 'vitest';
import { compareTool, deploysTool, rollbackTool } from '../../../src/sources/aws/deploys.ts';
import { PERMISSIONS } from '../../../src/sources/aws/permissions.ts';
import { cut, fail } from '../../support/aws/server.ts';
import { call, change, service, type TestAws } from '../../support/aws/session.ts';
import { list } from '../../support/aws/wire.ts';
import {
  day,
  definitionArn,
  deployment,
  GROUP_ARN,
  groupWorld,
  SERVICE_ARN,
  scriptDeploys,
  serviceWorld,
} from './running-world.ts';

function allowed({ server }: TestAws, capability: 'deploys.list' | 'deploys.compare' | 'deploys.rollback') {
  const asked = new Set(server.requests.map(({ action }) => action));
  expect([...asked].filter((action) => !PERMISSIONS[capability]?.includes(action))).toEqual([]);
  expect(server.unscripted).toEqual([]);
}

describe('an ECS service', () => {
  const api = service('ecs:prod/api');

  /** `[revision, status, day of November]`, oldest first. */
  const setup = async (
    history: [number, string, number][] = [
      [40, 'SUCCESSFUL', 10],
      [41, 'SUCCESSFUL', 15],
      [42, 'SUCCESSFUL', 20],
    ],
  ) => {
    const world = await serviceWorld();
    scriptDeploys(world, history);
    return {
      ...world,
      list: deploysTool(world.session, world.readers),
      compare: compareTool(world.session, world.readers),
      tool: rollbackTool(world.session, world.readers),
    };
  };

  test('lists its deployments by the revision they brought, newest first', async () => {
    const world = await setup();
    expect(await world.list.read({ service: 'api', limit: 2 }, api, call())).toEqual([
      {
        number: '42',
        author: 'mike',
        title: 'api:492',
        at: day(20).getTime(),
        status: 'succeeded',
        rolledBack: false,
      },
      {
        number: '41',
        author: 'mike',
        title: 'api:491',
        at: day(15).getTime(),
        status: 'succeeded',
        rolledBack: false,
      },
    ]);
    // What never changes is not read again.
    const before = world.server.inputs('ecs:DescribeTaskDefinition').length;
    await world.list.read({ service: 'api', limit: 2 }, api, call());
    expect(world.server.inputs('ecs:DescribeTaskDefinition')).toHaveLength(before);
    allowed(world, 'deploys.list');
  });

  test('one that was undone, one that failed and one going out are told apart', async () => {
    const world = await setup([
      [40, 'SUCCESSFUL', 10],
      [41, 'SUCCESSFUL', 12],
      [40, 'SUCCESSFUL', 13],
      [42, 'ROLLBACK_SUCCESSFUL', 14],
      [43, 'IN_PROGRESS', 15],
    ]);
    world.service.deployments = [
      deployment('ecs-svc/9', 43, { rolloutState: 'IN_PROGRESS' }),
      deployment('ecs-svc/8', 40, { status: 'ACTIVE' }),
    ];
    const deploys = await world.list.read({ service: 'api', limit: 50 }, api, call());
    expect(
      deploys.map(({ number, status, rolledBack, stoppable }) => [number, status, rolledBack, stoppable]),
    ).toEqual([
      ['43', 'in-progress', false, true],
      ['42', 'failed', false, undefined],
      ['40', 'succeeded', false, undefined],
      ['41', 'succeeded', true, undefined],
    ]);
  });

  test('compares two revisions by what they say, and never shows a value', async () => {
    const world = await setup();
    const comparison = await world.compare.read({ service: 'api', from: '41', to: '42' }, api, call());
    expect(comparison).toEqual({
      commits: [],
      files: [],
      migrations: null,
      changes: [
        expect.stringMatching(/^api: image \S+api:491 → \S+api:492$/),
        'api: variable ONLY_42 added',
        'api: variable ONLY_41 removed',
      ],
    });
    expect(JSON.stringify(comparison)).not.toContain('secret-value');
    allowed(world, 'deploys.compare');
  });

  test('shows what would be undone, and rests on the deployment that stands', async () => {
    const world = await setup();
    expect(await world.tool.inspect({ service: 'api', deploy: '42' }, api, call())).toEqual({
      target: { id: SERVICE_ARN, label: 'api' },
      facts: { latest: '42', target: '41', migrations: [], inProgress: null, before: 'ecs-svc/1' },
      preview: [
        { text: '#42 (api:492) is undone, #41 (api:491) runs afterwards', how: 'measured' },
        { text: '3 differences between the two task definitions', how: 'measured' },
        { text: 'whether the database was changed in between is not known from here', how: 'unknown' },
      ],
    });
    allowed(world, 'deploys.rollback');
  });

  test('a deployment that began meanwhile changes the facts', async () => {
    const world = await setup();
    world.service.deployments = [
      deployment('ecs-svc/2', 42, { rolloutState: 'IN_PROGRESS' }),
      deployment('ecs-svc/1', 42, { status: 'ACTIVE' }),
    ];
    const { facts } = await world.tool
      .inspect({ service: 'api', deploy: '41' }, api, call())
      .catch(() => ({ facts: null }));
    expect(facts).toMatchObject({ inProgress: '42', before: 'ecs-svc/2' });
  });

  test('goes back by the older revision, and reports the end of that deployment', async () => {
    const world = await setup();
    const created = new Date('2026-11-23T03:14:00Z');
    world.server.on('ecs:UpdateService', () => {
      world.service.deployments = [
        deployment('ecs-svc/2', 41, { rolloutState: 'IN_PROGRESS', createdAt: created }),
        deployment('ecs-svc/1', 42, { status: 'ACTIVE' }),
      ];
      return { service: { deployments: world.service.deployments } };
    });
    const { facts } = await world.tool.inspect({ service: 'api', deploy: '42' }, api, call());
    world.session.wait = async () => {
      world.service.deployments = [deployment('ecs-svc/2', 41, { createdAt: created })];
    };
    expect(await world.tool.run({ service: 'api', deploy: '42' }, api, facts, change())).toEqual({
      summary: 'rolled back deploy #42 of api, now running #41',
    });
    expect(world.server.inputs('ecs:UpdateService')).toEqual([
      { cluster: 'prod', service: 'api', taskDefinition: 'api:41' },
    ]);
    allowed(world, 'deploys.rollback');
  });

  test('a rollback that does not start is reported as failed', async () => {
    const world = await setup();
    world.server.on('ecs:UpdateService', () => {
      world.service.deployments = [
        deployment('ecs-svc/2', 41, {
          rolloutState: 'FAILED',
          rolloutStateReason: 'tasks failed to start',
          createdAt: new Date('2026-11-23T03:14:00Z'),
        }),
      ];
      return { service: { deployments: world.service.deployments } };
    });
    const { facts } = await world.tool.inspect({ service: 'api', deploy: '42' }, api, call());
    await expect(
      world.tool.run({ service: 'api', deploy: '42' }, api, facts, change()),
    ).rejects.toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('the rollback of api to #41 did not go through'),
    });
  });

  test('a rollback whose answer was lost is unknown, and read after a crash', async () => {
    const world = await setup();
    world.server.on('ecs:UpdateService', cut);
    const { facts } = await world.tool.inspect({ service: 'api', deploy: '42' }, api, call());
    await expect(
      world.tool.run({ service: 'api', deploy: '42' }, api, facts, change()),
    ).rejects.toMatchObject({
      outcome: 'unknown',
    });
    expect(world.server.inputs('ecs:UpdateService')).toHaveLength(1);
    const ask = () => world.tool.reconcile?.({ service: 'api', deploy: '42' }, api, facts, change());
    expect(await ask()).toBe('not-started');
    world.service.deployments = [deployment('ecs-svc/2', 41, { rolloutState: 'IN_PROGRESS' })];
    expect(await ask()).toBe('running');
    world.service.deployments = [deployment('ecs-svc/2', 41)];
    expect(await ask()).toBe('succeeded');
    // The circuit breaker went back to where it came from.
    world.service.deployments = [deployment('ecs-svc/3', 42)];
    expect(await ask()).toBe('failed');
    world.service.deployments = [deployment('ecs-svc/3', 44)];
    expect(await ask()).toBe('unknown');
  });

  test('one that is still going out may be stopped on its way', async () => {
    const world = await setup([
      [41, 'SUCCESSFUL', 15],
      [42, 'SUCCESSFUL', 20],
      [43, 'IN_PROGRESS', 22],
    ]);
    world.service.deployments = [
      deployment('ecs-svc/2', 43, { rolloutState: 'IN_PROGRESS' }),
      deployment('ecs-svc/1', 42, { status: 'ACTIVE' }),
    ];
    const { facts } = await world.tool.inspect({ service: 'api', deploy: '43' }, api, call());
    expect(facts).toEqual({
      latest: '42',
      target: '42',
      migrations: [],
      inProgress: '43',
      stops: true,
      before: 'ecs-svc/2',
    });
  });

  test('where AWS keeps no earlier deployment, goes to the revision before and says that it is not known to have run', async () => {
    const world = await setup([]);
    world.server.on('ecs:ListTaskDefinitions', {
      taskDefinitionArns: [
        definitionArn(43),
        definitionArn(42),
        definitionArn(41),
        definitionArn(40),
        definitionArn(9, 'api-batch'),
      ],
    });
    const { facts, preview } = await world.tool.inspect({ service: 'api', deploy: '42' }, api, call());
    expect(facts).toMatchObject({ latest: '42', target: '41' });
    expect(preview).toContainEqual({
      text: 'whether #41 ever ran here is not known: AWS keeps 90 days of deployments',
      how: 'unknown',
    });
    expect(world.server.inputs('ecs:ListTaskDefinitions')[0]).toMatchObject({
      familyPrefix: 'api',
      sort: 'DESC',
    });
    const [first, second] = await world.list.read({ service: 'api', limit: 5 }, api, call());
    expect(first?.number).toBe('42');
    expect(second?.title).toContain('whether it ever ran is not known');
    allowed(world, 'deploys.rollback');
  });

  test('does not go back to a revision that was deregistered', async () => {
    const world = await setup();
    world.server.on('ecs:DescribeTaskDefinition', {
      taskDefinition: { status: 'INACTIVE', containerDefinitions: [] },
    });
    await expect(world.tool.inspect({ service: 'api', deploy: '42' }, api, call())).rejects.toThrow(
      'api:41 was deregistered',
    );
  });

  test('deployed by another system is left to it', async () => {
    const world = await setup();
    world.service.controller = 'EXTERNAL';
    await expect(world.tool.inspect({ service: 'api', deploy: '42' }, api, call())).rejects.toThrow(
      'is deployed by another system',
    );
  });

  test('a history that may not be read ends the planning', async () => {
    const world = await setup();
    world.server.on('ecs:ListServiceDeployments', fail('AccessDeniedException'));
    await expect(world.tool.inspect({ service: 'api', deploy: '42' }, api, call())).rejects.toThrow(
      'may not do this',
    );
  });
});

describe('a group', () => {
  const api = service('asg:api-prod');
  const refresh = (id: string, version: string, Status: string, of: number) => ({
    InstanceRefreshId: id,
    Status,
    StartTime: day(of),
    DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: version } },
  });

  const setup = async () => {
    const world = await groupWorld();
    world.group.refreshes = [
      refresh('r-2', '12', 'Successful', 20),
      { InstanceRefreshId: 'r-1b', Status: 'Successful', StartTime: day(16) },
      refresh('r-1', '11', 'Successful', 15),
    ];
    return {
      ...world,
      list: deploysTool(world.session, world.readers),
      compare: compareTool(world.session, world.readers),
      tool: rollbackTool(world.session, world.readers),
    };
  };

  test('lists the versions that instance refreshes brought; a restart is none', async () => {
    const world = await setup();
    const deploys = await world.list.read({ service: 'api', limit: 10 }, api, call());
    expect(deploys.map(({ number, at, status }) => [number, at, status])).toEqual([
      ['12', day(20).getTime(), 'succeeded'],
      ['11', day(15).getTime(), 'succeeded'],
    ]);
    expect(deploys[0]?.title).toBe('version 12 of the launch template api');
    allowed(world, 'deploys.list');
  });

  test('compares two versions of its launch template without showing user data', async () => {
    const world = await setup();
    const version = (VersionNumber: number, ImageId: string, userData: string) => ({
      launchTemplateId: 'lt-1',
      versionNumber: VersionNumber,
      launchTemplateData: { imageId: ImageId, instanceType: 'm5.large', userData },
    });
    world.server.on('ec2:DescribeLaunchTemplateVersions', {
      launchTemplateVersionSet: list('item', [
        version(12, 'ami-2', 'c2VjcmV0LTI='),
        version(11, 'ami-1', 'c2VjcmV0LTE='),
      ]),
    });
    const comparison = await world.compare.read({ service: 'api', from: '11', to: '#12' }, api, call());
    expect(comparison.changes).toEqual(['image ami-1 → ami-2', 'user data changed']);
    expect(world.server.inputs('ec2:DescribeLaunchTemplateVersions')[0]).toMatchObject({
      LaunchTemplateId: 'lt-1',
    });
    allowed(world, 'deploys.compare');
  });

  test('goes back by a refresh to the version before', async () => {
    const world = await setup();
    const { target, facts } = await world.tool.inspect({ service: 'api', deploy: '12' }, api, call());
    expect(target.id).toBe(GROUP_ARN);
    expect(facts).toEqual({ latest: '12', target: '11', migrations: [], inProgress: null, before: 'r-2' });
    world.server.on('autoscaling:StartInstanceRefresh', () => {
      world.group.refreshes.unshift({ InstanceRefreshId: 'r-3', Status: 'Successful', StartTime: day(23) });
      return { InstanceRefreshId: 'r-3' };
    });
    expect((await world.tool.run({ service: 'api', deploy: '12' }, api, facts, change())).summary).toBe(
      'rolled back deploy #12 of api, now running #11',
    );
    expect(world.server.inputs('autoscaling:StartInstanceRefresh')[0]).toEqual({
      AutoScalingGroupName: 'api-prod',
      Strategy: 'Rolling',
      DesiredConfiguration: { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '11' } },
      Preferences: { SkipMatching: 'true' },
    });
    allowed(world, 'deploys.rollback');
  });

  test('a refresh that is still going out is turned back, under its own id', async () => {
    const world = await setup();
    const going = refresh('r-3', '13', 'InProgress', 23);
    world.group.refreshes.unshift(going);
    const [newest] = await world.list.read({ service: 'api', limit: 1 }, api, call());
    expect(newest).toMatchObject({ number: '13', status: 'in-progress', stoppable: true });
    const { facts } = await world.tool.inspect({ service: 'api', deploy: '13' }, api, call());
    expect(facts).toMatchObject({ inProgress: '13', stops: true, target: '12', before: 'r-3' });
    world.server.on('autoscaling:RollbackInstanceRefresh', () => {
      going.Status = 'RollbackInProgress';
      return { InstanceRefreshId: 'r-3' };
    });
    const ask = () => world.tool.reconcile?.({ service: 'api', deploy: '13' }, api, facts, change());
    expect(await ask()).toBe('not-started');
    world.session.wait = async () => {
      going.Status = 'RollbackSuccessful';
    };
    expect((await world.tool.run({ service: 'api', deploy: '13' }, api, facts, change())).summary).toBe(
      'stopped deploy #13 of api on its way, now running #12',
    );
    expect(world.server.inputs('autoscaling:RollbackInstanceRefresh')).toEqual([
      { AutoScalingGroupName: 'api-prod' },
    ]);
    expect(await ask()).toBe('succeeded');
    allowed(world, 'deploys.rollback');
  });

  test('a restart in flight holds it, and is not turned back', async () => {
    const world = await setup();
    world.group.refreshes.unshift({ InstanceRefreshId: 'r-9', Status: 'InProgress', StartTime: day(23) });
    const { facts } = await world.tool.inspect({ service: 'api', deploy: '12' }, api, call());
    expect(facts).toMatchObject({ inProgress: '12', before: 'r-9' });
    expect(facts.stops).toBeUndefined();
  });

  test('whose refreshes name no version has no deploys that are known', async () => {
    const world = await setup();
    world.group.refreshes = [];
    world.group.version = '$Latest';
    await expect(world.list.read({ service: 'api', limit: 5 }, api, call())).rejects.toThrow(
      'the deploys of asg:api-prod are not known: its launch template is taken as $Latest',
    );
  });
});
