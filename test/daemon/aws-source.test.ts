// The built program and its daemon against a scripted AWS: what is typed becomes requests in AWS's own wire format.
import { expect, test } from 'vitest';
import { deployment, groupWorld, scriptDeploys, serviceWorld } from '../sources/aws/running-world.ts';
import type { TestAws } from '../support/aws/session.ts';
import { awsCommand, awsSource, startOps } from '../support/ops.ts';
import { until } from '../support/until.ts';

/** The service api in a state folder of its own, and somebody who may approve. */
async function opsOver<W extends TestAws>(world: W, binding = 'asg:api-prod') {
  const ops = await startOps();
  await ops.set(awsSource(world.server.endpoint), [
    'service',
    'add',
    '--name',
    'api',
    '--binding',
    `AWS Production=${binding}`,
    '--hourly-cost',
    '0.1',
  ]);
  return { ...ops, world };
}

test('a group is scaled from chat, after a yes, once, and its guardrails hold', {
  timeout: 60_000,
}, async () => {
  const { world, run, start } = await opsOver(await groupWorld());
  await run(...awsCommand('scale'));
  const daemon = await start();

  const over = await run('chat', '/scale api 7');
  expect(over.code).toBe(4);
  expect(over.stdout).toContain('7 is over the cap of 6');

  const asked = await run('chat', '/scale api 6');
  expect(asked.code).toBe(5);
  expect(asked.stdout).toContain('its bounds are changed too: its maximum raised from 4 to 6');
  expect(asked.stdout).toContain('instance type m5.large; $0.10 an hour each');
  expect(asked.stdout).toContain('cost: $0.20/h → $0.60/h');
  expect(world.server.inputs('autoscaling:UpdateAutoScalingGroup')).toEqual([]);
  const [, number = ''] = /\/approve (\d+)/.exec(asked.stdout) ?? [];
  expect((await run('approve', number)).code).toBe(0);
  await until(() => world.group.desired === 6);
  expect(world.server.inputs('autoscaling:UpdateAutoScalingGroup')).toEqual([
    { AutoScalingGroupName: 'api-prod', MaxSize: '6', DesiredCapacity: '6' },
  ]);

  // What was shown is what runs: somebody else moved the capacity after the card was made.
  const second = await run('chat', '/scale api 5');
  world.group.desired = 4;
  const [, later = ''] = /\/approve (\d+)/.exec(second.stdout) ?? [];
  await run('approve', later);
  // It is planned afresh, and waits for a yes of its own.
  await until(async () => {
    const [, fresh = '0'] = /\/approve (\d+)/.exec((await run('chat', '/status')).stdout) ?? [];
    return Number(fresh) > Number(later);
  });
  expect(world.server.inputs('autoscaling:SetDesiredCapacity')).toEqual([]);
  expect(world.group.desired).toBe(4);

  const status = await run('chat', '/status api');
  expect(status.stdout).toContain('2 of 4 healthy, release 12');
  expect(status.stdout + status.stderr).not.toContain('secret-of-the-test');
  expect(await daemon.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('killed while AWS replaces a group, it asks AWS what became of it and does nothing twice', {
  timeout: 90_000,
}, async () => {
  const { world, run, start } = await opsOver(await groupWorld());
  await run(...awsCommand('restart'));
  world.server.on('autoscaling:StartInstanceRefresh', () => {
    world.group.refreshes.unshift({
      InstanceRefreshId: 'r-1',
      Status: 'InProgress',
      PercentageComplete: 10,
      StartTime: new Date(),
    });
    return { InstanceRefreshId: 'r-1' };
  });
  const first = await start();
  const asked = await run('chat', '/restart api');
  const [, number = ''] = /\/approve (\d+)/.exec(asked.stdout) ?? [];
  expect((await run('approve', number)).code).toBe(0);
  await until(() => world.server.inputs('autoscaling:StartInstanceRefresh').length === 1);
  await first.stop('SIGKILL');

  await start();
  const [refresh] = world.group.refreshes;
  if (refresh) refresh.Status = 'Successful';
  await until(async () =>
    (await run('audit', 'list', '--since', '1h')).stdout.includes('found so after the daemon came back'),
  );
  expect((await run('audit', 'list', '--since', '1h')).stdout).toMatch(/restart.*succeeded/i);
  expect(world.server.inputs('autoscaling:StartInstanceRefresh')).toHaveLength(1);
});

test('the last deploy of an ECS service is rolled back from chat, with what it changed on the card', {
  timeout: 60_000,
}, async () => {
  const { world, run, start } = await opsOver(await serviceWorld(), 'ecs:prod/api');
  scriptDeploys(world, [
    [41, 'SUCCESSFUL', 15],
    [42, 'SUCCESSFUL', 20],
  ]);
  world.server.on('cloudwatch:GetMetricData', { MetricDataResults: [] });
  world.server.on('elasticloadbalancing:DescribeTargetGroups', { TargetGroups: [] });
  await run(...awsCommand('rollback'));
  world.server.on('ecs:UpdateService', (input) => {
    world.service.deployments = [
      deployment('ecs-svc/2', Number(String(input.taskDefinition).split(':').at(-1)), {
        createdAt: new Date(),
      }),
    ];
    return { service: { deployments: world.service.deployments } };
  });
  await start();
  const older = await run('chat', '/rollback api #41');
  expect(older.code).toBe(4);
  expect(older.stdout).toContain('undoing #41 of api would undo #42 as well');

  const asked = await run('chat', '/rollback api #42');
  expect(asked.code).toBe(5);
  expect(asked.stdout).toContain('#42 (api:492) is undone, #41 (api:491) runs afterwards');
  expect(asked.stdout).toContain('api: variable ONLY_42 added');
  expect(asked.stdout).toContain('not known from here');
  expect(asked.stdout).not.toContain('secret-value');
  const [, number = ''] = /\/approve (\d+)/.exec(asked.stdout) ?? [];
  expect((await run('approve', number)).code).toBe(0);
  await until(async () =>
    (await run('audit', 'list', '--since', '1h')).stdout.includes(
      'rolled back deploy #42 of api, now running #41',
    ),
  );
  expect(world.server.inputs('ecs:UpdateService')).toEqual([
    { cluster: 'prod', service: 'api', taskDefinition: 'api:41' },
  ]);
});
