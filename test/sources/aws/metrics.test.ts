import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/domain/errors.ts';
import { periodFor, wholePeriods } from '../../../src/sources/aws/metric-data.ts';
import { metricsTools } from '../../../src/sources/aws/metrics.ts';
import { createReaders } from '../../../src/sources/aws/readers.ts';
import { fail, raw } from '../../support/aws/server.ts';
import { call, service, startAws, type TestAws } from '../../support/aws/session.ts';
import { list } from '../../support/aws/wire.ts';
import { readTool } from './tools.ts';

const MINUTE = 60_000;
const TARGETS = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/api/73e2d6bc24d8a067';
const OTHERS = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef';
const BALANCER = 'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/prod/50dc6c495c0c9188';

interface Asked {
  Id: string;
  Expression?: string;
  MetricStat?: {
    Metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: string }[] };
    Period: number;
    Stat: string;
  };
}

/** Values by name of the metric, the newest last, one a period before now. Null: a gap. */
type Values = Record<string, readonly (number | null)[]>;

/** A CloudWatch that has these; a name may be told from others by `name@dimension value`. */
function keeping({ server, clock }: TestAws, values: Values): void {
  server.on('cloudwatch:GetMetricData', (input) => ({
    MetricDataResults: (input.MetricDataQueries as Asked[]).map((asked) => {
      const { MetricName = '', Dimensions = [] } = asked.MetricStat?.Metric ?? {};
      const own = Dimensions.map(({ Value }) => values[`${MetricName}@${Value}`]).find(
        (each) => each !== undefined,
      );
      const found = own ?? values[MetricName] ?? (asked.Expression ? values.search : undefined) ?? [];
      const period = (asked.MetricStat?.Period ?? 60) * 1000;
      const end = Math.floor(clock.now() / period) * period;
      const points = found.flatMap((value, index) =>
        value === null ? [] : [{ at: new Date(end - (found.length - index) * period), value }],
      );
      return {
        Id: asked.Id,
        StatusCode: 'Complete',
        Timestamps: points.map(({ at }) => at),
        Values: points.map(({ value }) => value),
      };
    }),
  }));
}

async function startGroup(alone = true): Promise<TestAws> {
  const aws = await startAws();
  aws.server.on('autoscaling:DescribeAutoScalingGroups', {
    AutoScalingGroups: [{ AutoScalingGroupName: 'api-prod', TargetGroupARNs: [TARGETS] }],
  });
  aws.server.on('elasticloadbalancing:DescribeTargetGroups', (input) => ({
    TargetGroups:
      input.LoadBalancerArn === undefined
        ? [{ TargetGroupArn: TARGETS, LoadBalancerArns: [BALANCER] }]
        : [{ TargetGroupArn: TARGETS }, ...(alone ? [] : [{ TargetGroupArn: OTHERS }])],
  }));
  return aws;
}

const query = (aws: TestAws, args: Record<string, unknown> = {}, of = service('asg:api-prod')) =>
  readTool(metricsTools(aws.session, createReaders(aws.session)), 'metrics.query').read(
    { service: 'api', ...args },
    of,
    call(),
  );

const asked = ({ server }: TestAws) =>
  server.inputs('cloudwatch:GetMetricData').flatMap((input) => input.MetricDataQueries as Asked[]);

