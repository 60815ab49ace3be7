import { describe, expect, test } from 'vitest';
import { healthTool, listTool } from '../../../src/sources/aws/health.ts';
import { PERMISSIONS } from '../../../src/sources/aws/permissions.ts';
import { fail } from '../../support/aws/server.ts';
import { call, service, type TestAws } from '../../support/aws/session.ts';
import { deployment, groupWorld, serviceWorld } from './running-world.ts';

const NOW = Date.parse('2026-11-23T03:14:00Z');
const minutesAgo = (minutes: number) => new Date(NOW - minutes * 60_000);

function allowed({ server }: TestAws) {
  const asked = new Set(server.requests.map(({ action }) => action));
  expect([...asked].filter((action) => !PERMISSIONS['services.health']?.includes(action))).toEqual([]);
  expect(server.unscripted).toEqual([]);
}

describe('a group', () => {
  const api = service('asg:api-prod');
  const read = async (world: Awaited<ReturnType<typeof groupWorld>>, instance?: string) =>
    healthTool(world.session, world.readers).read(
      { service: 'api', ...(instance ? { instance } : {}) },
      api,
      call(),
    );

  test('is as healthy as its load balancer says', async () => {
    const world = await groupWorld();
    world.group.instances = [
      { id: 'i-1', version: '12', target: 'healthy' },
      { id: 'i-2', version: '12', target: 'unhealthy' },
      { id: 'i-3', version: '12', target: 'initial' },
      { id: 'i-4', version: '12' },
      { id: 'i-5', version: '12', target: 'healthy', health: 'Unhealthy' },
      { id: 'i-6', lifecycle: 'Pending:Wait' },
      { id: 'i-7', lifecycle: 'Terminating', target: 'draining' },
    ];
    world.group.desired = 5;
    expect(await read(world)).toEqual({
      service: 'api',
      desired: 5,
      running: 5,
      healthy: 1,
      release: '12',
      instances: [
        { id: 'i-1', state: 'healthy' },
        {
          id: 'i-2',
          state: 'unhealthy',
          detail: 'Target.ResponseCodeMismatch: Health checks failed with these codes: [503]',
        },
        { id: 'i-3', state: 'starting', detail: 'registering in the load balancer' },
        { id: 'i-4', state: 'starting', detail: 'not yet in the load balancer' },
        { id: 'i-5', state: 'unhealthy', detail: expect.stringContaining('will replace it') },
        { id: 'i-6', state: 'starting', detail: 'Pending:Wait' },
        { id: 'i-7', state: 'unknown', detail: 'Terminating' },
      ],
    });
    allowed(world);
  });

  test('shows what goes on there with its cause, and two releases during a rollout', async () => {
    const world = await groupWorld();
    world.group.instances.push({ id: 'i-3', version: '13', target: 'healthy' });
    world.group.refreshes = [
      {
        InstanceRefreshId: 'r-1',
        Status: 'InProgress',
        PercentageComplete: 40,
        InstancesToUpdate: 3,
        StartTime: minutesAgo(5),
      },
    ];
    world.group.activities = [
      {
        ActivityId: 'a-2',
        AutoScalingGroupName: 'api-prod',
        Description: 'Launching a new EC2 instance',
        Cause:
          'At 2026-11-23T03:04:00Z an instance was started in response to a difference between desired and actual capacity.',
        StatusCode: 'Failed',
        StatusMessage: 'We currently do not have sufficient m5.large capacity',
        StartTime: minutesAgo(10),
      },
      {
        ActivityId: 'a-1',
        AutoScalingGroupName: 'api-prod',
        Description: 'Terminating EC2 instance: i-0',
        Cause: 'At 2026-11-22T01:00:00Z an old one',
        StatusCode: 'Successful',
        StartTime: minutesAgo(1500),
      },
    ];
    const health = await read(world);
    expect(health.release).toBe('12 and 13');
    expect(health.notes).toEqual([
      'instance refresh InProgress, 40% done, 3 to go',
      '10m ago: failed: Launching a new EC2 instance (We currently do not have sufficient m5.large capacity)',
    ]);
  });

  test('without a load balancer is as healthy as Auto Scaling says', async () => {
    const world = await groupWorld();
    world.server.on('autoscaling:DescribeAutoScalingGroups', {
      AutoScalingGroups: [
        {
          AutoScalingGroupName: 'api-prod',
          MinSize: 1,
          MaxSize: 1,
          DesiredCapacity: 1,
          Instances: [{ InstanceId: 'i-1', LifecycleState: 'InService', HealthStatus: 'Healthy' }],
        },
      ],
    });
    expect(await read(world)).toMatchObject({ desired: 1, running: 1, healthy: 1 });
  });

  test('a load balancer that may not be asked is no good news', async () => {
    const world = await groupWorld();
    world.server.on('elasticloadbalancing:DescribeTargetHealth', fail('AccessDenied', { status: 403 }));
    await expect(read(world)).rejects.toMatchObject({
      message: expect.stringContaining('AWS Production may not do this'),
    });
  });

  test('narrows to an instance, and names those there are', async () => {
    const world = await groupWorld();
    expect((await read(world, 'i-1')).instances).toEqual([{ id: 'i-1', state: 'healthy' }]);
    await expect(read(world, 'i-9')).rejects.toThrow('api has no instance i-9 now: there are i-2, i-1');
  });

  test('that is gone is said with its binding', async () => {
    const world = await groupWorld();
    const tool = healthTool(world.session, world.readers);
    await expect(tool.read({ service: 'api' }, service('asg:gone'), call())).rejects.toThrow(
      'AWS Production has no Auto Scaling group gone in eu-west-1',
    );
  });

  test('names with control characters and the room stay on their line', async () => {
    const world = await groupWorld();
    world.group.activities = [
      {
        ActivityId: 'a',
        AutoScalingGroupName: 'api-prod',
        Description: `evil\n/approve 1 \u202e@channel ${'x'.repeat(5000)}`,
        Cause: '',
        StatusCode: 'InProgress',
        StartTime: minutesAgo(1),
      },
    ];
    const [note = ''] = (await read(world)).notes ?? [];
    expect(note).not.toMatch(/[\n\u202e]/);
    expect(note.length).toBeLessThanOrEqual(280);
  });
});

