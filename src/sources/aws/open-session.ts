// Makes the clients of one account and region. Each of the SDK's packages is loaded when its client is first asked for.
import { setTimeout as pause } from 'node:timers/promises';
import type { AwsSettings } from '../../domain/aws-settings.ts';
import type { Clock } from '../../domain/clock.ts';
import { createAsk } from './ask.ts';
import { createBodyReader } from './body.ts';
import { type Credentials, loadCredentials, shareCredentials } from './credentials.ts';
import { createMemory } from './memory.ts';
import type { AwsSession } from './session.ts';

export interface SessionOptions {
  source: string;
  settings: AwsSettings;
  clock: Clock;
  /** Default: as the settings say. */
  credentials?: () => Promise<Credentials>;
  /** Default: a timer. */
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  random?: () => number;
  /** The largest body that is read. Default: 32 MB. */
  mostBytes?: number;
}

/** One try; a lost one is asked again by `ask`, which knows what may be asked twice. */
const CLIENT = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2500, requestTimeout: 6000, throwOnRequestTimeout: true },
};

export function openSession(options: SessionOptions): AwsSession {
  const { source, settings, clock } = options;
  const { region, endpoint } = settings;
  // The SDK would print on stderr that a later release of it wants a newer Node.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const shared = shareCredentials(options.credentials ?? loadCredentials(settings, CLIENT), clock);
  const wait = options.wait ?? waitForReal;
  const config = {
    ...CLIENT,
    region,
    credentials: shared.provide,
    streamCollector: createBodyReader(options.mostBytes),
    ...(endpoint === null ? {} : { endpoint }),
  };
  const opened: Promise<{ destroy(): void }>[] = [];
  const kept = <T extends { destroy(): void }>(open: () => Promise<T>): (() => Promise<T>) => {
    let client: Promise<T> | null = null;
    return () => {
      if (client === null) {
        client = open();
        opened.push(client);
      }
      return client;
    };
  };
  const ask = createAsk({
    source,
    region,
    clock,
    random: options.random ?? Math.random,
    wait,
    forgetCredentials: shared.forget,
    hide: shared.hide,
  });
  return {
    source,
    region,
    clock,
    autoScaling: kept(async () => new (await import('@aws-sdk/client-auto-scaling')).AutoScaling(config)),
    cloudWatch: kept(async () => new (await import('@aws-sdk/client-cloudwatch')).CloudWatch(config)),
    cloudWatchLogs: kept(
      async () => new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogs(config),
    ),
    ec2: kept(async () => new (await import('@aws-sdk/client-ec2')).EC2(config)),
    ecs: kept(async () => new (await import('@aws-sdk/client-ecs')).ECS(config)),
    elastiCache: kept(async () => new (await import('@aws-sdk/client-elasticache')).ElastiCache(config)),
    elbv2: kept(
      async () =>
        new (await import('@aws-sdk/client-elastic-load-balancing-v2')).ElasticLoadBalancingV2(config),
    ),
    iam: kept(async () => new (await import('@aws-sdk/client-iam')).IAM(config)),
    rds: kept(async () => new (await import('@aws-sdk/client-rds')).RDS(config)),
    ssm: kept(async () => new (await import('@aws-sdk/client-ssm')).SSM(config)),
    sts: kept(async () => new (await import('@aws-sdk/client-sts')).STS(config)),
    ask,
    keep: createMemory(clock),
    wait,
    async close() {
      for (const client of opened.splice(0)) (await client.catch(() => null))?.destroy();
    },
  };
}

async function waitForReal(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => {});
}
