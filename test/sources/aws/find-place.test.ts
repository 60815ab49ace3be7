import { describe, expect, test } from 'vitest';
import { findPlace } from '../../../src/sources/aws/find-place.ts';
import { placeText } from '../../../src/sources/aws/place.ts';
import { fail } from '../../support/aws/server.ts';
import { call, service, startAws, type TestAws } from '../../support/aws/session.ts';
import { list } from '../../support/aws/wire.ts';

const GROUPS = 'autoscaling:DescribeAutoScalingGroups';
const CLUSTER = 'arn:aws:ecs:eu-west-1:1:cluster/prod';
const group = (AutoScalingGroupName: string) => ({
  AutoScalingGroupName,
  MinSize: 0,
  MaxSize: 1,
  DesiredCapacity: 0,
});

async function aws(groups: { names?: string[]; tagged?: string[] } = {}): Promise<TestAws> {
  const world = await startAws();
  world.server.on(GROUPS, (input) => ({
    AutoScalingGroups: (input.Filters === undefined
      ? (groups.names ?? []).filter((name) => (input.AutoScalingGroupNames as string[]).includes(name))
      : (groups.tagged ?? [])
    ).map(group),
  }));
  world.server.on('ecs:ListClusters', { clusterArns: [] });
  return world;
}

const find = (world: TestAws, kinds = ['asg', 'ecs'] as const) =>
  findPlace(world.session, service(null), kinds, call());

