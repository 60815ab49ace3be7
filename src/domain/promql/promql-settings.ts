// What a source that answers PromQL is told of a team's metrics: labels, window, and queries under names of their own.
import { formatDuration, parseDuration } from '../duration.ts';
import { UserError, usageError } from '../errors.ts';
import { quoted } from '../excerpt.ts';
import { isUnitWord, UNIT_WORDS, type UnitWord, unitOfName } from './metric-unit.ts';
import { isLabel } from './selector.ts';
import { namesService, templateProblems } from './template.ts';

export interface NamedQuery {
  expression: string;
  unit: UnitWord;
  /** False: it names no service, and is measured once for the source as a whole. */
  perService: boolean;
}

export interface PromqlSettings {
  /** Labels a service's name is looked for in, in order. */
  labels: readonly string[];
  /** What rates are taken over, as PromQL writes it: `5m`. */
  window: string;
  /** By name. */
  queries: ReadonlyMap<string, NamedQuery>;
}

export const PROMQL_SETTINGS = ['labels', 'window', 'metric.NAME', 'metric.NAME.unit'] as const;

const DEFAULT_LABELS = ['service', 'job', 'app'];
const DEFAULT_WINDOW = '5m';
const MOST_QUERIES = 40;

/** Whether it is one of those that `parsePromqlSettings` reads. */
export function isPromqlSetting(key: string): boolean {
  return key === 'labels' || key === 'window' || key.startsWith('metric.');
}

/** Errors: UserError (usage) with the first problem. */
export function parsePromqlSettings(settings: Readonly<Record<string, string>>): PromqlSettings {
  return {
    labels: readLabels(settings.labels),
    window: readWindow(settings.window),
    queries: readQueries(settings),
  };
}

function readLabels(text: string | undefined): string[] {
  if (text === undefined) return DEFAULT_LABELS;
  const labels = text
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
  const wrong = labels.find((label) => !isLabel(label));
  if (wrong !== undefined || labels.length === 0 || labels.length > 10)
    throw usageError(
      wrong === undefined
        ? 'labels names one to ten labels'
        : `labels: ${quoted(wrong)} is no name of a label`,
      `--set labels=${DEFAULT_LABELS.join(',')}`,
    );
  return labels;
}

function readWindow(text: string | undefined): string {
  if (text === undefined) return DEFAULT_WINDOW;
  try {
    const ms = parseDuration(text);
    if (ms >= 5000 && ms <= 3_600_000) return `${Math.round(ms / 1000)}s`;
    throw usageError(
      `window ${formatDuration(ms)} is not between 5s and 1h`,
      'four times what Prometheus scrapes at is usual: --set window=2m',
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw usageError(`window: ${error.message}`, error.hint ?? '--set window=5m');
  }
}

function readQueries(settings: Readonly<Record<string, string>>): Map<string, NamedQuery> {
  const queries = new Map<string, NamedQuery>();
  const keys = Object.keys(settings).filter((key) => key.startsWith('metric.'));
  for (const key of keys) {
    const [, name = '', rest] = /^metric\.([^.]*)(\..*)?$/.exec(key) ?? [];
    // A condition reads such names, in lower case.
    if (!/^[a-z_][a-z0-9_]{0,59}$/.test(name) || (rest !== undefined && rest !== '.unit'))
      throw usageError(
        `${quoted(key)} is no name for a metric: small letters, digits and _`,
        `--set metric.queue_depth='sum(queue_length{service="$service"})' --set metric.queue_depth.unit=count`,
      );
    if (rest === '.unit') {
      if (settings[`metric.${name}`] === undefined)
        throw usageError(`${key} is given and metric.${name} is not`, `--set metric.${name}='...'`);
      continue;
    }
    queries.set(name, readQuery(name, settings[key] ?? '', settings[`${key}.unit`]));
  }
  if (queries.size > MOST_QUERIES)
    throw usageError(
      `${queries.size} metrics are more than ${MOST_QUERIES}`,
      'record them in Prometheus, and ask for them by their own names',
    );
  return queries;
}

function readQuery(name: string, expression: string, unit: string | undefined): NamedQuery {
  const [problem] = templateProblems(expression);
  if (problem !== undefined)
    throw usageError(
      `metric.${name}: ${problem}`,
      `for example metric.${name}='sum(rate(http_requests_total{service="$service"}[5m]))'`,
    );
  if (unit !== undefined && !isUnitWord(unit))
    throw usageError(
      `metric.${name}.unit: ${quoted(unit)} is no unit`,
      `one of ${Object.keys(UNIT_WORDS).join(', ')}`,
    );
  return { expression, unit: unit ?? unitOfName(name), perService: namesService(expression) };
}
