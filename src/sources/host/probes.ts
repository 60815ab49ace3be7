// One prober per service that asks for one, kept in step with the configured services.
import { parseDuration } from '../../domain/duration.ts';
import { checkHostBinding, type HostBinding } from '../../domain/host-binding.ts';
import type { Service } from '../../domain/resource.ts';
import { boundServices, type Host } from './binding.ts';
import { type ProbeReading, type Prober, startProber } from './probe.ts';

export interface Probes {
  /** Null: the service has no probe here. Starts, restarts and stops probers as services changed. */
  read(service: Service): ProbeReading | null;
  close(): Promise<void>;
}

export function createProbes(host: Host): Probes {
  const running = new Map<string, { settings: string; prober: Prober }>();
  const stopping = new Set<Promise<void>>();
  let closed = false;

  const sync = (): void => {
    const wanted = new Map<string, NonNullable<HostBinding['probe']>>();
    for (const { service, binding } of boundServices(host)) {
      // One wrong probe, stored by an older version perhaps, must not stop the others.
      if (binding.probe && checkHostBinding({ probe: binding.probe }).length === 0) {
        wanted.set(service.name, binding.probe);
      }
    }
    for (const [name, { settings, prober }] of running) {
      const probe = wanted.get(name);
      if (probe !== undefined && JSON.stringify(probe) === settings) continue;
      running.delete(name);
      const stopped = prober.stop().then(() => void stopping.delete(stopped));
      stopping.add(stopped);
    }
    for (const [name, probe] of wanted) {
      if (running.has(name)) continue;
      const prober = startProber(
        {
          url: probe.url,
          everyMs: parseDuration(probe.every),
          windowMs: parseDuration(probe.window),
          timeoutMs: parseDuration(probe.timeout),
        },
        host.clock,
      );
      running.set(name, { settings: JSON.stringify(probe), prober });
    }
  };

  return {
    read: (service) => {
      if (!closed) sync();
      return running.get(service.name)?.prober.read() ?? null;
    },
    close: async () => {
      closed = true;
      const probers = [...running.values()].map(({ prober }) => prober.stop());
      running.clear();
      await Promise.all([...probers, ...stopping]);
    },
  };
}
