// `metrics.query` over PromQL, and the values that alert rules and auto-fixes look at.
import type { MetricSeries } from '../domain/capability.ts';
import type { Clock } from '../domain/clock.ts';
import { ToolError } from '../domain/errors.ts';
import { readMetric, UNIT_WORDS } from '../domain/promql/metric-unit.ts';
import type { PromqlSettings } from '../domain/promql/promql-settings.ts';
import { fillTemplate } from '../domain/promql/template.ts';
import type { Service } from '../domain/resource.ts';
import type { Call, Measurement, ReadTool } from '../domain/tool.ts';
import type { PromqlApi, QueryAnswer } from './promql-api.ts';
import type { Discovery, Found, FoundQuery } from './promql-discovery.ts';

export interface PromqlSource {
  name: string;
  api: PromqlApi;
  settings: PromqlSettings;
  discovery: Discovery;
  services: () => readonly Service[];
  clock: Clock;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** As many points as a picture of them can show. */
const MOST_POINTS = 240;
const SHORTEST_STEP_MS = 5000;
const EARLIER_DAYS = 7;
const STRAY_MS = 10 * 60_000;
/** Queries of several services go in one request. */
const TOGETHER = 20;
/** Its value says which query of those a number answers. */
const MARK = 'openclaw_query';

/**
 * A service's metrics by their names of ours, or one by ours or Prometheus's. Empty where the service has none here:
 * other sources may know it.
 */
export function metricsTool(source: PromqlSource): ReadTool<'metrics.query'> {
  return {
    kind: 'read',
    capability: 'metrics.query',
    source: source.name,
    serves: (service) => mayServe(source, service),
    read: async ({ metric, sinceMs, instance }, service, call) => {
      if (service === undefined) return [];
      const found = await source.discovery.find(service, instance, call);
      const queries = metric === undefined ? found.queries : queryNamed(source, found, metric);
      const answers = await Promise.all(
        queries.map((query) => readSeries(source, query, sinceMs ?? HOUR_MS, call)),
      );
      const [first] = answers;
      // One wrong query of several is said beside its name; where nothing can be read, that is the answer.
      if (first?.error && answers.every(({ error }) => error)) throw first.error;
      return answers.map(({ series }) => series);
    },
  };
}

/** Bound in a way this source reads, or perhaps known by its name. */
function mayServe({ name }: Pick<PromqlSource, 'name'>, { bindings }: Service): boolean {
  return !Object.hasOwn(bindings, name) || typeof bindings[name] === 'string';
}

/** Values of the metrics asked for, of each service that has them, and of the source as a whole. */
export async function measureServices(
  source: PromqlSource,
  metrics: readonly string[] | undefined,
  call: Call,
): Promise<Measurement[]> {
  if (metrics !== undefined && metrics.length === 0) return [];
  const wanted = await wantedQueries(source, metrics, call);
  const batches = Array.from({ length: Math.ceil(wanted.length / TOGETHER) }, (_, index) =>
    wanted.slice(index * TOGETHER, (index + 1) * TOGETHER),
  );
  return (await Promise.all(batches.map((batch) => measureTogether(source, batch, call)))).flat();
}

export interface WantedQuery extends FoundQuery {
  service: string | null;
  target: string;
}

/** Errors: ToolError where nothing could be found out. A service that cannot be looked up is left out beside others. */
export async function wantedQueries(
  source: PromqlSource,
  metrics: readonly string[] | undefined,
  call: Call,
): Promise<WantedQuery[]> {
  const services = source.services().filter((service) => mayServe(source, service));
  const failures: ToolError[] = [];
  const found = await Promise.all(
    services.map(async (service) => {
      try {
        return { service, found: await source.discovery.find(service, undefined, call) };
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        failures.push(error);
        return null;
      }
    }),
  );
  if (failures.length > 0 && failures.length === services.length) throw failures[0];
  const ofServices = found.flatMap((one) => {
    if (one === null) return [];
    const queries =
      metrics === undefined
        ? one.found.queries
        : metrics.flatMap((metric) => queryNamed(source, one.found, metric).slice(0, 1));
    const { name } = one.service;
    return queries.map((query) => ({ ...query, service: name, target: name }));
  });
  const ofAll = [...source.settings.queries].flatMap(([metric, query]) =>
    query.perService || (metrics !== undefined && !metrics.includes(metric))
      ? []
      : [{ metric, ...ownQuery(source, query), service: null, target: source.name }],
  );
  return [...ofServices, ...ofAll];
}

function ownQuery(
  { settings }: PromqlSource,
  { expression, unit }: { expression: string; unit: keyof typeof UNIT_WORDS },
) {
  const filled = fillTemplate(expression, { service: '', selector: [], window: settings.window });
  return { ...UNIT_WORDS[unit], expression: filled };
}

/** By our name for it, else by Prometheus's in any case, as conditions are in lower case. */
function queryNamed({ settings }: PromqlSource, found: Found, metric: string): FoundQuery[] {
  const lower = metric.toLowerCase();
  const known = found.queries.find((query) => query.metric === lower);
  if (known !== undefined) return [known];
  if (found.selector === null) return [];
  const name = found.names.has(metric) ? metric : [...found.names].find((one) => one.toLowerCase() === lower);
  // The base of a histogram's three names stands for it.
  const raw = name ?? (found.names.has(`${metric}_bucket`) ? metric : undefined);
  if (raw === undefined) return [];
  const read = readMetric(raw, found.names, { selector: found.selector, window: settings.window });
  return [{ metric: raw, ...read }];
}

async function readSeries(
  { api, clock }: PromqlSource,
  { metric, unit, factor, expression }: FoundQuery,
  sinceMs: number,
  call: Call,
): Promise<{ series: MetricSeries; error: ToolError | null }> {
  const now = clock.now();
  const stepMs = Math.max(SHORTEST_STEP_MS, Math.ceil(sinceMs / MOST_POINTS / 1000) * 1000);
  const empty: MetricSeries = { metric, unit, current: null, points: [] };
  // The last step falls on now, so that its value is the current one.
  const from = now - Math.max(1, Math.floor(sinceMs / stepMs)) * stepMs;
  try {
    const [recent, earlier] = await Promise.all([
      api.range(expression, { from, to: now, stepMs }, call),
      sameHour(api, expression, now, call),
    ]);
    const note = noteOf(recent);
    const scaled = (points: MetricSeries['points']) =>
      points
        .map(({ at, value }) => ({ at, value: value * factor }))
        .filter(({ value }) => Number.isFinite(value));
    const [only] = recent.series;
    const points = only !== undefined && recent.series.length === 1 ? scaled(only.points) : [];
    const last = points.at(-1);
    return {
      series: {
        ...empty,
        current: last !== undefined && last.at > now - stepMs ? last.value : null,
        points,
        ...(earlier.length > 0 ? { sameHour: scaled(earlier) } : {}),
        ...(note === null ? {} : { note }),
      },
      error: null,
    };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { series: { ...empty, note: error.message }, error };
  }
}

/** The mean of the hour up to this time of day, on each of the days before; none where it keeps no past. */
async function sameHour(
  api: PromqlApi,
  expression: string,
  now: number,
  call: Call,
): Promise<MetricSeries['points']> {
  const hourly = `avg_over_time((${expression})[1h:5m])`;
  const span = { from: now - EARLIER_DAYS * DAY_MS, to: now - DAY_MS, stepMs: DAY_MS };
  try {
    const { series } = await api.range(hourly, span, call);
    const points = series.length === 1 ? (series[0]?.points ?? []) : [];
    // Another hour of the day would compare the morning with the night.
    return points.filter(
      ({ at }) => Math.abs(now - at - Math.round((now - at) / DAY_MS) * DAY_MS) <= STRAY_MS,
    );
  } catch (error) {
    // What is usual is worth less than what is: an old past that cannot be read hides nothing of now.
    if (error instanceof ToolError) return [];
    throw error;
  }
}

function noteOf({ series, warnings }: QueryAnswer): string | null {
  if (series.length > 1)
    return `its query gives ${series.length} time series: sum() or max() makes one of them`;
  return warnings.length === 0 ? null : warnings.join('; ');
}

async function measureTogether(
  source: PromqlSource,
  batch: readonly WantedQuery[],
  call: Call,
): Promise<Measurement[]> {
  const { api, clock } = source;
  try {
    const marked = batch.map(
      ({ expression }, index) => `label_replace(${expression}, "${MARK}", "${index}", "", "")`,
    );
    const { series } = await api.instant(marked.join(' or '), clock.now(), call);
    return batch.flatMap((query, index) =>
      measurement(
        query,
        series.filter(({ labels }) => labels[MARK] === String(index)),
      ),
    );
  } catch (error) {
    if (!(error instanceof ToolError) || error.outcome !== 'failed') throw error;
    // One of them is wrong, or a plain number, which cannot be marked: each for itself.
    const alone = await Promise.all(
      batch.map(async (query) => {
        try {
          return measurement(query, (await api.instant(query.expression, clock.now(), call)).series);
        } catch (failed) {
          if (failed instanceof ToolError && failed.outcome === 'failed') return [];
          throw failed;
        }
      }),
    );
    return alone.flat();
  }
}

/** None where there is no number, or several. */
function measurement(
  { metric, unit, factor, service, target }: WantedQuery,
  series: QueryAnswer['series'],
): Measurement[] {
  const value = series.length === 1 ? series[0]?.points.at(-1)?.value : undefined;
  if (value === undefined) return [];
  return [
    {
      metric: metric.toLowerCase(),
      unit,
      value: unit === 'boolean' ? value !== 0 : value * factor,
      service,
      target,
    },
  ];
}
