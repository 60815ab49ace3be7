// `openclaw source test`: which account and region, as whom, and what is not allowed there. Changes nothing.
import type { Capability } from '../../domain/capability.ts';
import { ToolError, UserError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call, SourceCheck } from '../../domain/tool.ts';
import { faultOf, isDenied } from './ask.ts';
import { chunked, readPages } from './pages.ts';
import { actionsFor, CHECK_ACTIONS, isRead } from './permissions.ts';
import type { AwsSession } from './session.ts';

/** Errors: ToolError where AWS cannot be asked who we are; UserError where it is known what to do about it. */
export async function checkAws(
  session: AwsSession,
  capabilities: readonly Capability[],
  call: Call,
  profile: string | null = null,
): Promise<SourceCheck> {
  const sts = await session.sts();
  const { Account = '', Arn = '' } = await session
    .ask('as whom AWS is asked', (options) => sts.getCallerIdentity({}, options), call)
    .catch((error: unknown) => {
      const fix = fixFor(error, { ...session, profile });
      if (!(error instanceof ToolError) || fix === null) throw error;
      throw new UserError(error.message, fix);
    });
  const facts = [
    { name: 'account', value: Account },
    { name: 'region', value: session.region },
    { name: 'identity', value: Arn },
  ];
  const actions = actionsFor(capabilities).filter((action) => !CHECK_ACTIONS.includes(action));
  const simulated = await simulate(session, Arn, actions, call);
  if (simulated !== null) {
    return {
      facts: [
        ...facts,
        { name: 'permissions', value: `${actions.length} asked of IAM, ${simulated.length} missing` },
      ],
      problems: missing(session, simulated),
    };
  }
  const denied = await tryReads(session, actions, call);
  const changes = actions.filter((action) => !isRead(action));
  return {
    facts: [
      ...facts,
      {
        name: 'permissions',
        value: `IAM may not be asked (iam:SimulatePrincipalPolicy), so some reads were tried, ${denied.length} refused`,
      },
      ...(changes.length === 0
        ? []
        : [{ name: 'not checked', value: `whether it may ${changes.join(', ')}` }]),
    ],
    problems: missing(session, denied),
  };
}

/** All in one: it is one policy that lacks them. */
function missing({ source }: AwsSession, actions: readonly string[]): SourceCheck['problems'] {
  const [first, ...more] = actions;
  if (first === undefined) return [];
  const fix = (what: string) => `allow ${what}: openclaw source policy "${source}" prints the policy`;
  return more.length === 0
    ? [{ text: `${first} is not allowed`, fix: fix('it') }]
    : [{ text: `${actions.length} actions are not allowed: ${actions.join(', ')}`, fix: fix('them') }];
}

/** What to do where AWS did not even say who we are; null: nothing is known that would help. */
function fixFor(
  error: unknown,
  { source, region, profile }: AwsSession & { profile: string | null },
): string | null {
  const edit = `openclaw source edit "${source}" --set`;
  switch (faultOf(error)?.kind) {
    case 'no-credentials':
      return profile === null
        ? `give the daemon's environment AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile: ${edit} profile=NAME`
        : `is there a profile "${profile}" in ~/.aws/config of who runs this? Else: ${edit} profile=NAME`;
    case 'expired':
      return profile === null ? 'aws sso login, or new keys' : `aws sso login --profile ${profile}`;
    case 'unreachable':
      return `is ${region} its region, and is there a way out to it from here? Else: ${edit} region=eu-west-1`;
    default:
      return null;
  }
}

/** The actions that are refused. Null: IAM may not be asked, or not about this identity. */
async function simulate(
  session: AwsSession,
  arn: string,
  actions: readonly string[],
  call: Call,
): Promise<string[] | null> {
  const principal = principalOf(arn);
  if (principal === null) return null;
  const iam = await session.iam();
  const what = 'what it is allowed to do';
  try {
    const refused: string[] = [];
    for (const ActionNames of chunked(actions, 50)) {
      const results = await readPages(what, async (Marker) => {
        const page = await session.ask(
          what,
          (options) =>
            iam.simulatePrincipalPolicy(
              { PolicySourceArn: principal, ActionNames, ...(Marker ? { Marker } : {}) },
              options,
            ),
          call,
        );
        return { items: page.EvaluationResults, next: page.IsTruncated ? page.Marker : undefined };
      });
      refused.push(
        ...results
          .filter(({ EvalDecision }) => EvalDecision !== 'allowed')
          .map(({ EvalActionName = '' }) => clipped(EvalActionName, 100)),
      );
    }
    return refused;
  } catch (error) {
    if (call.signal.aborted) throw error;
    return null;
  }
}

/**
 * What IAM knows by a session: `arn:aws:sts::1:assumed-role/NAME/session` is the role NAME. A role with a path is not
 * found by it, and is answered as one that does not exist. Null: the root user, or a federated one.
 */
export function principalOf(arn: string): string | null {
  const [, partition, account, role] = /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (role !== undefined) return `arn:${partition}:iam::${account}:role/${role}`;
  return /^arn:[a-z-]+:iam::\d{12}:(user|role)\//.test(arn) ? arn : null;
}

/** One harmless read of each service; the actions that were refused. */
async function tryReads(session: AwsSession, actions: readonly string[], call: Call): Promise<string[]> {
  const tries: Readonly<Record<string, () => Promise<unknown>>> = {
    'autoscaling:DescribeAutoScalingGroups': async () => {
      const autoScaling = await session.autoScaling();
      return session.ask(
        'the groups',
        (options) => autoScaling.describeAutoScalingGroups({ MaxRecords: 1 }, options),
        call,
      );
    },
    'ecs:ListClusters': async () => {
      const ecs = await session.ecs();
      return session.ask('the clusters', (options) => ecs.listClusters({ maxResults: 1 }, options), call);
    },
    'ec2:DescribeInstances': async () => {
      const ec2 = await session.ec2();
      return session.ask(
        'the instances',
        (options) => ec2.describeInstances({ MaxResults: 5 }, options),
        call,
      );
    },
    'elasticache:DescribeReplicationGroups': async () => {
      const elastiCache = await session.elastiCache();
      return session.ask(
        'the caches',
        (options) => elastiCache.describeReplicationGroups({ MaxRecords: 20 }, options),
        call,
      );
    },
    'rds:DescribeDBClusters': async () => {
      const rds = await session.rds();
      return session.ask(
        'the databases',
        (options) => rds.describeDBClusters({ MaxRecords: 20 }, options),
        call,
      );
    },
    'rds:DescribeDBInstances': async () => {
      const rds = await session.rds();
      return session.ask(
        'the databases',
        (options) => rds.describeDBInstances({ MaxRecords: 20 }, options),
        call,
      );
    },
  };
  const asked = actions.filter((action) => Object.hasOwn(tries, action));
  const refused = await Promise.all(
    asked.map(async (action) => {
      try {
        await tries[action]?.();
        return [];
      } catch (error) {
        if (isDenied(error)) return [action];
        throw error;
      }
    }),
  );
  return refused.flat();
}
