// Better, same, worse or unknown: two values compared, and said with both of them.
import type { ServiceHealth } from './capability.ts';
import type { SuccessTest } from './plan.ts';
import { metricWords, valueText } from './value-text.ts';

export interface Judgement {
  verdict: 'better' | 'same' | 'worse' | 'unknown';
  text: string;
  /** What was measured to say so, where it is a number. */
  measured?: number | undefined;
}

type MetricTest = Pick<Extract<SuccessTest, { kind: 'metric' }>, 'metric' | 'unit' | 'before' | 'goal'>;

export interface ConditionReading {
  holds: boolean | 'unknown';
  because: string;
  value: number | null;
  unit: string;
}

/** A fix worked when what made it run is over, however little that took. */
export function judgeCondition(
  test: Extract<SuccessTest, { kind: 'condition' }>,
  reading: ConditionReading | null,
): Judgement {
  const name = `${metricWords(test.metric)} of ${test.target}`;
  const unit = reading?.unit ?? '';
  const was = test.before === null ? '' : ` (was ${valueText(test.before, unit)})`;
  if (reading === null || reading.holds === 'unknown')
    return { verdict: 'unknown', text: `${name} cannot be measured now${was}` };
  const is = reading.value === null ? reading.because : valueText(reading.value, unit);
  const measured = reading.value ?? undefined;
  return reading.holds
    ? { verdict: 'same', text: `${name}: ${is}${was}, so it still holds: ${test.condition}`, measured }
    : { verdict: 'better', text: `${name}: ${is}${was}`, measured };
}

/** A change of less than a fifth is noise. All metrics we judge without a goal are better when lower. */
const NOISE = 0.2;

export function judgeMetric(test: MetricTest, now: number | null): Judgement {
  const name = metricWords(test.metric);
  const was = test.before === null ? 'unknown before' : `was ${valueText(test.before, test.unit)}`;
  if (now === null) return { verdict: 'unknown', text: `${name} cannot be measured now (${was})` };
  const is = valueText(now, test.unit);
  const { goal, before } = test;
  if (goal && holds(now, goal.op, goal.value)) {
    // It may have recovered between the alert and the change.
    const wasThere = before !== null && holds(before, goal.op, goal.value);
    const text = wasThere
      ? `${name} is ${is}, where it should be (${was})`
      : `${name} back to ${is} (${was})`;
    return { verdict: 'better', text };
  }
  if (before === null)
    return { verdict: 'unknown', text: `${name} is ${is}, and there is nothing to compare it with` };
  const rising = goal?.op === '>' || goal?.op === '>=';
  const change = (rising ? before - now : now - before) / Math.max(Math.abs(before), 1e-9);
  if (change <= -NOISE)
    return {
      verdict: goal ? 'same' : 'better',
      text: `${name} is ${is} (${was})${goal ? ', not yet where it should be' : ''}`,
    };
  if (change >= NOISE) return { verdict: 'worse', text: `${name} got worse: ${is} (${was})` };
  return { verdict: 'same', text: `${name} did not change: ${is} (${was})` };
}

export function judgeHealth(
  test: Extract<SuccessTest, { kind: 'healthy' }>,
  health: ServiceHealth | null,
): Judgement {
  if (!health || health.healthy === null)
    return { verdict: 'unknown', text: `the health of ${test.service} cannot be read` };
  const wanted = test.count ?? health.desired;
  if (wanted === null)
    return {
      verdict: 'unknown',
      text: `${test.service}: ${health.healthy} healthy, and how many it should have cannot be read`,
    };
  const counts = `${health.healthy} of ${wanted} healthy`;
  if (health.healthy >= wanted && health.running === wanted)
    return { verdict: 'better', text: `${test.service}: ${counts}` };
  return { verdict: 'worse', text: `${test.service} is not healthy yet: ${counts}` };
}

function holds(value: number, op: '<' | '<=' | '>' | '>=', limit: number): boolean {
  switch (op) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    default:
      return op satisfies never;
  }
}
