// The deploys of an ECS service: its deployments of the last 90 days by the revision they brought, and older revisions.
import type { Service as EcsService, ServiceDeploymentBrief, TaskDefinition } from '@aws-sdk/client-ecs';
import type { Deploy, FactsOf } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call, ChangeOutcome, Inspection, Reconciliation } from '../../domain/tool.ts';
import {
  definitionName,
  type EcsPlace,
  endOfRollout,
  primaryOf,
  revisionOf,
  rolloutOf,
} from './container-service.ts';
import { definitionDiff } from './definition-diff.ts';
import { type Event, type Release, releasesOf, rollbackFacts } from './deploy-history.ts';
import { lastPart } from './look-up.ts';
import { chunked, inParallel, readPages } from './pages.ts';
import { placeText } from './place.ts';
import type { Readers } from './readers.ts';
import { refuseForeign } from './restart-containers.ts';
import { followRollout } from './rollout.ts';
import type { AwsSession } from './session.ts';

interface Parts {
  session: AwsSession;
  readers: Readers;
}

interface History {
  service: EcsService;
  /** Of its task definitions; revisions of other families are not comparable. */
  family: string;
  releases: Release[];
}

/** What never changes once it is made. */
const KEEP_MS = 60 * 60_000;
const MOST_DEPLOYMENTS = 100;

export async function containerDeploys(
  parts: Parts,
  place: EcsPlace,
  limit: number,
  call: Call,
): Promise<Deploy[]> {
  const { family, releases } = await readHistory(parts, place, call);
  return inParallel(releases.slice(0, limit), 6, async (release): Promise<Deploy> => {
    const definition = await readDefinition(parts.session, `${family}:${release.release}`, call);
    return {
      number: String(release.release),
      author: authorOf(definition),
      title: `${imagesOf(definition)}${release.ran ? '' : ' (made, and whether it ever ran is not known)'}`,
      at: release.at > 0 ? release.at : (definition.registeredAt?.getTime() ?? 0),
      status: release.status,
      rolledBack: release.rolledBack,
      // ECS takes another deployment while one goes out, and lets go of the first.
      ...(release.status === 'in-progress' ? { stoppable: true } : {}),
    };
  }).then((deploys) => deploys.sort((a, b) => b.at - a.at));
}

export async function compareDefinitions(
  { session, readers }: Parts,
  place: EcsPlace,
  { from, to }: { from: string; to: string },
  call: Call,
): Promise<string[]> {
  const family = familyOf(await readers.containerService(place, call));
  const [older, newer] = await Promise.all(
    [from, to].map((number) => readDefinition(session, `${family}:${plain(number)}`, call)),
  );
  return older && newer ? definitionDiff(older, newer) : [];
}

export async function inspectContainerRollback(
  parts: Parts,
  place: EcsPlace,
  { deploy, name }: { deploy: string; name: string },
  call: Call,
): Promise<Inspection<'deploys.rollback'>> {
  const { session } = parts;
  const { service, family, releases } = await readHistory(parts, place, call);
  refuseForeign(service, place);
  const facts: FactsOf['deploys.rollback'] = {
    ...rollbackFacts(releases, deploy, name),
    before: primaryOf(service)?.id ?? 'none',
  };
  // A repeat of what runs is no deploy of its own, and holds the service as well.
  const rollout = rolloutOf(service);
  if (facts.inProgress === null && rollout !== null) facts.inProgress = revisionOf(rollout.taskDefinition);
  if (facts.inProgress === plain(deploy)) facts.stops = true;
  const base = {
    target: { id: service.serviceArn ?? `${session.region}/${placeText(place)}`, label: name },
    facts,
  };
  if (facts.target === null) {
    const text = `#${plain(deploy)} would be undone, but there is no earlier good deploy to go back to`;
    return { ...base, preview: [{ text, how: 'measured' }] };
  }
  const [older, newer] = await Promise.all([
    readDefinition(session, `${family}:${facts.target}`, call, { fresh: true }),
    readDefinition(session, `${family}:${plain(deploy)}`, call),
  ]);
  if (older.status !== 'ACTIVE')
    throw new ToolError(
      'failed',
      `${family}:${facts.target} was deregistered, and ECS does not go back to it: register it again, or deploy forwards`,
    );
  const differences = definitionDiff(older, newer);
  const ran = releases.find(({ release }) => String(release) === facts.target)?.ran ?? false;
  return {
    ...base,
    preview: [
      {
        text: `#${plain(deploy)} (${imagesOf(newer)}) is undone, #${facts.target} (${imagesOf(older)}) runs afterwards`,
        how: 'measured',
      },
      {
        text: `${differences.length === 1 ? '1 difference' : `${differences.length} differences`} between the two task definitions`,
        how: 'measured',
      },
      ...(ran
        ? []
        : [
            {
              text: `whether #${facts.target} ever ran here is not known: AWS keeps 90 days of deployments`,
              how: 'unknown' as const,
            },
          ]),
      { text: 'whether the database was changed in between is not known from here', how: 'unknown' },
    ],
  };
}

