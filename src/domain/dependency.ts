// Which services a service needs, and which need it: over any number of steps, nearest first. Pure.
import type { Service } from './resource.ts';

type Node = Pick<Service, 'name' | 'dependsOn'>;

/** Without itself, also where the dependencies go round in a circle. */
export function dependenciesOf(name: string, services: readonly Node[]): string[] {
  const byName = new Map(services.map((service) => [service.name, service.dependsOn]));
  return reachable(name, (each) => byName.get(each) ?? []);
}

export function dependantsOf(name: string, services: readonly Node[]): string[] {
  return reachable(name, (each) =>
    services.filter(({ dependsOn }) => dependsOn.includes(each)).map((service) => service.name),
  );
}

function reachable(from: string, next: (name: string) => readonly string[]): string[] {
  const seen = new Set([from]);
  // A set is walked in the order it grows.
  for (const name of seen) for (const other of next(name)) seen.add(other);
  seen.delete(from);
  return [...seen];
}
