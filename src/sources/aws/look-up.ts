// What in AWS has a name, or a `service` or `Name` tag of it: one reader a kind of thing.
import type { Call } from '../../domain/tool.ts';
import { isMissing } from './ask.ts';
import { chunked, inParallel, readPages } from './pages.ts';
import type { AwsPlace, NamedKind } from './place.ts';
import type { AwsSession } from './session.ts';

export interface Found {
  place: AwsPlace;
  by: 'name' | 'tag';
}

const TAG_KEYS = ['service', 'Name'];
/** Clusters of one region that are looked through; more, and a binding is the way. */
const MOST_CLUSTERS = 100;
const MOST_MACHINES = 1_000;
/** On each instance of an Auto Scaling group, by AWS itself. */
const GROUP_TAG = 'aws:autoscaling:groupName';

/** Everything of that kind that matches, in the order AWS lists it. Errors: those of `session.ask`. */
export function lookUp(session: AwsSession, kind: NamedKind, name: string, call: Call): Promise<Found[]> {
  switch (kind) {
    case 'asg':
      return groups(session, name, call);
    case 'ecs':
      return containerServices(session, name, call);
    case 'rds':
      return databases(session, name, call);
    case 'elasticache':
      return caches(session, name, call);
    case 'ec2':
      return instances(session, name, call);
    default:
      return kind satisfies never;
  }
}

async function groups(session: AwsSession, name: string, call: Call): Promise<Found[]> {
  const autoScaling = await session.autoScaling();
  const what = `which Auto Scaling group is ${name}`;
  const exact = await session.ask(
    what,
    (options) => autoScaling.describeAutoScalingGroups({ AutoScalingGroupNames: [name] }, options),
    call,
  );
  if ((exact.AutoScalingGroups ?? []).length > 0) return [{ place: { kind: 'asg', name }, by: 'name' }];
  const tagged = await Promise.all(
    TAG_KEYS.map((key) =>
      readPages(what, async (NextToken) => {
        const Filters = [{ Name: `tag:${key}`, Values: [name] }];
        const page = await session.ask(
          what,
          (options) =>
            autoScaling.describeAutoScalingGroups({ Filters, ...(NextToken ? { NextToken } : {}) }, options),
          call,
        );
        return { items: page.AutoScalingGroups, next: page.NextToken };
      }),
    ),
  );
  const names = new Set(tagged.flat().flatMap(({ AutoScalingGroupName }) => AutoScalingGroupName ?? []));
  return [...names].map((each) => ({ place: { kind: 'asg', name: each }, by: 'tag' }));
}

async function containerServices(session: AwsSession, name: string, call: Call): Promise<Found[]> {
  const ecs = await session.ecs();
  const what = `which ECS service is ${name}`;
  const clusters = await readPages(
    what,
    async (nextToken) => {
      const page = await session.ask(
        what,
        (options) => ecs.listClusters({ ...(nextToken ? { nextToken } : {}) }, options),
        call,
      );
      return { items: page.clusterArns, next: page.nextToken };
    },
    MOST_CLUSTERS,
  );
  const found = await inParallel(clusters, 4, async (cluster): Promise<Found[]> => {
    const arns = await readPages(what, async (nextToken) => {
      const page = await session.ask(
        what,
        (options) =>
          ecs.listServices({ cluster, maxResults: 100, ...(nextToken ? { nextToken } : {}) }, options),
        call,
      );
      return { items: page.serviceArns, next: page.nextToken };
    });
    const place = (service: string): AwsPlace => ({ kind: 'ecs', cluster: lastPart(cluster), service });
    const exact = arns.map(lastPart).filter((each) => each === name);
    if (exact.length > 0) return exact.map((each) => ({ place: place(each), by: 'name' }));
    const described = await inParallel(chunked(arns, 10), 2, (services) =>
      session.ask(
        what,
        (options) => ecs.describeServices({ cluster, services, include: ['TAGS'] }, options),
        call,
      ),
    );
    return described
      .flatMap(({ services }) => services ?? [])
      .filter(({ tags }) => (tags ?? []).some(({ key, value }) => isTag(key, value, name)))
      .map(({ serviceName = '' }) => ({ place: place(serviceName), by: 'tag' }));
  });
  return found.flat();
}

