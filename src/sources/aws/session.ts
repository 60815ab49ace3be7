// What every AWS tool is given: the clients of one account and region, and one way to ask them.
import type { AutoScaling } from '@aws-sdk/client-auto-scaling';
import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2 } from '@aws-sdk/client-ec2';
import type { ECS } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2 } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ElastiCache } from '@aws-sdk/client-elasticache';
import type { IAM } from '@aws-sdk/client-iam';
import type { RDS } from '@aws-sdk/client-rds';
import type { SSM } from '@aws-sdk/client-ssm';
import type { STS } from '@aws-sdk/client-sts';
import type { Clock } from '../../domain/clock.ts';
import type { Call } from '../../domain/tool.ts';
import type { AskOptions } from './ask.ts';

/**
 * The clients have a method for each call of their API (`ecs.describeServices(input, options)`), so a tool imports
 * types only. Each package is loaded when the first tool asks for its client; the client is kept until `close`.
 * Call it on a variable of the method's name, `const ecs = await session.ecs()`: the table of permissions is
 * compared with the source text, and finds `ecs.describeServices(` by it.
 */
export interface AwsClients {
  autoScaling(): Promise<AutoScaling>;
  cloudWatch(): Promise<CloudWatch>;
  cloudWatchLogs(): Promise<CloudWatchLogs>;
  ec2(): Promise<EC2>;
  ecs(): Promise<ECS>;
  elastiCache(): Promise<ElastiCache>;
  elbv2(): Promise<ElasticLoadBalancingV2>;
  iam(): Promise<IAM>;
  rds(): Promise<RDS>;
  ssm(): Promise<SSM>;
  sts(): Promise<STS>;
}

export interface AwsSession extends AwsClients {
  /** The source's name, as bindings and sentences have it. */
  source: string;
  region: string;
  clock: Clock;
  /**
   * One call to AWS. Throttles, 5xx and lost connections are tried again, slower each time, until `call.signal` is
   * aborted. `what` completes "AWS Production: … is not known": a noun, such as "the tasks of api" or, for a
   * change, "the rollback of api". With `changes` only a refusal before anything was done (a throttle) is repeated.
   * Errors: ToolError 'failed' (refused, or not there: `isMissing` tells), 'retry' (throttled or out of reach for
   * the whole time), 'unknown' (a change whose answer was lost). The original error is its `cause`.
   */
  ask<O>(
    what: string,
    run: (options: AskOptions) => Promise<O>,
    call: Call,
    options?: { changes?: boolean },
  ): Promise<O>;
  /**
   * The answer to the same question, read at most once in that time: for what does not change (a revision) or rarely
   * (where a service is), never for what a plan rests on. `worth`: only such an answer is kept; an error never is.
   */
  keep<T>(key: string, ms: number, read: () => Promise<T>, worth?: (answer: T) => boolean): Promise<T>;
  /** Resolves after that time, or at once when the signal is aborted: look at the signal after it. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
