// The aws source over a scripted AWS, under the suite of all sources: a group, a service of ECS, a database, a cache
// and a machine, each known to it by a binding.

import { fail } from '../../support/aws/server.ts';
import { service, startAws, type TestAws } from '../../support/aws/session.ts';

import { put } from '../../support/redis-server.ts';
import { cacheWorld, sessions } from '../aws/cache-world.ts';
import { type DatabaseWorld, databaseWorld, db } from '../aws/database-world.ts';
import { deployment, groupWorld, scriptDeploys, serviceWorld } from '../aws/running-world.ts';
import { AWS_FAULTS, type AwsOpened, HOSTILE, openAws } from './aws-scene.ts';
import { type ChangeCase, conforms, hasNoOtherTools, type Opened, type Scenario } from './suite.ts';

const day = (of: number) => new Date(Date.UTC(2026, 10, of, 12));

/** Lines and values that CloudWatch has of everything. */
function watched({ server, clock }: TestAws): void {
  const at = clock.now() - 90_000;
  server.on('cloudwatch:GetMetricData', (input) => ({
    MetricDataResults: (input.MetricDataQueries as { Id: string }[]).map(({ Id }) => ({
      Id,
      StatusCode: 'Complete',
      Timestamps: [new Date(at - 60_000), new Date(at)],
      Values: [1, 2],
    })),
  }));
  server.on('logs:FilterLogEvents', {
    events: [
      { eventId: '1', timestamp: at, message: `ERROR ${HOSTILE}\n at x`, logStreamName: `a/${HOSTILE}` },
    ],
  });
  server.on('elasticloadbalancing:DescribeTargetGroups', { TargetGroups: [] });
}

/** What every service has that runs as many like ones. */
function runningReads(from: string, to: string): Scenario<never>['reads'] {
  const of = { service: 'api' };
  return [
    // One that cannot be asked is listed as unknown.
    { capability: 'services.list', args: {}, faults: [] },
    { capability: 'services.health', args: of },
    { capability: 'metrics.query', args: of },
    { capability: 'logs.search', args: { ...of, limit: 100 } },
    { capability: 'deploys.list', args: { ...of, limit: 10 } },
    { capability: 'deploys.compare', args: { ...of, from, to } },
  ];
}

type Words<O extends Opened> = ChangeCase<O>['words'];

/** `move`: somebody else sets another count. */
function runningChanges<O extends Opened>(
  deploy: string,
  words: Words<O>,
  move: (opened: O) => void,
): Scenario<O>['changes'] {
  const of = { service: 'api' };
  const unknown = async (opened: O) => move(opened);
  const scaled: Words<O> = { 'not-started': async () => {}, succeeded: (_opened, run) => run(), unknown };
  return [
    { capability: 'services.scale', args: { ...of, count: 3 }, tellsRepeats: false, words: scaled },
    { capability: 'services.restart', args: { ...of, mode: 'rolling' }, tellsRepeats: false, words },
    { capability: 'deploys.rollback', args: { ...of, deploy }, tellsRepeats: false, words },
  ];
}

async function openGroup() {
  const world = await groupWorld();
  const { server, group, clock } = world;
  watched(world);
  const version = (Version: string) => ({ LaunchTemplate: { LaunchTemplateId: 'lt-1', Version } });
  group.refreshes = ['12', '11'].map((number, index) => ({
    InstanceRefreshId: `r-${number}`,
    Status: 'Successful',
    StartTime: day(20 - index),
    DesiredConfiguration: version(number),
  }));
  group.activities = [
    {
      AutoScalingGroupName: 'api-prod',
      Description: HOSTILE,
      Cause: `At 2026-11-23T03:00:00Z ${HOSTILE}`,
      StatusCode: 'Failed',
      StatusMessage: HOSTILE,
      StartTime: new Date(clock.now() - 60_000),
    },
  ];
  server.on('autoscaling:StartInstanceRefresh', ({ DesiredConfiguration }) => {
    group.refreshes = [
      {
        InstanceRefreshId: 'r-ours',
        Status: 'Successful',
        StatusReason: HOSTILE,
        StartTime: new Date(clock.now()),
        ...(DesiredConfiguration === undefined ? {} : { DesiredConfiguration: version('11') }),
      },
      ...group.refreshes,
    ];
    return { InstanceRefreshId: 'r-ours' };
  });
  server.on('ec2:DescribeLaunchTemplateVersions', {
    launchTemplateVersionSet: {
      element: 'item',
      items: ['11', '12'].map((versionNumber) => ({
        versionNumber,
        launchTemplateData: { imageId: `ami-${versionNumber}`, keyName: HOSTILE.replace('\u0007', '') },
      })),
    },
  });
  return openAws(world, service('asg:api-prod logs:/api'));
}

