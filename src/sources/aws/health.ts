// `services.list` and `services.health` of Auto Scaling groups and ECS services.
import type { ServiceHealth } from '../../domain/capability.ts';
import { ToolError } from '../../domain/errors.ts';
import type { Service } from '../../domain/resource.ts';
import type { Call, ReadTool } from '../../domain/tool.ts';
import { containerHealth } from './container-health.ts';
import { findPlace } from './find-place.ts';
import { groupHealth } from './group-health.ts';
import { inParallel } from './pages.ts';
import { boundPlace, servesKinds } from './place.ts';
import type { Readers } from './readers.ts';
import type { AwsSession } from './session.ts';

/** What runs as many like ones, and can be scaled and restarted. */
export const RUNNING_KINDS = ['asg', 'ecs'] as const;

const AT_ONCE = 8;

export function healthTool(session: AwsSession, readers: Readers): ReadTool<'services.health'> {
  return {
    kind: 'read',
    capability: 'services.health',
    source: session.source,
    serves: servesKinds(session.source, RUNNING_KINDS),
    read: async ({ instance }, service, call) => {
      const health = await readHealth(session, readers, service, call);
      if (instance === undefined) return health;
      const instances = health.instances.filter(({ id }) => id === instance);
      if (instances.length > 0) return { ...health, instances };
      const known = health.instances.map(({ id }) => id).slice(0, 20);
      const hint = known.length === 0 ? 'it has none' : `there are ${known.join(', ')}`;
      throw new ToolError('failed', `${health.service} has no instance ${instance} now: ${hint}`);
    },
  };
}

/** Every service bound to a group or an ECS service here. One that cannot be read is listed as unknown, with why. */
export function listTool(
  session: AwsSession,
  readers: Readers,
  services: () => readonly Service[],
): ReadTool<'services.list'> {
  return {
    kind: 'read',
    capability: 'services.list',
    source: session.source,
    read: async (_args, _service, call) => {
      const bound = services().filter((service) => {
        const place = boundPlace(session.source, service);
        return place !== null && ('problem' in place || RUNNING_KINDS.some((kind) => kind === place.kind));
      });
      return inParallel(bound, AT_ONCE, (service) =>
        readHealth(session, readers, service, call).catch((error: unknown): ServiceHealth => {
          if (!(error instanceof ToolError)) throw error;
          const { name } = service;
          return {
            service: name,
            desired: null,
            running: null,
            healthy: null,
            instances: [{ id: name, state: 'unknown', detail: error.message }],
          };
        }),
      );
    },
  };
}

/** Errors: those of `findPlace` and `session.ask`. */
export async function readHealth(
  session: AwsSession,
  readers: Readers,
  service: Service | undefined,
  call: Call,
): Promise<ServiceHealth> {
  const place = await findPlace(session, service, RUNNING_KINDS, call);
  const name = service?.name ?? '';
  return place.kind === 'asg'
    ? groupHealth(session, readers.group, { service: name, group: place.name }, call)
    : containerHealth(session, readers.containerService, { service: name, place }, call);
}
