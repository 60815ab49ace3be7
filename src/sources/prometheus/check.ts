// What `source test` asks Prometheus: version, whether we may ask, what is scraped, and which services are found.
import { ToolError } from '../../domain/errors.ts';
import { clipped } from '../../domain/excerpt.ts';
import type { PrometheusSettings } from '../../domain/prometheus-settings.ts';
import type { Call, SourceCheck } from '../../domain/tool.ts';
import type { JsonClient } from '../json-client.ts';
import { isRecord, readEnvelope } from '../promql-api.ts';
import { checkServices } from '../promql-check.ts';
import type { PromqlSource } from '../promql-metrics.ts';

export async function checkPrometheus(
  source: PromqlSource,
  client: JsonClient,
  { address }: PrometheusSettings,
  call: Call,
): Promise<SourceCheck> {
  const { api, clock } = source;
  const version = await readVersion(source.name, client, call);
  const now = clock.now();
  const [up, down] = await Promise.all([
    api.instant('count(up == 1)', now, call),
    api.instant('count(up == 0)', now, call),
  ]);
  const count = (answer: typeof up) => answer.series[0]?.points.at(-1)?.value ?? 0;
  const found = await checkServices(source, call);
  return {
    facts: [
      { name: 'address', value: address.base },
      { name: 'version', value: version },
      { name: 'targets', value: `${count(up)} up, ${count(down)} down` },
      ...found.facts,
    ],
    problems: [
      ...(count(up) + count(down) === 0
        ? [
            {
              text: 'it scrapes nothing, or its `up` metrics are not kept',
              fix: `see ${address.base}/targets`,
            },
          ]
        : []),
      ...found.problems,
    ],
  };
}

/** Systems that speak its query API do not all say what they are. */
async function readVersion(name: string, client: JsonClient, call: Call): Promise<string> {
  try {
    const { data } = readEnvelope(
      name,
      await client.ask({ method: 'GET', path: '/api/v1/status/buildinfo' }, call),
    );
    const version = isRecord(data) && typeof data.version === 'string' ? data.version : '';
    return version === '' ? 'not said' : clipped(version, 60);
  } catch (error) {
    if (
      error instanceof ToolError &&
      error.outcome === 'failed' &&
      !/refuses us|sends us/.test(error.message)
    )
      return 'not said';
    throw error;
  }
}