export async function rollBackContainers(
  { session, readers }: Parts,
  place: EcsPlace,
  { deploy, name, facts }: { deploy: string; name: string; facts: FactsOf['deploys.rollback'] },
  call: Call,
): Promise<ChangeOutcome> {
  if (facts.target === null) throw new ToolError('failed', `there is no earlier good deploy of ${name}`);
  const family = familyOf(await readers.containerService(place, call));
  const ecs = await session.ecs();
  const what = `the rollback of ${name} to #${facts.target}`;
  const { service } = await session.ask(
    what,
    (options) =>
      ecs.updateService(
        { cluster: place.cluster, service: place.service, taskDefinition: `${family}:${facts.target}` },
        options,
      ),
    call,
    { changes: true },
  );
  const done = `rolled back deploy #${plain(deploy)} of ${name}, now running #${facts.target}`;
  return followRollout(
    session,
    readers,
    place,
    { what, done, deployment: service && primaryOf(service) },
    call,
  );
}

/** Same deployment as before: never taken. A new one of the target: ours; of anything else: ours was replaced. */
export async function reconcileContainerRollback(
  { readers }: Parts,
  place: EcsPlace,
  facts: FactsOf['deploys.rollback'],
  call: Call,
): Promise<Reconciliation> {
  const primary = primaryOf(await readers.containerService(place, call));
  if (primary?.id === undefined || facts.before === undefined) return 'unknown';
  if (primary.id === facts.before) return 'not-started';
  if (revisionOf(primary.taskDefinition) !== facts.target) {
    // Its circuit breaker went back to where it came from, or somebody deployed something else.
    return revisionOf(primary.taskDefinition) === facts.latest ? 'failed' : 'unknown';
  }
  return endOfRollout(primary);
}

async function readHistory({ session, readers }: Parts, place: EcsPlace, call: Call): Promise<History> {
  const service = await readers.containerService(place, call);
  const family = familyOf(service);
  const current = Number(revisionOf(primaryOf(service)?.taskDefinition ?? service.taskDefinition));
  const deployments = await readDeployments(session, place, call);
  const definitions = await definitionsOf(session, place, deployments, call);
  const events = deployments.flatMap((deployment): Event[] => {
    const arn = definitions.get(deployment.targetServiceRevisionArn ?? '');
    const at = deployment.startedAt ?? deployment.createdAt;
    if (arn === undefined || at === undefined || familyName(arn) !== family) return [];
    return [{ release: Number(revisionOf(arn)), at: at.getTime(), status: statusOf(deployment) }];
  });
  const releases = releasesOf(events, current);
  const older = releases.filter(
    ({ release, status, rolledBack }) => release < current && status === 'succeeded' && !rolledBack,
  );
  if (older.length > 0) return { service, family, releases };
  return {
    service,
    family,
    releases: [...releases, ...(await olderRevisions(session, family, releases, current, call))],
  };
}

