// The source type `grafana`, where it has an address: metrics of its Prometheus, dashboards, and marks of incidents.
import { usageError } from '../../domain/errors.ts';
import { parseGrafanaSettings } from '../../domain/grafana-settings.ts';
import type { SourceAdapter } from '../../domain/tool.ts';
import { createJsonClient } from '../json-client.ts';
import { createPromqlAdapter, type PromqlSourceOptions } from '../promql-source.ts';
import { annotate } from './annotations.ts';
import { createGrafanaApi } from './api.ts';
import { checkGrafana } from './check.ts';
import { dashboardsTool } from './dashboards.ts';
import { createDatasources } from './datasources.ts';

/** Its secret: `api-token`. Nothing is asked before the first reading. Errors: UserError (usage) for settings that are wrong. */
export function createGrafanaSource(options: PromqlSourceOptions): SourceAdapter {
  const { name, clock } = options;
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
  return createPromqlAdapter('grafana', options, { api, settings: settings.promql }, (source) => ({
    tools: [dashboardsTool(name, settings.address.base, client)],
    ...(settings.annotations ? { annotate: (mark, call) => annotate(name, client, mark, call) } : {}),
    check: (call) => checkGrafana(source, { client, datasources, settings }, call),
  }));
}
