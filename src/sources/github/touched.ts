// Which services a change touches, where one repository holds several of them. Pure.
import type { Comparison } from '../../domain/capability.ts';
import type { Service } from '../../domain/resource.ts';
import { type Github, requireBound, serves } from './repository.ts';

/** Names of the services that are bound to this repository, sorted. */
export function servicesOf(github: Github, fullName: string): string[] {
  return github
    .services()
    .filter(serves(github))
    .filter((service) => isIn(github, service, fullName))
    .map(({ name }) => name)
    .sort();
}

function isIn(github: Github, service: Service, fullName: string): boolean {
  try {
    return requireBound(github, service).fullName.toLowerCase() === fullName.toLowerCase();
  } catch {
    // A binding nobody can read is said when that service is asked about.
    return false;
  }
}

/**
 * A file belongs to the service that a folder above it is called like, the innermost one where several are. Undefined:
 * there are not several, so all is the one's.
 */
export function servicesTouched(
  files: readonly string[],
  services: readonly string[],
): Comparison['services'] {
  if (services.length < 2) return undefined;
  const named = new Map(services.map((name) => [name.toLowerCase(), name]));
  const owners = files.map((file) => {
    const folders = file.toLowerCase().split('/').slice(0, -1);
    return named.get(folders.findLast((folder) => named.has(folder)) ?? '');
  });
  const touched = [...new Set(owners.filter((owner) => owner !== undefined))].sort();
  return { touched, elsewhere: owners.filter((owner) => owner === undefined).length };
}
