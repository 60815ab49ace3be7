import type { Service } from './resource.ts';

/** Whether `name` is one of the service's instances: an exact name, or a pattern with one `*` at its end. */
export function instanceOf(service: Pick<Service, 'instances'>, name: string): boolean {
  return service.instances.some((pattern) =>
    pattern.endsWith('*')
      ? name.length >= pattern.length && name.startsWith(pattern.slice(0, -1))
      : pattern === name,
  );
}