describe('a service without a binding', () => {
  test('is the group of its exact name, before any tag', async () => {
    const world = await aws({ names: ['api'], tagged: ['other'] });
    expect(await find(world)).toEqual({ kind: 'asg', name: 'api' });
  });

  test('else the one that is tagged with it', async () => {
    const world = await aws({ tagged: ['api-prod-v3'] });
    expect(await find(world)).toEqual({ kind: 'asg', name: 'api-prod-v3' });
    expect(world.server.inputs(GROUPS).slice(1)).toEqual([
      { Filters: [{ Name: 'tag:service', Values: ['api'] }] },
      { Filters: [{ Name: 'tag:Name', Values: ['api'] }] },
    ]);
  });

  test('is asked about where several match, and none is taken', async () => {
    const world = await aws({ tagged: ['api-blue', 'api-green'] });
    await expect(find(world)).rejects.toMatchObject({
      outcome: 'failed',
      message:
        'api may be asg:api-blue, asg:api-green in AWS Production: which? ' +
        'openclaw service edit api --binding "AWS Production=asg:api-blue" says so',
    });
  });

  test('is asked about where a group and an ECS service have its name', async () => {
    const world = await aws({ names: ['api'] });
    world.server.on('ecs:ListClusters', { clusterArns: [CLUSTER] });
    world.server.on('ecs:ListServices', { serviceArns: ['arn:aws:ecs:eu-west-1:1:service/prod/api'] });
    await expect(find(world)).rejects.toThrow('api may be asg:api, ecs:prod/api in AWS Production: which?');
  });

  test('is found among ECS services of several pages, by its tag', async () => {
    const world = await aws();
    world.server.on('ecs:ListClusters', (input) =>
      input.nextToken === undefined
        ? { clusterArns: [`${CLUSTER}-0`], nextToken: 'more' }
        : { clusterArns: [CLUSTER] },
    );
    world.server.on('ecs:ListServices', (input) => ({
      serviceArns: input.cluster === CLUSTER ? ['arn:aws:ecs:eu-west-1:1:service/prod/web'] : [],
    }));
    world.server.on('ecs:DescribeServices', {
      services: [{ serviceName: 'web', status: 'ACTIVE', tags: [{ key: 'service', value: 'api' }] }],
    });
    expect(await find(world)).toEqual({ kind: 'ecs', cluster: 'prod', service: 'web' });
    expect(world.server.inputs('ecs:DescribeServices')[0]).toMatchObject({ include: ['TAGS'] });
  });

  test('that is nowhere is said with what to type, and looked for again the next time', async () => {
    const groups: { names: string[] } = { names: [] };
    const world = await aws(groups);
    await expect(find(world)).rejects.toThrow(
      'AWS Production has no Auto Scaling group or ECS service called or tagged api in eu-west-1: ' +
        'openclaw service edit api --binding "AWS Production=asg:name" says where it is',
    );
    groups.names = ['api'];
    expect(await find(world)).toEqual({ kind: 'asg', name: 'api' });
  });

  test('that was found is not looked for again within a minute', async () => {
    const world = await aws({ names: ['api'] });
    await find(world);
    const asked = world.server.requests.length;
    await find(world);
    expect(world.server.requests).toHaveLength(asked);
    world.clock.advance(61_000);
    await find(world);
    expect(world.server.requests.length).toBeGreaterThan(asked);
  });

  test('is not guessed where a part could not be read', async () => {
    const world = await aws({ names: ['api'] });
    world.server.on('ecs:ListClusters', fail('AccessDeniedException'));
    await expect(find(world)).rejects.toThrow('may not do this');
  });

  test('a list of pages without an end is ended', async () => {
    const world = await aws();
    world.server.on('ecs:ListClusters', { clusterArns: [], nextToken: 'same' });
    await expect(find(world)).rejects.toThrow('page after page without an end');
  });

  test('is the database of its name, or an instance that stands alone with its tag', async () => {
    const world = await startAws();
    world.server.on('rds:DescribeDBClusters', {
      DBClusters: list('DBCluster', [{ DBClusterIdentifier: 'orders' }]),
    });
    world.server.on('rds:DescribeDBInstances', {
      DBInstances: list('DBInstance', [
        {
          DBInstanceIdentifier: 'orders-1',
          DBClusterIdentifier: 'orders',
          TagList: list('Tag', [{ Key: 'service', Value: 'api' }]),
        },
        { DBInstanceIdentifier: 'api-db', TagList: list('Tag', [{ Key: 'service', Value: 'api' }]) },
      ]),
    });
    const found = (name: string) => findPlace(world.session, service(null, { name }), ['rds'], call());
    expect(await found('orders')).toEqual({ kind: 'rds', id: 'orders' });
    expect(await found('api')).toEqual({ kind: 'rds', id: 'api-db' });
  });

  test('is the cache of its name, or of its tag', async () => {
    const world = await startAws();
    world.server.on('elasticache:DescribeReplicationGroups', {
      ReplicationGroups: list('ReplicationGroup', [{ ReplicationGroupId: 'sessions', ARN: 'arn:sessions' }]),
    });
    world.server.on('elasticache:DescribeCacheClusters', {
      CacheClusters: list('CacheCluster', [
        { CacheClusterId: 'sessions-001', ReplicationGroupId: 'sessions', ARN: 'arn:node' },
      ]),
    });
    world.server.on('elasticache:ListTagsForResource', {
      TagList: list('Tag', [{ Key: 'service', Value: 'api' }]),
    });
    const found = (name: string) =>
      findPlace(world.session, service(null, { name }), ['elasticache'], call());
    expect(await found('sessions')).toEqual({ kind: 'elasticache', id: 'sessions' });
    expect(await found('api')).toEqual({ kind: 'elasticache', id: 'sessions' });
    expect(world.server.inputs('elasticache:ListTagsForResource')).toEqual([
      { ResourceName: 'arn:sessions' },
    ]);
  });

  test('is one database where a cluster and the instance in it share its name', async () => {
    const world = await startAws();
    world.server.on('rds:DescribeDBClusters', {
      DBClusters: list('DBCluster', [{ DBClusterIdentifier: 'api' }]),
    });
    world.server.on('rds:DescribeDBInstances', {
      DBInstances: list('DBInstance', [{ DBInstanceIdentifier: 'api', DBClusterIdentifier: 'api' }]),
    });
    expect(await findPlace(world.session, service(null), ['rds'], call())).toEqual({
      kind: 'rds',
      id: 'api',
    });
  });

  test.each<[string, Record<string, object[]>, string | RegExp]>([
    ['by both tags on the same ones', { service: [{ id: 'i-1' }], Name: [{ id: 'i-1' }] }, 'ec2:service=api'],
    [
      'and asked about where the tags are on different ones',
      { service: [{ id: 'i-1' }], Name: [{ id: 'i-2' }] },
      /api may be ec2:service=api, ec2:Name=api in AWS Production: which\?/,
    ],
    [
      'but not those of a group',
      { Name: [{ id: 'i-1', group: true }] },
      /has no instance called or tagged api/,
    ],
  ])('is the instances of its tag, %s', async (_name, tagged, expected) => {
    const world = await startAws();
    world.server.on('ec2:DescribeInstances', (input) => {
      const key = /tag:(\w+)/.exec(JSON.stringify(input))?.[1] ?? '';
      const instances = ((tagged[key] ?? []) as { id: string; group?: boolean }[]).map(
        ({ id, group: of }) => ({
          instanceId: id,
          tagSet: list('item', of ? [{ key: 'aws:autoscaling:groupName', value: 'api' }] : []),
        }),
      );
      return { reservationSet: list('item', [{ instancesSet: list('item', instances) }]) };
    });
    const found = findPlace(world.session, service(null), ['ec2'], call()).then(placeText);
    if (typeof expected === 'string') expect(await found).toBe(expected);
    else await expect(found).rejects.toThrow(expected);
  });

  test('is the instances of its tag', async () => {
    const world = await startAws();
    world.server.on('ec2:DescribeInstances', (input) => ({
      reservationSet: list(
        'item',
        JSON.stringify(input).includes('tag:Name')
          ? [{ instancesSet: list('item', [{ instanceId: 'i-1' }]) }]
          : [],
      ),
    }));
    expect(await findPlace(world.session, service(null), ['ec2'], call())).toEqual({
      kind: 'ec2',
      key: 'Name',
      value: 'api',
    });
  });
});

describe('a binding', () => {
  test('is believed without asking AWS', async () => {
    const world = await startAws();
    expect(await findPlace(world.session, service('asg:api-prod'), ['asg', 'ecs'], call())).toEqual({
      kind: 'asg',
      name: 'api-prod',
    });
    expect(world.server.requests).toEqual([]);
  });

  test('of another kind, or of none, is said', async () => {
    const world = await startAws();
    await expect(findPlace(world.session, service('rds:db'), ['asg', 'ecs'], call())).rejects.toThrow(
      'api is rds:db in AWS Production, and this needs asg or ecs',
    );
    await expect(findPlace(world.session, service('api'), ['asg'], call())).rejects.toThrow(
      'is no place in AWS',
    );
  });
});
