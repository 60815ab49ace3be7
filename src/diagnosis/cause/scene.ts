// All that is known, put in order once: the same facts in another order are the same scene.
import type { Comparison, Deploy } from '../../domain/capability.ts';
import { clipped } from '../../domain/excerpt.ts';
import { redact } from '../../domain/redact.ts';
import { compareText } from '../../domain/text/compare.ts';
import { type LogFact, logEvidence } from './log-evidence.ts';
import { type MetricFact, metricEvidence } from './metric-evidence.ts';
import { type Onset, onsetOf } from './onset.ts';
import type { Readings, ServiceReadings } from './readings.ts';

/** How a service stands to the one with the incident. `beside`: needs the same, or it. */
export type Relation = 'own' | 'needed' | 'beside' | 'apart';

export interface Scene {
  readings: Readings;
  onset: Onset;
  own: string;
  /** Of a service, or of nobody we know. */
  relation(service: string | null): Relation;
  about(service: string): ServiceReadings | null;
  /** Errors, warnings and known troubles, by service; the most frequent errors first. */
  logs(service: string): readonly LogFact[];
  metrics(service: string): readonly MetricFact[];
  metric(service: string, name: string): MetricFact | null;
  /** What it depends on, at any number of steps. */
  needed: readonly string[];
  /** Who else depends on something of that, or on the service itself. */
  beside: readonly string[];
}

const MOST_QUOTED = 140;
const MOST_READ = 2_000;

export function sceneOf(given: Readings): Scene {
  const readings: Readings = {
    ...given,
    about: [...given.about].sort((a, b) => compareText(a.service, b.service)),
  };
  const { service: own, services, about } = readings;
  const metrics = metricEvidence(readings);
  const onset = onsetOf(readings, metrics);
  const logs = logEvidence(readings, onset);
  const needed = neededBy(own, services);
  const shared = [own, ...needed];
  const beside = services
    .filter(
      ({ name, dependsOn }) => !shared.includes(name) && dependsOn.some((each) => shared.includes(each)),
    )
    .map(({ name }) => name)
    .sort(compareText);
  return {
    readings,
    onset,
    own,
    needed,
    beside,
    relation: (service) =>
      service === own
        ? 'own'
        : service !== null && needed.includes(service)
          ? 'needed'
          : service !== null && beside.includes(service)
            ? 'beside'
            : 'apart',
    about: (service) => about.find((each) => each.service === service) ?? null,
    logs: (service) => logs.filter((each) => each.service === service),
    metrics: (service) => metrics.filter((each) => each.service === service),
    metric: (service, name) =>
      metrics.find((each) => each.service === service && each.metric === name) ?? null,
  };
}

function neededBy(own: string, services: Readings['services']): string[] {
  const seen = new Set<string>([own]);
  for (const name of seen)
    for (const other of services.find((service) => service.name === name)?.dependsOn ?? []) seen.add(other);
  seen.delete(own);
  return [...seen].sort(compareText);
}

/** Text from outside within a sentence of ours: on one line, short, without secrets. */
export function quote(text: string, most = MOST_QUOTED): string {
  return `"${outside(text, most).replaceAll('"', "'").replace(/\s+/g, ' ')}"`;
}

/** A name from outside, such as a metric's, without quotes. */
export function bare(name: string): string {
  return outside(name, 60);
}

export function timesText(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

export function deployTitle({ number, title }: Deploy): string {
  return `deploy #${outside(number, 60)}${title === '' ? '' : ` ("${outside(title, 120)}")`}`;
}

/** Secrets first: half of one that was cut would not be known as one. */
function outside(text: string, most: number): string {
  return clipped(redact(text.trim().slice(0, MOST_READ)), most);
}

/** `20 s`, `4 min`, `9 h` */
export function lengthText(ms: number): string {
  const seconds = Math.round(Math.max(0, ms) / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

export type Touches = 'it' | 'words' | 'others' | 'unknown';

const WORDS =
  /(?:^|\/)(?:readme|changelog|license|contributing|authors|codeowners)[^/]*$|\.(?:md|mdx|rst|adoc|txt)$|^docs?\/|^\.github\/|(?:^|\/)(?:tests?|__tests__|spec)\/|\.(?:test|spec)\.\w+$|(?:^|\/)\.(?:editorconfig|gitignore|eslintrc[^/]*|prettierrc[^/]*)$/i;

/** Whether what a deploy changed can run in this service at all. */
export function touches(service: string, comparison: Comparison | undefined): Touches {
  if (!comparison) return 'unknown';
  const { files, services, migrations, changes } = comparison;
  if ((migrations?.length ?? 0) > 0) return 'it';
  if (files.length > 0 && files.every((file) => WORDS.test(file)) && (changes?.length ?? 0) === 0)
    return 'words';
  if (
    services &&
    services.elsewhere === 0 &&
    services.touched.length > 0 &&
    !services.touched.includes(service)
  )
    return 'others';
  return files.length > 0 ? 'it' : 'unknown';
}
