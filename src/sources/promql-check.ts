// For `source test`: which services are found, with which metrics, and which query of the operator's does not work.
import { ToolError } from '../domain/errors.ts';
import type { Call, SourceCheck } from '../domain/tool.ts';
import { bindingOf } from './promql-discovery.ts';
import { type PromqlSource, wantedQueries } from './promql-metrics.ts';

const MOST_SERVICES = 20;
const MOST_LISTED = 8;

export async function checkServices(source: PromqlSource, call: Call): Promise<SourceCheck> {
  const services = source.services();
  const looked = services.slice(0, MOST_SERVICES);
  const each = await Promise.all(looked.map((service) => checkService(source, service, call)));
  const left = services.length - looked.length;
  return {
    facts: [
      ...each.flatMap(({ facts }) => facts),
      ...(left > 0 ? [{ name: 'not looked at', value: `${left} more services` }] : []),
    ],
    problems: [...each.flatMap(({ problems }) => problems), ...(await checkQueries(source, call))],
  };
}

async function checkService(
  source: PromqlSource,
  service: ReturnType<PromqlSource['services']>[number],
  call: Call,
): Promise<SourceCheck> {
  const bind = `openclaw service edit ${service.name} --binding "${source.name}=job:NAME"`;
  try {
    const { selector, names, queries } = await source.discovery.find(service, undefined, call);
    const bound = bindingOf(source.name, service);
    if (names.size === 0 && (bound !== null || queries.length === 0))
      return {
        facts: [{ name: service.name, value: 'not found here' }],
        problems:
          bound === null
            ? []
            : [
                {
                  text: `${service.name} is bound to ${bound}, and nothing like that was measured within an hour`,
                  fix: bind,
                },
              ],
      };
    const listed = queries.slice(0, MOST_LISTED).map(({ metric }) => metric);
    const missing = ['error_rate', 'latency'].filter(
      (name) => !queries.some(({ metric }) => metric === name),
    );
    return {
      facts: [
        {
          name: service.name,
          value: `${names.size} metrics${selector === null ? '' : ` by {${selector}}`}: ${listed.join(', ') || 'none with a name of ours'}`,
        },
      ],
      problems:
        service.kind === 'app' && missing.length > 0
          ? [
              {
                text: `${service.name} has no ${missing.join(' and no ')} under a name that is known here`,
                fix: `openclaw source edit "${source.name}" --set metric.${missing[0]}='PromQL with {$selector} or "$service"'`,
              },
            ]
          : [],
    };
  } catch (error) {
    if (!(error instanceof ToolError) || error.outcome !== 'failed') throw error;
    return { facts: [], problems: [{ text: error.message, fix: bind }] };
  }
}

/** Each query of the operator's once, for the first service that has it. */
async function checkQueries(source: PromqlSource, call: Call): Promise<SourceCheck['problems']> {
  const { name, api, clock, settings } = source;
  if (settings.queries.size === 0) return [];
  const wanted = await wantedQueries(source, [...settings.queries.keys()], call);
  const problems = await Promise.all(
    [...settings.queries.keys()].map(async (metric): Promise<SourceCheck['problems']> => {
      const query = wanted.find((one) => one.metric === metric);
      if (query === undefined) return [];
      const edit = `openclaw source edit "${name}" --set metric.${metric}`;
      try {
        const { series, warnings } = await api.instant(query.expression, clock.now(), call);
        const of = query.service === null ? '' : ` of ${query.service}`;
        if (series.length > 1)
          return [
            {
              text: `${metric}${of} gives ${series.length} time series, and one number is needed`,
              fix: `${edit}='sum(...)'`,
            },
          ];
        const value = series[0]?.points.at(-1)?.value;
        if (value === undefined)
          return [
            { text: `${metric}${of} gives no number now`, fix: `${edit}='...', where there should be one` },
          ];
        if (query.unit === '%' && query.factor === 100 && Math.abs(value) > 1.5)
          return [
            { text: `${metric}${of} is ${value}, and a ratio goes from 0 to 1`, fix: `${edit}.unit=percent` },
          ];
        return warnings.map((text) => ({ text: `${metric}${of}: ${text}`, fix: `${edit}='...'` }));
      } catch (error) {
        if (!(error instanceof ToolError) || error.outcome !== 'failed') throw error;
        return [{ text: `${metric}: ${error.message}`, fix: `${edit}='...'` }];
      }
    }),
  );
  return problems.flat();
}
