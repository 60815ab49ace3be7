// A cluster of RDS whose writer moves when it is asked to fail over.
import { service, startAws, type TestAws } from '../../support/aws/session.ts';
import { list } from '../../support/aws/wire.ts';

export const db = service('rds:db-prod', { name: 'db-prod', kind: 'database' });

export interface ClusterState {
  writer?: string | null;
  status?: string;
  engine?: string;
  members?: string[];
}

export const clusterAnswer = ({
  writer = 'db-1',
  status = 'available',
  engine = 'aurora-postgresql',
  members = ['db-1', 'db-2', 'db-3'],
}: ClusterState) => ({
  DBClusters: list('DBCluster', [
    {
      DBClusterIdentifier: 'db-prod',
      Engine: engine,
      EngineVersion: '15.4',
      Status: status,
      DBClusterMembers: list(
        'DBClusterMember',
        members.map((id) => ({ DBInstanceIdentifier: id, IsClusterWriter: id === writer })),
      ),
    },
  ]),
});

export const membersAnswer = (statuses: Record<string, string> = {}) => ({
  DBInstances: list(
    'DBInstance',
    ['db-1', 'db-2', 'db-3'].map((id) => ({
      DBInstanceIdentifier: id,
      DBClusterIdentifier: 'db-prod',
      DBInstanceStatus: statuses[id] ?? 'available',
    })),
  ),
});

export const eventsAnswer = (...events: [number, string][]) => ({
  Events: list(
    'Event',
    events.map(([at, Message]) => ({ SourceIdentifier: 'db-prod', Date: new Date(at), Message })),
  ),
});

export interface DatabaseWorld extends TestAws {
  cluster: { writer: string | null; status: string; events: [number, string][] };
}

export async function databaseWorld(): Promise<DatabaseWorld> {
  const aws = await startAws();
  const cluster: DatabaseWorld['cluster'] = { writer: 'db-1', status: 'available', events: [] };
  aws.server.on('rds:DescribeDBClusters', () => clusterAnswer(cluster));
  aws.server.on('rds:DescribeDBInstances', membersAnswer());
  aws.server.on('rds:DescribeEvents', () => eventsAnswer(...cluster.events));
  aws.server.on('cloudwatch:GetMetricData', (input) => ({
    MetricDataResults: (input.MetricDataQueries as { Id: string }[]).map(({ Id }) => ({
      Id,
      StatusCode: 'Complete',
      Timestamps: [new Date(aws.clock.now() - 120_000)],
      Values: [20],
    })),
  }));
  aws.server.on('rds:FailoverDBCluster', (input) => {
    cluster.writer = String(input.TargetDBInstanceIdentifier);
    return { DBCluster: { DBClusterIdentifier: 'db-prod', Status: 'available' } };
  });
  return { ...aws, cluster };
}
