// A session of the real SDK against the scripted AWS: a clock that stands still but for waits, and no real waiting.
import { onTestFinished } from 'vitest';
import type { AwsSettings } from '../../../src/domain/aws-settings.ts';
import type { Service } from '../../../src/domain/resource.ts';
import { openSession, type SessionOptions } from '../../../src/sources/aws/open-session.ts';
import type { AwsSession } from '../../../src/sources/aws/session.ts';
import { createTestClock, type TestClock } from '../clock.ts';
import { type AwsServer, startAwsServer } from './server.ts';

export const SOURCE = 'AWS Production';
export const KEY = '0190a5b2-7c3e-7000-8000-000000000001';

export interface TestAws {
  server: AwsServer;
  session: AwsSession;
  clock: TestClock;
  /** Every wait, in milliseconds, in order. */
  waits: number[];
}

/** Both are closed when the test ends. Waits advance the clock at once. */
export async function startAws(options: Partial<SessionOptions> = {}): Promise<TestAws> {
  const server = await startAwsServer();
  const clock = createTestClock();
  const waits: number[] = [];
  const session = openSession({
    source: SOURCE,
    settings: settingsFor(server),
    clock,
    credentials: async () => ({ accessKeyId: 'AKIDTEST', secretAccessKey: 'secret-of-the-test' }),
    wait: async (ms) => {
      waits.push(ms);
      clock.advance(ms);
    },
    random: () => 1,
    ...options,
  });
  onTestFinished(async () => {
    await session.close();
    await server.close();
  });
  return { server, session, clock, waits };
}

export function settingsFor(server: AwsServer): AwsSettings {
  return { region: 'eu-west-1', profile: null, role: null, endpoint: server.endpoint, cacheUser: null };
}

/** Ends long after any test does. */
export function call(): { signal: AbortSignal } {
  return { signal: new AbortController().signal };
}

export function change(): { signal: AbortSignal; key: string } {
  return { ...call(), key: KEY };
}

/** Null: not bound to the source. */
export function service(binding: string | null, more: Partial<Service> = {}): Service {
  return {
    name: 'api',
    kind: 'app',
    bindings: binding === null ? {} : { [SOURCE]: binding },
    instances: [],
    dependsOn: [],
    ...more,
  };
}
