// What `source test` asks Grafana: version, whether the token works, which data sources there are, what it may not do.
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { GrafanaSettings } from '../../domain/grafana-settings.ts';
import type { Call, SourceCheck } from '../../domain/tool.ts';
import type { JsonClient } from '../json-client.ts';
import { isRecord } from '../promql-api.ts';
import { checkServices } from '../promql-check.ts';
import type { PromqlSource } from '../promql-metrics.ts';
import type { Datasources } from './datasources.ts';

export async function checkGrafana(
  source: PromqlSource,
  {
    client,
    datasources,
    settings,
  }: { client: JsonClient; datasources: Datasources; settings: GrafanaSettings },
  call: Call,
): Promise<SourceCheck> {
  const { name } = source;
  const health = (await client.ask({ method: 'GET', path: '/api/health' }, call)).json;
  const version =
    isRecord(health) && typeof health.version === 'string' ? clipped(health.version, 60) : 'not said';
  const edit = `openclaw source edit "${name}"`;
  const facts = [
    { name: 'address', value: settings.address.base },
    { name: 'version', value: version },
  ];
  const problems: SourceCheck['problems'] = [];
  const listed = await datasources.list(call).catch((error: unknown) => {
    if (!(error instanceof ToolError) || error.outcome !== 'failed') throw error;
    // With its uid set, whether the token may list them does not matter.
    if (settings.datasource === null) throw error;
    return [];
  });
  facts.push({
    name: 'data sources',
    value:
      listed.map((one) => `${one.name} (${one.uid})`).join(', ') ||
      settings.datasource ||
      'none for Prometheus',
  });
  if (
    settings.datasource !== null &&
    listed.length > 0 &&
    !listed.some(({ uid }) => uid === settings.datasource)
  )
    problems.push({
      text: `there is no data source ${settings.datasource} for Prometheus`,
      fix: `${edit} --set datasource=${listed[0]?.uid ?? 'UID'}`,
    });
  if (settings.annotations && !(await mayAnnotate(client, call)))
    problems.push({
      text: 'its token may not write annotations, so incidents are not marked there',
      fix: `give its service account the role Editor, or: ${edit} --set annotations=no`,
    });
  if (problems.length > 0 && listed.length === 0) return { facts, problems };
  const found = await checkServices(source, call);
  return { facts: [...facts, ...found.facts], problems: [...problems, ...found.problems] };
}

/** True as well where Grafana does not say: the first annotation will. */
async function mayAnnotate(client: JsonClient, call: Call): Promise<boolean> {
  try {
    const path = '/api/access-control/user/permissions';
    const { status, json } = await client.ask({ method: 'GET', path }, call);
    return status !== 200 || !isRecord(json) || 'annotations:create' in json;
  } catch (error) {
    if (error instanceof ToolError && error.outcome === 'failed') return true;
    throw error;
  }
}