type Group = Awaited<ReturnType<typeof openGroup>>;

/** What became of the newest refresh. */
const refreshEnds =
  (Status: string) =>
  async ({ world }: Group, run: () => Promise<unknown>) => {
    await run();
    const [ours] = world.group.refreshes;
    if (ours) ours.Status = Status;
  };

const ofRefresh = {
  'not-started': async () => {},
  succeeded: (_opened: Group, run: () => Promise<unknown>) => run(),
  failed: refreshEnds('Failed'),
  running: refreshEnds('InProgress'),
};

const group: Scenario<Group> = {
  name: 'aws, a group',
  open: openGroup,
  faults: AWS_FAULTS,
  reads: runningReads('11', '12'),
  changes: runningChanges('12', ofRefresh, ({ world }) => {
    world.group.desired = 4;
  }),
};

async function openContainers() {
  const world = await serviceWorld();
  const { server, clock, service: state } = world;
  watched(world);
  scriptDeploys(world, [
    [41, 'SUCCESSFUL', 15],
    [42, 'SUCCESSFUL', 20],
  ]);
  state.events = [{ message: `(service api) ${HOSTILE}`, createdAt: new Date(clock.now() - 60_000) }];
  const usual = server.handlerOf('ecs:UpdateService');
  server.on('ecs:UpdateService', (input, count, request) => {
    if (input.forceNewDeployment === true || input.taskDefinition !== undefined) {
      const revision = Number(
        String(input.taskDefinition ?? 'api:42')
          .split(':')
          .at(-1),
      );
      state.deployments = [deployment('ecs-svc/ours', revision, { createdAt: new Date(clock.now()) })];
    }
    return usual?.(input, count, request) ?? {};
  });
  return openAws(world, service('ecs:prod/api logs:/api'));
}

type Containers = Awaited<ReturnType<typeof openContainers>>;

const rolloutIs =
  (rolloutState: string) =>
  async ({ world }: Containers, run: () => Promise<unknown>) => {
    await run();
    const [ours] = world.service.deployments;
    if (ours) ours.rolloutState = rolloutState;
  };

const ofRollout = {
  'not-started': async () => {},
  succeeded: (_opened: Containers, run: () => Promise<unknown>) => run(),
  failed: rolloutIs('FAILED'),
  running: rolloutIs('IN_PROGRESS'),
  unknown: async ({ world }: Containers) => {
    world.service.deployments = [];
  },
};

const containers: Scenario<Containers> = {
  name: 'aws, a service of ECS',
  open: openContainers,
  faults: AWS_FAULTS,
  reads: runningReads('41', '42'),
  changes: runningChanges('42', ofRollout, ({ world }) => {
    world.service.desired = 4;
  }),
};

async function openDatabase() {
  const world = await databaseWorld();
  world.cluster.events = [[world.clock.now() - 3_600_000, `DB cluster ${HOSTILE}`]];
  return openAws(world, db);
}

type Database = AwsOpened<DatabaseWorld>;

const written =
  (text: string) =>
  async ({ world }: Database) => {
    world.cluster.events.push([world.clock.now() - 1_000, text]);
  };

const database: Scenario<Database> = {
  name: 'aws, a database',
  open: openDatabase,
  faults: AWS_FAULTS,
  reads: [
    { capability: 'databases.describe', args: { service: 'db-prod' } },
    { capability: 'metrics.query', args: { service: 'db-prod' } },
  ],
  changes: [
    {
      capability: 'databases.failover',
      args: { service: 'db-prod' },
      tellsRepeats: false,
      words: {
        'not-started': async () => {},
        succeeded: (_opened, run) => run(),
        failed: written('Multi-AZ failover failed'),
        running: written('Started cross AZ failover to DB instance: db-2'),
        unknown: written('Completed failover to DB instance: db-2'),
      },
    },
  ],
};

async function openCache() {
  const { aws, shards } = await cacheWorld();
  for (let at = 0; at < 5; at += 1) put(shards, `sess:${at}`);
  put(shards, `odd:${HOSTILE}`);
  watched(aws);
  return openAws(aws, sessions, { shards });
}

