// The source type `prometheus`, where it has an address: metrics of services, and what conditions look at.
import type { Clock } from '../../domain/clock.ts';
import { usageError } from '../../domain/errors.ts';
import { type PrometheusSettings, parsePrometheusSettings } from '../../domain/prometheus-settings.ts';
import type { Service } from '../../domain/resource.ts';
import type { SourceAdapter } from '../../domain/tool.ts';
import { createJsonClient, type JsonClientOptions } from '../json-client.ts';
import { createDiscovery } from '../promql-discovery.ts';
import { measureServices, metricsTool, type PromqlSource } from '../promql-metrics.ts';
import { createPrometheusApi } from './api.ts';
import { checkPrometheus } from './check.ts';

export interface PrometheusSourceOptions {
  name: string;
  settings: Readonly<Record<string, string>>;
  /** Values, by the names of the source's secrets: `api-token`, `api-password`. Others are not looked at. */
  secrets: Readonly<Record<string, string>>;
  services: () => readonly Service[];
  clock: Clock;
  /** It also sends us alerts. */
  tellsAlerts: boolean;
  /** Between two tries of a request. Default: a timer. */
  wait?: JsonClientOptions['wait'];
}

/** Nothing is asked before the first reading. Errors: UserError (usage) for settings that are wrong. */
export function createPrometheusSource(options: PrometheusSourceOptions): SourceAdapter {
  const { name, services, clock, tellsAlerts } = options;
  const settings = parsePrometheusSettings(options.settings, options.secrets);
  if (settings === null)
    throw usageError(`${name} has no address to read`, '--set url=http://prometheus:9090');
  const { 'api-token': token, 'api-password': password } = options.secrets;
  const client = createJsonClient({
    name,
    base: settings.address.base,
    host: settings.address.host,
    headers: headersOf(settings, token, password),
    secrets: [token ?? '', password ?? '', encoded(settings.user, password) ?? ''],
    refusedHint: 'is its secret api-token or api-password the right one, and in the daemon now?',
    wait: options.wait,
  });
  const api = createPrometheusApi(name, client, clock);
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
    type: 'prometheus',
    tools: [metricsTool(source)],
    tellsAlerts,
    measure: ({ signal, metrics }) => measureServices(source, metrics, { signal }),
    check: (call) => checkPrometheus(source, client, settings, call),
    close: async () => {},
  };
}

function headersOf(
  { user, tenant }: PrometheusSettings,
  token: string | undefined,
  password: string | undefined,
): Record<string, string> {
  const basic = encoded(user, password);
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(basic === null ? {} : { authorization: `Basic ${basic}` }),
    ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }),
  };
}

function encoded(user: string | undefined, password: string | undefined): string | null {
  return user === undefined || password === undefined
    ? null
    : Buffer.from(`${user}:${password}`).toString('base64');
}
