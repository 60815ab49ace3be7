import { describe, expect, test } from 'vitest';
import { PERMISSIONS } from '../../../src/sources/aws/permissions.ts';
import { scaleTool } from '../../../src/sources/aws/scale.ts';
import { cut, fail, throttle } from '../../support/aws/server.ts';
import { call, change, service } from '../../support/aws/session.ts';
import { GROUP_ARN, groupWorld, SERVICE_ARN, serviceWorld } from './running-world.ts';

const SET = 'autoscaling:SetDesiredCapacity';
const UPDATE = 'autoscaling:UpdateAutoScalingGroup';

describe('a group', () => {
  const api = service('asg:api-prod', { hourlyCost: 0.1 });
  const setup = async () => {
    const world = await groupWorld();
    return { ...world, tool: scaleTool(world.session, world.readers) };
  };

  test('shows what there is, its bounds, its type and its cost, and rests on capacity and bounds', async () => {
    const { tool, server } = await setup();
    expect(await tool.inspect({ service: 'api', count: 4 }, api, call())).toEqual({
      target: { id: GROUP_ARN, label: 'api' },
      facts: { capacity: 2, min: 1, max: 4 },
      preview: [
        { text: 'api: 2 instances now, 4 instances afterwards', how: 'measured' },
        { text: 'asg:api-prod may have 1 to 4', how: 'measured' },
        { text: 'instance type m5.large; $0.10 an hour each, as its service says', how: 'measured' },
      ],
    });
    expect(server.requests.map(({ action }) => action)).toEqual(['autoscaling:DescribeAutoScalingGroups']);
  });

  test('a cost nobody gave is unknown', async () => {
    const { tool } = await setup();
    const { preview } = await tool.inspect({ service: 'api', count: 4 }, service('asg:api-prod'), call());
    expect(preview.at(-1)?.text).toBe('instance type m5.large; cost unknown');
  });

  test('within its bounds sets the capacity, whatever its cooldown', async () => {
    const { tool, server, group } = await setup();
    const facts = { capacity: 2, min: 1, max: 4 };
    expect(await tool.run({ service: 'api', count: 4 }, api, facts, change())).toEqual({
      summary: 'scaled api to 4 instances',
    });
    expect(server.inputs(SET)).toEqual([
      { AutoScalingGroupName: 'api-prod', DesiredCapacity: '4', HonorCooldown: 'false' },
    ]);
    expect(group.desired).toBe(4);
    expect(server.requests.every(({ action }) => PERMISSIONS['services.scale']?.includes(action))).toBe(true);
  });

  test.each([
    [6, { MaxSize: '6' }, 'its maximum raised from 4 to 6'],
    [0, { MinSize: '0' }, 'its minimum lowered from 1 to 0'],
  ])(
    'beyond them (%d) moves the bound in the same call, and the preview shows it',
    async (count, bound, text) => {
      const { tool, server, group } = await setup();
      const { facts, preview } = await tool.inspect({ service: 'api', count }, api, call());
      expect(preview[1]?.text).toBe(`asg:api-prod may have 1 to 4, so its bounds are changed too: ${text}`);
      expect((await tool.run({ service: 'api', count }, api, facts, change())).summary).toContain(text);
      expect(server.inputs(UPDATE)).toEqual([
        { AutoScalingGroupName: 'api-prod', ...bound, DesiredCapacity: String(count) },
      ]);
      expect(server.inputs(SET)).toEqual([]);
      expect(group.desired).toBe(count);
    },
  );

  test('a lost answer is settled by what the group says', async () => {
    const { tool, server, group } = await setup();
    server.on(SET, () => {
      group.desired = 4;
      return cut;
    });
    const facts = { capacity: 2, min: 1, max: 4 };
    expect(await tool.run({ service: 'api', count: 4 }, api, facts, change())).toEqual({
      summary: 'scaled api to 4 instances',
    });
    expect(server.inputs(SET)).toHaveLength(1);
  });

  test('a lost answer that cannot be settled is unknown', async () => {
    const { tool, server } = await setup();
    server.on(SET, cut);
    const run = tool.run({ service: 'api', count: 4 }, api, { capacity: 2, min: 1, max: 4 }, change());
    await expect(run).rejects.toMatchObject({
      outcome: 'unknown',
      message: expect.stringContaining('whether it took the change of api to 4 instances is not known'),
    });
  });

  test('throttled, it is taken later; refused, it is surely not done', async () => {
    const { tool, server } = await setup();
    const facts = { capacity: 2, min: 1, max: 4 };
    server.on(SET, (_input, count) => (count === 1 ? throttle() : {}));
    await tool.run({ service: 'api', count: 3 }, api, facts, change());
    server.on(SET, fail('ScalingActivityInProgress', { message: 'an activity is in progress' }));
    await expect(tool.run({ service: 'api', count: 3 }, api, facts, change())).rejects.toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('AWS Production refused the change of api to 3 instances'),
    });
  });

  test('after a crash is read from the group', async () => {
    const { tool, group } = await setup();
    const ask = () =>
      tool.reconcile?.({ service: 'api', count: 4 }, api, { capacity: 2, min: 1, max: 4 }, change());
    expect(await ask()).toBe('not-started');
    group.desired = 4;
    expect(await ask()).toBe('succeeded');
    group.desired = 3;
    expect(await ask()).toBe('unknown');
  });
});

describe('an ECS service', () => {
  const api = service('ecs:prod/api');
  const setup = async () => {
    const world = await serviceWorld();
    return { ...world, tool: scaleTool(world.session, world.readers) };
  };

  test('shows the size of a task, and what may move the count again', async () => {
    const { tool } = await setup();
    expect(await tool.inspect({ service: 'api', count: 6 }, api, call())).toEqual({
      target: { id: SERVICE_ARN, label: 'api' },
      facts: { capacity: 2 },
      preview: [
        { text: 'api: 2 instances now, 6 instances afterwards', how: 'measured' },
        { text: '0.5 vCPU and 1024 MB each; cost unknown', how: 'measured' },
        { text: expect.stringContaining('Application Auto Scaling'), how: 'unknown' },
      ],
    });
  });

  test('sets the count and nothing else', async () => {
    const { tool, server } = await setup();
    await tool.run({ service: 'api', count: 6 }, api, { capacity: 2 }, change());
    expect(server.inputs('ecs:UpdateService')).toEqual([
      { cluster: 'prod', service: 'api', desiredCount: 6 },
    ]);
    expect(server.requests.every(({ action }) => PERMISSIONS['services.scale']?.includes(action))).toBe(true);
  });

  test('of one task a machine has no count', async () => {
    const { tool, service: state } = await setup();
    state.strategy = 'DAEMON';
    await expect(tool.inspect({ service: 'api', count: 6 }, api, call())).rejects.toThrow('a daemon service');
  });
});
