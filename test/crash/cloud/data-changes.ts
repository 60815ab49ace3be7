// Databases, caches and disks in AWS, and deploys at GitHub.
import { onTestFinished } from 'vitest';
import { answer, createRepository, TOKEN } from '../../sources/github/repository.ts';
import { startGithubServer } from '../../sources/github/server.ts';
import { startAws } from '../../support/aws/session.ts';
import { list } from '../../support/aws/wire.ts';
import { awsCommand, awsSource } from '../../support/ops.ts';
import { put, startRedis } from '../../support/redis-server.ts';
import { inAws, mortal, type Scenario } from './change.ts';

type Build = Scenario['build'];

const bound = (name: string, kind: string, binding: string) => [
  ...['service', 'add', '--name', name, '--kind', kind, '--binding', `AWS Production=${binding}`],
];

const failOverCluster: Build = async (death) => {
  const aws = await startAws();
  let [writer, asked] = ['orders-1', ''];
  const moved = () => {
    if (asked !== '' && death.over()) writer = asked;
    return writer;
  };
  const members = ['orders-1', 'orders-2'];
  aws.server.on('rds:DescribeDBClusters', () => ({
    DBClusters: list('DBCluster', [
      {
        DBClusterIdentifier: 'orders',
        Engine: 'aurora-postgresql',
        Status: asked !== '' && moved() !== asked ? 'failing-over' : 'available',
        DBClusterMembers: list(
          'DBClusterMember',
          members.map((id) => ({ DBInstanceIdentifier: id, IsClusterWriter: id === moved() })),
        ),
      },
    ]),
  }));
  aws.server.on('rds:DescribeDBInstances', {
    DBInstances: list(
      'DBInstance',
      members.map((id) => ({
        DBInstanceIdentifier: id,
        DBClusterIdentifier: 'orders',
        DBInstanceStatus: 'available',
      })),
    ),
  });
  aws.server.on('rds:DescribeEvents', { Events: list('Event', []) });
  aws.server.on('cloudwatch:GetMetricData', { MetricDataResults: [] });
  return inAws(aws.server, [bound('orders-db', 'database', 'rds:orders'), awsCommand('db-failover')], {
    ask: '/db-failover orders-db',
    typed: 'orders-db',
    effects: mortal(aws, 'rds:FailoverDBCluster', death, (input) => {
      asked = String(input.TargetDBInstanceIdentifier);
      return { DBCluster: { DBClusterIdentifier: 'orders', Status: 'available' } };
    }),
  });
};

const rebootInstance: Build = async (death) => {
  const aws = await startAws();
  let asked = false;
  aws.server.on('rds:DescribeDBClusters', {
    special: 'fail',
    code: 'DBClusterNotFoundFault',
    message: 'no',
    status: 404,
    headers: {},
  });
  aws.server.on('rds:DescribeDBInstances', () => {
    const moved = asked && death.over();
    return {
      DBInstances: list('DBInstance', [
        {
          DBInstanceIdentifier: 'orders',
          Engine: 'postgres',
          DBInstanceStatus: asked && !moved ? 'rebooting' : 'available',
          AvailabilityZone: moved ? 'eu-west-1b' : 'eu-west-1a',
          MultiAZ: true,
          SecondaryAvailabilityZone: moved ? 'eu-west-1a' : 'eu-west-1b',
        },
      ]),
    };
  });
  aws.server.on('rds:DescribeEvents', { Events: list('Event', []) });
  aws.server.on('cloudwatch:GetMetricData', { MetricDataResults: [] });
  return inAws(aws.server, [bound('orders-db', 'database', 'rds:orders'), awsCommand('db-failover')], {
    ask: '/db-failover orders-db',
    typed: 'orders-db',
    effects: mortal(aws, 'rds:RebootDBInstance', death, () => {
      asked = true;
      return { DBInstance: { DBInstanceIdentifier: 'orders', DBInstanceStatus: 'rebooting' } };
    }),
  });
};

/** A cache does not say who emptied it, nor whether it was asked to: nobody can tell. */
const flush: Build = async (death) => {
  const aws = await startAws();
  let effects = 0;
  const redis = await startRedis({
    trouble: (command) => {
      if (command !== 'FLUSHALL') return null;
      if (death.strikes('before')) return 'silent';
      effects += 1;
      redis.keys.clear();
      return death.strikes('received') ? 'silent' : null;
    },
  });
  onTestFinished(redis.close);
  put([redis], 'sess:1');
  aws.server.on('cloudwatch:GetMetricData', { MetricDataResults: [] });
  aws.server.on('elasticache:DescribeReplicationGroups', {
    ReplicationGroups: list('ReplicationGroup', [
      {
        ReplicationGroupId: 'sessions',
        NodeGroups: list('NodeGroup', [
          { NodeGroupId: '0001', PrimaryEndpoint: { Address: '127.0.0.1', Port: redis.port } },
        ]),
      },
    ]),
  });
  return inAws(aws.server, [bound('sessions', 'cache', 'elasticache:sessions'), awsCommand('flush-cache')], {
    ask: '/flush-cache sessions',
    ends: { before: 'unknown', received: 'unknown' },
    effects: () => effects,
  });
};

