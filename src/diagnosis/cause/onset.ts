// When the effect began: from the alert's own measurement where there is one, else from the alert.
import { isEffect, type MetricFact } from './metric-evidence.ts';
import type { Readings } from './readings.ts';

export interface Onset {
  /** The best guess. */
  at: number;
  /**
   * It had begun by then at the latest: a point stands for the time up to the next one. Nothing that began later
   * caused it.
   */
  by: number;
  /** What shows it; null: the alert alone. */
  metric: MetricFact | null;
}

export function onsetOf({ service, metric, startedAt }: Readings, metrics: readonly MetricFact[]): Onset {
  const own = metrics.filter((fact) => fact.service === service && fact.since !== null);
  const asked = own.find((fact) => fact.metric === metric);
  // An alert of something that is not measured shows in what people notice.
  const measured = metrics.some((fact) => fact.service === service && fact.metric === metric);
  const shown = asked ?? (measured ? undefined : earliest(own.filter((fact) => isEffect(fact.metric))));
  if (!shown || shown.since === null || shown.since >= startedAt)
    return { at: startedAt, by: startedAt, metric: shown ?? null };
  return { at: shown.since, by: Math.min(startedAt, shown.since + shown.resolutionMs), metric: shown };
}

function earliest(facts: readonly MetricFact[]): MetricFact | undefined {
  return [...facts].sort((a, b) => (a.since ?? 0) - (b.since ?? 0))[0];
}
