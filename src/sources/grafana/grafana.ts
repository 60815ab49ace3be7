// The source type `grafana`, where it has an address: metrics of its Prometheus, dashboards, and marks of incidents.
import type { Clock } from '../../domain/clock.ts';
import { usageError } from '../../domain/errors.ts';
import { parseGrafanaSettings } from '../../domain/grafana-settings.ts';
import type { Service } from '../../domain/resource.ts';
import type { SourceAdapter } from '../../domain/tool.ts';
import { createJsonClient, type JsonClientOptions } from '../json-client.ts';
import { createDiscovery } from '../promql-discovery.ts';
import { measureServices, metricsTool, type PromqlSource } from '../promql-metrics.ts';
import { annotate } from './annotations.ts';
import { createGrafanaApi } from './api.ts';
import { checkGrafana } from './check.ts';
import { dashboardsTool } from './dashboards.ts';
import { createDatasources } from './datasources.ts';

export interface GrafanaSourceOptions {
  name: string;
  settings: Readonly<Record<string, string>>;
  /** Values: `api-token`. Others are not looked at. */
  secrets: Readonly<Record<string, string>>;
  services: () => readonly Service[];
  clock: Clock;
  /** It also sends us alerts. */
  tellsAlerts: boolean;
  /** Between two tries of a request. Default: a timer. */
  wait?: JsonClientOptions['wait'];
}

/** Nothing is asked before the first reading. Errors: UserError (usage) for settings that are wrong. */
export function createGrafanaSource(options: GrafanaSourceOptions): SourceAdapter {
  const { name, services, clock, tellsAlerts } = options;
  const settings = parseGrafanaSettings(options.settings, options.secrets);
  if (settings === null)
    throw usageError(`${name} has no address to read`, '--set url=https://grafana.example');
  const { 'api-token': token = '' } = options.secrets;
  const client = createJsonClient({
    name,
    base: settings.address.base,
    host: settings.address.host,
    headers: { authorization: `Bearer ${token}` },
    secrets: [token],
    refusedHint: 'is its secret api-token the right one, with the role Viewer, and in the daemon now?',
    wait: options.wait,
  });
  const datasources = createDatasources(name, client, settings.datasource);
  const api = createGrafanaApi(name, client, datasources, () => clock.now());
  const source: PromqlSource = {
    name,
    api,
    settings: settings.promql,
    discovery: createDiscovery({ name, api, settings: settings.promql, clock }),
    services,
    clock,
  };
  return {
    name,
    type: 'grafana',
    tools: [metricsTool(source), dashboardsTool(name, settings.address.base, client)],
    tellsAlerts,
    measure: ({ signal, metrics }) => measureServices(source, metrics, { signal }),
    ...(settings.annotations ? { annotate: (mark, call) => annotate(name, client, mark, call) } : {}),
    check: (call) => checkGrafana(source, { client, datasources, settings }, call),
    close: async () => {},
  };
}
