// The built program and its daemon against a scripted ElastiCache and a Redis of ours that asks for a password.
import { userInfo } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryStateDir } from '../cli/run-cli.ts';
import { startAws } from '../support/aws/session.ts';
import { list } from '../support/aws/wire.ts';
import { runOpenclaw, startDaemon } from '../support/openclaw.ts';
import { startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

test('keys of a cache are flushed from chat after a yes, with its password from a reference', {
  timeout: 60_000,
}, async () => {
  const { server } = await startAws();
  const redis = await startRedis({ password: 'word-of-the-test' });
  const state = temporaryStateDir();
  onTestFinished(async () => {
    await redis.close();
    state.remove();
  });
  for (const name of ['sess:1', 'sess:2', 'cart:1']) redis.keys.add(name);
  server.on('elasticache:DescribeReplicationGroups', {
    ReplicationGroups: list('ReplicationGroup', [
      {
        ReplicationGroupId: 'sessions',
        Status: 'available',
        AuthTokenEnabled: true,
        NodeGroups: list('NodeGroup', [
          {
            NodeGroupId: '0001',
            PrimaryEndpoint: { Address: '127.0.0.1', Port: redis.port },
            NodeGroupMembers: list('NodeGroupMember', []),
          },
        ]),
      },
    ]),
  });
  server.on('cloudwatch:GetMetricData', { MetricDataResults: [] });
  const env = {
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
    CACHE_AUTH: 'word-of-the-test',
  };
  const { stateDir } = state;
  const run = (...args: string[]) => runOpenclaw(args, { stateDir, env });
  const settings = ['--set', 'region=eu-west-1', '--set', `endpoint=${server.endpoint}`];
  const aws = ['--name', 'AWS', '--type', 'aws', ...settings, '--secret', 'cache-auth=env:CACHE_AUTH'];
  const rights = ['--id', `local=${userInfo().uid}`, '--can', 'approve', '--unattended'];
  for (const args of [
    ['source', 'add', ...aws],
    ['service', 'add', '--name', 'sessions', '--kind', 'cache', '--binding', 'AWS=elasticache:sessions'],
    [
      'command',
      'add',
      '--name',
      'Flush',
      '--trigger',
      '/flush-cache',
      '--source',
      'AWS',
      '--message',
      'Flush',
    ],
    ['contact', 'add', '--name', 'robot', ...rights],
  ])
    expect((await run(...args)).code).toBe(0);
  await startDaemon({ stateDir, env });
  const asked = await run('chat', '/flush-cache sessions sess:*');
  expect(asked.stdout).toContain('keys like sess:* of the cache sessions: 2 keys');
  expect(asked.code).toBe(5);
  expect(redis.keys.size).toBe(3);
  const [, number = ''] = /\/approve (\d+)/.exec(asked.stdout) ?? [];
  expect((await run('approve', number)).code).toBe(0);
  await until(() => redis.keys.size === 1);
  expect([...redis.keys]).toEqual(['cart:1']);
  expect(asked.stdout + asked.stderr).not.toContain('word-of-the-test');
});
