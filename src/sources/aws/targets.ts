// What the load balancers think of a service's instances: the only word on whether people reach it.
import type { TargetHealthDescription } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Instance } from '../../domain/capability.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Call } from '../../domain/tool.ts';
import { inParallel } from './pages.ts';
import type { AwsSession } from './session.ts';

export type TargetState = Pick<Instance, 'state' | 'detail'>;

/** By target id (an instance's id, or an address); the worst word where it is in several groups. */
export type TargetStates = ReadonlyMap<string, TargetState>;

const RANK: Readonly<Record<Instance['state'], number>> = {
  unhealthy: 3,
  starting: 2,
  unknown: 1,
  healthy: 0,
};

/** One map a target group, in their order. Errors: those of `session.ask`. */
export async function readTargets(
  session: AwsSession,
  service: string,
  groups: readonly string[],
  call: Call,
): Promise<TargetStates[]> {
  if (groups.length === 0) return [];
  const elbv2 = await session.elbv2();
  return inParallel([...new Set(groups)], 4, async (TargetGroupArn) => {
    const { TargetHealthDescriptions = [] } = await session.ask(
      `what the load balancer thinks of ${service}`,
      (options) => elbv2.describeTargetHealth({ TargetGroupArn }, options),
      call,
    );
    return statesOf(TargetHealthDescriptions);
  });
}

function statesOf(descriptions: readonly TargetHealthDescription[]): TargetStates {
  const states = new Map<string, TargetState>();
  for (const description of descriptions) {
    const id = description.Target?.Id;
    if (id === undefined) continue;
    const state = stateOf(description);
    const known = states.get(id);
    // An instance may be there with several ports.
    if (known === undefined || RANK[state.state] > RANK[known.state]) states.set(id, state);
  }
  return states;
}

/** Healthy only where every group that must know it says so. */
export function worstOf(id: string, groups: readonly TargetStates[]): TargetState {
  let worst: TargetState = { state: 'healthy' };
  for (const group of groups) {
    const state = group.get(id) ?? { state: 'starting', detail: 'not yet in the load balancer' };
    if (RANK[state.state] > RANK[worst.state]) worst = state;
  }
  return worst;
}

/** States as `DescribeTargetHealth` documents them. */
function stateOf({ TargetHealth = {} }: TargetHealthDescription): TargetState {
  const { State, Reason, Description } = TargetHealth;
  const why = [Reason, Description].filter((text) => text !== undefined && text !== '').join(': ');
  const detail = why === '' ? undefined : clipped(why, 200);
  switch (State) {
    case 'healthy':
      return { state: 'healthy' };
    case 'initial':
      return { state: 'starting', detail: detail ?? 'registering in the load balancer' };
    case 'unhealthy':
    case 'unhealthy.draining':
      return { state: 'unhealthy', detail: detail ?? 'its health check fails' };
    case 'draining':
      return { state: 'unknown', detail: 'leaving the load balancer' };
    default:
      // `unused`, `unavailable` (health checks are off), and what comes later.
      return {
        state: 'unknown',
        detail: detail ?? clipped(`the load balancer says ${State ?? 'nothing'}`, 100),
      };
  }
}
