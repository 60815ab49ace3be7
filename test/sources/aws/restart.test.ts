import { describe, expect, test } from 'vitest';
import { PERMISSIONS } from '../../../src/sources/aws/permissions.ts';
import { restartTool } from '../../../src/sources/aws/restart.ts';
import { cut, fail, throttle } from '../../support/aws/server.ts';
import { call, change, KEY, service } from '../../support/aws/session.ts';
import { deployment, GROUP_ARN, groupWorld, SERVICE_ARN, serviceWorld } from './running-world.ts';

const START = 'autoscaling:StartInstanceRefresh';
const STARTED = new Date('2026-11-23T03:10:00Z');

describe('a group', () => {
  const api = service('asg:api-prod');
  const rolling = { service: 'api', mode: 'rolling' } as const;
  const full = { service: 'api', mode: 'full' } as const;
  const facts = { instances: ['i-1', 'i-2'], before: 'none' };

  /** A refresh that goes on for some looks, then ends so. */
  const setup = async (end = 'Successful', looks = 3) => {
    const world = await groupWorld();
    let left = looks;
    world.server.on(START, () => {
      world.group.refreshes = [{ InstanceRefreshId: 'r-1', Status: 'Pending' }];
      return { InstanceRefreshId: 'r-1' };
    });
    world.server.on('autoscaling:DescribeInstanceRefreshes', () => {
      const [mine] = world.group.refreshes;
      if (mine?.InstanceRefreshId === 'r-1') {
        left -= 1;
        mine.Status = left <= 0 ? end : 'InProgress';
        mine.PercentageComplete = left <= 0 && end === 'Successful' ? 100 : 40;
        if (end === 'Failed') mine.StatusReason = 'instances did not become healthy';
      }
      return { InstanceRefreshes: world.group.refreshes };
    });
    return { ...world, tool: restartTool(world.session, world.readers) };
  };

  test('shows which instances are replaced, and rests on them and on the newest refresh', async () => {
    const { tool, group } = await setup();
    group.refreshes = [{ InstanceRefreshId: 'r-0', Status: 'Successful', StartTime: STARTED }];
    expect(await tool.inspect(rolling, api, call())).toEqual({
      target: { id: GROUP_ARN, label: 'api' },
      facts: { instances: ['i-1', 'i-2'], before: 'r-0' },
      preview: [
        {
          text: expect.stringContaining('2 instances replaced by new ones, some at a time'),
          how: 'measured',
        },
        { text: 'now: i-1, i-2', how: 'measured' },
        { text: expect.stringContaining('disks'), how: 'measured' },
      ],
    });
  });

  test('says when new instances would run something else', async () => {
    const { tool, group } = await setup();
    group.version = '13';
    const texts = (await tool.inspect(rolling, api, call())).preview.map(({ text }) => text);
    expect(texts).toContain('the new ones start version 13 of the launch template (12 runs now)');
    group.version = '$Latest';
    expect((await tool.inspect(rolling, api, call())).preview).toContainEqual({
      text: 'the new ones start $Latest of the launch template, whichever that is then (12 runs now)',
      how: 'unknown',
    });
  });

  test('is not begun while another refresh is in flight', async () => {
    const { tool, group } = await setup();
    group.refreshes = [
      { InstanceRefreshId: 'r-9', Status: 'InProgress', PercentageComplete: 10, StartTime: STARTED },
    ];
    await expect(tool.inspect(rolling, api, call())).rejects.toThrow(
      'api is being replaced already: instance refresh InProgress, 10% done',
    );
  });

  test('is rolling by the policy of the group, and followed to its end', async () => {
    const { tool, server, waits } = await setup();
    expect(await tool.run(rolling, api, facts, change())).toEqual({ summary: 'restarted api (rolling)' });
    expect(server.inputs(START)).toEqual([
      { AutoScalingGroupName: 'api-prod', Strategy: 'Rolling', Preferences: { SkipMatching: 'false' } },
    ]);
    expect(waits).toEqual([10_000, 10_000]);
    expect(server.requests.every(({ action }) => PERMISSIONS['services.restart']?.includes(action))).toBe(
      true,
    );
  });

  test('is full only when asked', async () => {
    const { tool, server } = await setup();
    expect((await tool.run(full, api, facts, change())).summary).toBe('restarted api (full)');
    expect(server.inputs(START)[0]).toMatchObject({ Preferences: { MinHealthyPercentage: '0' } });
  });

  test('that fails is reported as failed with its reason', async () => {
    const { tool } = await setup('Failed');
    await expect(tool.run(rolling, api, facts, change())).rejects.toMatchObject({
      outcome: 'failed',
      message: expect.stringMatching(
        /the rolling restart of api did not go through: .*instances did not become healthy/,
      ),
    });
  });

  test('that takes very long is said to go on', async () => {
    const { tool, clock } = await setup('Successful', 1000);
    const began = clock.now();
    expect((await tool.run(rolling, api, facts, change())).summary).toBe(
      'began the rolling restart of api, which still goes on: instance refresh InProgress, 40% done',
    );
    expect(clock.now() - began).toBeLessThan(13 * 60_000);
  });

  test('throttles and a cut connection while it is followed change nothing', async () => {
    const { tool, server, group } = await setup();
    server.on('autoscaling:DescribeInstanceRefreshes', (_input, count) => {
      if (count % 2 === 1) return count % 3 === 0 ? cut : throttle();
      const [mine] = group.refreshes;
      if (mine && count > 6) mine.Status = 'Successful';
      return { InstanceRefreshes: group.refreshes };
    });
    expect((await tool.run(rolling, api, facts, change())).summary).toBe('restarted api (rolling)');
  });

  test('credentials that end meanwhile leave the end unknown, never failed', async () => {
    const { tool, server } = await setup();
    server.on('autoscaling:DescribeInstanceRefreshes', fail('ExpiredToken', { status: 403 }));
    await expect(tool.run(rolling, api, facts, change())).rejects.toMatchObject({
      outcome: 'unknown',
      message: expect.stringContaining(
        'the rolling restart of api was taken as instance refresh r-1, and how it ended is not known: the credentials of AWS Production have expired',
      ),
    });
  });

  test('whose start has no answer is unknown and not begun twice', async () => {
    const { tool, server } = await setup();
    server.on(START, cut);
    await expect(tool.run(rolling, api, facts, change())).rejects.toMatchObject({ outcome: 'unknown' });
    expect(server.inputs(START)).toHaveLength(1);
  });

  test('after a crash is told by a refresh that was not there before', async () => {
    const { tool, group, server } = await setup();
    server.on('autoscaling:DescribeInstanceRefreshes', () => ({ InstanceRefreshes: group.refreshes }));
    const before = {
      InstanceRefreshId: 'r-0',
      Status: 'Successful',
      StartTime: new Date('2026-11-20T00:00:00Z'),
    };
    const ask = (Status: string | null) => {
      group.refreshes =
        Status === null ? [before] : [before, { InstanceRefreshId: 'r-1', Status, StartTime: STARTED }];
      return tool.reconcile?.(rolling, api, { ...facts, before: 'r-0' }, change());
    };
    expect(await ask(null)).toBe('not-started');
    expect(await ask('InProgress')).toBe('running');
    expect(await ask('Successful')).toBe('succeeded');
    expect(await ask('Cancelled')).toBe('failed');
  });
});