describe('a group behind a load balancer', () => {
  test('has its error rate, latency and requests as its visitors see them', async () => {
    const aws = await startGroup();
    keeping(aws, {
      RequestCount: [1000, 1000, 800],
      HTTPCode_Target_5XX_Count: [null, 20, 80],
      HTTPCode_ELB_5XX_Count: [null, null, 200],
      TargetResponseTime: [0.1, 0.2, 1.5],
      CPUUtilization: [40, 50, 60],
    });
    const series = await query(aws);
    const of = (metric: string) => series.find((each) => each.metric === metric);
    expect(of('error_rate')?.unit).toBe('%');
    // Minutes without an error have none; requests that reached nobody are errors as well.
    expect(of('error_rate')?.points.map(({ value }) => value)).toEqual([0, 2, 28]);
    expect(of('error_rate')?.current).toBe(28);
    expect(of('latency')).toMatchObject({ unit: 'ms', current: 1500 });
    expect(of('request_count')).toMatchObject({ unit: 'count', current: 800 });
    expect(of('cpu_usage')).toMatchObject({ unit: '%', current: 60 });
    // No agent on the machines: nothing is said of memory and disk.
    expect(of('memory_usage')).toBeUndefined();
  });

  test('is asked for in one request, with exact dimensions, whole minutes and no minute that is not over', async () => {
    const aws = await startGroup();
    keeping(aws, {});
    aws.clock.advance(31_000);
    await query(aws, { sinceMs: 2 * 60 * MINUTE });
    const [input, more] = aws.server.inputs('cloudwatch:GetMetricData');
    expect(more).toBeUndefined();
    const now = Math.floor(aws.clock.now() / MINUTE) * MINUTE;
    expect(Number(input?.EndTime) * 1000).toBe(now);
    expect(Number(input?.StartTime) * 1000).toBe(now - 2 * 60 * MINUTE);
    const errors = asked(aws).find(
      (each) => each.MetricStat?.Metric.MetricName === 'HTTPCode_Target_5XX_Count',
    );
    expect(errors?.MetricStat).toEqual({
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'HTTPCode_Target_5XX_Count',
        Dimensions: [
          { Name: 'LoadBalancer', Value: 'app/prod/50dc6c495c0c9188' },
          { Name: 'TargetGroup', Value: 'targetgroup/api/73e2d6bc24d8a067' },
        ],
      },
      Period: 60,
      Stat: 'Sum',
    });
    // Requests count for two answers and are asked for once.
    expect(asked(aws).filter((each) => each.MetricStat?.Metric.MetricName === 'RequestCount')).toHaveLength(
      1,
    );
  });

  test('is not blamed for what a shared load balancer answers by itself', async () => {
    const aws = await startGroup(false);
    keeping(aws, { RequestCount: [100], HTTPCode_ELB_5XX_Count: [50], HTTPCode_Target_5XX_Count: [1] });
    const [rate] = await query(aws, { metric: 'error_rate' });
    expect(rate?.current).toBe(1);
    expect(asked(aws).some((each) => each.MetricStat?.Metric.MetricName === 'HTTPCode_ELB_5XX_Count')).toBe(
      false,
    );
  });

  test('without requests has no error rate, and no nought either', async () => {
    const aws = await startGroup();
    keeping(aws, { RequestCount: [100, 0, null] });
    const [rate] = await query(aws, { metric: 'error_rate' });
    expect(rate?.points.map(({ value }) => value)).toEqual([0]);
  });

  test('whose last value is old has none now, and its gaps stay open', async () => {
    const aws = await startGroup();
    keeping(aws, { CPUUtilization: [10, null, 30, ...Array.from({ length: 20 }, () => null)] });
    const [cpu] = await query(aws, { metric: 'cpu_usage' });
    expect(cpu?.current).toBeNull();
    expect(cpu?.points.map(({ value }) => value)).toEqual([10, 30]);
    expect((cpu?.points[1]?.at ?? 0) - (cpu?.points[0]?.at ?? 0)).toBe(2 * MINUTE);
  });

  test('narrows to one machine by its id or its name', async () => {
    const aws = await startGroup();
    keeping(aws, { CPUUtilization: [70] });
    aws.server.on('ec2:DescribeInstances', {
      reservationSet: list('item', [{ instancesSet: list('item', [{ instanceId: 'i-0123456789abcdef0' }]) }]),
    });
    await query(aws, { instance: 'api-prod-01', metric: 'cpu_usage' });
    expect(asked(aws)[0]?.MetricStat?.Metric.Dimensions).toEqual([
      { Name: 'InstanceId', Value: 'i-0123456789abcdef0' },
    ]);
  });

  test('has what an agent on its machines tells, by a search whose names are exact', async () => {
    const aws = await startGroup();
    keeping(aws, { search: [91.2] });
    const series = await query(aws);
    expect(series.map(({ metric, current }) => [metric, current])).toEqual([
      ['memory_usage', 91.2],
      ['disk_usage', 91.2],
    ]);
    expect(
      asked(aws)
        .map((each) => each.Expression)
        .filter(Boolean),
    ).toEqual([
      'AVG(SEARCH(\'{CWAgent,AutoScalingGroupName,ImageId,InstanceId,InstanceType} AutoScalingGroupName="api-prod" MetricName="mem_used_percent"\', \'Average\', 60))',
      'MAX(SEARCH(\'{CWAgent,AutoScalingGroupName,ImageId,InstanceId,InstanceType,device,fstype,path} AutoScalingGroupName="api-prod" path="/" MetricName="disk_used_percent"\', \'Average\', 60))',
    ]);
  });

  test.each(['a"b', "a')b", 'a{b}', 'a\\b'])('never puts the name %j into a search', async (name) => {
    const aws = await startGroup();
    aws.server.on('autoscaling:DescribeAutoScalingGroups', {
      AutoScalingGroups: [{ AutoScalingGroupName: name }],
    });
    keeping(aws, { CPUUtilization: [1] });
    await query(aws, {}, service(`asg:${name}`));
    expect(asked(aws).some((each) => each.Expression !== undefined)).toBe(false);
  });
});

