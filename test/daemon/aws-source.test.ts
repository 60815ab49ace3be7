// The built program and its daemon against a scripted AWS: what is typed becomes requests in AWS's own wire format.
import { userInfo } from 'node:os';
import { expect, test } from 'vitest';
import { temporaryStateDir } from '../cli/run-cli.ts';
import { groupWorld } from '../sources/aws/running-world.ts';
import { runOpenclaw, startDaemon } from '../support/openclaw.ts';
import { until } from '../support/until.ts';

test('a group is scaled from chat, after a yes, once, and its guardrails hold', {
  timeout: 60_000,
}, async () => {
  const world = await groupWorld();
  const state = temporaryStateDir();
  const { stateDir } = state;
  const env = { AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'secret-of-the-test' };
  const run = (...args: string[]) => runOpenclaw(args, { stateDir, env });
  const added = async (...args: string[]) => expect((await run(...args)).code).toBe(0);
  const endpoint = `endpoint=${world.server.endpoint}`;
  await added(
    'source',
    'add',
    '--name',
    'AWS Production',
    '--type',
    'aws',
    '--set',
    'region=eu-west-1',
    '--set',
    endpoint,
  );
  await added(
    'service',
    'add',
    '--name',
    'api',
    '--binding',
    'AWS Production=asg:api-prod',
    '--hourly-cost',
    '0.1',
  );
  await added(
    'command',
    'add',
    '--name',
    'Scale',
    '--trigger',
    '/scale',
    '--source',
    'AWS Production',
    '--message',
    'Scale it',
  );
  await added(
    'contact',
    'add',
    '--name',
    'robot',
    '--id',
    `local=${userInfo().uid}`,
    '--can',
    'approve',
    '--unattended',
  );
  const daemon = await startDaemon({ stateDir, env });

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
  await daemon.stop('SIGTERM');
  state.remove();
});
