import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/domain/errors.ts';
import { estimateDowntime, failoverNews } from '../../../src/sources/aws/database-events.ts';
import { databaseTools } from '../../../src/sources/aws/databases.ts';
import { cut, fail, type Handler, raw, throttle } from '../../support/aws/server.ts';
import { call, change, service, startAws, type TestAws } from '../../support/aws/session.ts';
import { list } from '../../support/aws/wire.ts';
import { type ClusterState, clusterAnswer, db, eventsAnswer, membersAnswer } from './database-world.ts';
import { changeTool, readTool } from './tools.ts';

const FACTS = { primary: 'db-1', to: 'db-2', replicas: ['db-2', 'db-3'] };
const NOT_FOUND = fail('DBClusterNotFoundFault', { status: 404 });

async function startCluster(states: ClusterState[] = [{}]): Promise<TestAws> {
  const aws = await startAws();
  aws.server.on('rds:DescribeDBClusters', (_input, count) =>
    clusterAnswer(states[Math.min(count, states.length) - 1] ?? {}),
  );
  aws.server.on('rds:DescribeDBInstances', membersAnswer());
  aws.server.on('rds:DescribeEvents', eventsAnswer());
  aws.server.on('cloudwatch:GetMetricData', { MetricDataResults: [] });
  aws.server.on('rds:FailoverDBCluster', {
    DBCluster: { DBClusterIdentifier: 'db-prod', Status: 'available' },
  });
  return aws;
}

interface InstanceState {
  zone?: string;
  standby?: string | null;
  status?: string;
}

const instanceAnswer = ({
  zone = 'eu-west-1a',
  standby = 'eu-west-1b',
  status = 'available',
}: InstanceState) => ({
  DBInstances: list('DBInstance', [
    {
      DBInstanceIdentifier: 'db-prod',
      Engine: 'postgres',
      EngineVersion: '16.2',
      DBInstanceStatus: status,
      AvailabilityZone: zone,
      MultiAZ: standby !== null,
      ...(standby === null ? {} : { SecondaryAvailabilityZone: standby }),
    },
  ]),
});

async function startInstance(states: InstanceState[] = [{}]): Promise<TestAws> {
  const aws = await startAws();
  aws.server.on('rds:DescribeDBClusters', NOT_FOUND);
  aws.server.on('rds:DescribeDBInstances', (_input, count) =>
    instanceAnswer(states[Math.min(count, states.length) - 1] ?? {}),
  );
  aws.server.on('rds:DescribeEvents', eventsAnswer());
  aws.server.on('rds:RebootDBInstance', {
    DBInstance: { DBInstanceIdentifier: 'db-prod', DBInstanceStatus: 'rebooting' },
  });
  return aws;
}

const describeDatabase = ({ session }: TestAws, of = db) =>
  readTool(databaseTools(session), 'databases.describe').read({ service: 'db-prod' }, of, call());
const inspect = ({ session }: TestAws, to?: string) =>
  changeTool(databaseTools(session), 'databases.failover').inspect(
    { service: 'db-prod', ...(to === undefined ? {} : { to }) },
    db,
    call(),
  );
const failover = ({ session }: TestAws, facts: typeof FACTS = FACTS, signal = call().signal) =>
  changeTool(databaseTools(session), 'databases.failover').run({ service: 'db-prod' }, db, facts, {
    ...change(),
    signal,
  });
const reconcile = ({ session }: TestAws, facts: typeof FACTS = FACTS) =>
  changeTool(databaseTools(session), 'databases.failover').reconcile?.(
    { service: 'db-prod' },
    db,
    facts,
    change(),
  );

