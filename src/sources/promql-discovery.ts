// Which metrics a service has, and the query for each: by its binding, else by a label that holds its name.
import type { MetricSeries } from '../domain/capability.ts';
import type { Clock } from '../domain/clock.ts';
import { ToolError, UserError } from '../domain/errors.ts';
import { type Candidate, KNOWN_METRICS, type Scope } from '../domain/promql/known-metrics.ts';
import { UNIT_WORDS } from '../domain/promql/metric-unit.ts';
import type { PromqlSettings } from '../domain/promql/promql-settings.ts';
import { instanceMatcher, type Matcher, parseBinding, selectorText } from '../domain/promql/selector.ts';
import { fillTemplate, takesSelector } from '../domain/promql/template.ts';
import type { Service } from '../domain/resource.ts';
import type { Call } from '../domain/tool.ts';
import type { PromqlApi } from './promql-api.ts';

export interface FoundQuery {
  metric: string;
  unit: MetricSeries['unit'];
  /** What a value is multiplied by to be in that unit. */
  factor: number;
  expression: string;
}

export interface Found {
  /** The service's own series; null: there are none. */
  selector: string | null;
  /** All metrics of the service's own series. */
  names: ReadonlySet<string>;
  /** Those with a name of ours, in the order they are shown. */
  queries: FoundQuery[];
}

export interface Discovery {
  /** `instance`: only what belongs to it. Errors: ToolError. */
  find(service: Service, instance: string | undefined, call: Call): Promise<Found>;
}

interface Options {
  name: string;
  api: PromqlApi;
  settings: PromqlSettings;
  clock: Clock;
}

interface Place {
  selector: readonly Matcher[];
  names: ReadonlySet<string>;
}

/** What is there changes with a deploy, not with each look. */
const KEEP_MS = 2 * 60_000;
/** A service that has just come is found soon. */
const KEEP_NOTHING_MS = 15_000;
const MOST_KEPT = 2000;
const NODE_NAMES = 'node_.+';
const CONTAINER_NAMES = 'container_.+';

export function createDiscovery(options: Options): Discovery {
  const kept = new Map<string, { until: number; found: Found }>();
  const { clock, name } = options;
  return {
    async find(service, instance, call) {
      const key = JSON.stringify([service.name, bindingOf(name, service), service.instances, instance]);
      const known = kept.get(key);
      const now = clock.now();
      if (known !== undefined && now < known.until && known.until - now <= KEEP_MS) return known.found;
      const found = await look(options, service, instance, call);
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(key, { until: now + (found.names.size === 0 ? KEEP_NOTHING_MS : KEEP_MS), found });
      return found;
    },
  };
}

/** Where this source is told to find the service; null: by its name. */
export function bindingOf(source: string, service: Service): string | null {
  const binding = Object.hasOwn(service.bindings, source) ? service.bindings[source] : undefined;
  return typeof binding === 'string' ? binding : null;
}