/** Where no deployment is left that brought an earlier one: revisions that were made before what runs. */
async function olderRevisions(
  session: AwsSession,
  family: string,
  known: readonly Release[],
  current: number,
  call: Call,
): Promise<Release[]> {
  const ecs = await session.ecs();
  const { taskDefinitionArns = [] } = await session.ask(
    `the revisions of ${family}`,
    (options) =>
      ecs.listTaskDefinitions(
        { familyPrefix: family, status: 'ACTIVE', sort: 'DESC', maxResults: 100 },
        options,
      ),
    call,
  );
  return taskDefinitionArns
    .filter((arn) => familyName(arn) === family)
    .map((arn) => Number(revisionOf(arn)))
    .filter((release) => release < current && !known.some((each) => each.release === release))
    .slice(0, 10)
    .map((release) => ({ release, at: 0, status: 'succeeded', rolledBack: false, ran: false }));
}

function readDeployments(
  session: AwsSession,
  place: EcsPlace,
  call: Call,
): Promise<ServiceDeploymentBrief[]> {
  const what = `the deployments of ${place.service}`;
  return readPages(
    what,
    async (nextToken) => {
      const ecs = await session.ecs();
      const page = await session.ask(
        what,
        (options) =>
          ecs.listServiceDeployments(
            {
              cluster: place.cluster,
              service: place.service,
              maxResults: 100,
              ...(nextToken ? { nextToken } : {}),
            },
            options,
          ),
        call,
      );
      return { items: page.serviceDeployments, next: page.nextToken };
    },
    MOST_DEPLOYMENTS,
  );
}

/** ARN of a service's revision to the ARN of its task definition. A revision never changes. */
async function definitionsOf(
  session: AwsSession,
  place: EcsPlace,
  deployments: readonly ServiceDeploymentBrief[],
  call: Call,
): Promise<Map<string, string>> {
  const ecs = await session.ecs();
  const arns = [
    ...new Set(deployments.flatMap(({ targetServiceRevisionArn }) => targetServiceRevisionArn ?? [])),
  ];
  const pages = await inParallel(chunked(arns, 20), 3, (serviceRevisionArns) =>
    session.keep(`revisions ${serviceRevisionArns.join()}`, KEEP_MS, () =>
      session.ask(
        `what the deployments of ${place.service} brought`,
        (options) => ecs.describeServiceRevisions({ serviceRevisionArns }, options),
        call,
      ),
    ),
  );
  return new Map(
    pages
      .flatMap(({ serviceRevisions }) => serviceRevisions ?? [])
      .map(({ serviceRevisionArn = '', taskDefinition = '' }) => [serviceRevisionArn, taskDefinition]),
  );
}

/** `fresh`: its status counts, the only thing of it that changes. Errors: those of `session.ask`. */
async function readDefinition(
  session: AwsSession,
  name: string,
  call: Call,
  { fresh = false } = {},
): Promise<TaskDefinition> {
  const read = async () => {
    const ecs = await session.ecs();
    const { taskDefinition } = await session.ask(
      `the task definition ${name}`,
      (options) => ecs.describeTaskDefinition({ taskDefinition: name }, options),
      call,
    );
    return taskDefinition ?? {};
  };
  return fresh ? read() : session.keep(`definition ${name}`, KEEP_MS, read);
}

function statusOf({ status }: ServiceDeploymentBrief): Deploy['status'] {
  switch (status) {
    case 'SUCCESSFUL':
      return 'succeeded';
    case 'STOPPED':
    case 'ROLLBACK_SUCCESSFUL':
    case 'ROLLBACK_FAILED':
      return 'failed';
    default:
      return 'in-progress';
  }
}

function familyOf(service: EcsService): string {
  return familyName(primaryOf(service)?.taskDefinition ?? service.taskDefinition ?? '');
}

function familyName(arn: string): string {
  return definitionName(arn).replace(/:\d+$/, '');
}

/** `api:491`, or several: without their registry, which is the same for all. */
function imagesOf({ containerDefinitions = [] }: TaskDefinition): string {
  const images = containerDefinitions
    .filter(({ essential = true }) => essential)
    .flatMap(({ image }) => (image === undefined ? [] : clipped(lastPart(image), 80)));
  return images.length === 0 ? 'no image' : images.slice(0, 3).join(', ');
}

/** The last word of who registered it: a user's name, or the session of a role. */
function authorOf({ registeredBy }: TaskDefinition): string {
  return registeredBy === undefined ? 'unknown' : clipped(lastPart(registeredBy), 80);
}

function plain(number: string): string {
  return number.replace(/^#/, '');
}
