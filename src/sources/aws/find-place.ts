// Finds a service in AWS: by its binding, else by its exact name, else by a `service` or `Name` tag. None is guessed.
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { Service } from '../../domain/resource.ts';
import type { Call } from '../../domain/tool.ts';
import { typedWord } from '../../domain/typed-word.ts';
import { type Found, lookUp } from './look-up.ts';
import { boundPlace, type NamedKind, type PlaceOf, placeText } from './place.ts';
import type { AwsSession } from './session.ts';

/** How long a find by name is good for: things are named anew by people, not by the second. */
const KEEP_MS = 60_000;

/**
 * Errors: ToolError 'failed' where nothing or several things match (they are listed, with the binding to write),
 * or the binding is of another kind; and those of `session.ask`.
 */
export async function findPlace<K extends NamedKind>(
  session: AwsSession,
  service: Service | undefined,
  kinds: readonly K[],
  call: Call,
): Promise<PlaceOf<K>> {
  if (service === undefined) throw new ToolError('failed', `${session.source}: no service was named`);
  const bound = boundPlace(session.source, service);
  if (bound !== null) {
    if ('problem' in bound) throw new ToolError('failed', bound.problem);
    if (isOneOf(bound, kinds)) return bound;
    throw new ToolError(
      'failed',
      `${service.name} is ${placeText(bound)} in ${session.source}, and this needs ${kinds.join(' or ')}`,
    );
  }
  const found = await byName(session, service.name, kinds, call);
  // An exact name is meant before a tag of it.
  const named = found.filter(({ by }) => by === 'name');
  // A cluster and the one instance in it may well have the same name.
  const matches = unique(named.length > 0 ? named : found);
  const [only] = matches;
  if (only !== undefined && matches.length === 1 && isOneOf(only.place, kinds)) return only.place;
  throw new ToolError(
    'failed',
    only === undefined ? nothing(session, service, kinds) : several(session, service, matches),
  );
}

async function byName(
  session: AwsSession,
  name: string,
  kinds: readonly NamedKind[],
  call: Call,
): Promise<Found[]> {
  return session.keep(
    `place ${kinds.join(',')} ${name}`,
    KEEP_MS,
    async () => (await Promise.all(kinds.map((kind) => lookUp(session, kind, name, call)))).flat(),
    // What is not there may be there a moment later.
    (found) => found.length > 0,
  );
}

function unique(found: readonly Found[]): Found[] {
  return [...new Map(found.map((each) => [placeText(each.place), each])).values()];
}

function isOneOf<K extends NamedKind>(place: { kind: string }, kinds: readonly K[]): place is PlaceOf<K> {
  return kinds.some((kind) => kind === place.kind);
}

const NOUNS: Readonly<Record<NamedKind, string>> = {
  asg: 'Auto Scaling group',
  ecs: 'ECS service',
  rds: 'database',
  elasticache: 'cache',
  ec2: 'instance',
};

function nothing({ source, region }: AwsSession, service: Service, kinds: readonly NamedKind[]): string {
  const nouns = kinds.map((kind) => NOUNS[kind]).join(' or ');
  return (
    `${source} has no ${nouns} called or tagged ${service.name} in ${region}: ` +
    `openclaw service edit ${typedWord(service.name)} --binding "${source}=${kinds[0] === 'ecs' ? 'ecs:cluster/service' : `${kinds[0]}:name`}" says where it is`
  );
}

function several({ source }: AwsSession, service: Service, matches: readonly Found[]): string {
  const texts = matches.map(({ place }) => clipped(placeText(place), 120));
  const shown = texts.slice(0, 10).join(', ');
  const more = texts.length > 10 ? ` and ${texts.length - 10} more` : '';
  return (
    `${service.name} may be ${shown}${more} in ${source}: which? ` +
    `openclaw service edit ${typedWord(service.name)} --binding "${source}=${texts[0]}" says so`
  );
}
