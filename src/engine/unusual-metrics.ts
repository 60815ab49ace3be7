// What is out of the ordinary at a service and what it depends on, and since when: measured against its own past.
import { readSeries } from '../diagnosis/metric-trend.ts';
import { redact } from '../domain/redact.ts';
import type { Service } from '../domain/resource.ts';
import { clockTimeWithZone } from '../domain/time.ts';
import { valueText } from '../domain/value-text.ts';
import type { createKit } from './toolbox.ts';

/** Enough of a past to know what is normal. */
const READ_MS = 2 * 3_600_000;
const MOST_DEPENDENCIES = 3;
const MOST_LINES = 5;

export interface UnusualMetrics {
  /** When the service's own metric of that name began to deviate; null: it does not, or nobody can tell. */
  onsetAt: number | null;
  /** "error_rate of api: 12.3%, normally 0.2%, since 03:01 UTC"; the service's own first. */
  lines: string[];
  /** Sources that did not answer. */
  silent: string[];
}

export async function unusualMetrics(
  kit: ReturnType<typeof createKit>,
  about: { service: Service; metric: string | null; startedAt: number; now: number; zone: string },
): Promise<UnusualMetrics> {
  const { service, metric, startedAt, now, zone } = about;
  const names = [service.name, ...service.dependsOn.slice(0, MOST_DEPENDENCIES)];
  const answers = await Promise.all(
    names.map(async (name) => ({
      name,
      read: await kit.read('metrics.query', { service: name, sinceMs: READ_MS }),
    })),
  );
  const unusual = answers.flatMap(({ name, read }) => {
    const series = read.flatMap((answer) => (answer.ok ? answer.result : []));
    // The first source that measures it is the one that counts.
    const first = new Map(series.toReversed().map((each) => [each.metric, each]));
    return [...first.values()].flatMap((each) => {
      const reading = readSeries(each.points, { now, quietBefore: Math.min(startedAt, now) });
      return reading.abnormal ? [{ name, series: each, reading }] : [];
    });
  });
  const own = unusual.find((each) => each.name === service.name && each.series.metric === metric);
  return {
    onsetAt: own?.reading.deviatesSince ?? null,
    lines: unusual.slice(0, MOST_LINES).map(({ name, series, reading }) => {
      const normal =
        reading.baseline === null ? '' : `, normally ${valueText(reading.baseline, series.unit)}`;
      const since =
        reading.deviatesSince === null ? '' : `, since ${clockTimeWithZone(reading.deviatesSince, zone)}`;
      const what = redact(series.metric).slice(0, 60);
      return `${what} of ${name}: ${valueText(series.current, series.unit)}${normal}${since}`;
    }),
    silent: answers.flatMap(({ read }) => read.flatMap((answer) => (answer.ok ? [] : [answer.source]))),
  };
}