describe('an Aurora cluster', () => {
  test('is described with its writer, its readers, their lag and what happened lately', async () => {
    const aws = await startCluster();
    const now = aws.clock.now();
    aws.server.on('cloudwatch:GetMetricData', {
      MetricDataResults: [
        {
          Id: 'q0',
          StatusCode: 'Complete',
          Timestamps: [new Date(now - 180_000), new Date(now - 120_000)],
          Values: [900, 18.5],
        },
        { Id: 'q1', StatusCode: 'Complete', Timestamps: [], Values: [] },
      ],
    });
    aws.server.on(
      'rds:DescribeEvents',
      eventsAnswer(
        [now - 86_400_000, 'Started cross AZ failover to DB instance: db-1'],
        [now - 86_400_000 + 31_000, 'Completed failover to DB instance: db-1'],
        [now - 3_600_000, 'Finished backing up DB cluster \u202eevil\u0007'],
      ),
    );
    expect(await describeDatabase(aws)).toEqual({
      cluster: 'db-prod',
      engine: 'aurora-postgresql 15.4',
      primary: 'db-1',
      status: 'available',
      replicas: [
        { id: 'db-2', lagMs: 18.5 },
        { id: 'db-3', lagMs: null },
      ],
      downtimeMs: 31_000,
      downtimeFrom: 'as long as its last failover took',
      events: [
        { at: now - 86_400_000, text: 'Started cross AZ failover to DB instance: db-1' },
        { at: now - 86_400_000 + 31_000, text: 'Completed failover to DB instance: db-1' },
      ],
    });
    expect(aws.server.inputs('rds:DescribeEvents')).toEqual([
      { SourceIdentifier: 'db-prod', SourceType: 'db-cluster', Duration: '20160' },
    ]);
    expect(aws.server.inputs('rds:DescribeDBInstances')[0]).toEqual({
      Filters: { Filter: [{ Name: 'db-cluster-id', Values: { Value: ['db-prod'] } }] },
    });
  });

  test('is found by the name of one of its members, and is what is changed', async () => {
    const aws = await startCluster();
    aws.server.on('rds:DescribeDBClusters', (input) =>
      input.DBClusterIdentifier === 'db-prod' ? clusterAnswer({}) : NOT_FOUND,
    );
    const state = await describeDatabase(aws, service('rds:db-3'));
    expect(state).toMatchObject({ cluster: 'db-prod', primary: 'db-1' });
  });

  test('without a writer right now is no guess', async () => {
    const aws = await startCluster([{ writer: null, status: 'failing-over' }]);
    await expect(describeDatabase(aws)).rejects.toThrow(
      'db-prod has no writer right now: RDS says it is failing-over',
    );
  });

  test('shows on the card what it rests on, and chooses the reader least behind', async () => {
    const aws = await startCluster();
    const at = new Date(aws.clock.now() - 120_000);
    aws.server.on('cloudwatch:GetMetricData', {
      MetricDataResults: [
        { Id: 'q0', Timestamps: [at], Values: [5200] },
        { Id: 'q1', Timestamps: [at], Values: [12] },
      ],
    });
    const shown = await inspect(aws);
    expect(shown.target).toEqual({ id: 'rds:db-prod', label: 'db-prod' });
    expect(shown.facts).toEqual({ primary: 'db-1', to: 'db-3', replicas: ['db-2', 'db-3'] });
    expect(shown.preview).toEqual([
      { text: 'db-prod (aurora-postgresql 15.4): writer db-1, available', how: 'measured' },
      { text: 'reader db-2: 5200 ms behind', how: 'measured' },
      { text: 'reader db-3: 12 ms behind, becomes the writer', how: 'measured' },
      { text: 'writes fail for about 1 minute (AWS gives up to 1 minute as typical)', how: 'estimated' },
    ]);
    expect((await inspect(aws, 'db-2')).facts.to).toBe('db-2');
    expect(aws.server.inputs('rds:FailoverDBCluster')).toEqual([]);
  });
});

