// `services.list` and `services.health`: what the service's own list prints, else what its probe sees.
import type { ServiceHealth } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Call, ReadTool } from '../../domain/tool.ts';
import { type BoundService, bindingOf, boundServices, type Host, requireBound } from './binding.ts';
import { healthOutput } from './outputs.ts';
import type { Probes } from './probes.ts';
import { readScript } from './script.ts';

const AT_ONCE = 4;

export function healthTool(host: Host, probes: Probes): ReadTool<'services.health'> {
  return {
    kind: 'read',
    capability: 'services.health',
    source: host.name,
    serves: (service) => {
      const binding = bindingOf(host, service);
      return binding?.health !== undefined || binding?.probe !== undefined;
    },
    read: async ({ instance }, service, call) => {
      const health = await readHealth(host, requireBound(host, service), probes, call);
      if (instance === undefined) return health;
      const instances = health.instances.filter(({ id }) => id === instance);
      if (instances.length > 0) return { ...health, instances };
      const known = health.instances.map(({ id }) => id).slice(0, 20);
      const hint = known.length === 0 ? 'it names none' : `there are ${known.join(', ')}`;
      throw new ToolError('failed', `${health.service} has no instance ${instance} now: ${hint}`);
    },
  };
}

/** Every service this host knows. One that cannot be asked is listed as unknown, with the reason. */
export function listTool(host: Host, probes: Probes): ReadTool<'services.list'> {
  return {
    kind: 'read',
    capability: 'services.list',
    source: host.name,
    read: async (_args, _service, call) => {
      const waiting = boundServices(host).map((bound, index) => ({ bound, index }));
      const found: ServiceHealth[] = [];
      const worker = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const { bound, index } = next;
          found[index] = await readHealth(host, bound, probes, call).catch((error: unknown) => {
            if (!(error instanceof ToolError)) throw error;
            return unknownHealth(bound.service.name, error.message);
          });
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      return found;
    },
  };
}

/** Errors: ToolError of the `health` list. Without one, the probe's word; without either, unknown. */
export async function readHealth(
  host: Host,
  bound: BoundService,
  probes: Probes,
  call: Call,
): Promise<ServiceHealth> {
  const { service, binding } = bound;
  if (binding.health === undefined) return probedHealth(bound, probes);
  const health = await readScript(host, bound, 'health', healthOutput, call);
  return { service: service.name, ...health };
}

function probedHealth({ service, binding }: BoundService, probes: Probes): ServiceHealth {
  const reading = probes.read(service);
  if (reading === null) return unknownHealth(service.name, 'its binding has neither `health` nor `probe`');
  if (reading.up === null) {
    return unknownHealth(service.name, `the probe has ${reading.samples} answers so far, too few to say`);
  }
  const rate = reading.errorRate === null ? '' : `, ${reading.errorRate}% failed`;
  return {
    service: service.name,
    desired: null,
    running: null,
    healthy: reading.up ? 1 : 0,
    instances: [
      {
        id: service.name,
        state: reading.up ? 'healthy' : 'unhealthy',
        detail: `as the probe of ${binding.probe?.url ?? 'it'} sees it${rate}`,
      },
    ],
  };
}

function unknownHealth(service: string, detail: string): ServiceHealth {
  return {
    service,
    desired: null,
    running: null,
    healthy: null,
    instances: [{ id: service, state: 'unknown', detail }],
  };
}
