// What all sources measure now. One that is slow is measured at its own pace, and the rules of the others do not wait.
import type { Measurement, SourceAdapter } from '../domain/tool.ts';
import type { Engine } from './engine.ts';
import { withDeadline } from './toolbox.ts';

export interface Measured {
  source: string;
  measurements: Measurement[];
  /** It tells alerts by itself. */
  tells: boolean;
}

interface UnderWay {
  done: boolean;
  values: Measurement[];
  finished: Promise<void>;
}

const DEADLINE_MS = 10_000;
/** What comes later than this counts at the next look. */
const PATIENCE_MS = 2000;

const underWay = new WeakMap<SourceAdapter, UnderWay>();

/** `metrics`: what conditions speak of. A source that fails, or is not done yet, measures nothing this time. */
export function measureSources(
  engine: Engine,
  metrics: readonly string[],
  signal: AbortSignal,
): Promise<Measured[]> {
  return Promise.all(
    engine.adapters().sources.map(async (source) => ({
      source: source.name,
      measurements: await measured(source, engine, metrics, signal),
      tells: source.tellsAlerts === true,
    })),
  );
}

async function measured(
  source: SourceAdapter,
  engine: Engine,
  metrics: readonly string[],
  signal: AbortSignal,
): Promise<Measurement[]> {
  if (!source.measure) return [];
  const earlier = underWay.get(source);
  const one = earlier ?? begin(source, engine, metrics, signal);
  // It was waited for once already.
  if (!earlier) await withDeadline(PATIENCE_MS, signal, () => one.finished).catch(() => {});
  if (!one.done) return [];
  underWay.delete(source);
  return one.values;
}

function begin(
  source: SourceAdapter,
  engine: Engine,
  metrics: readonly string[],
  signal: AbortSignal,
): UnderWay {
  const one: UnderWay = { done: false, values: [], finished: Promise.resolve() };
  const measuring = withDeadline(
    DEADLINE_MS,
    signal,
    async (limited) => (await source.measure?.({ signal: limited, metrics })) ?? [],
  );
  one.finished = measuring
    .then(
      (values) => {
        one.values = values;
      },
      (error: unknown) =>
        engine.log({ level: 'warn', event: 'measure-failed', source: source.name, error: String(error) }),
    )
    .then(() => {
      one.done = true;
    });
  underWay.set(source, one);
  return one;
}
