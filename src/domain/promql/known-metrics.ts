// What a service's CPU, memory, disk, errors and latency are called by the exporters people run, and the query for each.
import type { MetricSeries } from '../capability.ts';

/** Where the series are looked for: by the service's own label, by the machines, by the containers it runs in. */
export type Scope = 'service' | 'node' | 'container';

export interface Candidate {
  scope: Scope;
  /** Metrics that must be there. */
  needs: readonly string[];
  /** The first of these labels that the first of `needs` has is passed on; none of them: not this candidate. */
  labels?: readonly string[];
  /** `selector` is not empty. The result is one number in the metric's unit. */
  expression(selector: string, window: string, label: string): string;
}

export interface KnownMetric {
  name: string;
  unit: MetricSeries['unit'];
  candidates: readonly Candidate[];
}

/**
 * Counters of requests and the label that holds the answer's status. In order: client libraries' own examples (promhttp
 * has `code`, express-prom-bundle `status_code`); Micrometer (Spring Boot); OpenTelemetry's HTTP conventions as
 * exported to Prometheus; ingress-nginx; Traefik; Istio's standard metrics; Caddy; HAProxy's exporter.
 */
const REQUESTS: readonly [counter: string, status: readonly string[]][] = [
  ['http_requests_total', ['code', 'status', 'status_code']],
  ['http_request_duration_seconds_count', ['code', 'status', 'status_code']],
  ['http_server_requests_seconds_count', ['status']],
  ['http_server_request_duration_seconds_count', ['http_response_status_code']],
  ['nginx_ingress_controller_requests', ['status']],
  ['traefik_service_requests_total', ['code']],
  ['istio_requests_total', ['response_code']],
  ['caddy_http_request_duration_seconds_count', ['code']],
  ['haproxy_backend_http_responses_total', ['code']],
];

/** go-grpc-prometheus; the codes that are the server's fault. */
const GRPC = 'grpc_server_handled_total';
const GRPC_ERRORS = 'Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss';

/** Histograms of how long requests take, of the same exporters, and what makes milliseconds of them. */
const DURATIONS: readonly [histogram: string, factor: number][] = [
  ['http_request_duration_seconds', 1000],
  ['http_server_requests_seconds', 1000],
  ['http_server_request_duration_seconds', 1000],
  ['nginx_ingress_controller_request_duration_seconds', 1000],
  ['traefik_service_request_duration_seconds', 1000],
  ['istio_request_duration_milliseconds', 1],
  ['caddy_http_request_duration_seconds', 1000],
  ['grpc_server_handling_seconds', 1000],
];

/** File systems that are no disk, as node_exporter's dashboards leave them out. */
const NO_DISK = 'fstype!~"tmpfs|ramfs|devtmpfs|overlay|squashfs|iso9660|fuse.*"';
/** cAdvisor counts each pod once more as a whole, and its pause container. */
const ONE_CONTAINER = 'container!="",container!="POD"';

/** Percent of requests, of those there were; nothing where there were none. */
function errorShare(counter: string, errors: string) {
  return (selector: string, window: string, label: string) => {
    const rate = (more: string) => `sum(rate(${counter}{${selector}${more}}[${window}]))`;
    return `100 * (${rate(`,${label}=~"${errors}"`)} or vector(0)) / (${rate('')} > 0)`;
  };
}

