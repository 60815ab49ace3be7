// What one source measures at one target now, as a condition reads it.
import { metricsOf, parseCondition } from '../domain/condition.ts';
import type { SourceAdapter } from '../domain/tool.ts';
import { byTarget, type Reading, readCondition, targetsOf } from './rules.ts';
import { withDeadline } from './toolbox.ts';

const MEASURE_DEADLINE_MS = 10_000;

/** Null: nothing of what the condition speaks of is measured there. Errors: ToolError. */
export async function measureTarget(
  source: SourceAdapter | undefined,
  target: string,
  condition: string,
  signal: AbortSignal,
): Promise<Reading | null> {
  if (!source?.measure) return null;
  const parsed = parseCondition(condition);
  const metrics = metricsOf(parsed);
  const measurements = await withDeadline(
    MEASURE_DEADLINE_MS,
    signal,
    async (limited) => (await source.measure?.({ signal: limited, metrics })) ?? [],
  );
  const rows = byTarget([{ source: source.name, measurements }]);
  const row = targetsOf(parsed, rows, {}).find((each) => each.target === target);
  return row ? readCondition(parsed, row) : null;
}