const cache: Scenario<AwsOpened<TestAws>> = {
  name: 'aws, a cache',
  open: openCache,
  faults: AWS_FAULTS,
  reads: [{ capability: 'caches.describe', args: { service: 'sessions' } }],
  changes: [
    {
      capability: 'caches.flush',
      args: { service: 'sessions', pattern: 'sess:*' },
      tellsRepeats: false,
      words: {},
    },
  ],
};

const MACHINE = 'i-0123456789abcdef0';

/** What our documents print there. */
const PRINTED: Readonly<Record<string, object>> = {
  'openclaw-disk-usage': { mounts: [{ mount: '/', kib: 1000, usedKib: 900, freeKib: 50 }] },
  'openclaw-disk-prune-docker inspect': {
    containers: ['a'.repeat(64)],
    images: 1,
    reclaimable: ['Containers=1GB', 'Build Cache=2GB'],
  },
  'openclaw-disk-prune-docker run': { freed: '3GB' },
  'openclaw-disk-vacuum-journal inspect': { kib: 2_000_000, leftKib: 2_000_000 },
  'openclaw-disk-vacuum-journal run': { kib: 2_000_000, leftKib: 500_000 },
  'openclaw-disk-remove-old-files inspect': { files: 12, bytes: 4096 },
  'openclaw-disk-remove-old-files run': { files: 12, bytes: 4096 },
};

interface MachineWorld extends TestAws {
  /** Newest first, as ListCommands has them. */
  commands: { CommandId: string; DocumentName: string; Comment?: string; Status: string; printed: object }[];
}

async function openMachine(): Promise<AwsOpened<MachineWorld>> {
  const world: MachineWorld = { ...(await startAws()), commands: [] };
  const { server, commands } = world;
  server.on('ssm:SendCommand', ({ DocumentName, Comment, Parameters }) => {
    const document = String(DocumentName);
    const mode = (Parameters as { mode?: string[] }).mode?.[0];
    const printed = PRINTED[mode === undefined ? document : `${document} ${mode}`];
    if (printed === undefined) return fail('InvalidDocument');
    const CommandId = `c-${commands.length + 1}`;
    const named = typeof Comment === 'string' ? { Comment } : {};
    commands.unshift({ CommandId, DocumentName: document, ...named, Status: 'Success', printed });
    return { Command: { CommandId } };
  });
  server.on('ssm:GetCommandInvocation', ({ CommandId }) => {
    const command = commands.find((each) => each.CommandId === CommandId);
    if (command === undefined) return fail('InvocationDoesNotExist');
    const StandardOutputContent = `${HOSTILE}\nopenclaw ${JSON.stringify(command.printed)}\n`;
    return { Status: command.Status, StatusDetails: command.Status, StandardOutputContent };
  });
  server.on('ssm:ListCommands', () => ({ Commands: commands.map(({ printed: _, ...command }) => command) }));
  const nobody = service(null, { name: 'nobody' });
  return openAws(world, nobody, { settings: { machine: MACHINE } });
}

const commandIs =
  (Status: string) =>
  async ({ world }: AwsOpened<MachineWorld>, run: () => Promise<unknown>) => {
    await run();
    const [ours] = world.commands;
    if (ours) ours.Status = Status;
  };

const ofCommand = {
  'not-started': async () => {},
  succeeded: (_opened: AwsOpened<MachineWorld>, run: () => Promise<unknown>) => run(),
  running: commandIs('InProgress'),
  unknown: commandIs('TimedOut'),
};

const machine: Scenario<AwsOpened<MachineWorld>> = {
  name: 'aws, a machine',
  open: openMachine,
  faults: AWS_FAULTS,
  reads: [{ capability: 'disk.usage', args: {} }],
  changes: [
    { capability: 'disk.prune-docker', args: {}, tellsRepeats: false, words: ofCommand },
    {
      capability: 'disk.vacuum-journal',
      args: { keepBytes: 500_000_000 },
      tellsRepeats: false,
      words: ofCommand,
    },
    {
      capability: 'disk.remove-old-files',
      args: { path: '/tmp', olderThanMs: 7 * 86_400_000 },
      tellsRepeats: false,
      words: ofCommand,
    },
  ],
};

hasNoOtherTools('aws, a machine', openMachine, conforms(machine));
hasNoOtherTools('aws', openGroup, [
  ...conforms(group),
  ...conforms(containers),
  ...conforms(database),
  ...conforms(cache),
]);
