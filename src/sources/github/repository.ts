// What every part of a github source knows, and which repository a service is.
import type { Clock } from '../../domain/clock.ts';
import { ToolError } from '../../domain/errors.ts';
import { quoted } from '../../domain/excerpt.ts';
import { type GithubSettings, parseRepository, type Repository } from '../../domain/github-settings.ts';
import type { Service } from '../../domain/resource.ts';
import type { Client } from './client.ts';
import type { Progress } from './deployments.ts';
import type { Labels } from './labels.ts';

export interface Github {
  /** The source's name, as bindings name it. */
  name: string;
  settings: GithubSettings;
  client: Client;
  labels: Labels;
  /** Deployments by id that have succeeded: that stays so. */
  succeeded: Map<string, Progress>;
  clock: Clock;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  services: () => readonly Service[];
}

/** A service and its repository. */
export interface Bound {
  service: Service;
  repository: Repository;
  /** `acme/api` */
  fullName: string;
}

/** By its binding, else where it is called like the source's own repository. */
export function serves(github: Pick<Github, 'name' | 'settings'>): (service: Service) => boolean {
  return (service) => placeOf(github, service) !== null;
}

/** Errors: ToolError 'failed' for a service that is not known here, or a binding that names no repository. */
export function requireBound(github: Pick<Github, 'name' | 'settings'>, service: Service | undefined): Bound {
  const place = service === undefined ? null : placeOf(github, service);
  if (service === undefined || place === null)
    throw new ToolError(
      'failed',
      `${github.name} does not know the service ${service?.name ?? '(none named)'}`,
    );
  const repository = typeof place === 'string' ? parseRepository(place, github.settings) : place;
  if (repository === null)
    throw new ToolError(
      'failed',
      `${quoted(String(place))} is no repository of ${github.name}: openclaw service edit ${service.name} --binding "${github.name}=acme/api"`,
    );
  return { service, repository, fullName: `${repository.owner}/${repository.repo}` };
}

function placeOf({ name, settings }: Pick<Github, 'name' | 'settings'>, service: Service) {
  if (Object.hasOwn(service.bindings, name)) {
    const binding = service.bindings[name];
    // Argument lists belong to sources of another type.
    return typeof binding === 'string' ? binding : null;
  }
  return settings.repository?.repo === service.name ? settings.repository : null;
}
