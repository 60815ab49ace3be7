import type { Task } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { measureAws } from '../../../src/sources/aws/measure.ts';
import { oomKilled } from '../../../src/sources/aws/oom.ts';
import { createReaders } from '../../../src/sources/aws/readers.ts';
import { fail } from '../../support/aws/server.ts';
import { call, service, startAws, type TestAws } from '../../support/aws/session.ts';

const NOW = Date.parse('2026-11-23T03:14:00Z');
const MINUTE = 60_000;
const api = service('ecs:prod/api');

async function startService(stopped: object[] = [], rolledOutAt = NOW - 3 * 60 * MINUTE): Promise<TestAws> {
  const aws = await startAws();
  aws.server.on('ecs:DescribeServices', (input) => ({
    services: (input.services as string[]).map((serviceName) => ({
      serviceName,
      status: 'ACTIVE',
      deployments: [{ status: 'PRIMARY', createdAt: new Date(rolledOutAt) }],
    })),
  }));
  aws.server.on('ecs:ListTasks', {
    taskArns: stopped.map((_, index) => `arn:aws:ecs:eu-west-1:1:task/prod/${index}`),
  });
  aws.server.on('ecs:DescribeTasks', { tasks: stopped });
  aws.server.on('cloudwatch:GetMetricData', (input) => ({
    MetricDataResults: (input.MetricDataQueries as { Id: string }[]).map(({ Id }, index) => ({
      Id,
      StatusCode: 'Complete',
      Timestamps: [new Date(NOW - MINUTE)],
      Values: [10 * (index + 1)],
    })),
  }));
  return aws;
}

const measureOf = (aws: TestAws, services = [api]) =>
  measureAws(aws.session, createReaders(aws.session), () => services);

