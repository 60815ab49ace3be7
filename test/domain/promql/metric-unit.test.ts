import { expect, test } from 'vitest';
import { readMetric, unitOfName } from '../../../src/domain/promql/metric-unit.ts';

const read = (metric: string, ...others: string[]) =>
  readMetric(metric, new Set([metric, ...others]), { selector: 'app="api"', window: '5m' });

test.each<[string, string, number, string]>([
  ['http_requests_total', '/s', 1, 'sum(rate(http_requests_total{app="api"}[5m]))'],
  [
    'node_network_receive_bytes_total',
    'bytes/s',
    1,
    'sum(rate(node_network_receive_bytes_total{app="api"}[5m]))',
  ],
  ['process_cpu_seconds_total', '', 1, 'sum(rate(process_cpu_seconds_total{app="api"}[5m]))'],
  ['process_resident_memory_bytes', 'bytes', 1, 'sum(process_resident_memory_bytes{app="api"})'],
  ['cache_hit_ratio', '%', 100, 'avg(cache_hit_ratio{app="api"})'],
  ['replication_lag_seconds', 'ms', 1000, 'avg(replication_lag_seconds{app="api"})'],
  ['process_start_time_seconds', '', 1, 'max(process_start_time_seconds{app="api"})'],
  ['backup_last_timestamp_seconds', '', 1, 'max(backup_last_timestamp_seconds{app="api"})'],
  ['http_response_time_seconds', 'ms', 1000, 'avg(http_response_time_seconds{app="api"})'],
  ['up', 'boolean', 1, 'max(up{app="api"})'],
  ['queue_depth', '', 1, 'sum(queue_depth{app="api"})'],
])('%s', (metric, unit, factor, expression) => {
  expect(read(metric)).toEqual({ unit, factor, expression });
});

test('a histogram is its 95th percentile, by its base name or its buckets', () => {
  const quantile = 'histogram_quantile(0.95, sum by (le) (rate(rpc_seconds_bucket{app="api"}[5m])))';
  expect(read('rpc_seconds', 'rpc_seconds_bucket')).toEqual({
    unit: 'ms',
    factor: 1000,
    expression: quantile,
  });
  expect(read('rpc_seconds_bucket')).toMatchObject({ expression: quantile });
  expect(read('rpc_seconds_count', 'rpc_seconds_bucket')).toMatchObject({ unit: '/s' });
});

test.each([
  ['error_rate', 'ratio'],
  ['latency', 'seconds'],
  ['queue_bytes', 'bytes'],
  ['orders_total', 'per-second'],
  ['toString', 'none'],
])('a query of one’s own named %s gives %s', (name, word) => {
  expect(unitOfName(name)).toBe(word);
});
