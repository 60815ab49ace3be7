// One change of a cloud, and where the daemon may die in it. The servers are ours and go on living; they count.
import type { Handler } from '../../support/aws/server.ts';
import type { TestAws } from '../../support/aws/session.ts';
import { awsSource } from '../../support/ops.ts';

/**
 * `before`: on its way, and it had no effect. `received`: it had its effect, and its answer was lost. `waiting`: it was
 * answered, and the daemon waited for its end.
 */
export const POINTS = ['before', 'received', 'waiting'] as const;
export type PointName = (typeof POINTS)[number];

/** `done`: once, and told so. `unknown`: not again, and a person is told what to look at. */
export type End = 'done' | 'unknown';

/** A change over servers that are started for it. */
export interface Scenario {
  name: string;
  /** Points it does not have. */
  without?: readonly PointName[];
  build(death: Death): Promise<CloudChange>;
}

export interface CloudChange {
  /** Arguments of the command line. */
  setUp: string[][];
  ask: string;
  /** A critical one: what the second step asks to type. */
  typed?: string;
  /** Default: `done` everywhere. */
  ends?: Partial<Record<PointName, End>>;
  env?: Record<string, string>;
  /** How often a change had its effect; more than `wanted` is too often. */
  effects(): number;
  wanted: number;
  /** Whether the change that is waited for had its effect. Default: any had. */
  begun?(): boolean;
  /** Steps of its plan. Default: one. */
  steps?: number;
  /** How many requests there were of any kind: so it is known that the daemon waits. */
  requests(): number;
}

/** Where this life ends. Handlers of a change go through it. */
export interface Death {
  /** Called when a change is received. True: the daemon was killed, and no answer is to be given. */
  strikes(at: 'before' | 'received'): boolean;
  /** From then on the world comes to its end by itself. */
  over(): boolean;
}

/** A change of one effect in AWS, whose source is set up first. */
export function inAws(
  server: TestAws['server'],
  setUp: string[][],
  change: Omit<CloudChange, 'setUp' | 'wanted' | 'requests'> & { wanted?: number },
): CloudChange {
  return {
    wanted: 1,
    ...change,
    setUp: [awsSource(server.endpoint), ...setUp],
    requests: () => server.requests.length,
  };
}

export const HANG = { special: 'hang' } as const;

/** Counts what had its effect by this action, and lets death in before and after it. */
export function mortal({ server }: TestAws, action: string, death: Death, effect?: Handler): () => number {
  const inner = effect ?? server.handlerOf(action);
  if (inner === undefined) throw new Error(`${action} has no effect`);
  let effects = 0;
  server.on(action, ((input, count, request) => {
    if (death.strikes('before')) return HANG;
    const answer = inner(input, count, request);
    effects += 1;
    return death.strikes('received') ? HANG : answer;
  }) satisfies Handler);
  return () => effects;
}
