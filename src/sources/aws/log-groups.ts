// Which log groups are a service's: those its binding names, else those its ECS tasks write to, else one by its
// exact conventional name. And which of their streams are one instance's.
import { ToolError } from '../../domain/errors.ts';
import type { Service } from '../../domain/resource.ts';
import type { Call } from '../../domain/tool.ts';
import { findPlace } from './find-place.ts';
import { splitLogs } from './log-binding.ts';
import type { NamedKind, PlaceOf } from './place.ts';
import type { AwsSession } from './session.ts';

type NamedPlace = PlaceOf<NamedKind>;

const MOST_GROUPS = 50;
const MOST_PAGES = 5;

/** Named in the binding behind `logs:`. Errors: ToolError 'failed' for a list nobody can read. */
export function boundGroups(source: string, service: Service): string[] {
  const binding = Object.hasOwn(service.bindings, source) ? service.bindings[source] : undefined;
  if (typeof binding !== 'string') return [];
  const split = splitLogs(binding);
  if ('problem' in split) throw new ToolError('failed', split.problem);
  return split.groups;
}

/** Errors: ToolError 'failed' where there is none, with the binding to write. */
export async function findLogGroups(session: AwsSession, service: Service, call: Call): Promise<string[]> {
  const bound = boundGroups(session.source, service);
  if (bound.length > 0) return bound;
  const place = await placeOrProblem(session, service, call);
  if (!(place instanceof ToolError) && place.kind === 'ecs') {
    const written = await groupsOfTasks(session, place, call);
    if (written.length > 0) return written.slice(0, MOST_GROUPS);
  }
  const names = place instanceof ToolError ? [service.name] : [...new Set([idOf(place), service.name])];
  for (const name of names) {
    const found = (await groupsLike(session, name, call)).filter(isConventional(name));
    if (found.length > 0) return found.slice(0, MOST_GROUPS);
  }
  const why = place instanceof ToolError ? ` (${place.message})` : '';
  throw new ToolError(
    'failed',
    `${session.source} has no log group of ${service.name} that can be told by its name${why}: write it behind the place in the binding, as in "ecs:prod/api logs:/ecs/api"`,
  );
}

/** The names people and AWS give, and no other: a group that only contains the name may be another service's. */
export function isConventional(name: string): (group: string) => boolean {
  const exact = new Set([
    name,
    `/${name}`,
    `/ecs/${name}`,
    `/aws/ecs/${name}`,
    `/aws/ec2/${name}`,
    `/ec2/${name}`,
    `/aws/elasticache/${name}`,
    `/aws/lambda/${name}`,
  ]);
  const database = ['instance', 'cluster'].map((kind) => `/aws/rds/${kind}/${name}/`);
  return (group) =>
    exact.has(group) ||
    database.some((prefix) => group.startsWith(prefix) && /^[a-z-]+$/.test(group.slice(prefix.length)));
}

async function placeOrProblem(
  session: AwsSession,
  service: Service,
  call: Call,
): Promise<NamedPlace | ToolError> {
  try {
    return await findPlace(session, service, ['asg', 'ecs', 'rds', 'elasticache', 'ec2'], call);
  } catch (error) {
    // Not to be found by its name: a log group may be. Nobody answering is another matter.
    if (error instanceof ToolError && error.outcome === 'failed') return error;
    throw error;
  }
}

function idOf(place: NamedPlace): string {
  switch (place.kind) {
    case 'asg':
      return place.name;
    case 'ecs':
      return place.service;
    case 'rds':
    case 'elasticache':
      return place.id;
    case 'ec2':
      return place.value;
    default:
      return place satisfies never;
  }
}

/** The groups the awslogs driver of the running task definition writes to, of this region. */
async function groupsOfTasks(
  session: AwsSession,
  { cluster, service }: PlaceOf<'ecs'>,
  call: Call,
): Promise<string[]> {
  const ecs = await session.ecs();
  const { services = [] } = await session.ask(
    `the service ${service}`,
    (options) => ecs.describeServices({ cluster, services: [service] }, options),
    call,
  );
  const taskDefinition = services[0]?.taskDefinition;
  if (taskDefinition === undefined) return [];
  const answer = await session.ask(
    `the task definition of ${service}`,
    (options) => ecs.describeTaskDefinition({ taskDefinition }, options),
    call,
  );
  const groups = (answer.taskDefinition?.containerDefinitions ?? []).flatMap(({ logConfiguration }) => {
    const { logDriver, options = {} } = logConfiguration ?? {};
    const region = options['awslogs-region'] ?? session.region;
    const group = options['awslogs-group'];
    return logDriver === 'awslogs' && region === session.region && group !== undefined ? [group] : [];
  });
  return [...new Set(groups)];
}

async function groupsLike(session: AwsSession, name: string, call: Call): Promise<string[]> {
  // What cannot be in the name of a group cannot be one.
  if (!/^[A-Za-z0-9._\-/#]{3,512}$/.test(name)) return [];
  const cloudWatchLogs = await session.cloudWatchLogs();
  const found: string[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await session.ask(
      'its log groups',
      (options) =>
        cloudWatchLogs.describeLogGroups(
          { logGroupNamePattern: name, limit: 50, ...(nextToken === undefined ? {} : { nextToken }) },
          options,
        ),
      call,
    );
    found.push(...(answer.logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []));
    nextToken = answer.nextToken;
    if (nextToken === undefined) break;
  }
  return found;
}
