// The source type `host`: this machine, and the services a team declared on it with scripts of its own.
import { hostname } from 'node:os';
import type { Clock } from '../../domain/clock.ts';
import { parseHostSettings } from '../../domain/host-settings.ts';
import type { Service } from '../../domain/resource.ts';
import type { SampleHistory, SourceAdapter } from '../../domain/tool.ts';
import type { Host } from './binding.ts';
import { cacheStateTool, flushTool } from './caches.ts';
import { databaseTool, failoverTool } from './databases.ts';
import { compareTool, deploysTool, rollbackTool } from './deploys.ts';
import { pruneDockerTool } from './disk-docker.ts';
import { type JournalFiles, SYSTEM_JOURNAL, vacuumJournalTool } from './disk-journal.ts';
import { type OldFileRoots, removeOldFilesTool } from './disk-old-files.ts';
import { healthTool, listTool } from './health.ts';
import { logsTool } from './logs.ts';
import { createMachine } from './machine.ts';
import { diskUsageTool, measureAll, metricsTool } from './metrics.ts';
import { createOomWatch, type OomFiles } from './oom/watch.ts';
import { createProbes } from './probes.ts';
import { programEnvironment } from './program-environment.ts';
import { restartTool, scaleTool } from './services.ts';

export interface HostSourceOptions {
  name: string;
  settings: Record<string, string>;
  /** Asked again and again: a changed or removed service changes what is probed. */
  services: () => readonly Service[];
  history: SampleHistory;
  clock: Clock;
  /** What programs may get from. Default: the environment of this process. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Folders that stand for /tmp and /var/tmp. Default: themselves. */
  roots?: OldFileRoots;
  /** Default: systemd's. */
  journal?: JournalFiles;
  /** Where kills for memory are counted and logged. Default: the kernel's. */
  oom?: OomFiles;
}

/** Probes start at the first reading or `measure()`. Errors: UserError (usage) for settings that are wrong. */
export function createHostSource(options: HostSourceOptions): SourceAdapter {
  const settings = parseHostSettings(options.settings);
  const host: Host = {
    name: options.name,
    hostname: hostname(),
    env: programEnvironment(settings, options.environment ?? process.env),
    services: options.services,
    clock: options.clock,
  };
  const probes = createProbes(host);
  const oom = createOomWatch(host, options.history, options.oom);
  const meters = { probes, machine: createMachine(options.clock), disk: settings.disk, oom };
  return {
    name: options.name,
    type: 'host',
    tools: [
      listTool(host, probes),
      healthTool(host, probes),
      metricsTool(host, meters, options.history),
      logsTool(host),
      deploysTool(host),
      compareTool(host),
      cacheStateTool(host),
      databaseTool(host),
      diskUsageTool(host, meters),
      scaleTool(host, probes),
      restartTool(host, probes, oom),
      rollbackTool(host),
      flushTool(host),
      failoverTool(host),
      pruneDockerTool(host),
      vacuumJournalTool(host, options.journal ?? SYSTEM_JOURNAL),
      removeOldFilesTool(host, options.roots ?? { '/tmp': '/tmp', '/var/tmp': '/var/tmp' }),
    ],
    measure: (call) => measureAll(host, meters, call),
    close: async () => {
      oom.close();
      await probes.close();
    },
  };
}
