// The built program over a scripted AWS and a Redis of ours: logs, metrics, a failover's card, and a flush that is agreed to.
import { expect, onTestFinished, test } from 'vitest';
import { startAws } from '../support/aws/session.ts';
import { list } from '../support/aws/wire.ts';
import { AWS_ENV, awsCommand, awsSource, startOps } from '../support/ops.ts';
import { put, startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const PASSWORD = 'cache-password-of-the-test';

test('an incident looked into and a cache flushed from chat', { timeout: 90_000 }, async () => {
  const { server } = await startAws();
  const redis = await startRedis({ password: PASSWORD, hits: 90, misses: 10, uptimeSeconds: 100 });
  onTestFinished(redis.close);
  for (let index = 0; index < 1500; index += 1) put([redis], `sess:${index}`);
  put([redis], 'cart:1');
  server.on('logs:FilterLogEvents', (input) => ({
    events: [
      {
        eventId: '1',
        timestamp: Number(input.endTime) - 1,
        message: 'ERROR connection pool exhausted\u001b[2J @channel \u202e',
        logStreamName: 'api-prod-01',
      },
    ],
  }));
  server.on('cloudwatch:GetMetricData', (input) => ({
    MetricDataResults: (input.MetricDataQueries as { Id: string; MetricStat?: object }[]).map(({ Id }) => ({
      Id,
      StatusCode: 'Complete',
      Timestamps: [new Date(Date.now() - 60_000)],
      Values: [91],
    })),
  }));
  server.on('ecs:DescribeServices', { services: [{ serviceName: 'api', status: 'ACTIVE' }] });
  server.on('elasticache:DescribeReplicationGroups', {
    ReplicationGroups: list('ReplicationGroup', [
      {
        ReplicationGroupId: 'sessions',
        Status: 'available',
        AuthTokenEnabled: true,
        NodeGroups: list('NodeGroup', [
          { NodeGroupId: '0001', PrimaryEndpoint: { Address: '127.0.0.1', Port: redis.port } },
        ]),
      },
    ]),
  });
  server.on('rds:DescribeDBClusters', {
    DBClusters: list('DBCluster', [
      {
        DBClusterIdentifier: 'db-prod',
        Engine: 'aurora-postgresql',
        Status: 'available',
        DBClusterMembers: list('DBClusterMember', [
          { DBInstanceIdentifier: 'db-1', IsClusterWriter: true },
          { DBInstanceIdentifier: 'db-2', IsClusterWriter: false },
        ]),
      },
    ]),
  });
  server.on('rds:DescribeDBInstances', { DBInstances: list('DBInstance', []) });
  server.on('rds:DescribeEvents', { Events: list('Event', []) });

  const ops = await startOps({ ...AWS_ENV, CACHE_AUTH: PASSWORD });
  const { run } = ops;
  const bound = (name: string, binding: string, ...more: string[]) => [
    ...['service', 'add', '--name', name, '--binding', `AWS Production=${binding}`, ...more],
  ];
  await ops.set(
    awsSource(server.endpoint, '--secret', 'cache-auth=env:CACHE_AUTH'),
    bound('api', 'ecs:prod/api logs:/ecs/api'),
    bound('sessions', 'elasticache:sessions', '--kind', 'cache'),
    bound('orders', 'rds:db-prod'),
    ...['logs', 'metrics', 'flush-cache', 'db-failover', 'restart'].map(awsCommand),
  );
  const daemon = await ops.start();

  const logs = await run('chat', '/logs api');
  expect(logs.code).toBe(0);
  expect(logs.stdout).toContain('connection pool exhausted');
  for (const hostile of ['\u001b[2J', '\u202e']) expect(logs.stdout).not.toContain(hostile);

  const metrics = await run('chat', '/metrics api');
  expect(metrics.stdout).toMatch(/cpu_usage.*91%/);

  // It is a database by what RDS says, whatever its kind and name are here.
  const restart = await run('chat', '/restart orders');
  expect(restart.code).toBe(4);
  const failover = await run('chat', '/db-failover orders');
  expect(failover.code).toBe(5);
  expect(failover.stdout).toContain('db-1');
  expect(failover.stdout).toContain('AWS gives up to 1 minute as typical');
  const [, critical = ''] = /\/approve (\d+)/.exec(failover.stdout) ?? [];
  expect((await run('approve', critical)).code).toBe(4);
  expect(server.inputs('rds:FailoverDBCluster')).toEqual([]);

  const flush = await run('chat', '/flush-cache sessions sess:*');
  expect(flush.code).toBe(5);
  expect(flush.stdout).toContain('keys like sess:* of the cache sessions: 1,500 keys');
  expect(flush.stdout).toMatch(/\(estimated\)/);
  expect(redis.keys.size).toBe(1501);
  const [, number = ''] = /\/approve (\d+)/.exec(flush.stdout) ?? [];
  expect((await run('approve', number)).code).toBe(0);
  await until(() => redis.keys.size === 1);
  expect([...redis.keys]).toEqual(['cart:1']);
  await until(async () =>
    (await run('audit', 'list', '--since', '1h')).stdout.includes(
      'removed 1,500 keys like sess:* from the cache sessions',
    ),
  );
  const said = await run('audit', 'list', '--since', '1h');
  for (const output of [flush.stdout, failover.stdout, said.stdout]) expect(output).not.toContain(PASSWORD);
  expect(await daemon.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('killed while a cache is flushed, it says that nobody knows, and does not flush again', {
  timeout: 90_000,
}, async () => {
  const { server } = await startAws();
  const redis = await startRedis({ trouble: (command) => (command === 'FLUSHALL' ? 'silent' : null) });
  onTestFinished(redis.close);
  put([redis], 'sess:1');
  const flushes = () => redis.commands.filter(([name]) => name === 'FLUSHALL').length;
  server.on('cloudwatch:GetMetricData', { MetricDataResults: [] });
  server.on('elasticache:DescribeReplicationGroups', {
    ReplicationGroups: list('ReplicationGroup', [
      {
        ReplicationGroupId: 'sessions',
        NodeGroups: list('NodeGroup', [
          { NodeGroupId: '0001', PrimaryEndpoint: { Address: '127.0.0.1', Port: redis.port } },
        ]),
      },
    ]),
  });
  const ops = await startOps();
  const { run } = ops;
  await ops.set(
    awsSource(server.endpoint),
    [
      'service',
      'add',
      '--name',
      'sessions',
      '--kind',
      'cache',
      '--binding',
      'AWS Production=elasticache:sessions',
    ],
    awsCommand('flush-cache'),
  );
  const first = await ops.start();
  const asked = await run('chat', '/flush-cache sessions');
  const [, number = ''] = /\/approve (\d+)/.exec(asked.stdout) ?? [];
  expect((await run('approve', number)).code).toBe(0);
  await until(() => flushes() === 1);
  await first.stop('SIGKILL');

  await ops.start();
  await until(async () =>
    (await run('audit', 'list', '--since', '1h')).stdout.includes('nobody can tell what became of it'),
  );
  expect(flushes()).toBe(1);
});