describe('a failover of Aurora', () => {
  test('is asked for once, and is over when another member writes and all is available', async () => {
    const aws = await startCluster([
      {},
      {},
      { writer: null, status: 'failing-over' },
      { writer: 'db-2', status: 'failing-over' },
      { writer: 'db-2' },
    ]);
    expect(await failover(aws)).toEqual({
      summary: 'failed db-prod over from db-1 to db-2, available again after 20 seconds',
    });
    expect(aws.server.inputs('rds:FailoverDBCluster')).toEqual([
      { DBClusterIdentifier: 'db-prod', TargetDBInstanceIdentifier: 'db-2' },
    ]);
    expect(aws.waits).toEqual([5000, 5000, 5000, 5000]);
  });

  test('waits for a writer that is still starting', async () => {
    const aws = await startCluster([{}, { writer: 'db-2' }]);
    aws.server.on('rds:DescribeDBInstances', (_input, count) =>
      membersAnswer(count === 2 ? { 'db-2': 'rebooting' } : {}),
    );
    await failover(aws);
    expect(aws.waits).toHaveLength(2);
  });

  test.each([
    [
      'of a writer that changed meanwhile',
      { ...FACTS, primary: 'db-9' },
      'the writer of db-prod is db-1 by now, not db-9: nothing was done',
    ],
    ['to what is no reader', { ...FACTS, to: 'db-9' }, 'db-9 is not a reader of db-prod: nothing was done'],
    [
      'to nobody',
      { ...FACTS, to: null as unknown as string },
      'db-prod has nothing to fail over to: nothing was done',
    ],
  ])('%s is not begun', async (_name, facts, message) => {
    const aws = await startCluster();
    await expect(failover(aws, facts)).rejects.toMatchObject({ outcome: 'failed', message });
    expect(aws.server.inputs('rds:FailoverDBCluster')).toEqual([]);
  });

  test('that RDS refuses is failed, and not asked again', async () => {
    const aws = await startCluster();
    aws.server.on(
      'rds:FailoverDBCluster',
      fail('InvalidDBClusterStateFault', { message: 'The cluster is already failing over' }),
    );
    await expect(failover(aws)).rejects.toMatchObject({ outcome: 'failed' });
    expect(aws.server.inputs('rds:FailoverDBCluster')).toHaveLength(1);
  });

  test('that is throttled is asked again, as it was surely not begun', async () => {
    const aws = await startCluster([{}, { writer: 'db-2' }]);
    aws.server.on('rds:FailoverDBCluster', ((_input, count) =>
      count === 1 ? throttle() : { DBCluster: { DBClusterIdentifier: 'db-prod' } }) satisfies Handler);
    await failover(aws);
    expect(aws.server.inputs('rds:FailoverDBCluster')).toHaveLength(2);
  });

  test.each([
    ['cut off', cut],
    ['an HTML page', raw(503, '<html>busy</html>')],
  ])('whose answer is lost (%s) is looked for, and found done', async (_name, answer) => {
    const aws = await startCluster([{}, {}, { writer: null, status: 'failing-over' }, { writer: 'db-2' }]);
    aws.server.on('rds:FailoverDBCluster', answer);
    expect((await failover(aws)).summary).toMatch(/^failed db-prod over from db-1 to db-2/);
    expect(aws.server.inputs('rds:FailoverDBCluster')).toHaveLength(1);
  });

  test('whose answer is lost and of which nothing is seen for a minute is unknown', async () => {
    const aws = await startCluster();
    aws.server.on('rds:FailoverDBCluster', cut);
    await expect(failover(aws)).rejects.toMatchObject({ outcome: 'unknown' });
    expect(aws.waits.filter((ms) => ms === 5000)).toHaveLength(12);
    expect(aws.server.inputs('rds:FailoverDBCluster')).toHaveLength(1);
  });

  test('that AWS takes back is failed, in its words', async () => {
    const aws = await startCluster([{}, { writer: null, status: 'failing-over' }, {}]);
    aws.server.on('rds:DescribeEvents', () =>
      eventsAnswer(
        [aws.clock.now() - 86_400_000, 'Promoting previous primary again: db-1'],
        [aws.clock.now(), 'Promoting previous primary again: db-1'],
      ),
    );
    await expect(failover(aws)).rejects.toMatchObject({
      outcome: 'failed',
      message:
        'AWS gave up the failover of db-prod: Promoting previous primary again: db-1; db-1 writes again',
    });
  });

  test('that never ends is unknown, after twelve minutes', async () => {
    const aws = await startCluster([{}, { writer: null, status: 'failing-over' }]);
    await expect(failover(aws)).rejects.toMatchObject({
      outcome: 'unknown',
      message:
        'the failover of db-prod to db-2 was asked for and has not ended (writer nobody, failing-over): look at it in RDS',
    });
    expect(aws.waits.reduce((sum, ms) => sum + ms, 0)).toBe(12 * 60_000);
  });

  test('goes on while RDS cannot be read, with credentials that ran out in the middle', async () => {
    const aws = await startCluster();
    aws.server.on('rds:DescribeDBClusters', (_input, count) => {
      if (count === 1) return clusterAnswer({});
      if (count <= 5)
        return fail('ExpiredToken', {
          message: 'The security token included in the request is expired',
          status: 403,
        });
      return clusterAnswer({ writer: 'db-2' });
    });
    expect((await failover(aws)).summary).toMatch(/to db-2/);
  });

  test('that is stopped is unknown', async () => {
    const aws = await startCluster();
    const stop = new AbortController();
    aws.server.on('rds:DescribeEvents', () => {
      stop.abort();
      return eventsAnswer();
    });
    await expect(failover(aws, FACTS, stop.signal)).rejects.toMatchObject({ outcome: 'unknown' });
  });
});

