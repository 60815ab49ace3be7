// Real tools over the fake world: the same contract a real source has, without a network.
import type {
  ChangeArgs,
  ChangeCapability,
  FactsOf,
  ReadArgs,
  ReadCapability,
  ReadResults,
} from '../../src/domain/capability.ts';
import { ToolError } from '../../src/domain/errors.ts';
import type { Service } from '../../src/domain/resource.ts';
import type { ChangeTool, Inspection, ReadTool, SourceAdapter, Tool } from '../../src/domain/tool.ts';
import type { World, WorldService } from './world.ts';

/** What a tool has to be asked about. */
type Needs = 'nothing' | 'any service' | 'a database';

export function createWorldSource(world: World, name = 'AWS Production'): SourceAdapter {
  const find = (service: Service | undefined): WorldService => {
    const found = service && world.services.get(service.name);
    if (!found) throw new ToolError('failed', `no such service: ${service?.name}`);
    return found;
  };
  const servesOf = (needs: Needs) =>
    needs === 'nothing'
      ? {}
      : {
          serves: ({ name }: Service) => {
            const kind = world.services.get(name)?.kind;
            return needs === 'a database' ? kind === 'database' : kind !== undefined;
          },
        };
  const read = <C extends ReadCapability>(
    capability: C,
    answer: (args: ReadArgs<C>, service: Service | undefined) => ReadResults[C],
    needs: Needs = 'any service',
  ): ReadTool<C> => ({
    kind: 'read',
    capability,
    source: name,
    ...servesOf(needs),
    async read(args, service, { signal }) {
      await misbehave(world, capability, signal);
      return answer(args, service);
    },
  });
  const change = <C extends ChangeCapability>(
    capability: C,
    inspect: (args: ChangeArgs<C>, service: Service | undefined) => Inspection<C>,
    apply: (args: ChangeArgs<C>, service: Service | undefined, facts: FactsOf[C]) => string,
    options: { needs?: Needs; reconcile?: boolean } = {},
  ): ChangeTool<C> => ({
    kind: 'change',
    capability,
    source: name,
    version: 1,
    ...servesOf(options.needs ?? 'any service'),
    async inspect(args, service, { signal }) {
      await world.onInspect(capability);
      await misbehave(world, `${capability}.inspect`, signal);
      return inspect(args, service);
    },
    async run(args, service, facts, { signal, key }) {
      await misbehave(world, capability, signal);
      const effect = { capability, args: args as Record<string, unknown>, key };
      await world.onEffect('before', effect);
      world.effects.push(effect);
      const summary = apply(args, service, facts);
      if (service) world.afterChange(find(service), capability);
      await world.onEffect('after', effect);
      const freed = /^freed ([\d.]+) (GB|MB)/.exec(summary);
      return freed
        ? { summary, freedBytes: Number(freed[1]) * (freed[2] === 'GB' ? 1e9 : 1e6) }
        : { summary };
    },
    ...(options.reconcile
      ? {
          reconcile: async (
            _args: ChangeArgs<C>,
            _service: Service | undefined,
            _facts: FactsOf[C],
            { key }: { key: string },
          ) =>
            world.effects.some((effect) => effect.key === key)
              ? ('succeeded' as const)
              : ('not-started' as const),
        }
      : {}),
  });

  const tools = [
    read('services.list', () => [...world.services.values()].map(health), 'nothing'),
    read('services.health', (_args, service) => health(find(service))),
    read('metrics.query', ({ metric }, service) =>
      Object.entries(find(service).metrics)
        .filter(([each]) => metric === undefined || each === metric)
        .map(([each, value]) => ({
          metric: each,
          unit: each === 'error_rate' ? '%' : '',
          current: value,
          points: [],
          note: find(service).metricNote,
        })),
    ),
    read('logs.search', ({ grep, sinceAt = 0, untilAt = Number.POSITIVE_INFINITY }, service) => {
      const { logs, noLogs } = find(service);
      if (noLogs !== undefined) throw new ToolError('failed', noLogs);
      return {
        lines: logs.filter(
          ({ at, text }) => (!grep || text.includes(grep)) && (at ?? 0) >= sinceAt && (at ?? 0) < untilAt,
        ),
        truncated: false,
      };
    }),
    read('deploys.list', ({ limit }, service) => find(service).deploys.slice(0, limit)),
    read('deploys.compare', (_args, service) => find(service).comparison),
    read(
      'databases.describe',
      (_args, service) => {
        const { name: cluster, primary, replicas, events = [] } = find(service);
        return { cluster, engine: 'postgres', primary, replicas, downtimeMs: 30_000, events };
      },
      'a database',
    ),
    read('caches.describe', (_args, service) => ({
      keys: find(service).cacheKeys,
      hitRate: 0.97,
      rebuildMs: 40_000,
    })),
    read(
      'disk.usage',
      () => [
        {
          mount: world.disk.mount,
          totalBytes: 100e9,
          usedBytes: world.disk.percent * 1e9,
          percent: world.disk.percent,
        },
      ],
      'nothing',
    ),
    change(
      'services.scale',
      ({ count }, service) => {
        const found = find(service);
        return inspection(found, { capacity: found.desired }, `${found.desired} to ${count} instances`);
      },
      ({ count }, service) => {
        const found = find(service);
        found.desired = count;
        found.healthy = count;
        return `scaled ${found.name} to ${count}`;
      },
    ),
    change(
      'services.restart',
      ({ mode }, service) => {
        const found = find(service);
        return inspection(
          found,
          { instances: instances(found) },
          `${mode} restart of ${found.desired} instances`,
        );
      },
      ({ mode }, service) => `restarted ${find(service).name} (${mode})`,
      { reconcile: true },
    ),
    change(
      'deploys.rollback',
      (_args, service) => {
        const found = find(service);
        const running = found.deploys.filter(
          ({ status, rolledBack }) => status === 'succeeded' && !rolledBack,
        );
        const facts = {
          latest: running[0]?.number ?? '',
          target: running[1]?.number ?? null,
          migrations: found.comparison.migrations ?? [],
          inProgress: found.deploys.find(({ status }) => status === 'in-progress')?.number ?? null,
        };
        return inspection(found, facts, `deploy #${facts.latest} to #${facts.target}`);
      },
      ({ deploy }, service, facts) => {
        const found = find(service);
        found.deploys = found.deploys.map((each) =>
          each.number === deploy ? { ...each, rolledBack: true } : each,
        );
        found.release = facts.target ?? '';
        return `rolled back deploy #${deploy}, now running #${facts.target}`;
      },
      { reconcile: true },
    ),
    change(
      'caches.flush',
      ({ pattern }, service) =>
        inspection(find(service), { scope: pattern ?? '*' }, `${find(service).cacheKeys} keys`),
      (_args, service) => {
        find(service).cacheKeys = 0;
        return `flushed the cache of ${find(service).name}`;
      },
    ),
    change(
      'databases.failover',
      ({ to }, service) => {
        const found = find(service);
        const target = to ?? found.replicas[0]?.id ?? null;
        return inspection(
          found,
          { primary: found.primary, to: target, replicas: found.replicas.map(({ id }) => id) },
          `${found.primary} to ${target}`,
        );
      },
      (_args, service, facts) => {
        const found = find(service);
        found.primary = facts.to ?? found.primary;
        return `failed over to ${found.primary}`;
      },
      { needs: 'a database', reconcile: true },
    ),
    change(
      'disk.remove-old-files',
      ({ path }) => ({
        target: { id: 'host:web', label: 'web' },
        facts: { host: 'web', path },
        preview: [{ text: `files in ${path}`, how: 'measured', bytes: 600_000_000 }],
      }),
      ({ path }) => {
        // What was old is gone then: a repeat finds nothing more.
        world.disk.percent = Math.min(world.disk.percent, 71);
        return `freed 600 MB in ${path}`;
      },
      { needs: 'nothing' },
    ),
    change(
      'disk.vacuum-journal',
      () => ({
        target: { id: 'host:web', label: 'web' },
        facts: { host: 'web' },
        preview: [{ text: 'old journal files', how: 'measured', bytes: 1_800_000_000 }],
      }),
      () => 'freed 1.8 GB of journal',
      { needs: 'nothing' },
    ),
    change(
      'disk.prune-docker',
      () => ({
        target: { id: 'host:web', label: 'web' },
        facts: { host: 'web', containers: [] },
        preview: [],
        absent: 'no docker here',
      }),
      () => 'never',
      { needs: 'nothing' },
    ),
  ] as unknown as Tool[];
  return {
    name,
    type: 'fake',
    tools,
    async measure() {
      return [
        ...[...world.services.values()].flatMap((service) =>
          Object.entries(service.metrics).map(([metric, value]) => ({
            metric,
            unit: metric === 'error_rate' ? '%' : '',
            value,
            service: service.name,
            target: service.name,
          })),
        ),
        {
          metric: 'disk_usage',
          unit: '%',
          value: world.disk.percent,
          service: null,
          target: world.disk.mount,
        },
      ];
    },
    async close() {},
  };
}

/** A fault is used once. */
async function misbehave(world: World, capability: string, signal: AbortSignal): Promise<void> {
  const fault = world.faults.get(capability);
  if (!fault) return;
  world.faults.delete(capability);
  if (fault === 'hang') {
    await new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    );
  }
  throw new ToolError(
    fault === 'fail' ? 'failed' : fault === 'retry' ? 'retry' : 'unknown',
    `${capability}: injected ${fault}`,
  );
}

function inspection<C extends ChangeCapability>(
  { name }: WorldService,
  facts: FactsOf[C],
  text: string,
): Inspection<C> {
  return { target: { id: `fake:${name}`, label: name }, facts, preview: [{ text, how: 'measured' }] };
}

function instances({ name, desired, instances: named }: WorldService): string[] {
  return named ?? Array.from({ length: desired }, (_, index) => `${name}-prod-0${index + 1}`);
}

function health(service: WorldService) {
  return {
    service: service.name,
    desired: service.desired,
    running: service.desired,
    healthy: service.healthy,
    release: service.release,
    instances: instances(service).map((id, index) => ({
      id,
      state: index < service.desired - service.healthy ? ('unhealthy' as const) : ('healthy' as const),
    })),
  };
}