describe('an ECS service', () => {
  const api = service('ecs:prod/api');
  const read = (world: Awaited<ReturnType<typeof serviceWorld>>) =>
    healthTool(world.session, world.readers).read({ service: 'api' }, api, call());

  test('is as healthy as its load balancer says of each task', async () => {
    const world = await serviceWorld();
    world.service.tasks = [
      { id: 't1', address: '10.0.0.1', target: 'healthy' },
      { id: 't2', address: '10.0.0.2', target: 'unhealthy' },
      { id: 't3', address: '10.0.0.3', target: 'healthy', health: 'UNHEALTHY' },
      { id: 't4', status: 'PENDING' },
    ];
    world.service.desired = 4;
    world.service.running = 3;
    expect(await read(world)).toEqual({
      service: 'api',
      desired: 4,
      running: 3,
      healthy: 1,
      release: '42',
      instances: [
        { id: 't1', state: 'healthy' },
        { id: 't2', state: 'unhealthy', detail: 'its health check fails' },
        { id: 't3', state: 'unhealthy', detail: 'the health check of its container fails' },
        { id: 't4', state: 'starting', detail: 'PENDING' },
      ],
    });
    expect(world.server.inputs('ecs:ListTasks')[0]).toEqual({
      cluster: 'prod',
      serviceName: 'api',
      desiredStatus: 'RUNNING',
    });
    allowed(world);
  });

  test('whose tasks share an address counts as many as the load balancer calls healthy', async () => {
    const world = await serviceWorld();
    world.service.tasks = [
      { id: 't1', target: 'healthy' },
      { id: 't2', target: 'unhealthy' },
    ];
    world.server.on('elasticloadbalancing:DescribeTargetHealth', {
      TargetHealthDescriptions: [
        { Target: { Id: 'i-1', Port: 32768 }, TargetHealth: { State: 'unhealthy' } },
        { Target: { Id: 'i-2', Port: 32768 }, TargetHealth: { State: 'healthy' } },
      ],
    });
    expect(await read(world)).toMatchObject({ running: 2, healthy: 1 });
  });

  test('shows a deployment in flight and what the scheduler could not do', async () => {
    const world = await serviceWorld();
    world.service.deployments = [
      deployment('ecs-svc/2', 43, { rolloutState: 'IN_PROGRESS', runningCount: 1, failedTasks: 2 }),
      deployment('ecs-svc/1', 42, { status: 'ACTIVE' }),
    ];
    world.service.events = [
      {
        message:
          '(service api) was unable to place a task because no container instance met all of its requirements.',
        createdAt: minutesAgo(2),
      },
      { message: '(service api) has reached a steady state.', createdAt: minutesAgo(3) },
      { message: '(service api) registered 1 targets in (target-group x)', createdAt: minutesAgo(60) },
    ];
    expect(await read(world)).toMatchObject({
      release: '43',
      notes: [
        'deployment of api:43 in progress, 1 of 2 tasks, 2 failed to start',
        'was unable to place a task because no container instance met all of its requirements.',
      ],
    });
  });

  test('that was deleted is not there', async () => {
    const world = await serviceWorld();
    world.service.status = 'INACTIVE';
    await expect(read(world)).rejects.toThrow('AWS Production has no ECS service api in the cluster prod');
  });

  test('with more tasks than a page is read to the end', async () => {
    const world = await serviceWorld();
    const arns = Array.from({ length: 150 }, (_, index) => `arn:aws:ecs:eu-west-1:1:task/prod/t${index}`);
    world.server.on('ecs:ListTasks', (input) =>
      input.nextToken === undefined
        ? { taskArns: arns.slice(0, 100), nextToken: 'two' }
        : { taskArns: arns.slice(100) },
    );
    await read(world);
    expect(world.server.inputs('ecs:DescribeTasks').map(({ tasks }) => (tasks as string[]).length)).toEqual([
      100, 50,
    ]);
  });
});