describe('an instance with a standby', () => {
  const facts = { primary: 'db-prod@eu-west-1a', to: 'db-prod@eu-west-1b', replicas: ['db-prod@eu-west-1b'] };

  test('is told from its standby by the zone', async () => {
    const aws = await startInstance();
    const shown = await inspect(aws);
    expect(shown.facts).toEqual(facts);
    expect(shown.preview.map(({ text }) => text)).toEqual([
      'db-prod (postgres 16.2): writer db-prod@eu-west-1a, available',
      'standby db-prod@eu-west-1b: has every write already, becomes the writer',
      'writes fail for about 2 minutes (AWS gives up to 2 minutes as typical)',
    ]);
    expect(aws.server.inputs('rds:DescribeEvents')[0]).toMatchObject({ SourceType: 'db-instance' });
  });

  test('is rebooted with failover, and is over when it is available in the other zone', async () => {
    const aws = await startInstance([
      {},
      { status: 'rebooting' },
      { status: 'available' },
      { zone: 'eu-west-1b', standby: 'eu-west-1a' },
    ]);
    expect((await failover(aws, facts)).summary).toBe(
      'failed db-prod over from db-prod@eu-west-1a to db-prod@eu-west-1b, available again after 15 seconds',
    );
    expect(aws.server.inputs('rds:RebootDBInstance')).toEqual([
      { DBInstanceIdentifier: 'db-prod', ForceFailover: 'true' },
    ]);
    expect(aws.server.inputs('rds:FailoverDBCluster')).toEqual([]);
  });

  test('whose zone is shown late is over when its events say so', async () => {
    const aws = await startInstance();
    aws.server.on('rds:DescribeEvents', () =>
      eventsAnswer(
        [aws.clock.now() - 2000, 'Multi-AZ instance failover started.'],
        [aws.clock.now() - 1000, 'Multi-AZ instance failover completed'],
      ),
    );
    expect((await failover(aws, facts)).summary).toMatch(/completed, as AWS's events say/);
  });

  test('alone has nothing to fail over to, and nothing is said of a downtime', async () => {
    const aws = await startInstance([{ standby: null }]);
    const shown = await inspect(aws);
    expect(shown.facts).toEqual({ primary: 'db-prod', to: null, replicas: [] });
    expect(shown.preview.map(({ text }) => text)).toContain('nothing it can fail over to');
    expect(await describeDatabase(aws)).toMatchObject({ downtimeMs: null, replicas: [] });
  });
});

describe('after a crash', () => {
  const cases: [string, ClusterState[], [number, string][], string][] = [
    ['the target writes: done', [{ writer: 'db-2' }], [], 'succeeded'],
    ['it is failing over: still running', [{ status: 'failing-over' }], [], 'running'],
    ['nobody writes: still running', [{ writer: null }], [], 'running'],
    ['a third member writes: nobody can tell', [{ writer: 'db-3' }], [], 'unknown'],
    [
      'begun by its events: still running',
      [{}],
      [[-10_000, 'Started same AZ failover to DB instance: db-2']],
      'running',
    ],
    [
      'taken back by its events: failed',
      [{}],
      [[-10_000, 'Promoting previous primary again: db-1']],
      'failed',
    ],
    [
      'there and back within the hour: nobody can tell',
      [{}],
      [[-10_000, 'Completed failover to DB instance: db-1']],
      'unknown',
    ],
    ['nothing of it, and nothing five seconds later: not begun', [{}], [], 'not-started'],
    ['nothing of it, but five seconds later: still running', [{}, { status: 'failing-over' }], [], 'running'],
  ];
  test.each(cases)('%s', async (_name, states, events, outcome) => {
    const aws = await startCluster(states);
    aws.server.on(
      'rds:DescribeEvents',
      eventsAnswer(...events.map(([ago, text]): [number, string] => [aws.clock.now() + ago, text])),
    );
    expect(await reconcile(aws)).toBe(outcome);
    expect(aws.server.inputs('rds:FailoverDBCluster')).toEqual([]);
  });
});

test('a name RDS does not know is said, with the source', async () => {
  const aws = await startAws();
  aws.server.on('rds:DescribeDBClusters', NOT_FOUND);
  aws.server.on('rds:DescribeDBInstances', fail('DBInstanceNotFound', { status: 404 }));
  const error = await describeDatabase(aws).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ToolError);
  expect(error).toMatchObject({
    outcome: 'failed',
    message: 'AWS Production has no database db-prod: neither a cluster nor an instance',
  });
});

