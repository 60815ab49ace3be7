// Which target groups of which application load balancers carry a service's requests.
import type { Call } from '../../domain/tool.ts';
import { createMemory } from './memory.ts';
import { chunked } from './pages.ts';
import type { AwsSession } from './session.ts';

export interface Traffic {
  /** As the dimension has it: `app/prod/50dc6c495c0c9188`. */
  balancer: string;
  /** `targetgroup/api/73e2d6bc24d8a067` */
  targetGroup: string;
  /** No other service is behind that balancer. */
  alone: boolean;
}

export type ReadTraffic = (targetGroupArns: readonly string[], call: Call) => Promise<Traffic[]>;

/** People move a service to another balancer, not minutes. */
const KEEP_MS = 5 * 60_000;

export function createTrafficReader(session: AwsSession): ReadTraffic {
  const remember = createMemory(session.clock);
  return (arns, call) => {
    const distinct = [...new Set(arns)].sort();
    return remember(distinct.join(' '), KEEP_MS, () => readTraffic(session, distinct, call));
  };
}

async function readTraffic(session: AwsSession, arns: readonly string[], call: Call): Promise<Traffic[]> {
  const elbv2 = await session.elbv2();
  const found: { group: string; balancers: string[] }[] = [];
  for (const TargetGroupArns of chunked(arns, 20)) {
    const { TargetGroups = [] } = await session.ask(
      'the load balancers of its target groups',
      (options) => elbv2.describeTargetGroups({ TargetGroupArns }, options),
      call,
    );
    for (const { TargetGroupArn, LoadBalancerArns = [] } of TargetGroups)
      if (TargetGroupArn !== undefined) found.push({ group: TargetGroupArn, balancers: LoadBalancerArns });
  }
  const balancers = [...new Set(found.flatMap((each) => each.balancers))].filter(isApplication);
  const shared = new Map<string, boolean>();
  for (const LoadBalancerArn of balancers) {
    const { TargetGroups = [] } = await session.ask(
      'the target groups of its load balancer',
      (options) => elbv2.describeTargetGroups({ LoadBalancerArn }, options),
      call,
    );
    shared.set(
      LoadBalancerArn,
      TargetGroups.some(({ TargetGroupArn = '' }) => !arns.includes(TargetGroupArn)),
    );
  }
  return found.flatMap(({ group, balancers: of }) =>
    of.filter(isApplication).map((balancer) => ({
      balancer: afterLast(balancer, ':loadbalancer/'),
      targetGroup: afterLast(group, ':'),
      alone: shared.get(balancer) === false,
    })),
  );
}

/** Network balancers know no requests and no answers. */
function isApplication(arn: string): boolean {
  return arn.includes(':loadbalancer/app/');
}

function afterLast(text: string, mark: string): string {
  return text.slice(text.lastIndexOf(mark) + mark.length);
}
