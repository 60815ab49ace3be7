// What routing needs, read once for a batch, and what of an alert may choose.
import type { IncomingAlert } from '../../domain/alert.ts';
import { RULE_SOURCE_PREFIX } from '../../domain/built-in.ts';
import { redact, redactJson } from '../../domain/redact.ts';
import type { AlertRoute, Service, Silence, Source } from '../../domain/resource.ts';
import { instanceOf } from '../../domain/service-name.ts';
import type { Tables } from '../../store/tables.ts';
import type { Storm } from '../storm.ts';
import type { Rooms } from './room-posts.ts';

/** Enabled ones only. */
export interface Configured {
  routes: AlertRoute[];
  services: Service[];
  silences: Silence[];
  sources: Source[];
  channels: { name: string; type: string }[];
}

export interface Setup extends Configured {
  storm: Storm;
  rooms: Rooms;
}

export async function readSetup(tables: Tables): Promise<Configured> {
  const enabled = async <K extends 'alert-route' | 'service' | 'silence' | 'source' | 'channel'>(kind: K) =>
    (await tables.resources.list(kind)).filter((each) => each.enabled).map(({ spec }) => spec);
  return {
    routes: await enabled('alert-route'),
    services: await enabled('service'),
    silences: await enabled('silence'),
    sources: await enabled('source'),
    channels: await enabled('channel'),
  };
}

/** Text from outside may only select, by exact match, a configured service its source is allowed. */
export function resolveService(
  source: string,
  name: string | null,
  { services, sources }: Pick<Setup, 'services' | 'sources'>,
): string | null {
  if (name === null) return null;
  const found =
    services.find((service) => service.name === name) ??
    services.find((service) => instanceOf(service, name));
  if (!found) return null;
  if (source.startsWith(RULE_SOURCE_PREFIX)) return found.name;
  const allowed = sources.find((each) => each.name === source)?.services ?? [];
  return allowed.length === 0 || allowed.includes(found.name) ? found.name : null;
}

export function redactAlert(incoming: IncomingAlert): IncomingAlert {
  return {
    ...incoming,
    title: redact(incoming.title),
    description: redact(incoming.description),
    labels: redactJson(incoming.labels),
    links: redactJson(incoming.links),
  };
}