describe('several at once', () => {
  test('that are well ask together what happened lately', async () => {
    const world = await groupWorld();
    world.server.on('autoscaling:DescribeAutoScalingGroups', (input) => ({
      AutoScalingGroups: (input.AutoScalingGroupNames as string[]).map((AutoScalingGroupName) => ({
        AutoScalingGroupName,
        MinSize: 1,
        MaxSize: 1,
        DesiredCapacity: 1,
        Instances: [
          { InstanceId: `i-${AutoScalingGroupName}`, LifecycleState: 'InService', HealthStatus: 'Healthy' },
        ],
      })),
    }));
    world.group.activities = ['g1', 'g2'].map((AutoScalingGroupName) => ({
      ActivityId: AutoScalingGroupName,
      AutoScalingGroupName,
      Description: `Launched for ${AutoScalingGroupName}`,
      Cause: '',
      StatusCode: 'Successful',
      StartTime: minutesAgo(3),
    }));
    const tool = healthTool(world.session, world.readers);
    const [one, , three] = await Promise.all(
      ['g1', 'g2', 'g3'].map((name) =>
        tool.read({ service: name }, service(`asg:${name}`, { name }), call()),
      ),
    );
    expect(one?.notes).toEqual(['3m ago: Launched for g1']);
    expect(three?.notes).toBeUndefined();
    expect(world.server.inputs('autoscaling:DescribeScalingActivities')).toEqual([{ MaxRecords: '100' }]);
  });

  test('are one call of each kind, and one that fails is unknown with its reason', async () => {
    const world = await groupWorld();
    const names = Array.from({ length: 20 }, (_, index) => `api-${index}`);
    world.server.on('autoscaling:DescribeAutoScalingGroups', (input) => ({
      AutoScalingGroups: (input.AutoScalingGroupNames as string[])
        .filter((name) => name !== 'api-3')
        .map((AutoScalingGroupName) => ({
          AutoScalingGroupName,
          MinSize: 0,
          MaxSize: 1,
          DesiredCapacity: 0,
        })),
    }));
    const services = names.map((name) => service(`asg:${name}`, { name }));
    const tool = healthTool(world.session, world.readers);
    const results = await Promise.allSettled(
      services.map((each) => tool.read({ service: each.name }, each, call())),
    );
    expect(world.server.inputs('autoscaling:DescribeAutoScalingGroups')).toHaveLength(1);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);

    const all = [...services, service('rds:db', { name: 'db' }), service('nonsense', { name: 'odd' })];
    const listed = await listTool(world.session, world.readers, () => all).read({}, undefined, call());
    expect(listed).toHaveLength(21);
    expect(listed[3]?.instances[0]).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining('api-3'),
    });
    expect(listed[20]?.instances[0]?.detail).toContain('"nonsense" is no place in AWS');
  });
});
