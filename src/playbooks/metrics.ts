// /metrics: where each measurement stands against its own past, and what else moved with it.

import { readSeries, type SeriesReading } from '../diagnosis/metric-trend.ts';
import type { Deploy, MetricSeries } from '../domain/capability.ts';
import { type Chart, PANELS_MAX, thinned } from '../domain/chart.ts';
import { notFound } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import { type Block, message } from '../domain/message.ts';
import type { IncidentContext, Kit, Playbook, PlaybookRequest, ReadAnswer } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import { typedWord } from '../domain/typed-word.ts';
import { valueText } from '../domain/value-text.ts';
import { firstKnown, known, refusal, silentSources } from './answers.ts';
import { readArguments, slashed, usageOf } from './arguments.ts';
import { findService, serviceNamed } from './find-service.ts';
import { clean, timeText } from './text.ts';

const usage = '/metrics [service] [metric]';
/** The hour shown, and one before it to know what is normal. */
const READ_MS = 2 * 3_600_000;
const mostMetrics = 20;
const mostDependencies = 3;

interface Measured {
  service: string;
  series: MetricSeries;
  reading: SeriesReading;
}

export const metrics: Playbook = {
  name: 'metrics',
  usage,
  summary: 'Current values against normal, with the trend of the last hour',
  changes: false,
  async propose(request, kit) {
    const { positionals } = readArguments(request, { usage, positionals: 2, flags: {} });
    const [first, second] = positionals;
    // In an incident's thread "/metrics latency" is its service's latency.
    const metricAlone =
      first !== undefined && second === undefined && request.incident?.service && isMetric(first, kit);
    const metric = metricAlone ? first : second;
    const looked = findService({ name: metricAlone ? undefined : first, request, kit, rest: metric ?? '' });
    if (looked.kind === 'ask') return looked.proposal;
    const { service, instance } = looked;
    const args = { service: service.name, ...(instance === null ? {} : { instance }), sinceMs: READ_MS };
    const [all, named, deploys] = await Promise.all([
      kit.read('metrics.query', args),
      metric === undefined ? [] : kit.read('metrics.query', { ...args, metric: metric.slice(0, 200) }),
      // For the chart alone, and nobody waits for it.
      kit.read('deploys.list', { service: service.name, limit: 5 }, { withinMs: 2_000 }),
    ]);
    const silent = silentSources(all, named);
    const everything = measured(service, all, request, kit);
    const wanted =
      metric === undefined ? everything : pick(metric, measured(service, named, request, kit), everything);
    if (wanted.length === 0) {
      if (metric !== undefined && everything.length > 0)
        throw unknownMetric(metric, service, everything, request);
      const why = silent.join('; ') || `none of this command's sources measures ${service.name}`;
      return refusal('no-metrics', `the metrics of ${service.name} cannot be read: ${why}`, '/status');
    }
    const related = wanted.some(({ reading }) => reading.abnormal)
      ? [
          ...everything.filter((each) => !wanted.some(({ series }) => series.metric === each.series.metric)),
          ...(await dependencies(service, request, kit)),
        ]
      : [];
    const chart = chartOf(instance ?? service.name, wanted, {
      deploys: firstKnown(deploys)?.result ?? [],
      goal: request.incident?.service === service.name ? request.incident.goal : null,
      kit,
    });
    const charted = chart === null ? {} : { attachments: [{ type: 'chart' as const, chart }] };
    return {
      kind: 'answer',
      message: { ...card(instance ?? service.name, { wanted, related, silent, kit }), ...charted },
    };
  },
};

function card(
  name: string,
  { wanted, related, silent, kit }: { wanted: Measured[]; related: Measured[]; silent: string[]; kit: Kit },
) {
  const abnormal = wanted.filter(({ reading }) => reading.abnormal);
  const [only] = wanted;
  const title =
    only && wanted.length === 1
      ? `${clean(only.series.metric, 80)} of ${name}: ${currentText(only)}`
      : `Metrics of ${name}: ${verdict(wanted)}`;
  const blocks: Block[] = [
    {
      type: 'table',
      columns: ['metric', 'now', 'normal', 'trend', 'last hour'],
      rows: wanted
        .slice(0, mostMetrics)
        .map((each) => [
          clean(each.series.metric, 60),
          currentText(each),
          each.reading.baseline === null
            ? 'not known yet'
            : valueText(each.reading.baseline, each.series.unit),
          each.reading.trend,
          each.reading.sparkline,
        ]),
    },
  ];
  const add = (heading: string, lines: string[]) => {
    if (lines.length > 0) blocks.push({ type: 'section', heading, lines });
  };
  add(
    'Unusual',
    abnormal.map((each) => deviation(each, kit)),
  );
  add(
    'Moved as well',
    related
      .filter(({ reading }) => reading.abnormal)
      .slice(0, 5)
      .map((each) => deviation(each, kit)),
  );
  add('Not complete', [
    ...silent,
    ...wanted.flatMap(({ series }) =>
      series.note === undefined ? [] : [`${clean(series.metric, 60)}: ${clean(series.note, 300)}`],
    ),
    ...(wanted.length > mostMetrics
      ? [`${wanted.length - mostMetrics} more metrics: name the one to see`]
      : []),
  ]);
  return message(title, { tone: abnormal.length > 0 ? 'warning' : 'neutral', blocks });
}

