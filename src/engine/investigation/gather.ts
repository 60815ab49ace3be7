// Everything that is read when an incident opens, side by side, each question with its deadline; who is silent is named.

import type { Readings, ServiceReadings } from '../../diagnosis/cause/readings.ts';
import { suspects } from '../../diagnosis/cause/suspects.ts';
import { lastDeployBefore } from '../../diagnosis/deploy-correlation.ts';
import { literalPattern } from '../../diagnosis/line-pattern.ts';
import type {
  Comparison,
  DashboardLink,
  LogLine,
  ReadCapability,
  ReadResults,
} from '../../domain/capability.ts';
import type { Kit, ReadAnswer } from '../../domain/playbook.ts';
import type { Service } from '../../domain/resource.ts';
import { type Silence, silences } from '../unanswered.ts';
import { unusualMetrics } from '../unusual-metrics.ts';

/** So far before the alert the logs are read: errors of every day must be known as such. */
const LOGS_BEFORE_MS = 30 * 60_000;
const LOG_LINES = 1_000;
const NEEDED_LOG_LINES = 300;
const SEARCHED_LINES = 1_000;
const DEPLOYS = 10;
const NEEDED_DEPLOYS = 5;
/** Each is several questions to every source. */
const MOST_NEEDED = 3;
const MOST_BESIDE = 3;
/** A graph that begins with the trouble does not show what was normal. */
const BEFORE_IT_MS = 30 * 60_000;
/** What is asked after the first answers is waited for less long. */
const SECOND_WITHIN_MS = 5_000;
const METRICS_MS = 2 * 3_600_000;

export interface About {
  service: string;
  startedAt: number;
  metric: string | null;
  alerts: readonly string[];
  record: Pick<Readings, 'doings' | 'changes' | 'incidents'>;
}

export interface Gathered {
  readings: Readings;
  links: DashboardLink[];
  /** What is out of the ordinary, a line each. */
  unusual: string[];
  silent: Silence[];
  /** The newest deploy that reached the service before it began, with what it brought. */
  brought: Comparison | null;
}

export async function gather(
  kit: Kit,
  { service, startedAt, metric, alerts, record }: About,
): Promise<Gathered> {
  const spec = kit.services.find(({ name }) => name === service);
  const needed = servicesOf(kit, spec?.dependsOn ?? []).slice(0, MOST_NEEDED);
  const shared = [service, ...needed.map(({ name }) => name)];
  const beside = kit.services
    .filter(
      ({ name, dependsOn }) => !shared.includes(name) && dependsOn.some((each) => shared.includes(each)),
    )
    .slice(0, MOST_BESIDE);
  const zone = kit.zone ?? 'UTC';
  const [own, others, dashboards, metrics, neighbours, disks] = await Promise.all([
    look(kit, { name: service, kind: spec?.kind ?? 'app' }, startedAt, { own: true }),
    Promise.all(needed.map((one) => look(kit, one, startedAt, { own: false }))),
    kit.read('dashboards.find', {
      service,
      sinceAt: startedAt - BEFORE_IT_MS,
      ...(metric === null ? {} : { metric: metric.slice(0, 200) }),
    }),
    spec ? unusualMetrics(kit, { service: spec, metric, startedAt, now: kit.now, zone }) : null,
    Promise.all(
      beside.map(async ({ name }) => {
        const [answers, deploys] = await Promise.all([
          kit.read('metrics.query', { service: name, sinceMs: METRICS_MS }),
          kit.read('deploys.list', { service: name, limit: NEEDED_DEPLOYS }),
        ]);
        return { name, answers, deploys };
      }),
    ),
    kit.read('disk.usage', {}),
  ]);
  const seriesOf = (name: string) => metrics?.read.find((each) => each.service === name)?.series ?? [];
  const looked = [own, ...others];
  const about = await Promise.all(
    looked.map(async ({ readings }) =>
      readMore(kit, { ...readings, series: seriesOf(readings.service) }, startedAt),
    ),
  );
  const silent = [
    ...looked.flatMap((one) => one.silent),
    ...silences('dashboards', dashboards),
    ...(metrics?.silent ?? []),
    ...about.flatMap((one) => one.silent),
  ];
  const readings: Readings = {
    now: kit.now,
    startedAt,
    service,
    metric,
    alerts,
    services: kit.services,
    about: [
      ...about.map((one) => one.readings),
      ...neighbours.map(({ name, answers, deploys }) => ({
        ...NOTHING,
        service: name,
        series: results(answers).flat(),
        deploys: results(deploys).flat(),
      })),
    ],
    ...record,
    // A full disk of another machine is not this service's.
    disks: disks.flatMap((answer) =>
      answer.ok && spec?.bindings[answer.source] !== undefined ? answer.result : [],
    ),
    silent: silent.map(({ source, what }) => ({
      source,
      what: / of /.test(what) ? what : `${what} of ${service}`,
    })),
  };
  const last = lastDeployBefore(about[0]?.readings.deploys ?? [], startedAt);
  return {
    readings,
    links: results(dashboards).flat(),
    unusual: metrics?.lines ?? [],
    silent,
    brought: (last && about[0]?.readings.comparisons[last.number]) ?? null,
  };
}

