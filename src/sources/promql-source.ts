// What Prometheus and Grafana are alike in: one source over whatever answers PromQL.
import type { Clock } from '../domain/clock.ts';
import type { PromqlSettings } from '../domain/promql/promql-settings.ts';
import type { Service } from '../domain/resource.ts';
import type { SourceAdapter, Tool } from '../domain/tool.ts';
import type { JsonClientOptions } from './json-client.ts';
import type { PromqlApi } from './promql-api.ts';
import { createDiscovery } from './promql-discovery.ts';
import { measureServices, metricsTool, type PromqlSource } from './promql-metrics.ts';

export interface PromqlSourceOptions {
  name: string;
  settings: Readonly<Record<string, string>>;
  /** Values, by the names of the source's secrets. Others than those of its API are not looked at. */
  secrets: Readonly<Record<string, string>>;
  services: () => readonly Service[];
  clock: Clock;
  /** It also sends us alerts. */
  tellsAlerts: boolean;
  /** Between two tries of a request. Default: a timer. */
  wait?: JsonClientOptions['wait'];
}

/** `own`: what only this type has. Nothing is asked before the first reading. */
export function createPromqlAdapter(
  type: 'prometheus' | 'grafana',
  { name, services, clock, tellsAlerts }: PromqlSourceOptions,
  { api, settings }: { api: PromqlApi; settings: PromqlSettings },
  own: (source: PromqlSource) => Pick<SourceAdapter, 'annotate' | 'check'> & { tools?: readonly Tool[] },
): SourceAdapter {
  const discovery = createDiscovery({ name, api, settings, clock });
  const source: PromqlSource = { name, api, settings, discovery, services, clock };
  const { tools = [], ...rest } = own(source);
  return {
    name,
    type,
    tools: [metricsTool(source), ...tools],
    tellsAlerts,
    measure: ({ signal, metrics }) => measureServices(source, metrics, { signal }),
    close: async () => {},
    ...rest,
  };
}
