// The source type `prometheus`, where it has an address: metrics of services, and what conditions look at.
import { usageError } from '../../domain/errors.ts';
import { type PrometheusSettings, parsePrometheusSettings } from '../../domain/prometheus-settings.ts';
import type { SourceAdapter } from '../../domain/tool.ts';
import { createJsonClient } from '../json-client.ts';
import { createPromqlAdapter, type PromqlSourceOptions } from '../promql-source.ts';
import { createPrometheusApi } from './api.ts';
import { checkPrometheus } from './check.ts';

/** Its secrets: `api-token`, `api-password`. Nothing is asked before the first reading. Errors: UserError (usage) for settings that are wrong. */
export function createPrometheusSource(options: PromqlSourceOptions): SourceAdapter {
  const { name, clock } = options;
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
  return createPromqlAdapter('prometheus', options, { api, settings: settings.promql }, (source) => ({
    check: (call) => checkPrometheus(source, client, settings, call),
  }));
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