const NOTHING: Omit<ServiceReadings, 'service'> = {
  deploys: [],
  comparisons: {},
  lines: [],
  linesFrom: null,
  health: null,
  series: [],
  database: null,
  cache: null,
};

function servicesOf({ services }: Kit, names: readonly string[]): Service[] {
  return names.flatMap((name) => services.find((service) => service.name === name) ?? []);
}

interface Looked {
  readings: ServiceReadings;
  silent: Silence[];
}

async function look(
  kit: Kit,
  { name: service, kind }: Pick<Service, 'name' | 'kind'>,
  startedAt: number,
  { own }: { own: boolean },
): Promise<Looked> {
  const sinceAt = startedAt - LOGS_BEFORE_MS;
  const [deploys, logs, health, database, cache] = await Promise.all([
    kit.read('deploys.list', { service, limit: own ? DEPLOYS : NEEDED_DEPLOYS }),
    kit.read('logs.search', { service, sinceAt, limit: own ? LOG_LINES : NEEDED_LOG_LINES }),
    kit.read('services.health', { service }),
    kind === 'database' ? kit.read('databases.describe', { service }) : [],
    kind === 'cache' ? kit.read('caches.describe', { service }) : [],
  ]);
  const of = own ? '' : ` of ${service}`;
  return {
    readings: {
      ...NOTHING,
      service,
      deploys: results(deploys).flat(),
      lines: results(logs).flatMap(({ lines }) => lines),
      linesFrom: completeFrom(results(logs), sinceAt),
      health: results(health)[0] ?? null,
      database: results(database)[0] ?? null,
      cache: results(cache)[0] ?? null,
    },
    silent: [
      ...silences(`deploys${of}`, deploys),
      ...silences(`logs${of}`, logs),
      ...silences(`health${of}`, health),
      ...silences(`state${of}`, database),
      ...silences(`cache${of}`, cache),
    ],
  };
}

/** Where lines were left out, what is there begins with the oldest of them. Null: nothing answered, or nothing has a time. */
function completeFrom(answers: readonly ReadResults['logs.search'][], sinceAt: number): number | null {
  if (answers.length === 0) return null;
  const begins = answers.map(({ lines, truncated }) => (truncated ? oldest(lines) : sinceAt));
  return begins.includes(null) ? null : Math.max(...begins.map(Number));
}

function oldest(lines: readonly LogLine[]): number | null {
  const times = lines.flatMap(({ at }) => (at === null ? [] : [at]));
  return times.length === 0 ? null : times.reduce((min, at) => Math.min(min, at));
}

/** What the first answers make one ask: what the suspected deploys brought, and since when the errors are there. */
async function readMore(kit: Kit, readings: ServiceReadings, startedAt: number): Promise<Looked> {
  const { service } = readings;
  const asked = suspects(readings, startedAt);
  const sinceAt = startedAt - LOGS_BEFORE_MS;
  const [compared, searched] = await Promise.all([
    Promise.all(
      asked.deploys.map(async ({ from, to }) => ({
        number: to,
        answers: await kit.read('deploys.compare', { service, from, to }, { withinMs: SECOND_WITHIN_MS }),
      })),
    ),
    Promise.all(
      asked.texts.map(async (text) => ({
        text,
        answers: await kit.read(
          'logs.search',
          { service, sinceAt, grep: literalPattern(text), limit: SEARCHED_LINES },
          { withinMs: SECOND_WITHIN_MS },
        ),
      })),
    ),
  ]);
  return {
    readings: {
      ...readings,
      comparisons: Object.fromEntries(
        compared.flatMap(({ number, answers }) =>
          results(answers)
            .slice(0, 1)
            .map((result) => [number, result]),
        ),
      ),
      searches: searched.flatMap(({ text, answers }) => {
        const found = results(answers);
        if (found.length === 0) return [];
        return [{ text, lines: found.flatMap(({ lines }) => lines), from: completeFrom(found, sinceAt) }];
      }),
    },
    silent: [],
  };
}

function results<C extends ReadCapability>(answers: readonly ReadAnswer<C>[]): ReadResults[C][] {
  return answers.flatMap((answer) => (answer.ok ? [answer.result] : []));
}
