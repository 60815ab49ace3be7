// Answers no AWS would give: whatever comes, a tool answers or ends with a ToolError that has a sentence.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ToolError } from '../../../src/domain/errors.ts';
import type { Service } from '../../../src/domain/resource.ts';
import type { Tool } from '../../../src/domain/tool.ts';
import { deploysTool, rollbackTool } from '../../../src/sources/aws/deploys.ts';
import { healthTool } from '../../../src/sources/aws/health.ts';
import { restartTool } from '../../../src/sources/aws/restart.ts';
import { scaleTool } from '../../../src/sources/aws/scale.ts';
import { understood } from '../../../src/sources/aws/understood.ts';
import { raw } from '../../support/aws/server.ts';
import { call, service } from '../../support/aws/session.ts';
import { type GroupWorld, groupWorld, scriptDeploys, serviceWorld } from './running-world.ts';

fc.configureGlobal({ seed: 42 });

const RUNS = process.env.OPENCLAW_TEST_LONG === undefined ? 40 : 1000;

/** As the adapter hands it out. */
function sane<T>(tool: T): T {
  return understood(tool as unknown as Tool) as unknown as T;
}

async function answersOrSays(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    expect(error.message).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(error.message.length).toBeLessThan(1000);
  }
}

/** Everything that reads it, and everything a change would rest on. */
async function lookedAt(
  { session, readers }: Pick<GroupWorld, 'session' | 'readers'>,
  api: Service,
  deploy: string,
): Promise<void> {
  const of = { service: 'api' };
  await answersOrSays(() => sane(healthTool(session, readers)).read(of, api, call()));
  await answersOrSays(() => sane(deploysTool(session, readers)).read({ ...of, limit: 5 }, api, call()));
  await answersOrSays(() => sane(scaleTool(session, readers)).inspect({ ...of, count: 3 }, api, call()));
  for (const mode of ['rolling', 'full'] as const)
    await answersOrSays(() => sane(restartTool(session, readers)).inspect({ ...of, mode }, api, call()));
  await answersOrSays(() => sane(rollbackTool(session, readers)).inspect({ ...of, deploy }, api, call()));
}

/** Fields as AWS names them, with anything in them. */
function oddJson(...names: string[]) {
  const leaf = fc.oneof(
    fc.constantFrom<unknown>(null, true, -1, 1e308, '', 'x\n\u202e@channel', '\u0000', 'arn:aws:ecs:::x/y:z'),
    fc.string({ maxLength: 20 }),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
    ),
  }));
  return value;
}

const ECS_NAMES = [
  'services',
  'serviceName',
  'status',
  'deployments',
  'taskDefinition',
  'rolloutState',
  'loadBalancers',
  'targetGroupArn',
  'events',
  'message',
  'createdAt',
  'tasks',
  'taskArn',
  'attachments',
  'details',
  'name',
  'value',
  'desiredCount',
  'runningCount',
  'id',
  'serviceDeployments',
  'targetServiceRevisionArn',
  'startedAt',
  'containerDefinitions',
  'environment',
  'image',
  'registeredBy',
  'registeredAt',
  'cpu',
  'memory',
];

const ECS_ACTIONS = [
  'ecs:DescribeServices',
  'ecs:DescribeTasks',
  'ecs:ListTasks',
  'ecs:ListServiceDeployments',
  'ecs:DescribeServiceRevisions',
  'ecs:DescribeTaskDefinition',
];

test('an ECS that answers anything', { timeout: 60_000 }, async () => {
  const world = await serviceWorld();
  scriptDeploys(world, [
    [41, 'SUCCESSFUL', 15],
    [42, 'SUCCESSFUL', 20],
  ]);
  const api = service('ecs:prod/api');
  const { server } = world;
  // What was good before the odd answer comes.
  const good = new Map(ECS_ACTIONS.map((action) => [action, server.handlerOf(action)]));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...ECS_ACTIONS), oddJson(...ECS_NAMES), async (action, odd) => {
      for (const [each, handler] of good) if (handler) server.on(each, handler);
      const body =
        odd !== null && typeof odd === 'object' ? odd : { services: odd, tasks: odd, taskArns: odd };
      server.on(action, raw(200, JSON.stringify(body), 'application/x-amz-json-1.1'));
      await lookedAt(world, api, '42');
    }),
    { numRuns: RUNS },
  );
});

const GROUP_NAMES = [
  'AutoScalingGroups',
  'member',
  'AutoScalingGroupName',
  'Instances',
  'InstanceId',
  'LifecycleState',
  'LaunchTemplate',
  'Version',
  'MinSize',
  'MaxSize',
  'DesiredCapacity',
  'TargetGroupARNs',
  'InstanceRefreshes',
  'InstanceRefreshId',
  'Status',
  'StartTime',
  'PercentageComplete',
  'Activities',
  'Description',
  'Cause',
  'StatusCode',
  'DesiredConfiguration',
  'TargetHealthDescriptions',
  'Target',
  'Id',
  'TargetHealth',
  'State',
];

const GROUP_ACTIONS = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeInstanceRefreshes',
  'autoscaling:DescribeScalingActivities',
  'elasticloadbalancing:DescribeTargetHealth',
];

test('an Auto Scaling that answers anything', { timeout: 60_000 }, async () => {
  const world = await groupWorld();
  const { server } = world;
  const api = service('asg:api-prod');
  const good = new Map(GROUP_ACTIONS.map((action) => [action, server.handlerOf(action)]));
  const odd = fc.oneof(
    fc
      .array(
        fc.constantFrom(
          '<',
          '>',
          '/',
          '&#0;',
          ']]>',
          '<!DOCTYPE x [<!ENTITY a "b">]>',
          '&a;',
          ...GROUP_NAMES,
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
    oddJson(...GROUP_NAMES).map(xmlOf),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...GROUP_ACTIONS), odd, async (action, inner) => {
      for (const [each, handler] of good) if (handler) server.on(each, handler);
      const name = action.split(':')[1] ?? '';
      server.on(
        action,
        raw(200, `<${name}Response><${name}Result>${inner}</${name}Result></${name}Response>`, 'text/xml'),
      );
      await lookedAt(world, api, '12');
    }),
    { numRuns: RUNS },
  );
});

function xmlOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => `<member>${xmlOf(each)}</member>`).join('');
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, each]) => `<${name}>${xmlOf(each)}</${name}>`)
      .join('');
  return String(value).replace(/[<&]/g, '');
}

test('a change whose answer is of another shape may have been taken', async () => {
  const { session, readers, server } = await serviceWorld();
  server.on(
    'ecs:UpdateService',
    raw(200, '{"service":{"deployments":"none"}}', 'application/x-amz-json-1.1'),
  );
  const tool = sane(restartTool(session, readers));
  const facts = { instances: ['t1'], before: 'ecs-svc/1' };
  const run = tool.run({ service: 'api', mode: 'rolling' }, service('ecs:prod/api'), facts, {
    ...call(),
    key: 'k',
  });
  await expect(run).rejects.toMatchObject({
    outcome: 'unknown',
    message: expect.stringContaining('whether it took services.restart is not known'),
  });
});
