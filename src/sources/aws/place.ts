// Where AWS knows a service: the text of a binding, and what kinds of thing it can name. Pure.
import { quoted } from '../../domain/excerpt.ts';
import type { Service } from '../../domain/resource.ts';
import { splitLogs } from './log-binding.ts';

export type AwsPlace =
  /** An Auto Scaling group. */
  | { kind: 'asg'; name: string }
  | { kind: 'ecs'; cluster: string; service: string }
  /** An Aurora or Multi-AZ cluster, or a single instance; AWS says which. */
  | { kind: 'rds'; id: string }
  /** A replication group, or a cache cluster of one node; AWS says which. */
  | { kind: 'elasticache'; id: string }
  /** Instances with this tag. */
  | { kind: 'ec2'; key: string; value: string }
  /** Nothing but log groups. */
  | { kind: 'logs'; groups: string[] };

export type PlaceKind = AwsPlace['kind'];
export type PlaceOf<K extends PlaceKind> = Extract<AwsPlace, { kind: K }>;
/** What has a name in AWS, and so can be found without a binding. */
export type NamedKind = Exclude<PlaceKind, 'logs'>;

const FORMS =
  'asg:NAME, ecs:CLUSTER/SERVICE, rds:NAME, elasticache:NAME or ec2:TAG=VALUE, and logs:GROUP,GROUP behind it or alone';

/** Errors: the sentence that says what is wrong with the text. */
export function parsePlace(text: string): AwsPlace | { problem: string } {
  const split = splitLogs(text);
  if ('problem' in split) return split;
  if (split.place === '' && split.groups.length > 0) return { kind: 'logs', groups: split.groups };
  const colon = split.place.indexOf(':');
  const kind = colon < 0 ? '' : split.place.slice(0, colon).trim().toLowerCase();
  const rest = split.place.slice(colon + 1).trim();
  const problem = { problem: `${quoted(text)} is no place in AWS: write ${FORMS}` };
  if (rest === '' || /\p{Cc}/u.test(rest)) return problem;
  switch (kind) {
    case 'asg':
      return { kind, name: rest };
    case 'ecs': {
      const [cluster = '', service = '', ...more] = rest.split('/').map((part) => part.trim());
      return cluster === '' || service === '' || more.length > 0 ? problem : { kind, cluster, service };
    }
    case 'rds':
    case 'elasticache':
      return { kind, id: rest };
    case 'ec2': {
      const equals = rest.indexOf('=');
      // A tag without its key is the one of the name.
      if (equals < 0) return { kind, key: 'Name', value: rest };
      const [key, value] = [rest.slice(0, equals).trim(), rest.slice(equals + 1).trim()];
      return key === '' || value === '' ? problem : { kind, key, value };
    }
    default:
      return problem;
  }
}

/** As a binding writes it: `ecs:prod/api`. */
export function placeText(place: AwsPlace): string {
  switch (place.kind) {
    case 'asg':
      return `asg:${place.name}`;
    case 'ecs':
      return `ecs:${place.cluster}/${place.service}`;
    case 'rds':
    case 'elasticache':
      return `${place.kind}:${place.id}`;
    case 'ec2':
      return `ec2:${place.key}=${place.value}`;
    case 'logs':
      return `logs:${place.groups.join(',')}`;
    default:
      return place satisfies never;
  }
}

/** Null: this source has no binding for the service. */
export function boundPlace(source: string, service: Service): AwsPlace | { problem: string } | null {
  const binding = Object.hasOwn(service.bindings, source) ? service.bindings[source] : undefined;
  if (binding === undefined) return null;
  return typeof binding === 'string'
    ? parsePlace(binding)
    : { problem: `the binding of ${service.name} is one of a host: write ${FORMS}` };
}

/**
 * Whether a tool for these kinds answers for the service: by its binding, or, where it has none, because it may be
 * found by its name. A service that runs on a host, or is bound to another AWS source, is theirs.
 */
export function servesKinds(source: string, kinds: readonly PlaceKind[]): (service: Service) => boolean {
  return (service) => {
    const place = boundPlace(source, service);
    // A binding nobody can read is said when the tool is called: silence would hide the service.
    if (place !== null) return 'problem' in place || kinds.includes(place.kind);
    return Object.values(service.bindings).every(
      (other) => typeof other === 'string' && 'problem' in parsePlace(other),
    );
  };
}