test('lag and events that cannot be read cost their lines, not the answer', async () => {
  const aws = await startCluster();
  aws.server.on('cloudwatch:GetMetricData', fail('AccessDeniedException', { status: 403 }));
  aws.server.on('rds:DescribeEvents', fail('AccessDenied', { status: 403 }));
  expect(await describeDatabase(aws)).toMatchObject({
    primary: 'db-1',
    replicas: [{ lagMs: null }, { lagMs: null }],
    downtimeMs: 60_000,
    events: [],
  });
});

test.each([
  ['Started cross AZ failover to DB instance: db-2', 'started'],
  ['Started same AZ failover to DB instance: db-2', 'started'],
  ['Completed failover to DB instance: db-2', 'completed'],
  ['Multi-AZ instance failover started.', 'started'],
  ['Multi-AZ instance failover completed', 'completed'],
  ['Multi-AZ failover to standby complete - DNS propagation may take a few minutes', 'completed'],
  ['Promoting previous primary again: db-1', 'failed'],
  [
    'Abandoning user requested failover since a failover recently occurred on the database instance',
    'failed',
  ],
  ['Finished DB Instance backup', null],
  ['DB instance restarted', null],
])('RDS writes %j: %s', (text, news) => {
  expect(failoverNews(text)).toBe(news);
});

test('an estimate takes the last whole failover, and none from a half one', () => {
  const events = [
    { at: 1000, text: 'Started cross AZ failover to DB instance: a' },
    { at: 46_000, text: 'Completed failover to DB instance: a' },
    { at: 90_000, text: 'Started cross AZ failover to DB instance: b' },
  ];
  expect(estimateDowntime('aurora', events)).toEqual({
    ms: 45_000,
    from: 'as long as its last failover took',
  });
  expect(estimateDowntime('aurora', events.slice(1))?.ms).toBe(60_000);
  expect(estimateDowntime('multi-az-cluster', [])?.ms).toBe(35_000);
  expect(estimateDowntime('instance', events)).toBeNull();
});
