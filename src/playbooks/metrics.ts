// /metrics: where each measurement stands against its own past, and what else moved with it.

import { readSeries } from '../diagnosis/metric-trend.ts';
import { sameHourOf } from '../diagnosis/metrics/band.ts';
import { changesBefore } from '../diagnosis/metrics/changes.ts';
import { cleaned } from '../diagnosis/metrics/points.ts';
import { type Changed, type Related, rankRelated } from '../diagnosis/metrics/related.ts';
import type { Deploy, MetricSeries } from '../domain/capability.ts';
import { notFound } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import { median } from '../domain/median.ts';
import type { Kit, KnownChange, Playbook, PlaybookRequest, ReadAnswer } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { nearest } from '../domain/similar.ts';
import { typedWord } from '../domain/typed-word.ts';
import { firstKnown, known, refusal, silentSources } from './answers.ts';
import { readArguments, slashed, usageOf } from './arguments.ts';
import { findService, serviceNamed } from './find-service.ts';
import { type Around, type Measured, metricsCard } from './metrics-card.ts';
import { chartOf } from './metrics-chart.ts';
import { clean, deployText } from './text.ts';

const usage = '/metrics [service] [metric]';
/** The hour shown, and as much before it as tells what is normal, and when it was left. */
const READ_MS = 3 * 3_600_000;
/** The same hour of earlier days, for sources that do not say it themselves. Nobody waits long for it. */
const PAST_MS = 7 * 24 * 3_600_000 + 3_600_000;
const PAST_WITHIN_MS = 3_000;
const CHANGES_WITHIN_MS = 2_000;
const LATELY_MS = 3_600_000;
const mostDependencies = 3;
const mostNotes = 2;

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
    const within = { withinMs: CHANGES_WITHIN_MS };
    const [all, named, happened] = await Promise.all([
      kit.read('metrics.query', args),
      metric === undefined ? [] : kit.read('metrics.query', { ...args, metric: metric.slice(0, 200) }),
      happenedAt(service, kit, within),
    ]);
    const silent = silentSources(all, named, happened.listed);
    const past = await pastOf([...all, ...named], args, kit);
    const everything = measured(service, all, { request, kit, past });
    const wanted =
      metric === undefined
        ? everything
        : pick(metric, measured(service, named, { request, kit, past }), everything);
    if (wanted.length === 0) {
      if (metric !== undefined && everything.length > 0)
        throw unknownMetric(metric, service, everything, request);
      const why = silent.join('; ') || `none of this command's sources measures ${service.name}`;
      return refusal('no-metrics', `the metrics of ${service.name} cannot be read: ${why}`, '/status');
    }
    const name = instance ?? service.name;
    const goal = request.incident?.service === service.name ? request.incident.goal : null;
    const own = mainDeviation(wanted, goal?.metric);
    const others =
      own === null
        ? []
        : [
            ...everything.filter(
              (each) => !wanted.some(({ series }) => series.metric === each.series.metric),
            ),
            ...(await dependencies(service, request, kit)),
          ];
    const chart = chartOf(name, wanted, { deploys: happened.deploys, goal, kit });
    const charted = chart === null ? {} : { attachments: [{ type: 'chart' as const, chart }] };
    const card = metricsCard(
      name,
      {
        wanted,
        related: own === null ? [] : rankRelated(own, deviating(others)).map(asMeasured),
        around: own === null || own.orEarlier ? null : around(own, happened),
        lately: happened.changes
          .filter(({ at }) => at <= kit.now && at > kit.now - LATELY_MS)
          .toSorted((a, b) => b.at - a.at),
        notes: happened.notes,
        silent,
      },
      kit,
    );
    return { kind: 'answer', message: { ...card, ...charted } };
  },
};

type Deviating = Changed & { measured: Measured };

function deviating(all: readonly Measured[]): Deviating[] {
  return all.flatMap((each) => {
    const { deviatesSince, orEarlier } = each.reading;
    return deviatesSince === null
      ? []
      : [{ measured: each, deviatesSince, orEarlier, points: cleaned(each.series.points, Infinity) }];
  });
}

/** That which the incident is about, else the one that began first. Null: nothing deviates. */
function mainDeviation(wanted: readonly Measured[], metric: string | undefined): Deviating | null {
  const all = deviating(wanted).toSorted(
    (a, b) => Number(a.orEarlier) - Number(b.orEarlier) || a.deviatesSince - b.deviatesSince,
  );
  return all.find((each) => each.measured.series.metric === metric) ?? all[0] ?? null;
}

