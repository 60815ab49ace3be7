// What a planner may use on behalf of a command or of somebody who asks: the sources, the services, and our own record.
import type { Kit } from '../domain/playbook.ts';
import { channelZone } from './channel-zone.ts';
import type { Engine, Run } from './engine.ts';
import { knownChanges } from './known-changes.ts';
import { overview } from './overview.ts';
import { createKit } from './toolbox.ts';

/** A command without sources of its own, and `/status`, may read from all that are configured. */
export function sourceNames(own: readonly string[], { adapters }: Engine): readonly string[] {
  return own.length > 0 ? own : adapters().sources.map(({ name }) => name);
}

/**
 * `channel`: by whose clocks; null: the daemon's. `names`: of sources, in their order; all of them when left out.
 * `evenDisabled`: also services that were disabled, for what is still to be watched there.
 */
export async function kitFor(
  engine: Engine,
  { signal }: Pick<Run, 'signal'>,
  asked: { channel: string | null; names?: readonly string[]; evenDisabled?: boolean } & Partial<
    Pick<Kit, 'progress' | 'commands'>
  >,
): Promise<Kit> {
  const { adapters, clock, store } = engine;
  const { channel, names = sourceNames([], engine), evenDisabled = false, ...more } = asked;
  const services = (await store.read.resources.list('service')).filter(
    ({ enabled }) => enabled || evenDisabled,
  );
  return createKit({
    now: clock.now(),
    zone: channel === null ? engine.zone : await channelZone(channel, store.read, engine),
    sources: adapters().sources,
    names,
    services: services.map(({ spec }) => spec),
    signal,
    overview: () => overview(store.read),
    changes: (service, sinceAt) => knownChanges(store.read, service, sinceAt),
    ...more,
  });
}
