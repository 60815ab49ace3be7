// When the lines of each source of a log were written, kept while they are read.
import { type Covered, type LineTimer, type LineTimes, lineTimer } from '../diagnosis/log-coverage.ts';
import type { LogLine } from '../domain/capability.ts';

export interface TimesBySource {
  all: LineTimes;
  bySource: ReadonlyMap<string, LineTimes>;
}

type Lines = readonly Pick<LogLine, 'at'>[];

export function timesBySource(stretch: Covered): {
  add(source: string, lines: Lines): void;
  told(): TimesBySource;
} {
  const all = lineTimer(stretch);
  const timers = new Map<string, LineTimer>();
  return {
    add(source, lines) {
      const timer = timers.get(source) ?? lineTimer(stretch);
      timers.set(source, timer);
      for (const { at } of lines) {
        all.add(at);
        timer.add(at);
      }
    },
    told: () => ({
      all: all.told(),
      bySource: new Map([...timers].map(([source, timer]) => [source, timer.told()])),
    }),
  };
}

/** Of lines that were read already; those from before the stretch are none of it. */
export function timesOf(
  sources: readonly { source: string; lines: Lines }[],
  stretch: Covered,
): TimesBySource {
  const times = timesBySource(stretch);
  for (const { source, lines } of sources)
    times.add(
      source,
      lines.filter(({ at }) => at === null || at >= stretch.from),
    );
  return times.told();
}