/** In the order they are shown. Of each, the first candidate whose metrics are there. */
export const KNOWN_METRICS: readonly KnownMetric[] = [
  {
    name: 'error_rate',
    unit: '%',
    candidates: [
      ...REQUESTS.map(
        ([counter, labels]): Candidate => ({
          scope: 'service',
          needs: [counter],
          labels,
          expression: errorShare(counter, '5..'),
        }),
      ),
      {
        scope: 'service',
        needs: [GRPC],
        labels: ['grpc_code'],
        expression: errorShare(GRPC, GRPC_ERRORS),
      },
    ],
  },
  {
    name: 'latency',
    unit: 'ms',
    candidates: [
      ...DURATIONS.map(
        ([histogram, factor]): Candidate => ({
          scope: 'service',
          needs: [`${histogram}_bucket`],
          expression: (selector, window) =>
            `${factor} * histogram_quantile(0.95, sum by (le) (rate(${histogram}_bucket{${selector}}[${window}])))`,
        }),
      ),
      // A summary, or a histogram without its buckets: the mean is what there is.
      ...DURATIONS.map(
        ([histogram, factor]): Candidate => ({
          scope: 'service',
          needs: [`${histogram}_sum`, `${histogram}_count`],
          expression: (selector, window) =>
            `${factor} * sum(rate(${histogram}_sum{${selector}}[${window}])) / (sum(rate(${histogram}_count{${selector}}[${window}])) > 0)`,
        }),
      ),
    ],
  },
  {
    name: 'request_rate',
    unit: '/s',
    candidates: [...REQUESTS.map(([counter]) => counter), GRPC].map((counter) => ({
      scope: 'service',
      needs: [counter],
      expression: (selector, window) => `sum(rate(${counter}{${selector}}[${window}]))`,
    })),
  },
  {
    name: 'cpu_usage',
    unit: '%',
    candidates: [
      {
        // cAdvisor: of the limit, where there is one.
        scope: 'container',
        needs: ['container_cpu_usage_seconds_total', 'container_spec_cpu_quota', 'container_spec_cpu_period'],
        expression: (selector, window) =>
          `100 * sum(rate(container_cpu_usage_seconds_total{${selector},${ONE_CONTAINER}}[${window}])) / sum(container_spec_cpu_quota{${selector},${ONE_CONTAINER}} / container_spec_cpu_period{${selector},${ONE_CONTAINER}})`,
      },
      {
        // node_exporter
        scope: 'node',
        needs: ['node_cpu_seconds_total'],
        expression: (selector, window) =>
          `100 * (1 - avg(rate(node_cpu_seconds_total{${selector},mode="idle"}[${window}])))`,
      },
      {
        // Client libraries: of one processor, per instance.
        scope: 'service',
        needs: ['process_cpu_seconds_total'],
        expression: (selector, window) =>
          `100 * avg(rate(process_cpu_seconds_total{${selector}}[${window}]))`,
      },
    ],
  },
  {
    name: 'memory_usage',
    unit: '%',
    candidates: [
      {
        scope: 'container',
        needs: ['container_memory_working_set_bytes', 'container_spec_memory_limit_bytes'],
        expression: (selector) =>
          `100 * sum(container_memory_working_set_bytes{${selector},${ONE_CONTAINER}}) / sum(container_spec_memory_limit_bytes{${selector},${ONE_CONTAINER}} > 0)`,
      },
      {
        scope: 'node',
        needs: ['node_memory_MemAvailable_bytes', 'node_memory_MemTotal_bytes'],
        expression: (selector) =>
          `100 * (1 - sum(node_memory_MemAvailable_bytes{${selector}}) / sum(node_memory_MemTotal_bytes{${selector}}))`,
      },
    ],
  },
  {
    name: 'memory_bytes',
    unit: 'bytes',
    candidates: [
      {
        scope: 'service',
        needs: ['process_resident_memory_bytes'],
        expression: (selector) => `sum(process_resident_memory_bytes{${selector}})`,
      },
    ],
  },
  {
    // The fullest file system's.
    name: 'disk_usage',
    unit: '%',
    candidates: [
      {
        scope: 'node',
        needs: ['node_filesystem_avail_bytes', 'node_filesystem_size_bytes'],
        expression: (selector) =>
          `100 * max(1 - node_filesystem_avail_bytes{${selector},${NO_DISK}} / (node_filesystem_size_bytes{${selector},${NO_DISK}} > 0))`,
      },
    ],
  },
  {
    // cAdvisor, of the last ten minutes: less than the cooldown a fix has by itself.
    name: 'service_oom_killed',
    unit: 'boolean',
    candidates: [
      {
        scope: 'container',
        needs: ['container_oom_events_total'],
        expression: (selector) =>
          `max(increase(container_oom_events_total{${selector},${ONE_CONTAINER}}[10m])) > bool 0`,
      },
    ],
  },
  {
    // No instance of it could be scraped.
    name: 'up',
    unit: 'boolean',
    candidates: [{ scope: 'service', needs: ['up'], expression: (selector) => `max(up{${selector}})` }],
  },
];
