// Which service is meant: by its name, by one of its instances, by the incident, or because there is only one.
import type { ChangeCapability } from '../domain/capability.ts';
import { notFound, usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import type { Kit, PlaybookRequest, Proposal } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import { typedWord } from '../domain/typed-word.ts';
import { slashed } from './arguments.ts';

export type Looked =
  | { kind: 'found'; service: Service; instance: string | null }
  /** Several are possible: the choices are lines to type. */
  | { kind: 'ask'; proposal: Proposal };

export interface Question {
  /** What was typed; undefined: nothing. */
  name: string | undefined;
  request: PlaybookRequest;
  kit: Pick<Kit, 'services' | 'changer'>;
  /** The arguments after the service in a line to type. */
  rest?: string;
  /** What is asked for changes this: without a name only services that can be are meant. */
  change?: ChangeCapability;
}

const mostChoices = 10;

/** Errors: UserError 'not-found' for a name nobody has, 'usage' when there is no service at all. */
export function findService({ name, request, kit, rest = '', change }: Question): Looked {
  if (kit.services.length === 0) {
    throw usageError('no service is configured yet', 'openclaw service add --name api --instances "api-*"');
  }
  const trigger = slashed(request.trigger);
  const line = (service: Service) => [trigger, typedWord(service.name), rest].filter(Boolean).join(' ');
  const ask = (question: string, services: readonly Service[]): Looked => ({
    kind: 'ask',
    proposal: { kind: 'question', question, choices: services.slice(0, mostChoices).map(line) },
  });
  if (name === undefined) {
    const able = change ? kit.services.filter((each) => kit.changer(change, each.name) !== null) : [];
    const meant = able.length > 0 ? able : kit.services;
    const only = incidentService(request, kit) ?? (meant.length === 1 ? meant[0] : undefined);
    return only
      ? { kind: 'found', service: only, instance: null }
      : ask(`${trigger} of which service?`, meant);
  }
  const exact = serviceNamed(name, kit.services);
  if (exact) return { kind: 'found', service: exact, instance: null };
  const owners = kit.services.filter((service) => service.instances.some((pattern) => covers(pattern, name)));
  const [owner] = owners;
  if (owner && owners.length === 1) return { kind: 'found', service: owner, instance: name };
  if (owners.length > 1) {
    return ask(
      `${quoted(name)} may be an instance of ${owners.map((service) => service.name).join(', ')}: which?`,
      owners,
    );
  }
  throw unknownService(name, kit.services, line);
}

/** Exact, else the only one that differs in case. */
export function serviceNamed(name: string, services: readonly Service[]): Service | undefined {
  const exact = services.find((service) => service.name === name);
  if (exact) return exact;
  const alike = services.filter((service) => service.name.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

export function incidentService(
  { incident }: PlaybookRequest,
  kit: Pick<Kit, 'services'>,
): Service | undefined {
  return incident?.service ? serviceNamed(incident.service, kit.services) : undefined;
}

/** For changes: an instance was named, the service is changed. */
export function instanceNote(service: Service, instance: string | null): string[] {
  return instance === null
    ? []
    : [`${instance} is an instance of ${service.name}: the whole service is changed`];
}

function unknownService(name: string, services: readonly Service[], line: (service: Service) => string) {
  const near = nearest(
    name,
    services.map((service) => service.name),
  );
  const meant = services.find((service) => service.name === near);
  const names = services.slice(0, mostChoices).map((service) => service.name);
  const more = services.length - names.length;
  return notFound(
    `no service is called ${quoted(name)}, and none has an instance of that name`,
    meant
      ? `did you mean ${meant.name}? ${line(meant)}`
      : `there are ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  );
}

function covers(pattern: string, name: string): boolean {
  if (!pattern.endsWith('*')) return pattern === name;
  const prefix = pattern.slice(0, -1);
  // `api-*` is one of its instances by name; the bare `*` would own every word anyone types.
  return prefix !== '' && name.length > prefix.length && name.startsWith(prefix);
}
