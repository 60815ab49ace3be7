// Which data source of Grafana is asked: the one that is set, else its only one for Prometheus, else the default one.
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import { isUid } from '../../domain/grafana-settings.ts';
import type { Call } from '../../domain/tool.ts';
import type { JsonClient } from '../json-client.ts';
import { isRecord } from '../promql-api.ts';

export interface Datasource {
  uid: string;
  type: string;
  name: string;
  isDefault: boolean;
}

export interface Datasources {
  /** Errors: ToolError 'failed' where there is none, or several without a default. */
  chosen(call: Call): Promise<Pick<Datasource, 'uid' | 'type'>>;
  /** Those that answer PromQL. Needs the right `datasources:read`. */
  list(call: Call): Promise<Datasource[]>;
}

/** Prometheus itself, and what Grafana Labs ships for it under another name. */
const TYPES: ReadonlySet<string> = new Set([
  'prometheus',
  'grafana-amazonprometheus-datasource',
  'grafana-azureprometheus-datasource',
]);
const MAY_NOT_LIST =
  'may its service account list data sources (datasources:read)? Else name the one to read: --set datasource=UID';

export function createDatasources(name: string, client: JsonClient, set: string | null): Datasources {
  let choosing: Promise<Datasource> | null = null;
  const list = async (call: Call): Promise<Datasource[]> => {
    const { status, json } = await client.ask(
      { method: 'GET', path: '/api/datasources', refusedHint: MAY_NOT_LIST },
      call,
    );
    if (status !== 200 || !Array.isArray(json))
      throw new ToolError(
        'failed',
        `${name} does not list its data sources (${status}): its \`url\` may not be right`,
      );
    return json.flatMap((one): Datasource[] => {
      if (!isRecord(one)) return [];
      const { uid, type, name: title, isDefault } = one;
      if (typeof uid !== 'string' || !isUid(uid) || typeof type !== 'string' || !TYPES.has(type)) return [];
      return [{ uid, type, name: clipped(String(title), 80), isDefault: isDefault === true }];
    });
  };
  const choose = async (call: Call): Promise<Datasource> => {
    const all = await list(call);
    const only = all.length === 1 ? all[0] : all.find(({ isDefault }) => isDefault);
    if (only !== undefined) return only;
    const named = all.slice(0, 10).map(({ name: title, uid }) => `${title} (${uid})`);
    throw new ToolError(
      'failed',
      all.length === 0
        ? `${name} has no data source for Prometheus`
        : `${name} has ${all.length} data sources for Prometheus and none is the default: --set datasource=UID, of ${named.join(', ')}`,
    );
  };
  return {
    list,
    async chosen(call) {
      if (set !== null) return { uid: set, type: 'prometheus' };
      // Of several that ask at once the first one finds out; what went wrong is tried again by the next.
      choosing ??= choose(call).catch((error: unknown) => {
        choosing = null;
        throw error;
      });
      return choosing;
    },
  };
}
