// What the watch compares after a change.

import type { SuccessTest } from '../domain/plan.ts';
import type { Kit, PlaybookRequest } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import { known } from './answers.ts';

type Goal = NonNullable<Extract<SuccessTest, { kind: 'metric' }>['goal']>;

/** A condition that opened an incident is met again when it no longer holds. */
const opposite = { '>': '<=', '>=': '<', '<': '>=', '<=': '>' } as const;

/** The metric the incident is about, else the error rate; measured now, so that better and worse have a start. */
export async function metricSuccess(
  service: Service,
  request: PlaybookRequest,
  kit: Kit,
): Promise<SuccessTest> {
  const { incident } = request;
  const about =
    incident?.goal && (incident.service === null || incident.service === service.name) ? incident.goal : null;
  const metric = about?.metric ?? 'error_rate';
  const goal: Goal | null = about ? { op: opposite[about.op], value: about.value } : null;
  const series = known(await kit.read('metrics.query', { service: service.name, metric }))
    .flatMap(({ result }) => result)
    .find((each) => each.metric === metric);
  if (!series && !about) return healthySuccess(service, null, kit);
  const unit = series?.unit ?? about?.unit ?? '';
  return { kind: 'metric', service: service.name, metric, unit, before: series?.current ?? null, goal };
}

/** Healthy, where a source can tell; else the change is reported and nothing is watched. */
export async function healthySuccess(service: Service, count: number | null, kit: Kit): Promise<SuccessTest> {
  const [health] = known(await kit.read('services.health', { service: service.name }));
  return health ? { kind: 'healthy', service: service.name, count } : { kind: 'none' };
}