describe('a metric by its name', () => {
  test('comes without points where there are none', async () => {
    const aws = await startGroup();
    keeping(aws, {});
    expect(await query(aws, { metric: 'latency' })).toEqual([
      { metric: 'latency', unit: 'ms', current: null, points: [] },
    ]);
  });

  test('may be the one CloudWatch has', async () => {
    const aws = await startGroup();
    keeping(aws, { CPUUtilization: [5] });
    expect((await query(aws, { metric: 'CPUUtilization' }))[0]?.metric).toBe('cpu_usage');
  });

  test('that is not measured is said, with the nearest', async () => {
    const aws = await startGroup();
    await expect(query(aws, { metric: 'eror_rate' })).rejects.toThrow(
      'AWS Production does not measure "eror_rate" there: did you mean error_rate?',
    );
    await expect(query(aws, { metric: 'sales\u0007'.repeat(40) })).rejects.toThrow(ToolError);
  });
});

test('an ECS service has its tasks, and a load balancer where it has one', async () => {
  const aws = await startAws();
  aws.server.on('ecs:DescribeServices', {
    services: [{ serviceName: 'api', status: 'ACTIVE', loadBalancers: [] }],
  });
  keeping(aws, { CPUUtilization: [12], MemoryUtilization: [34] });
  const series = await query(aws, {}, service('ecs:prod/api'));
  expect(series.map(({ metric, current }) => [metric, current])).toEqual([
    ['cpu_usage', 12],
    ['memory_usage', 34],
  ]);
  expect(asked(aws)[0]?.MetricStat?.Metric).toMatchObject({
    Namespace: 'AWS/ECS',
    Dimensions: [
      { Name: 'ClusterName', Value: 'prod' },
      { Name: 'ServiceName', Value: 'api' },
    ],
  });
});

test('machines by a tag are measured together', async () => {
  const aws = await startAws();
  aws.server.on('ec2:DescribeInstances', {
    reservationSet: list('item', [
      {
        instancesSet: list('item', [
          { instanceId: 'i-0123456789abcdef0' },
          { instanceId: 'i-0fedcba9876543210' },
        ]),
      },
    ]),
  });
  keeping(aws, { 'CPUUtilization@i-0123456789abcdef0': [10], 'CPUUtilization@i-0fedcba9876543210': [30] });
  const [cpu] = await query(aws, { metric: 'cpu_usage' }, service('ec2:Role=web'));
  expect(cpu?.current).toBe(20);
  await query(aws, { metric: 'memory_usage' }, service('ec2:Role=web'));
  expect(asked(aws).at(-1)?.Expression).toContain(
    '{CWAgent,ImageId,InstanceId,InstanceType} InstanceId="i-0fedcba9876543210"',
  );
  expect(aws.server.inputs('ec2:DescribeInstances')[0]?.Filter).toMatchObject([
    { Name: 'tag:Role', Value: ['web'] },
    {},
  ]);
});

describe('a database', () => {
  const database = service('rds:db-prod', { name: 'db-prod', kind: 'database' });

  async function startAurora(): Promise<TestAws> {
    const aws = await startAws();
    aws.server.on('rds:DescribeDBClusters', {
      DBClusters: list('DBCluster', [
        {
          DBClusterIdentifier: 'db-prod',
          Engine: 'aurora-mysql',
          Status: 'available',
          DBClusterMembers: list('DBClusterMember', [
            { DBInstanceIdentifier: 'db-1', IsClusterWriter: true },
            { DBInstanceIdentifier: 'db-2', IsClusterWriter: false },
          ]),
        },
      ]),
    });
    aws.server.on('rds:DescribeDBInstances', { DBInstances: list('DBInstance', []) });
    return aws;
  }

  test('has its writer measured, in our units', async () => {
    const aws = await startAurora();
    keeping(aws, {
      'DatabaseConnections@db-1': [480],
      'ReadLatency@db-1': [0.0021],
      'FreeableMemory@db-1': [2_000_000_000],
      'AuroraReplicaLag@db-2': [18.4],
    });
    const series = await query(aws, {}, database);
    expect(series.map(({ metric, unit, current }) => [metric, unit, current])).toEqual([
      ['connections', 'count', 480],
      ['read_latency', 'ms', 2.1],
      ['free_memory', 'bytes', 2_000_000_000],
      ['replica_lag', 'ms', 18.4],
    ]);
  });

  test('has another member measured where it is named', async () => {
    const aws = await startAurora();
    keeping(aws, { 'DatabaseConnections@db-2': [7] });
    const [connections] = await query(aws, { metric: 'connections', instance: 'db-2' }, database);
    expect(connections?.current).toBe(7);
  });
});