/** The hour shown, what is unusual first. Null: nothing was measured in it. */
function chartOf(
  name: string,
  wanted: readonly Measured[],
  { deploys, goal, kit }: { deploys: readonly Deploy[]; goal: IncidentContext['goal']; kit: Kit },
): Chart | null {
  const from = kit.now - READ_MS / 2;
  const measuredThen = wanted.filter(({ series }) =>
    series.points.some(({ at }) => at >= from && at <= kit.now),
  );
  const first = measuredThen.toSorted((a, b) => Number(b.reading.abnormal) - Number(a.reading.abnormal));
  if (first.length === 0) return null;
  return {
    title: `Metrics of ${clean(name, 80)}`,
    from,
    until: kit.now,
    zone: kit.zone ?? 'UTC',
    panels: first.slice(0, PANELS_MAX).map(({ series, reading }) => ({
      metric: clean(series.metric, 60),
      unit: series.unit,
      points: thinned(series.points.filter(({ at }) => at >= from && at <= kit.now)),
      normal: reading.baseline,
      threshold: goal?.metric === series.metric ? goal.value : null,
    })),
    marks: deploys
      .filter(({ at }) => at >= from && at <= kit.now)
      .map(({ at, number }) => ({ at, label: `#${clean(String(number), 20)}` }))
      .toSorted((a, b) => a.at - b.at),
  };
}

/** Without a past to compare with, "nothing unusual" would be a guess. */
function verdict(wanted: readonly Measured[]): string {
  const abnormal = wanted.filter(({ reading }) => reading.abnormal).length;
  if (abnormal > 0) return `${abnormal} unusual`;
  const known = wanted.filter(({ reading }) => reading.baseline !== null).length;
  if (known === wanted.length) return 'nothing unusual';
  return known === 0
    ? 'measured too briefly to know what is normal'
    : 'nothing unusual where normal is known';
}

function measured(
  service: Service,
  answers: readonly ReadAnswer<'metrics.query'>[],
  { incident }: PlaybookRequest,
  { now }: Kit,
): Measured[] {
  const seen = new Map<string, Measured>();
  for (const { result } of known(answers)) {
    for (const series of result) {
      // The first source of the command that measures it is the one that counts.
      if (seen.has(series.metric)) continue;
      const { sameHour } = series;
      const window = incident
        ? { now, quietBefore: Math.min(incident.startedAt, now), sameHour }
        : { now, sameHour };
      seen.set(series.metric, { service: service.name, series, reading: readSeries(series.points, window) });
    }
  }
  return [...seen.values()];
}

async function dependencies(service: Service, request: PlaybookRequest, kit: Kit): Promise<Measured[]> {
  const others = service.dependsOn
    .map((name) => serviceNamed(name, kit.services))
    .filter((other) => other !== undefined)
    .slice(0, mostDependencies);
  const found = await Promise.all(
    others.map(async (other) =>
      measured(
        other,
        await kit.read('metrics.query', { service: other.name, sinceMs: READ_MS }),
        request,
        kit,
      ),
    ),
  );
  return found.flat();
}

function pick(metric: string, named: Measured[], everything: Measured[]): Measured[] {
  const lower = metric.toLowerCase();
  const exact = [...named, ...everything].find(({ series }) => series.metric.toLowerCase() === lower);
  return exact ? [exact] : named;
}

function isMetric(word: string, kit: Kit): boolean {
  if (serviceNamed(word, kit.services)) return false;
  return !kit.services.some(({ instances }) =>
    instances.some((pattern) =>
      pattern.endsWith('*') ? word.startsWith(pattern.slice(0, -1)) : word === pattern,
    ),
  );
}

function currentText({ series }: Measured): string {
  return series.current === null ? 'not measured now' : valueText(series.current, series.unit);
}

function deviation({ service, series, reading }: Measured, kit: Kit): string {
  const since = reading.deviatesSince === null ? '' : ` since ${timeText(reading.deviatesSince, kit)}`;
  const normal = reading.baseline === null ? '' : `, normally ${valueText(reading.baseline, series.unit)}`;
  return `${clean(series.metric, 60)} of ${service}: ${currentText({ service, series, reading })}${since}${normal}`;
}

function unknownMetric(metric: string, service: Service, everything: Measured[], request: PlaybookRequest) {
  const names = everything.map(({ series }) => series.metric);
  const near = nearest(metric, names);
  const line = (name: string) => `${slashed(request.trigger)} ${typedWord(service.name)} ${typedWord(name)}`;
  return notFound(
    `${service.name} has no metric ${quoted(metric)}`,
    near
      ? `did you mean ${near}? ${line(near)}`
      : `it has ${names.slice(0, 10).join(', ')}. ${usageOf(request, usage)}`,
  );
}
