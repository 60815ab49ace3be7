// A fake world of ours: services with instances, deploys, metrics and logs, changed only by the tools over it.
// It keeps an account of every effect, and can fail, hang or change behind our back where a test says so.
import type { Comparison, Deploy, LogLine, ServiceKind } from './world-types.ts';

export interface WorldService {
  name: string;
  kind: ServiceKind;
  desired: number;
  healthy: number;
  release: string;
  deploys: Deploy[];
  metrics: Record<string, number>;
  logs: LogLine[];
  comparison: Comparison;
  cacheKeys: number;
  primary: string;
  replicas: { id: string; lagMs: number | null }[];
  /** Names of its instances. Default: `api-prod-01` and so on. */
  instances?: string[];
  /** What the source says beside each of its values. */
  metricNote?: string;
  /** Why its logs cannot be read. */
  noLogs?: string;
  /** What its database went through. */
  events?: { at: number; text: string }[];
}

export interface Effect {
  capability: string;
  args: Record<string, unknown>;
  key: string;
}

export interface World {
  services: Map<string, WorldService>;
  disk: { mount: string; percent: number };
  /** Every change that happened, in order. */
  effects: Effect[];
  /** What the next calls of a capability do instead of working. */
  faults: Map<string, 'fail' | 'retry' | 'unknown' | 'hang'>;
  /** Called around each effect: where a test kills or changes things. */
  onEffect(when: 'before' | 'after', effect: Effect): void | Promise<void>;
  /** Called when the facts of a change are read, for its plan and again before it runs. */
  onInspect(capability: string): void | Promise<void>;
  /** What a change does to metrics: `deploys.rollback` heals by default. */
  afterChange(service: WorldService, capability: string): void;
}

export function createWorld(now: number): World {
  const deploy = (number: string, minutesAgo: number, title: string, author: string): Deploy => ({
    number,
    author,
    title,
    at: now - minutesAgo * 60_000,
    status: 'succeeded',
    rolledBack: false,
  });
  const api: WorldService = {
    name: 'api',
    kind: 'app',
    desired: 2,
    healthy: 2,
    release: '492',
    deploys: [
      deploy('492', 13, 'fix: cache TTL update', '@mike'),
      deploy('491', 600, 'feat: faster checkout', '@ana'),
      deploy('490', 1200, 'chore: logs', '@mike'),
    ],
    metrics: { error_rate: 12.3, latency: 840, up: 1 },
    logs: [
      {
        at: now - 60_000,
        level: 'error',
        text: 'connection pool exhausted (10/10 in use) path=/p/1',
        instance: 'api-prod-01',
      },
      {
        at: now - 50_000,
        level: 'error',
        text: 'connection pool exhausted (10/10 in use) path=/p/2',
        instance: 'api-prod-01',
      },
      { at: now - 40_000, level: 'info', text: 'GET /health 200', instance: 'api-prod-02' },
    ],
    comparison: {
      commits: [{ sha: 'abc1234', title: 'fix: cache TTL update' }],
      files: ['src/cache.ts'],
      migrations: [],
    },
    cacheKeys: 1200,
    primary: '',
    replicas: [],
  };
  const db: WorldService = {
    ...api,
    name: 'orders-db',
    kind: 'database',
    desired: 1,
    healthy: 1,
    deploys: [],
    metrics: { up: 1 },
    logs: [],
    primary: 'db-1',
    replicas: [
      { id: 'db-2', lagMs: 40 },
      { id: 'db-3', lagMs: 900 },
    ],
  };
  return {
    services: new Map([
      ['api', api],
      ['orders-db', db],
    ]),
    disk: { mount: '/', percent: 92 },
    effects: [],
    faults: new Map(),
    onEffect: () => {},
    onInspect: () => {},
    afterChange(service, capability) {
      if (capability === 'deploys.rollback') service.metrics.error_rate = 0.2;
    },
  };
}