const MACHINE = 'i-0123456789abcdef0';
const PRINTS: Record<string, [inspect: object, run: object]> = {
  'openclaw-disk-prune-docker': [
    { containers: ['a'.repeat(64)], images: 3, reclaimable: ['Images=4.2GB (90%)'] },
    { freed: '4.2GB' },
  ],
  'openclaw-disk-vacuum-journal': [
    { kib: 2_000_000, leftKib: 400_000 },
    { kib: 2_000_000, leftKib: 400_000 },
  ],
  'openclaw-disk-remove-old-files': [
    { files: 12, bytes: 600_000_000 },
    { files: 12, bytes: 600_000_000 },
  ],
  'openclaw-disk-usage': [{ mounts: [{ mount: '/', kib: 1000, usedKib: 900, freeKib: 100 }] }, {}],
};

/** Three changes in one plan; the daemon dies in one of them. A command is found again by the execution it names. */
function diskStep(document: keyof typeof PRINTS): Build {
  return async (death) => {
    const { server } = await startAws();
    const sent: { id: string; document: string; comment: string; done: boolean; prints: object }[] = [];
    server.on('ssm:SendCommand', (input) => {
      const { DocumentName = '', Comment = '' } = input as { DocumentName?: string; Comment?: string };
      const dies = DocumentName === document && Comment !== '';
      if (dies && death.strikes('before')) return { special: 'hang' };
      const [inspect, run] = PRINTS[DocumentName] ?? [{}, {}];
      const id = `c-${sent.length + 1}`;
      sent.push({
        id,
        document: DocumentName,
        comment: Comment,
        done: !dies,
        prints: Comment === '' ? inspect : run,
      });
      if (dies && death.strikes('received')) return { special: 'hang' };
      return { Command: { CommandId: id } };
    });
    const statusOf = (one: (typeof sent)[number]) => (one.done || death.over() ? 'Success' : 'InProgress');
    server.on('ssm:GetCommandInvocation', (input) => {
      const one = sent.find(({ id }) => id === input.CommandId);
      const Status = one ? statusOf(one) : 'Failed';
      return {
        Status,
        StatusDetails: Status,
        StandardOutputContent: `openclaw ${JSON.stringify(one?.prints)}\n`,
      };
    });
    server.on('ssm:ListCommands', (input) => {
      const filters = input.Filters as { key: string; value: string }[];
      const name = filters.find(({ key }) => key === 'DocumentName')?.value;
      return {
        Commands: sent
          .filter((one) => one.document === name)
          .map((one) => ({ CommandId: one.id, Comment: one.comment, Status: statusOf(one) })),
      };
    });
    return {
      setUp: [awsSource(server.endpoint, '--set', `machine=${MACHINE}`), awsCommand('disk-cleanup')],
      ask: '/disk-cleanup',
      effects: () => sent.filter(({ comment }) => comment !== '').length,
      wanted: 3,
      steps: 3,
      begun: () => sent.some((one) => one.document === document && one.comment !== ''),
      requests: () => server.requests.length,
    };
  };
}

function redeploy(way: 'deployment' | 'workflow'): Build {
  return async (death) => {
    const server = await startGithubServer();
    const repository = createRepository(Date.now());
    repository.newStates = [];
    const api = 'https://api.of.nobody';
    let effects = 0;
    server.handle((asked) => {
      if (death.over()) {
        for (const each of repository.deployments) if (each.states.length === 0) each.states = ['success'];
        for (const run of repository.runs)
          if (run.event === 'workflow_dispatch')
            Object.assign(run, { status: 'completed', conclusion: 'success' });
      }
      if (asked.method !== 'POST') return answer(asked, repository, server);
      if (death.strikes('before')) return 'hang';
      const reply = answer(asked, repository, server);
      effects += 1;
      return death.strikes('received') ? 'hang' : reply;
    });
    const workflow = way === 'workflow' ? ['--set', 'workflow=deploy.yml'] : [];
    return {
      setUp: [
        [
          ...['source', 'add', '--name', 'GitHub', '--type', 'github', '--set', `base-url=${server.url}`],
          ...['--set', 'repo=acme/api', '--secret', 'token=env:GITHUB_TOKEN', ...workflow],
        ],
        ['service', 'add', '--name', 'api', '--binding', 'GitHub=acme/api'],
        [
          'command',
          'add',
          '--name',
          'rollback',
          '--trigger',
          '/rollback',
          '--source',
          'GitHub',
          '--message',
          api,
        ],
      ],
      ask: '/rollback api #492',
      env: { GITHUB_TOKEN: TOKEN },
      effects: () => effects,
      wanted: 1,
      requests: () => server.asked.length,
    };
  };
}

export const DATA_CHANGES: readonly Scenario[] = [
  { name: 'failover of an Aurora cluster', build: failOverCluster },
  { name: 'failover of a Multi-AZ instance', build: rebootInstance },
  { name: 'flush of a cache', build: flush, without: ['waiting'] },
  ...Object.keys(PRINTS)
    .filter((document) => document !== 'openclaw-disk-usage')
    .map((document) => ({ name: `${document} on a machine`, build: diskStep(document) })),
  { name: 'rollback by a Deployment of GitHub', build: redeploy('deployment') },
  { name: 'rollback by a workflow of GitHub', build: redeploy('workflow') },
];