function asMeasured({ other, offsetMs }: Related<Deviating>): Related<Measured> {
  return { other: other.measured, offsetMs };
}

/** Null: nothing is known, and not everybody answered, so that "nothing was changed" would be a guess. */
function around(
  { deviatesSince, points }: Deviating,
  { changes, listed }: { changes: readonly KnownChange[]; listed: readonly ReadAnswer<'deploys.list'>[] },
): Around | null {
  const steps = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? at));
  const stepMs = steps.length === 0 ? 0 : median(steps);
  const before = changesBefore(changes, deviatesSince, stepMs);
  if (before.length === 0 && !listed.every(({ ok }) => ok)) return null;
  return { onsetAt: deviatesSince, changes: before };
}

/** Deploys, our own steps, what others told us, what a database did: with a time; and what the source says in words. */
async function happenedAt(
  service: Service,
  kit: Kit,
  within: { withinMs: number },
): Promise<{
  listed: ReadAnswer<'deploys.list'>[];
  deploys: readonly Deploy[];
  changes: KnownChange[];
  notes: string[];
}> {
  const [listed, health, databases, ours] = await Promise.all([
    kit.read('deploys.list', { service: service.name, limit: 10 }, within),
    kit.read('services.health', { service: service.name }, within),
    service.kind === 'database' ? kit.read('databases.describe', { service: service.name }, within) : [],
    ownChanges(service, kit),
  ]);
  const deploys = (firstKnown(listed)?.result ?? []).filter(({ status }) => status !== 'failed');
  const events = firstKnown(databases)?.result.events ?? [];
  return {
    listed,
    deploys,
    changes: [
      ...deploys.map((deploy) => ({ at: deploy.at, text: `deploy ${deployText(deploy)}` })),
      ...events,
      ...ours,
    ],
    notes: known(health)
      .flatMap(({ result }) => result.notes ?? [])
      .slice(0, mostNotes)
      .map((note) => clean(note, 200)),
  };
}

/** Of the service and of what it needs, each once: what was told of no service is told of all of them. */
async function ownChanges({ name, dependsOn }: Service, kit: Kit): Promise<KnownChange[]> {
  const sinceAt = kit.now - 2 * READ_MS;
  const own = (await kit.changes?.(name, sinceAt)) ?? [];
  const isOwn = (each: KnownChange) => own.some(({ at, text }) => at === each.at && text === each.text);
  const others = await Promise.all(
    dependsOn.slice(0, mostDependencies).map(async (other) => {
      const changes = (await kit.changes?.(other, sinceAt)) ?? [];
      return changes
        .filter((each) => !isOwn(each))
        .map(({ at, text }) => ({ at, text: text.includes(other) ? text : `${text}, of ${other}` }));
    }),
  );
  return [...own, ...others.flat()];
}

/** By metric: the last seven days, as coarse as the source has them, where it does not say itself what is usual at this hour. */
async function pastOf(
  answers: readonly ReadAnswer<'metrics.query'>[],
  args: { service: string; instance?: string },
  kit: Kit,
): Promise<Map<string, MetricSeries['points']>> {
  const without = known(answers).some(({ result }) =>
    result.some(({ sameHour, points }) => sameHour === undefined && points.length > 0),
  );
  if (!without) return new Map();
  const past = await kit.read('metrics.query', { ...args, sinceMs: PAST_MS }, { withinMs: PAST_WITHIN_MS });
  const series = known(past).flatMap(({ result }) => result);
  return new Map(series.toReversed().map(({ metric, points }) => [metric, points]));
}

function measured(
  service: Service,
  answers: readonly ReadAnswer<'metrics.query'>[],
  {
    request: { incident },
    kit: { now },
    past = new Map(),
  }: { request: PlaybookRequest; kit: Kit; past?: ReadonlyMap<string, MetricSeries['points']> },
): Measured[] {
  const seen = new Map<string, Measured>();
  for (const { result } of known(answers)) {
    for (const series of result) {
      // The first source of the command that measures it is the one that counts.
      if (seen.has(series.metric)) continue;
      const sameHour = series.sameHour ?? sameHourOf(past.get(series.metric) ?? [], now);
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
      measured(other, await kit.read('metrics.query', { service: other.name, sinceMs: READ_MS }), {
        request,
        kit,
      }),
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
