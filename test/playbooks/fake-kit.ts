// A small world behind a Kit: services, deploys, health, logs. Written by hand; reads answer from it at once.
import type { ReadArgs, ReadCapability, ReadResults } from '../../src/domain/capability.ts';
import { plainText } from '../../src/domain/message.ts';
import type {
  IncidentContext,
  Kit,
  Overview,
  Playbook,
  Proposal,
  ReadAnswer,
} from '../../src/domain/playbook.ts';
import type { Service } from '../../src/domain/resource.ts';

export const NOW = Date.parse('2026-03-07T03:20:00Z');
export const at = (time: string) => Date.parse(`2026-03-07T${time}:00Z`);

type Readers = { [C in ReadCapability]?: (args: ReadArgs<C>) => ReadResults[C] | null };

export interface World {
  services: Service[];
  /** By source, in the command's order. Null: that source does not know the service. A throw: it does not answer. */
  sources: Record<string, Readers>;
  /** `capability service` to source; `*` for all services. */
  changers: Record<string, string>;
  overview: Partial<Overview>;
}

export function service(name: string, more: Partial<Service> = {}): Service {
  return { name, kind: 'app', bindings: {}, instances: [`${name}-prod-*`], dependsOn: [], ...more };
}

export function incident(more: Partial<IncidentContext> = {}): IncidentContext {
  return {
    id: 43,
    title: 'error rate critical',
    severity: 'critical',
    service: 'shop',
    startedAt: at('03:14'),
    goal: null,
    ...more,
  };
}

/** The world of the seed's incident: 492 shortened a cache's lifetime. */
export function shopWorld(): World {
  const deploys: ReadResults['deploys.list'] = [
    {
      number: '490',
      author: 'ann',
      title: 'feat: search',
      at: at('00:01'),
      status: 'succeeded',
      rolledBack: false,
    },
    {
      number: '492',
      author: '@mike',
      title: 'fix: cache TTL update',
      at: at('03:01'),
      status: 'succeeded',
      rolledBack: false,
    },
    {
      number: '491',
      author: 'ann',
      title: 'chore: deps',
      at: at('01:01'),
      status: 'succeeded',
      rolledBack: false,
    },
  ];
  const host: Readers = {
    'services.health': ({ service: name }) =>
      name === 'shop'
        ? {
            service: name,
            desired: 3,
            running: 3,
            healthy: 2,
            release: '492',
            instances: [{ id: 'shop-prod-01', state: 'unhealthy', detail: 'probe failed' }],
          }
        : name === 'api'
          ? { service: name, desired: 2, running: 2, healthy: 2, instances: [] }
          : null,
    'deploys.list': ({ service: name }) => (name === 'shop' ? deploys : name === 'api' ? [] : null),
    'deploys.compare': () => ({
      commits: [{ sha: '0123456789abcdef', title: 'fix: cache TTL update', author: 'mike' }],
      files: ['src/cache.ts'],
      migrations: [],
    }),
    'metrics.query': ({ service: name, metric }) => {
      if (name !== 'shop') return null;
      const all: ReadResults['metrics.query'] = [
        series('error_rate', 0.2, 12.3),
        series('latency', 80, 900, 'ms'),
      ];
      return all.filter((each) => metric === undefined || each.metric === metric);
    },
    'logs.search': ({ service: name, grep, sinceAt = 0, untilAt = Infinity }) =>
      name !== 'shop'
        ? null
        : {
            truncated: false,
            lines: [
              ...Array.from({ length: 38 }, (_, index) => ({
                at: at('03:14') + index * 1_000,
                level: 'error' as const,
                text: `connection pool exhausted after ${index * 7}ms`,
                instance: 'shop-prod-01',
              })),
              { at: at('03:10'), level: 'warn' as const, text: 'slow query 812ms', instance: 'shop-prod-02' },
              { at: at('03:09'), level: 'info' as const, text: 'GET /items 200', instance: 'shop-prod-02' },
            ]
              .filter(({ text }) => grep === undefined || text.includes(grep))
              .filter((line) => line.at >= sinceAt && line.at < untilAt),
          },
    'caches.describe': () => ({ keys: 12_345, hitRate: 0.97, rebuildMs: 240_000 }),
    'databases.describe': ({ service: name }) =>
      name === 'orders-db'
        ? {
            cluster: 'orders-cluster',
            engine: 'postgres 16',
            primary: 'db-1',
            status: 'available',
            replicas: [
              { id: 'db-2', lagMs: 2_400 },
              { id: 'db-3', lagMs: 120 },
              { id: 'db-4', lagMs: null },
            ],
            downtimeMs: 30_000,
          }
        : null,
    'disk.usage': () => [
      { mount: '/', totalBytes: 50e9, usedBytes: 46e9, percent: 92 },
      { mount: '/data', totalBytes: 50e9, usedBytes: 10e9, percent: 20 },
    ],
  };
  return {
    services: [
      service('shop', { dependsOn: ['orders-db'], hourlyCost: 0.1 }),
      service('api'),
      service('orders-db', { kind: 'database', instances: ['db-prod-01'] }),
    ],
    sources: { 'This host': host },
    changers: {
      'services.scale *': 'This host',
      'services.restart *': 'This host',
      'deploys.rollback shop': 'This host',
      'caches.flush shop': 'This host',
      'databases.failover orders-db': 'This host',
      'disk.prune-docker': 'This host',
      'disk.vacuum-journal': 'This host',
      'disk.remove-old-files': 'This host',
    },
    overview: {},
  };
}