test('a cache has its hit rate, and its keys once a shard', async () => {
  const aws = await startAws();
  const member = (id: string, CurrentRole: string) => ({
    CacheClusterId: id,
    CacheNodeId: '0001',
    CurrentRole,
  });
  aws.server.on('elasticache:DescribeReplicationGroups', {
    ReplicationGroups: list('ReplicationGroup', [
      {
        ReplicationGroupId: 'sessions',
        NodeGroups: list('NodeGroup', [
          {
            NodeGroupId: '0001',
            PrimaryEndpoint: { Address: 'cache.example.org', Port: 6379 },
            NodeGroupMembers: list('NodeGroupMember', [member('s-1', 'replica'), member('s-2', 'primary')]),
          },
        ]),
      },
    ]),
  });
  keeping(aws, {
    'CacheHits@s-1': [100],
    'CacheHits@s-2': [800],
    'CacheMisses@s-2': [100],
    CurrItems: [5000],
    'ReplicationLag@s-1': [0.25],
  });
  const series = await query(aws, {}, service('elasticache:sessions', { kind: 'cache' }));
  expect(series.map(({ metric, unit, current }) => [metric, unit, current])).toEqual([
    ['hit_rate', '%', 90],
    ['keys', 'count', 5000],
    ['replica_lag', 'ms', 250],
  ]);
});

describe('an answer of CloudWatch', () => {
  test('in several pages is one', async () => {
    const aws = await startGroup();
    const end = Math.floor(aws.clock.now() / MINUTE) * MINUTE;
    aws.server.on('cloudwatch:GetMetricData', (input) => {
      const id = (input.MetricDataQueries as Asked[])[0]?.Id;
      const second = input.NextToken === 'more';
      return {
        MetricDataResults: [
          {
            Id: id,
            StatusCode: second ? 'Complete' : 'PartialData',
            Timestamps: [new Date(end - (second ? 1 : 2) * MINUTE)],
            Values: [second ? 2 : 1],
          },
        ],
        ...(second ? {} : { NextToken: 'more' }),
      };
    });
    const [cpu] = await query(aws, { metric: 'cpu_usage' });
    expect(cpu?.points.map(({ value }) => value)).toEqual([1, 2]);
    expect(cpu?.current).toBe(2);
  });

  test.each([
    ['an internal error of one series', { MetricDataResults: [{ Id: 'q0', StatusCode: 'InternalError' }] }],
    ['an HTML page', raw(500, '<html>oops</html>')],
    [
      'no permission',
      fail('AccessDeniedException', {
        status: 403,
        message: 'not authorized to perform: cloudwatch:GetMetricData',
      }),
    ],
  ])('%s is an error, as a gap would read as "nothing happened"', async (_name, answer) => {
    const aws = await startGroup();
    aws.server.on('cloudwatch:GetMetricData', answer);
    await expect(query(aws, { metric: 'cpu_usage' })).rejects.toThrow(/AWS Production/);
  });
});

test('the longer the time, the longer the periods', () => {
  expect([MINUTE, 6 * 60 * MINUTE, 12 * 60 * MINUTE, 7 * 24 * 60 * MINUTE].map(periodFor)).toEqual([
    MINUTE,
    MINUTE,
    5 * MINUTE,
    60 * MINUTE,
  ]);
  expect(wholePeriods(1_000_000, 120_000, MINUTE)).toEqual({ from: 840_000, to: 960_000 });
  expect(wholePeriods(1_000_000, 1, MINUTE)).toEqual({ from: 900_000, to: 960_000 });
});
