// What this source measures by itself for alert rules and auto-fixes: the services bound to it, once a minute.
import { ToolError } from '../../domain/errors.ts';
import type { Service } from '../../domain/resource.ts';
import type { Call, Measurement } from '../../domain/tool.ts';
import { findPlace } from './find-place.ts';
import { machinesTagged } from './machines.ts';
import { createMemory } from './memory.ts';
import type { Question } from './metric-questions.ts';
import { readSeries } from './metric-series.ts';
import { type MetricReaders, questionsOf } from './metrics.ts';
import { OOM_METRIC, wasOomKilled } from './oom.ts';
import { machineOomKilled } from './oom-machines.ts';
import { inParallel } from './pages.ts';
import { boundPlace } from './place.ts';
import type { Readers } from './readers.ts';
import type { AwsSession } from './session.ts';
import { createTrafficReader } from './traffic.ts';

/** CloudWatch has a new value every minute, and counts each one that is asked for. */
const METRICS_MS = 55_000;
/** A kill is acted upon: it is looked for more often. */
const KILLS_MS = 15_000;
const LATELY_MS = 15 * 60_000;
const AT_ONCE = 8;

/** Of services with a binding; what is only found by a name is not looked for again and again. Errors: ToolError
 * where nothing at all could be measured. */
export function measureAws(
  session: AwsSession,
  readers: Pick<Readers, 'group' | 'containerService'>,
  services: () => readonly Service[],
  /** Whether the machines of a group may be asked by Systems Manager about kills. */
  options: { machines: boolean } = { machines: false },
): (call: Call) => Promise<Measurement[]> {
  const remember = createMemory(session.clock);
  const all: MetricReaders = { ...readers, traffic: createTrafficReader(session) };
  return async (call) => {
    const bound = services().filter((service) => {
      const place = boundPlace(session.source, service);
      return place !== null && !('problem' in place) && place.kind !== 'logs';
    });
    if (bound.length === 0) return [];
    const names = bound
      .map((service) => `${service.name}=${JSON.stringify(service.bindings[session.source])}`)
      .join();
    const results = await Promise.allSettled([
      remember(`metrics ${names}`, METRICS_MS, () => measureMetrics(session, all, bound, call)),
      remember(`kills ${names}`, KILLS_MS, () => measureKills(session, all, bound, ['ecs'], call)),
      ...(options.machines
        ? [
            remember(`machines ${names}`, METRICS_MS, () =>
              measureKills(session, all, bound, ['asg', 'ec2'], call),
            ),
          ]
        : []),
    ]);
    const measured = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    const failed = results.find((result) => result.status === 'rejected');
    if (measured.length === 0 && failed) throw failed.reason;
    return measured;
  };
}

async function measureMetrics(
  session: AwsSession,
  readers: MetricReaders,
  services: readonly Service[],
  call: Call,
): Promise<Measurement[]> {
  const asked = await inParallel(services, AT_ONCE, async (service) => ({
    service,
    questions: await orNone(questionsOf(session, readers, service, undefined, call), call),
  }));
  const known = asked.filter(
    (each): each is { service: Service; questions: Question[] } => each.questions !== null,
  );
  if (known.length === 0)
    throw new ToolError('retry', `${session.source} could not say what its services are`);
  const series = await readSeries(
    session,
    known.flatMap(({ questions }) => questions),
    LATELY_MS,
    call,
  );
  const owners = known.flatMap(({ service, questions }) => questions.map(() => service.name));
  return series.flatMap(({ metric, unit, current }, index) => {
    const owner = owners[index];
    return owner === undefined || current === null
      ? []
      : [{ metric, unit, value: current, service: owner, target: owner }];
  });
}

type KillKind = 'ecs' | 'asg' | 'ec2';

async function measureKills(
  session: AwsSession,
  readers: MetricReaders,
  services: readonly Service[],
  kinds: readonly KillKind[],
  call: Call,
): Promise<Measurement[]> {
  const those = services.filter((service) => {
    const place = boundPlace(session.source, service);
    return place !== null && !('problem' in place) && kinds.some((kind) => kind === place.kind);
  });
  const found = await inParallel(those, AT_ONCE, async (service) => {
    const killed = await orNone(killedOf(session, readers, service, kinds, call), call);
    return { service: service.name, killed };
  });
  return found.flatMap(({ service, killed }) =>
    killed === null ? [] : [{ metric: OOM_METRIC, unit: 'boolean', value: killed, service, target: service }],
  );
}

async function killedOf(
  session: AwsSession,
  readers: MetricReaders,
  service: Service,
  kinds: readonly KillKind[],
  call: Call,
): Promise<boolean> {
  const place = await findPlace(session, service, kinds, call);
  switch (place.kind) {
    case 'ecs':
      return wasOomKilled(session, place, await readers.containerService(place, call), call);
    case 'asg': {
      const { Instances = [] } = await readers.group(place.name, call);
      const machines = Instances.flatMap(({ InstanceId }) => InstanceId ?? []);
      return machineOomKilled(session, machines, call);
    }
    case 'ec2':
      return machineOomKilled(session, await machinesTagged(session, place, call), call);
    default:
      return place satisfies never;
  }
}

/** Null: that one could not be read; the others count. */
async function orNone<T>(reading: Promise<T>, { signal }: Call): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ToolError && !signal.aborted) return null;
    throw error;
  }
}