/** Two hours, one point a minute: `normal` until 03:14, then `now`. */
export function series(
  metric: string,
  normal: number,
  now: number,
  unit: '%' | 'ms' = '%',
): ReadResults['metrics.query'][number] {
  const points = Array.from({ length: 121 }, (_, minute) => {
    const when = NOW - (120 - minute) * 60_000;
    return { at: when, value: when < at('03:14') ? normal : now };
  });
  return { metric, unit, current: now, points };
}

export function kitOf(world: World): Kit {
  return {
    now: NOW,
    services: world.services,
    sources: Object.keys(world.sources),
    async read<C extends ReadCapability>(capability: C, args: ReadArgs<C>) {
      return Object.entries(world.sources).flatMap(([source, readers]): ReadAnswer<C>[] => {
        const reader: Readers[C] = readers[capability];
        if (!reader) return [];
        try {
          const result = reader(args);
          return result === null ? [] : [{ source, ok: true, result }];
        } catch (error) {
          return [{ source, ok: false, why: error instanceof Error ? error.message : String(error) }];
        }
      });
    },
    changer: (capability, name) =>
      world.changers[[capability, name].filter(Boolean).join(' ')] ??
      world.changers[`${capability} *`] ??
      null,
    overview: async () => ({
      openIncidents: [],
      waitingApprovals: [],
      frozen: null,
      warnings: [],
      ...world.overview,
    }),
  };
}

export function silent(why = 'timed out after 5s'): () => never {
  return () => {
    throw new Error(why);
  };
}

/** Types a line: split at spaces, double quotes kept together, as the tokenizer of the chat does. */
export function type(
  playbook: Playbook,
  line: string,
  { world = shopWorld(), about = null }: { world?: World; about?: IncidentContext | null } = {},
): Promise<Proposal> {
  const [trigger = '', ...words] = (line.match(/"[^"]*"|\S+/g) ?? []).map((each) =>
    each.replace(/^"(.*)"$/, '$1'),
  );
  return playbook.propose({ trigger, words, incident: about }, kitOf(world));
}

/** Everything a person would see, as one text. */
export function shown(proposal: Proposal): string {
  switch (proposal.kind) {
    case 'answer':
      return plainText(proposal.message);
    case 'refusal':
      return [proposal.why, proposal.detail, proposal.instead].join('\n');
    case 'question':
      return [proposal.question, ...proposal.choices].join('\n');
    case 'steps':
      return [proposal.title, ...proposal.notes.flatMap(({ heading, lines }) => [heading, ...lines])].join(
        '\n',
      );
  }
}

export function steps(proposal: Proposal) {
  if (proposal.kind !== 'steps') throw new Error(`expected steps, got: ${shown(proposal)}`);
  return proposal;
}
