// Conditions over polled values: which targets have all the metrics, and what holds for each. Pure.
import { type Condition, evaluate, type MetricValues, metricsOf, thresholdOf } from '../domain/condition.ts';
import type { Measurement } from '../domain/tool.ts';

export interface TargetValues {
  source: string;
  target: string;
  service: string | null;
  values: MetricValues;
  units: ReadonlyMap<string, string>;
}

/** One row per source and target. */
export function byTarget(
  measured: readonly { source: string; measurements: readonly Measurement[] }[],
): TargetValues[] {
  const rows = new Map<
    string,
    TargetValues & { values: Map<string, number | boolean | string>; units: Map<string, string> }
  >();
  for (const { source, measurements } of measured) {
    for (const { metric, unit, value, service, target } of measurements) {
      const key = JSON.stringify([source, target]);
      const row = rows.get(key) ?? { source, target, service, values: new Map(), units: new Map() };
      row.values.set(metric, value);
      row.units.set(metric, unit);
      rows.set(key, row);
    }
  }
  return [...rows.values()];
}

/** Targets a condition speaks of: those with at least one of its metrics, narrowed to a service or source. */
export function targetsOf(
  condition: Condition,
  rows: readonly TargetValues[],
  only: { service?: string | undefined; source?: string | undefined },
): TargetValues[] {
  const metrics = metricsOf(condition);
  return rows.filter(
    (row) =>
      (only.service === undefined || row.service === only.service) &&
      (only.source === undefined || row.source === only.source) &&
      metrics.some((metric) => row.values.has(metric)),
  );
}

export interface Reading {
  holds: boolean | 'unknown';
  because: string;
  metric: string;
  value: number | null;
  threshold: number | null;
  unit: string;
}

export function readCondition(condition: Condition, row: TargetValues): Reading {
  const { holds, because } = evaluate(condition.expression, row.values);
  const metric = metricsOf(condition).find((name) => row.values.has(name)) ?? '';
  const value = row.values.get(metric);
  const threshold = thresholdOf(condition, metric);
  return {
    holds,
    because,
    metric,
    value: typeof value === 'number' ? rounded(value) : null,
    threshold: threshold?.value ?? null,
    unit: row.units.get(metric) ?? '',
  };
}

/** How often values must be polled so that a `for` of this length is not missed. */
export function pollIntervalMs(conditions: readonly Condition[]): number {
  const shortest = Math.min(60_000, ...conditions.map(({ forMs }) => (forMs > 0 ? forMs : 60_000)));
  return Math.max(1000, Math.min(15_000, Math.floor(shortest / 5)));
}

/** People read three digits. */
export function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 10) / 10;
}
