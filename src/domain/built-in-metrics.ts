// What is measured without anything else: of a bound service, and of the machine. Names and units.

export const SERVICE_METRICS = { up: 'boolean', error_rate: '%', latency: 'ms' } as const;
export const HOST_METRICS = { cpu_usage: '%', memory_usage: '%', disk_usage: '%' } as const;
/** Whether something of a service was killed lately. */
export const OOM_METRIC = 'service_oom_killed';
/** What its cgroup counts. Polled with the other: the next start of the daemon goes on from there. */
export const KILLS_METRIC = 'service_oom_kills';

export const BUILT_IN_METRICS: readonly string[] = [
  ...Object.keys(SERVICE_METRICS),
  ...Object.keys(HOST_METRICS),
  OOM_METRIC,
  KILLS_METRIC,
];