describe('an ECS service', () => {
  const api = service('ecs:prod/api');
  const rolling = { service: 'api', mode: 'rolling' } as const;
  const full = { service: 'api', mode: 'full' } as const;
  const facts = { instances: ['t1', 't2'], before: 'ecs-svc/1' };

  const setup = async () => {
    const world = await serviceWorld();
    return { ...world, tool: restartTool(world.session, world.readers) };
  };

  test('shows its tasks, and rests on them and on the deployment that stands', async () => {
    const { tool } = await setup();
    expect(await tool.inspect(rolling, api, call())).toEqual({
      target: { id: SERVICE_ARN, label: 'api' },
      facts,
      preview: [
        {
          text: 'rolling restart of api: a new deployment of api:42 replaces 2 tasks, as its deployment settings say',
          how: 'measured',
        },
        { text: 'now: t1, t2', how: 'measured' },
      ],
    });
  });

  test('is not begun into a deployment, nor where another system deploys', async () => {
    const { tool, service: state } = await setup();
    state.deployments = [deployment('ecs-svc/2', 43, { rolloutState: 'IN_PROGRESS', runningCount: 0 })];
    await expect(tool.inspect(rolling, api, call())).rejects.toThrow(
      'api is being deployed: api:43, 0 of 2 tasks run',
    );
    state.deployments = [];
    state.controller = 'CODE_DEPLOY';
    await expect(tool.inspect(rolling, api, call())).rejects.toThrow('is deployed by CodeDeploy');
  });

  test('is a forced deployment, followed until it completed', async () => {
    const { tool, server, service: state } = await setup();
    const created = new Date('2026-11-23T03:14:00Z');
    server.on('ecs:UpdateService', () => {
      state.deployments = [
        deployment('ecs-svc/2', 42, { rolloutState: 'IN_PROGRESS', createdAt: created }),
        deployment('ecs-svc/1', 42, { status: 'ACTIVE' }),
      ];
      return { service: { deployments: state.deployments } };
    });
    let looks = 0;
    const described = server;
    described.on('ecs:DescribeServices', () => {
      looks += 1;
      // For a moment AWS still shows the state before.
      const stale = [deployment('ecs-svc/1', 42)];
      const done = [deployment('ecs-svc/2', 42, { createdAt: created })];
      const deployments = looks === 1 ? stale : looks < 4 ? state.deployments : done;
      return { services: [{ serviceName: 'api', status: 'ACTIVE', deployments }] };
    });
    expect(await tool.run(rolling, api, facts, change())).toEqual({ summary: 'restarted api (rolling)' });
    expect(server.inputs('ecs:UpdateService')).toEqual([
      { cluster: 'prod', service: 'api', forceNewDeployment: true },
    ]);
    expect(looks).toBe(4);
    expect(server.requests.every(({ action }) => PERMISSIONS['services.restart']?.includes(action))).toBe(
      true,
    );
  });

  test('that is taken without a name is unknown', async () => {
    const { tool, server } = await setup();
    server.on('ecs:UpdateService', {});
    await expect(tool.run(rolling, api, facts, change())).rejects.toMatchObject({
      outcome: 'unknown',
      message:
        'AWS Production took the rolling restart of api and named no deployment: look what became of it',
    });
  });

  test('that its circuit breaker ends is reported as failed', async () => {
    const { tool, server, service: state } = await setup();
    server.on('ecs:UpdateService', () => {
      state.deployments = [
        deployment('ecs-svc/2', 42, {
          rolloutState: 'FAILED',
          rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
          failedTasks: 3,
          createdAt: new Date('2026-11-23T03:14:00Z'),
        }),
      ];
      return { service: { deployments: state.deployments } };
    });
    await expect(tool.run(rolling, api, facts, change())).rejects.toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('3 failed to start: ECS deployment circuit breaker'),
    });
  });

  test('whose place another deployment took is reported as failed', async () => {
    const { tool, server, service: state } = await setup();
    server.on('ecs:UpdateService', () => {
      const ours = deployment('ecs-svc/2', 42, {
        rolloutState: 'IN_PROGRESS',
        createdAt: new Date('2026-11-23T03:14:00Z'),
      });
      state.deployments = [
        deployment('ecs-svc/3', 44, {
          rolloutState: 'IN_PROGRESS',
          createdAt: new Date('2026-11-23T03:15:00Z'),
        }),
        { ...ours, status: 'ACTIVE' },
      ];
      return { service: { deployments: [ours] } };
    });
    await expect(tool.run(rolling, api, facts, change())).rejects.toMatchObject({
      message: expect.stringContaining('another deployment (ecs-svc/3) took its place'),
    });
  });

  test('in full stops the tasks that were shown, with the execution as reason, and waits for new ones', async () => {
    const { tool, server, service: state } = await setup();
    server.on('ecs:StopTask', (input) => {
      state.tasks = state.tasks.filter(({ id }) => id !== input.task);
      return {};
    });
    let looks = 0;
    server.on('ecs:ListTasks', () => {
      looks += 1;
      if (looks === 3) state.tasks = [{ id: 't3' }, { id: 't4' }];
      return { taskArns: state.tasks.map(({ id }) => `arn:aws:ecs:eu-west-1:1:task/prod/${id}`) };
    });
    expect(await tool.run(full, api, facts, change())).toEqual({ summary: 'restarted api (full)' });
    expect(server.inputs('ecs:StopTask')).toEqual(
      ['t1', 't2'].map((task) => ({ cluster: 'prod', task, reason: `openclaw restart ${KEY}` })),
    );
    expect(server.inputs('ecs:UpdateService')).toEqual([]);
    expect(server.requests.every(({ action }) => PERMISSIONS['services.restart']?.includes(action))).toBe(
      true,
    );
  });

  test('in full, a task that ended by itself is no failure', async () => {
    const { tool, server, service: state } = await setup();
    server.on('ecs:StopTask', (input) => {
      state.tasks = [{ id: 't3' }, { id: 't4' }];
      return input.task === 't1'
        ? fail('InvalidParameterException', { message: 'The referenced task was not found.' })
        : {};
    });
    expect((await tool.run(full, api, facts, change())).summary).toBe('restarted api (full)');
  });

  test('after a crash is told by the deployment, or by the tasks that are left', async () => {
    const { tool, service: state } = await setup();
    const ask = (args: typeof rolling | typeof full) => tool.reconcile?.(args, api, facts, change());
    expect(await ask(rolling)).toBe('not-started');
    for (const [rolloutState, answer] of [
      ['IN_PROGRESS', 'running'],
      ['COMPLETED', 'succeeded'],
      ['FAILED', 'failed'],
    ]) {
      state.deployments = [deployment('ecs-svc/2', 42, { rolloutState })];
      expect(await ask(rolling)).toBe(answer);
    }
    expect(await ask(full)).toBe('not-started');
    state.tasks = [{ id: 't2' }, { id: 't3' }];
    expect(await ask(full)).toBe('unknown');
    state.tasks = [{ id: 't3' }];
    expect(await ask(full)).toBe('succeeded');
  });
});