async function look(
  options: Options,
  service: Service,
  instance: string | undefined,
  call: Call,
): Promise<Found> {
  const { api, settings } = options;
  const own = ownSelectors(options, service);
  const narrowed = instance === undefined ? own : own.flatMap((selector) => narrow(selector, [instance]));
  const patterns = instance === undefined ? service.instances : [instance];
  const machines = patterns.length === 0 ? [] : [instanceMatcher('instance', patterns, true)];
  const containers: Matcher[] = [
    ...(instance === undefined ? [{ label: 'container', op: '=' as const, value: service.name }] : []),
    ...(patterns.length === 0 ? [] : [instanceMatcher('pod', patterns, false)]),
  ];
  const [mine, node, container] = await Promise.all([
    firstPlace(api, narrowed, null, call),
    firstPlace(
      api,
      machines.map((matcher) => [matcher]),
      NODE_NAMES,
      call,
    ),
    firstPlace(
      api,
      containers.map((matcher) => [matcher]),
      CONTAINER_NAMES,
      call,
    ),
  ]);
  const places: Record<Scope, Place[]> = {
    service: mine ? [mine] : [],
    // A service's own label may stand on its machines and containers too.
    node: [mine, node].filter((place) => place !== null),
    container: [mine, container].filter((place) => place !== null),
  };
  const filling = {
    service: (own.length === 1 ? equalValue(own[0] ?? []) : null) ?? service.name,
    selector: mine?.selector ?? narrowed[0] ?? [],
    window: settings.window,
  };
  const overridden = [...settings.queries].flatMap(
    ([metric, { expression, unit, perService }]): FoundQuery[] =>
      perService && (instance === undefined || (mine !== null && takesSelector(expression)))
        ? [{ metric, ...UNIT_WORDS[unit], expression: fillTemplate(expression, filling) }]
        : [],
  );
  const known = await Promise.all(
    KNOWN_METRICS.filter(({ name }) => !settings.queries.has(name)).map(
      async ({ name, unit, candidates }) => {
        const expression = await firstExpression(candidates, places, { api, window: settings.window, call });
        return expression === null ? [] : [{ metric: name, unit, factor: 1, expression }];
      },
    ),
  );
  return {
    selector: mine === null ? null : selectorText(mine.selector),
    names: mine?.names ?? new Set(),
    // A query of the operator's is asked for every service; it counts where the service is known, or bound.
    queries: [
      ...(mine !== null || bindingOf(options.name, service) !== null ? overridden : []),
      ...known.flat(),
    ],
  };
}

/** Errors: ToolError 'failed' for a binding that names nothing. */
function ownSelectors({ name, settings }: Options, service: Service): Matcher[][] {
  const binding = bindingOf(name, service);
  if (binding === null)
    return settings.labels.map((label): Matcher[] => [{ label, op: '=', value: service.name }]);
  try {
    return [parseBinding(binding)];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new ToolError(
      'failed',
      `the binding of ${service.name} at ${name}: ${error.message}: ${error.hint ?? ''}`,
    );
  }
}

function narrow(selector: readonly Matcher[], instances: readonly string[]): Matcher[][] {
  return [
    [...selector, instanceMatcher('instance', instances, true)],
    [...selector, instanceMatcher('pod', instances, false)],
  ];
}

/** What a binding of one label calls the service. */
function equalValue(selector: readonly Matcher[]): string | null {
  const [only] = selector;
  return only !== undefined && selector.length === 1 && only.op === '=' ? only.value : null;
}

/** The first in order with a series. They are asked side by side. */
async function firstPlace(
  api: PromqlApi,
  selectors: readonly (readonly Matcher[])[],
  onlyNames: string | null,
  call: Call,
): Promise<Place | null> {
  const all = await Promise.all(
    selectors.map(async (selector) => {
      const name = onlyNames === null ? '' : `,__name__=~"${onlyNames}"`;
      return { selector, names: new Set(await api.names(`{${selectorText(selector)}${name}}`, call)) };
    }),
  );
  return all.find(({ names }) => names.size > 0) ?? null;
}

async function firstExpression(
  candidates: readonly Candidate[],
  places: Record<Scope, readonly Place[]>,
  { api, window, call }: { api: PromqlApi; window: string; call: Call },
): Promise<string | null> {
  for (const { scope, needs, labels, expression } of candidates) {
    const place = places[scope].find(({ names }) => needs.every((name) => names.has(name)));
    if (place === undefined) continue;
    const selector = selectorText(place.selector);
    if (labels === undefined) return expression(selector, window, '');
    const there = new Set(await api.labels(`${needs[0]}{${selector}}`, call));
    const label = labels.find((one) => there.has(one));
    // Without the label no request would count as failed, and nothing would ever look wrong.
    if (label !== undefined) return expression(selector, window, label);
  }
  return null;
}
