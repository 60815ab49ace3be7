// What is out of the ordinary at a service and what it depends on, and since when: measured against its own past.
import { readSeries, type SeriesReading } from '../diagnosis/metric-trend.ts';
import type { MetricSeries } from '../domain/capability.ts';
import { formatDuration } from '../domain/duration.ts';
import { redact } from '../domain/redact.ts';
import type { Service } from '../domain/resource.ts';
import { clockTimeWithZone } from '../domain/time.ts';
import { valueText } from '../domain/value-text.ts';
import type { createKit } from './toolbox.ts';
import { type Silence, silences } from './unanswered.ts';

interface Unusual {
  name: string;
  series: MetricSeries;
  reading: SeriesReading;
}

/** Enough of a past to know what is normal. */
const READ_MS = 2 * 3_600_000;
const MOST_DEPENDENCIES = 3;
const MOST_LINES = 5;

export interface UnusualMetrics {
  /** When the service's own metric of that name began to deviate; null: it does not, or nobody can tell. */
  onsetAt: number | null;
  /** "error_rate of api: 12.3%, normally 0.2%, since 03:01 UTC"; the service's own first. */
  lines: string[];
  silent: Silence[];
  /** All that was measured, unusual or not. */
  read: { service: string; series: MetricSeries[] }[];
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
  const measured: Unusual[] = answers.flatMap(({ name, read }) => {
    const series = read.flatMap((answer) => (answer.ok ? answer.result : []));
    // The first source that measures it is the one that counts.
    const first = new Map(series.toReversed().map((each) => [each.metric, each]));
    return [...first.values()].flatMap((each) => {
      const reading = readSeries(each.points, {
        now,
        quietBefore: Math.min(startedAt, now),
        sameHour: each.sameHour,
      });
      return [{ name, series: each, reading }];
    });
  });
  const unusual = measured.filter(({ reading }) => reading.abnormal);
  const own = unusual.find((each) => each.name === service.name && each.series.metric === metric);
  return {
    onsetAt: own?.reading.deviatesSince ?? null,
    lines: [
      ...worthSaying(unusual, service.name)
        .slice(0, MOST_LINES)
        .map(({ name, series, reading }) => {
          const normal =
            reading.baseline === null ? '' : `, normally ${valueText(reading.baseline, series.unit)}`;
          const since =
            reading.deviatesSince === null
              ? ''
              : `, since ${reading.orEarlier ? 'before ' : ''}${clockTimeWithZone(reading.deviatesSince, zone)}`;
          const what = redact(series.metric).slice(0, 60);
          return `${what} of ${name}: ${valueText(series.current, series.unit)}${normal}${since}`;
        }),
      ...tooYoung(
        measured.filter(({ name }) => name === service.name),
        now,
      ),
    ],
    silent: answers.flatMap(({ name, read }) => silences(`metrics of ${name}`, read)),
    read: answers.map(({ name, read }) => ({
      service: name,
      series: read.flatMap((answer) => (answer.ok ? answer.result : [])),
    })),
  };
}

/** Silence about what is unusual would read as "nothing is", where nobody can know it yet. */
function tooYoung(own: readonly Unusual[], now: number): string[] {
  const begins = own.flatMap(({ series }) => series.points.map(({ at }) => at)).filter((at) => at <= now);
  if (begins.length === 0 || own.some(({ reading }) => reading.band !== null)) return [];
  const first = begins.reduce((min, at) => Math.min(min, at));
  const length = formatDuration(Math.max(1_000, Math.round((now - first) / 1_000) * 1_000));
  return [
    `${own[0]?.name} is measured for ${length} only: too little to know what is normal, or when it began`,
  ];
}

/** The service's own first, the furthest from normal first; what they share, as the machine they run on, once. */
function worthSaying(unusual: readonly Unusual[], own: string): Unusual[] {
  const seen = new Set<string>();
  return unusual
    .filter(({ series }) => {
      const key = JSON.stringify([series.metric, series.points]);
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => Number(b.name === own) - Number(a.name === own) || distance(b) - distance(a));
}

/** How many times its normal value it is away from it. */
function distance({ series, reading }: Unusual): number {
  if (series.current === null || reading.baseline === null) return 0;
  const away = Math.abs(Number(series.current) - reading.baseline);
  return away === 0 ? 0 : away / Math.abs(reading.baseline);
}
