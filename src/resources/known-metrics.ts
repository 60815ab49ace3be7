// Whether anything could measure what a condition speaks of. Never a refusal: a source may bring it.
import { BUILT_IN_METRICS } from '../domain/built-in-metrics.ts';
import { metricsOf, parseCondition } from '../domain/condition.ts';
import { nearest } from '../domain/similar.ts';

/** A warning for each metric that is not built in. */
export function unknownMetrics(conditions: readonly (string | undefined)[]): string[] {
  const named = conditions.flatMap((text) => (text === undefined ? [] : metricsOf(parseCondition(text))));
  return [...new Set(named)]
    .filter((metric) => !BUILT_IN_METRICS.includes(metric))
    .map((metric) => {
      const near = nearest(metric, BUILT_IN_METRICS);
      const meant = near === null ? '' : `did you mean ${near}? `;
      return `nothing built in measures "${metric}", so unless a source brings it the condition is never known; ${meant}built in: ${BUILT_IN_METRICS.join(', ')}`;
    });
}
