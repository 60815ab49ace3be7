// The picture beside the answer of /metrics: the hour, or as far back as what is unusual began.
import type { Deploy } from '../domain/capability.ts';
import { type Chart, PANELS_MAX, thinned } from '../domain/chart.ts';
import type { IncidentContext, Kit } from '../domain/playbook.ts';
import { type Measured, usualRange } from './metrics-card.ts';
import { clean } from './text.ts';

const HOUR_MS = 3_600_000;
/** Of the calm before it, so that one sees that it was calm. */
const BEFORE_MS = 20 * 60_000;
const LONGEST_MS = 3 * HOUR_MS;

/** What is unusual first. Null: nothing was measured in that time. */
export function chartOf(
  name: string,
  wanted: readonly Measured[],
  { deploys, goal, kit }: { deploys: readonly Deploy[]; goal: IncidentContext['goal']; kit: Kit },
): Chart | null {
  const onsets = wanted.flatMap(({ reading }) => reading.deviatesSince ?? []);
  const from = Math.max(
    kit.now - LONGEST_MS,
    Math.min(kit.now - HOUR_MS, ...onsets.map((at) => at - BEFORE_MS)),
  );
  const inTime = ({ at }: { at: number }) => at >= from && at <= kit.now;
  const first = wanted
    .filter(({ series }) => series.points.some(inTime))
    .toSorted((a, b) => Number(b.reading.abnormal) - Number(a.reading.abnormal));
  if (first.length === 0) return null;
  return {
    title: `Metrics of ${clean(name, 80)}`,
    from,
    until: kit.now,
    zone: kit.zone ?? 'UTC',
    panels: first.slice(0, PANELS_MAX).map(({ series, reading }) => ({
      metric: clean(series.metric, 60),
      unit: series.unit,
      points: thinned(series.points.filter(inTime).toSorted((a, b) => a.at - b.at)),
      now: series.current,
      normal: reading.baseline,
      band: usualRange({ series, reading }),
      onsetAt: reading.orEarlier ? null : reading.deviatesSince,
      threshold: goal?.metric === series.metric ? goal.value : null,
    })),
    marks: deploys
      .filter(inTime)
      .map(({ at, number }) => ({ at, label: `#${clean(String(number), 20)}` }))
      .toSorted((a, b) => a.at - b.at),
  };
}
