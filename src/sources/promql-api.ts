// What answers PromQL: Prometheus by its own API, Grafana by its data sources. And how the answers are read.
// https://prometheus.io/docs/prometheus/latest/querying/api/
import { ToolError } from '../domain/errors.ts';
import { onOneLine } from '../domain/excerpt.ts';
import type { Call } from '../domain/tool.ts';
import { theirWords } from './json-client.ts';

export interface Series {
  labels: Readonly<Record<string, string>>;
  /** Oldest first, without what is no finite number. */
  points: { at: number; value: number }[];
}

export interface QueryAnswer {
  series: Series[];
  /** What the other side says of its own answer: a part of it may be missing. */
  warnings: string[];
}

export interface PromqlApi {
  /** Names of metrics with a series of these matchers within the last hour. */
  names(matchers: string, call: Call): Promise<string[]>;
  /** Names of labels of such series. */
  labels(matchers: string, call: Call): Promise<string[]>;
  /** Errors: ToolError, `failed` where the query is refused. */
  instant(expression: string, at: number, call: Call): Promise<QueryAnswer>;
  range(
    expression: string,
    span: { from: number; to: number; stepMs: number },
    call: Call,
  ): Promise<QueryAnswer>;
}

const MOST_NAMES = 20_000;
/** The last second a Date can be. */
const LATEST_S = 8.64e12;
const MOST_SERIES = 20_000;

/** The `data` of an answer. Errors: ToolError 'failed' for an error in it, or something else altogether. */
export function readEnvelope(
  source: string,
  { status, json }: { status: number; json: unknown },
): { data: unknown; warnings: string[] } {
  if (!isRecord(json) || (json.status !== 'success' && json.status !== 'error'))
    throw new ToolError(
      'failed',
      status >= 400
        ? `${source} answered ${status} and not as Prometheus does: its \`url\` may not be right`
        : `${source} does not answer as Prometheus does: its \`url\` may not be right`,
    );
  if (json.status === 'error' || status >= 400)
    throw new ToolError(
      'failed',
      `${source} refuses the query: ${theirWords(json.error) || theirWords(json.errorType) || String(status)}`,
    );
  const warnings = Array.isArray(json.warnings) ? json.warnings.slice(0, 3).map(theirWords) : [];
  return { data: json.data, warnings: warnings.filter((text) => text !== '') };
}

/** A list of texts, as `/labels` and `/label/x/values` give it; what is no name is left out. */
export function readNames(source: string, data: unknown): string[] {
  if (!Array.isArray(data)) throw notUnderstood(source, 'a list of names');
  return data
    .slice(0, MOST_NAMES)
    .filter(
      (name): name is string => typeof name === 'string' && /^[A-Za-z_:][A-Za-z0-9_:]{0,199}$/.test(name),
    );
}

/** `vector`, `matrix`, `scalar`; values come as texts, `NaN` and `+Inf` among them. */
export function readResult(source: string, data: unknown): Series[] {
  if (!isRecord(data)) throw notUnderstood(source, 'a result');
  const { resultType, result } = data;
  if (resultType === 'scalar') return [{ labels: {}, points: pointsOf([result]) }];
  if ((resultType !== 'vector' && resultType !== 'matrix') || !Array.isArray(result))
    throw notUnderstood(source, 'numbers');
  if (result.length > MOST_SERIES)
    throw new ToolError(
      'failed',
      `${source} found ${result.length} time series for one query: sum() or max() makes one of them`,
    );
  return result.map((one) => {
    if (!isRecord(one)) throw notUnderstood(source, 'time series');
    const points = resultType === 'vector' ? [one.value] : Array.isArray(one.values) ? one.values : [];
    return { labels: labelsOf(one.metric), points: pointsOf(points) };
  });
}

function pointsOf(pairs: readonly unknown[]): Series['points'] {
  return pairs.flatMap((pair) => {
    if (!Array.isArray(pair)) return [];
    const [at, text] = pair as unknown[];
    const value = typeof text === 'string' && text.trim() !== '' ? Number(text) : Number.NaN;
    return typeof at === 'number' && Math.abs(at) <= LATEST_S && Number.isFinite(value)
      ? [{ at: Math.round(at * 1000), value }]
      : [];
  });
}

export function labelsOf(labels: unknown): Record<string, string> {
  if (!isRecord(labels)) return {};
  const entries = Object.entries(labels).slice(0, 100);
  return Object.fromEntries(
    entries.map(([name, value]) => [onOneLine(name).slice(0, 200), onOneLine(String(value)).slice(0, 300)]),
  );
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notUnderstood(source: string, what: string): ToolError {
  return new ToolError('failed', `${source} answered with something else than ${what}`);
}