const killed = (at: number) => ({
  stoppedAt: new Date(at),
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
  containers: [
    { name: 'web', exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' },
  ],
});

describe('what is measured for alert rules and auto-fixes', () => {
  test('is every bound service, and whether one was killed for memory', async () => {
    const aws = await startService([killed(NOW - MINUTE)]);
    expect(await measureOf(aws)(call())).toEqual([
      { metric: 'cpu_usage', unit: '%', value: 10, service: 'api', target: 'api' },
      { metric: 'memory_usage', unit: '%', value: 20, service: 'api', target: 'api' },
      { metric: 'service_oom_killed', unit: 'boolean', value: true, service: 'api', target: 'api' },
    ]);
    expect(aws.server.inputs('ecs:ListTasks')).toEqual([
      { cluster: 'prod', serviceName: 'api', desiredStatus: 'STOPPED' },
    ]);
  });

  test('costs one look a minute, however often it is asked', async () => {
    const aws = await startService();
    const measure = measureOf(aws);
    await measure(call());
    aws.clock.advance(5000);
    await measure(call());
    expect(aws.server.inputs('cloudwatch:GetMetricData')).toHaveLength(1);
    aws.clock.advance(MINUTE);
    await measure(call());
    expect(aws.server.inputs('cloudwatch:GetMetricData')).toHaveLength(2);
  });

  test('of many services is one request', async () => {
    const aws = await startService();
    const services = ['a', 'b', 'c'].map((name) => service(`ecs:prod/${name}`, { name }));
    const found = await measureOf(aws, services)(call());
    expect(found.filter(({ metric }) => metric === 'memory_usage').map(({ target }) => target)).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(aws.server.inputs('cloudwatch:GetMetricData')).toHaveLength(1);
  });

  test('leaves out what cannot be read, and what has no binding here', async () => {
    const aws = await startService([killed(NOW - MINUTE)]);
    aws.server.on('cloudwatch:GetMetricData', fail('AccessDeniedException', { status: 403 }));
    const services = [api, service(null, { name: 'else' }), service('logs:/x', { name: 'logs-only' })];
    const found = await measureOf(aws, services)(call());
    expect(found.map(({ metric, target }) => [metric, target])).toEqual([['service_oom_killed', 'api']]);
  });

  test('is an error where nothing at all can be read', async () => {
    const aws = await startService();
    for (const action of ['cloudwatch:GetMetricData', 'ecs:DescribeServices'])
      aws.server.on(action, fail('AccessDeniedException', { status: 403 }));
    await expect(measureOf(aws)(call())).rejects.toThrow(/AWS Production/);
  });

  test('of no services asks nothing', async () => {
    const aws = await startAws();
    expect(await measureOf(aws, [])(call())).toEqual([]);
    expect(aws.server.requests).toEqual([]);
  });
});

describe('a kill for memory', () => {
  const task = (more: Partial<Task>): Task => ({
    stoppedAt: new Date(NOW - MINUTE),
    stopCode: 'EssentialContainerExited',
    containers: [{ exitCode: 137 }],
    ...more,
  });
  const cases: [string, Partial<Task>, boolean][] = [
    [
      'as ECS writes it',
      { containers: [{ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }] },
      true,
    ],
    [
      'of a side container, while the task was stopped',
      { stopCode: 'ServiceSchedulerInitiated', containers: [{ reason: 'OutOfMemoryError: x' }] },
      true,
    ],
    ['by its exit code alone, where nobody stopped it', {}, true],
    [
      'in the reason of the task',
      { containers: [], stoppedReason: 'OutOfMemoryError: Container killed due to memory usage' },
      true,
    ],
    [
      'is none: the scheduler stopped it, and it did not listen',
      { stopCode: 'ServiceSchedulerInitiated' },
      false,
    ],
    ['is none: a person stopped it', { stopCode: 'UserInitiated' }, false],
    ['is none: it ended with another code', { containers: [{ exitCode: 1 }] }, false],
    ['is none: too long ago', { stoppedAt: new Date(NOW - 11 * MINUTE) }, false],
    ['is none: no time is known', { stoppedAt: undefined }, false],
  ];
  test.each(cases)('%s', (_name, more, expected) => {
    expect(oomKilled([task(more)], 0, NOW)).toBe(expected);
  });

  test('is over with a deployment after it', () => {
    expect(oomKilled([task({})], NOW - 30_000, NOW)).toBe(false);
    expect(oomKilled([task({})], NOW - 5 * MINUTE, NOW)).toBe(true);
  });
});

describe('machines asked by Systems Manager', () => {
  async function startGroup(invocations: object[][]): Promise<TestAws> {
    const aws = await startAws();
    aws.server.on('autoscaling:DescribeAutoScalingGroups', {
      AutoScalingGroups: [
        {
          AutoScalingGroupName: 'api-prod',
          Instances: [{ InstanceId: 'i-0aaaaaaaa' }, { InstanceId: 'i-0bbbbbbbb' }],
        },
      ],
    });
    aws.server.on('cloudwatch:GetMetricData', { MetricDataResults: [] });
    aws.server.on('ssm:SendCommand', { Command: { CommandId: 'c-1' } });
    aws.server.on('ssm:ListCommandInvocations', (_input, count) => ({
      CommandInvocations: invocations[Math.min(count, invocations.length) - 1],
    }));
    return aws;
  }
  const said = (kills: number) => ({
    Status: 'Success',
    CommandPlugins: [{ Output: `openclaw {"kills":${kills}}\n` }],
  });
  const pending = { Status: 'InProgress' };
  const measure = ({ session }: TestAws, machines = true) =>
    measureAws(session, createReaders(session), () => [service('asg:api-prod')], { machines })(call());

  test.each([
    [
      'one of them killed something',
      [
        [pending, pending],
        [said(0), said(2)],
      ],
      true,
    ],
    ['one did, and another is not heard of yet', [[said(1), pending]], true],
    [
      'none did',
      [
        [pending, said(0)],
        [said(0), said(0)],
      ],
      false,
    ],
    ['one did not, and another is out of reach', [[said(0), { Status: 'Failed' }]], false],
  ])('%s', async (_name, invocations, killed) => {
    const aws = await startGroup(invocations);
    expect(await measure(aws)).toEqual([
      { metric: 'service_oom_killed', unit: 'boolean', value: killed, service: 'api', target: 'api' },
    ]);
    expect(aws.server.inputs('ssm:SendCommand')).toMatchObject([
      {
        DocumentName: 'openclaw-oom-kills',
        InstanceIds: ['i-0aaaaaaaa', 'i-0bbbbbbbb'],
        Parameters: { minutes: ['10'] },
      },
    ]);
  });

  test('that nobody reaches are not said to be well', async () => {
    const aws = await startGroup([
      [{ Status: 'Failed' }, { Status: 'Success', CommandPlugins: [{ Output: 'hello' }] }],
    ]);
    expect(await measure(aws)).toEqual([]);
  });

  test('are asked only where it was set so', async () => {
    const aws = await startGroup([[said(1)]]);
    await measure(aws, false);
    expect(aws.server.inputs('ssm:SendCommand')).toEqual([]);
  });
});