async function databases(session: AwsSession, name: string, call: Call): Promise<Found[]> {
  const rds = await session.rds();
  const what = `which database is ${name}`;
  const read = async () => {
    const [clusters, single] = await Promise.all([
      readPages(what, async (Marker) => {
        const page = await session.ask(
          what,
          (options) => rds.describeDBClusters({ ...(Marker ? { Marker } : {}) }, options),
          call,
        );
        return { items: page.DBClusters, next: page.Marker };
      }),
      readPages(what, async (Marker) => {
        const page = await session.ask(
          what,
          (options) => rds.describeDBInstances({ ...(Marker ? { Marker } : {}) }, options),
          call,
        );
        return { items: page.DBInstances, next: page.Marker };
      }),
    ]);
    return [
      ...clusters.map(({ DBClusterIdentifier, TagList }) => ({ id: DBClusterIdentifier, tags: TagList })),
      // An instance of a cluster is found by the cluster, or by its own name.
      ...single.map(({ DBInstanceIdentifier, DBClusterIdentifier, TagList }) => ({
        id: DBInstanceIdentifier,
        tags: DBClusterIdentifier === undefined ? TagList : [],
      })),
    ];
  };
  return matching(await read(), name, (id) => ({ kind: 'rds', id }));
}

async function caches(session: AwsSession, name: string, call: Call): Promise<Found[]> {
  const elastiCache = await session.elastiCache();
  const what = `which cache is ${name}`;
  const [replicated, single] = await Promise.all([
    readPages(what, async (Marker) => {
      const page = await session.ask(
        what,
        (options) => elastiCache.describeReplicationGroups({ ...(Marker ? { Marker } : {}) }, options),
        call,
      );
      return { items: page.ReplicationGroups, next: page.Marker };
    }),
    readPages(what, async (Marker) => {
      const page = await session.ask(
        what,
        (options) => elastiCache.describeCacheClusters({ ...(Marker ? { Marker } : {}) }, options),
        call,
      );
      return { items: page.CacheClusters, next: page.Marker };
    }),
  ]);
  const all = [
    ...replicated.map(({ ReplicationGroupId, ARN }) => ({ id: ReplicationGroupId, arn: ARN })),
    ...single
      .filter(({ ReplicationGroupId }) => ReplicationGroupId === undefined)
      .map(({ CacheClusterId, ARN }) => ({ id: CacheClusterId, arn: ARN })),
  ];
  const place = (id: string): AwsPlace => ({ kind: 'elasticache', id });
  const exact = all.filter(({ id }) => id === name);
  if (exact.length > 0) return exact.map(({ id = '' }) => ({ place: place(id), by: 'name' }));
  // Tags of caches are read one by one.
  const tagged = await inParallel(all, 4, async ({ id, arn }) => {
    const tags = await session
      .ask(what, (options) => elastiCache.listTagsForResource({ ResourceName: arn }, options), call)
      .catch((error: unknown) => {
        if (isMissing(error)) return { TagList: [] };
        throw error;
      });
    return { id, tags: tags.TagList };
  });
  return matching(tagged, name, place);
}

async function instances(session: AwsSession, name: string, call: Call): Promise<Found[]> {
  const ec2 = await session.ec2();
  const what = `which instances are ${name}`;
  const tagged = await Promise.all(
    TAG_KEYS.map(async (key) => {
      const Filters = [
        { Name: `tag:${key}`, Values: [name] },
        { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
      ];
      const machines = await readPages(
        what,
        async (NextToken) => {
          const page = await session.ask(
            what,
            (options) => ec2.describeInstances({ Filters, ...(NextToken ? { NextToken } : {}) }, options),
            call,
          );
          return {
            items: page.Reservations?.flatMap(({ Instances = [] }) => Instances),
            next: page.NextToken,
          };
        },
        MOST_MACHINES,
      );
      // Tags of a group stand on its instances too, and the group is what is meant.
      const own = machines.filter(({ Tags = [] }) => !Tags.some(({ Key }) => Key === GROUP_TAG));
      return { key, ids: own.map(({ InstanceId = '' }) => InstanceId).sort() };
    }),
  );
  const places = tagged
    .filter(({ ids }) => ids.length > 0)
    // Both tags usually stand on the same instances.
    .filter(({ ids }, index, all) => index === 0 || ids.join() !== all[0]?.ids.join());
  return places.map(({ key }) => ({ place: { kind: 'ec2', key, value: name }, by: 'tag' }));
}

function matching(
  all: readonly {
    id: string | undefined;
    tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined;
  }[],
  name: string,
  place: (id: string) => AwsPlace,
): Found[] {
  return all.flatMap(({ id = '', tags }): Found[] => {
    if (id === name) return [{ place: place(id), by: 'name' }];
    return (tags ?? []).some(({ Key, Value }) => isTag(Key, Value, name))
      ? [{ place: place(id), by: 'tag' }]
      : [];
  });
}

function isTag(key: string | undefined, value: string | undefined, name: string): boolean {
  return value === name && TAG_KEYS.some((each) => each === key);
}

/** Of an ARN: `arn:aws:ecs:eu-west-1:1:service/prod/api` is `api`. */
export function lastPart(arn: string): string {
  return arn.split('/').at(-1) ?? arn;
}
