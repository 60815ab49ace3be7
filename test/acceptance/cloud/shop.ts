// The shop of the seed in the cloud: an AWS with a group, a database and a cache, and a GitHub with three deploys, both
// ours and scripted; the seed's own command lines in an empty state folder, and the built daemon over all of it.
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { groupWorld, TARGETS_ARN } from '../../sources/aws/running-world.ts';
import { createRepository, serve, sha, TOKEN } from '../../sources/github/repository.ts';
import { startGithubServer } from '../../sources/github/server.ts';
import { list } from '../../support/aws/wire.ts';
import { openclawProgram } from '../../support/openclaw.ts';
import { AWS_ENV, awsSource, type Ops, startOps } from '../../support/ops.ts';
import { shellWords } from '../words.ts';

const HOOK = 'a-long-and-secret-word-for-webhooks';
const BALANCER = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/prod/1';

export type Shop = Awaited<ReturnType<typeof startShop>>;

/** `redisPort`: of the cache `sessions`; `env`: what more the program is given. */
export async function startShop({
  redisPort = 1,
  env = {},
}: {
  redisPort?: number;
  env?: Record<string, string>;
} = {}) {
  const { server: aws, group } = await groupWorld();
  const database = { writer: 'orders-1' };
  const traffic = { errorRate: 0.2 };
  scriptData(aws, { database, traffic, redisPort });
  aws.on('autoscaling:StartInstanceRefresh', () => {
    const InstanceRefreshId = `r-${group.refreshes.length + 1}`;
    group.refreshes.unshift({
      InstanceRefreshId,
      Status: 'Successful',
      PercentageComplete: 100,
      StartTime: new Date(),
    });
    return { InstanceRefreshId };
  });
  const github = await startGithubServer();
  const repository = createRepository(Date.now());
  repository.commits.set(sha(492), { message: 'fix: cache TTL update', login: 'mike', pull: 492 });
  serve(github, repository);
  const ops = await startOps({ ...AWS_ENV, GITHUB_TOKEN: TOKEN, HOOK, ...env });
  await runSeed(ops);
  const bound = (name: string, kind: string, binding: string, ...more: string[]) => [
    ...['service', 'add', '--name', name, '--kind', kind, '--binding', `AWS Production=${binding}`],
    ...more,
  ];
  await ops.set(
    awsSource(aws.endpoint),
    [
      ...['source', 'add', '--name', 'GitHub', '--type', 'github', '--set', `base-url=${github.url}`],
      ...['--set', 'repo=acme/api', '--secret', 'token=env:GITHUB_TOKEN'],
    ],
    ['source', 'add', '--name', 'Monitoring', '--type', 'generic', '--secret', 'token=env:HOOK'],
    bound(
      'api',
      'app',
      'asg:api-prod logs:/prod/api',
      '--binding',
      'GitHub=acme/api',
      '--instances',
      'api-prod-*',
      '--hourly-cost',
      '0.1',
    ),
    bound('orders-db', 'database', 'rds:orders', '--instances', 'db-prod-*'),
    bound('sessions', 'cache', 'elasticache:sessions'),
    ['rotation', 'add', '--name', 'on-call', '--member', 'sarah', '--weekly', '--start', '2026-01-05'],
    // Of the seed but for time: what takes minutes there takes a moment here.
    ['command', 'edit', 'rollback', '--watch', '2s'],
    // Over as soon as all is healthy, which is looked at ten times.
    ...['scale', 'restart', 'db-failover'].map((name) => ['command', 'edit', name, '--watch', '20s']),
    ['alert-route', 'edit', 'Critical', '--resolve-after', '2s'],
  );
  return {
    ...ops,
    aws,
    group,
    database,
    traffic,
    github,
    repository,
    thread: ops.posts,
    /** Said in the thread of the incident. */
    there: (text: string) => ops.chat(text, '--incident', '1'),
    /** Posts an alert as the monitoring does. */
    async alert(url: string, more: Record<string, unknown> = {}): Promise<number> {
      const answer = await fetch(`${url}/hooks/Monitoring`, {
        method: 'POST',
        headers: { authorization: `Bearer ${HOOK}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          title: 'api-prod-01 error rate critical',
          severity: 'critical',
          dedup: 'api error rate',
          service: 'api-prod-01',
          value: 12.3,
          threshold: 5,
          unit: '%',
          labels: { metric: 'error_rate' },
          ...more,
        }),
      });
      await answer.body?.cancel();
      return answer.status;
    },
  };
}

/** The lines of the seed as they stand in its file; in a long run by a shell that finds `openclaw`. */
async function runSeed({ stateDir, env, set }: Ops): Promise<void> {
  const seed = join(import.meta.dirname, '../../../examples/seed-commands.sh');
  if (process.env.OPENCLAW_TEST_LONG) return runInShell(seed, stateDir, env);
  const script = readFileSync(seed, 'utf8');
  const lines = script.slice(script.indexOf('\nopenclaw ') + 1).split(/\n\n(?=openclaw )/);
  await set(...lines.map((line) => shellWords(line).slice(1)));
}

async function runInShell(script: string, stateDir: string, env: Record<string, string>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-bin-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const shim = join(folder, 'openclaw');
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${await openclawProgram()}' "$@"\n`);
  chmodSync(shim, 0o755);
  await promisify(execFile)('bash', [script], {
    env: {
      ...env,
      PATH: `${folder}:${process.env.PATH}`,
      HOME: folder,
      OPENCLAW_STATE_DIR: stateDir,
      USER: userInfo().username,
    },
  });
}

interface Data {
  database: { writer: string };
  traffic: { errorRate: number };
  redisPort: number;
}

type Aws = Awaited<ReturnType<typeof groupWorld>>['server'];

function scriptData(aws: Aws, { database, traffic, redisPort }: Data): void {
  aws.on('elasticloadbalancing:DescribeTargetGroups', {
    TargetGroups: [{ TargetGroupArn: TARGETS_ARN, LoadBalancerArns: [BALANCER] }],
  });
  const values: Record<string, () => number> = {
    RequestCount: () => 1000,
    HTTPCode_Target_5XX_Count: () => traffic.errorRate * 10,
    CPUUtilization: () => 41,
    AuroraReplicaLag: () => 18,
  };
  aws.on('cloudwatch:GetMetricData', (input) => ({
    MetricDataResults: (
      input.MetricDataQueries as { Id: string; MetricStat?: { Metric: { MetricName: string } } }[]
    ).map(({ Id, MetricStat }) => {
      const value = values[MetricStat?.Metric.MetricName ?? '']?.();
      return value === undefined
        ? { Id, StatusCode: 'Complete', Timestamps: [], Values: [] }
        : { Id, StatusCode: 'Complete', Timestamps: [new Date(Date.now() - 60_000)], Values: [value] };
    }),
  }));
  aws.on('logs:StartQuery', { queryId: 'q-1' });
  const errors = () =>
    [7, 8].map((id) => ({
      at: Date.now() - id * 1000,
      text: `ERROR connection pool exhausted (request ${id})`,
    }));
  aws.on('logs:GetQueryResults', () => ({
    status: 'Complete',
    results: errors().map(({ at, text }) => [
      { field: '@timestamp', value: new Date(at).toISOString().replace('T', ' ').replace('Z', '') },
      { field: '@message', value: text },
      { field: '@logStream', value: 'api-prod-01' },
    ]),
  }));
  aws.on('logs:DescribeLogStreams', { logStreams: [{ logStreamName: 'api-prod-01' }] });
  aws.on('ec2:DescribeLaunchTemplateVersions', { launchTemplateVersionSet: list('item', []) });
  aws.on('logs:FilterLogEvents', () => ({
    events: errors().map(({ at, text }) => ({
      eventId: text,
      timestamp: at,
      message: text,
      logStreamName: 'api-prod-01',
    })),
  }));
  const members = ['orders-1', 'orders-2'];
  aws.on('rds:DescribeDBClusters', (input) =>
    input.DBClusterIdentifier === undefined || input.DBClusterIdentifier === 'orders'
      ? {
          DBClusters: list('DBCluster', [
            {
              DBClusterIdentifier: 'orders',
              Engine: 'aurora-postgresql',
              EngineVersion: '15.4',
              Status: 'available',
              DBClusterMembers: list(
                'DBClusterMember',
                members.map((id) => ({ DBInstanceIdentifier: id, IsClusterWriter: id === database.writer })),
              ),
            },
          ]),
        }
      : { DBClusters: list('DBCluster', []) },
  );
  aws.on('rds:DescribeDBInstances', {
    DBInstances: list(
      'DBInstance',
      members.map((id) => ({
        DBInstanceIdentifier: id,
        DBClusterIdentifier: 'orders',
        Engine: 'aurora-postgresql',
        DBInstanceStatus: 'available',
      })),
    ),
  });
  aws.on('rds:DescribeEvents', { Events: list('Event', []) });
  aws.on('rds:FailoverDBCluster', (input) => {
    database.writer = String(input.TargetDBInstanceIdentifier);
    return { DBCluster: { DBClusterIdentifier: 'orders', Status: 'available' } };
  });
  aws.on('elasticache:DescribeReplicationGroups', {
    ReplicationGroups: list('ReplicationGroup', [
      {
        ReplicationGroupId: 'sessions',
        Status: 'available',
        NodeGroups: list('NodeGroup', [
          { NodeGroupId: '0001', PrimaryEndpoint: { Address: '127.0.0.1', Port: redisPort } },
        ]),
      },
    ]),
  });
}
