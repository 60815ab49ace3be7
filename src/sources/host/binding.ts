// What every part of a host source knows: its name, its machine, its environment, and where it finds a service.
import type { Clock } from '../../domain/clock.ts';
import { ToolError } from '../../domain/errors.ts';
import type { HostBinding } from '../../domain/host-binding.ts';
import type { Service } from '../../domain/resource.ts';

export interface Host {
  /** The source's name, as bindings name it. */
  name: string;
  hostname: string;
  /** All that a started program sees of our environment. */
  env: Readonly<Record<string, string>>;
  services: () => readonly Service[];
  clock: Clock;
}

/** A service with where this host knows it. */
export interface BoundService {
  service: Service;
  binding: HostBinding;
}

/** Null: this host does not know the service, or knows it by a mere address. */
export function bindingOf(host: Host, service: Service): HostBinding | null {
  const binding = Object.hasOwn(service.bindings, host.name) ? service.bindings[host.name] : undefined;
  return binding === undefined || typeof binding === 'string' ? null : binding;
}

export function boundServices(host: Host): BoundService[] {
  return host.services().flatMap((service) => {
    const binding = bindingOf(host, service);
    return binding === null ? [] : [{ service, binding }];
  });
}

/** Whether the binding has every one of these. */
export function servesWith(host: Host, keys: readonly (keyof HostBinding)[]): (service: Service) => boolean {
  return (service) => {
    const binding = bindingOf(host, service);
    return binding !== null && keys.every((key) => binding[key] !== undefined);
  };
}

/** Errors: ToolError 'failed' where the caller did not ask `serves` first. */
export function requireBound(host: Host, service: Service | undefined): BoundService {
  const binding = service === undefined ? null : bindingOf(host, service);
  if (service === undefined || binding === null) {
    throw new ToolError(
      'failed',
      `${host.name} does not know the service ${service?.name ?? '(none named)'}`,
    );
  }
  return { service, binding };
}
