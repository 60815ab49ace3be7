import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/cause/diagnose.ts';
import type { Readings, ServiceReadings } from '../../src/diagnosis/cause/readings.ts';
import { remediesFor } from '../../src/diagnosis/cause/remedies.ts';
import type { MetricSeries } from '../../src/domain/capability.ts';

const NOW = Date.parse('2026-03-07T03:20:00Z');
const NOTHING: Omit<ServiceReadings, 'service'> = {
  deploys: [],
  comparisons: {},
  lines: [],
  linesFrom: NOW - 3_600_000,
  health: null,
  series: [],
  database: null,
  cache: null,
};

function all(
  ofDatabase: readonly string[],
  {
    silent = [],
    says = [],
    deploys = [],
  }: {
    silent?: Readings['silent'];
    says?: ServiceReadings['lines'];
    deploys?: ServiceReadings['deploys'];
  } = {},
) {
  const series = (metric: string): MetricSeries => ({ metric, unit: '', current: 1, points: [] });
  const lines = Array.from({ length: 20 }, (_, index) => ({
    at: NOW - 60_000 + index * 1_000,
    level: 'error' as const,
    text: 'connection pool exhausted',
    instance: 'api-1',
  }));
  const diagnosis = diagnose({
    now: NOW,
    startedAt: NOW - 60_000,
    service: 'api',
    metric: null,
    alerts: [],
    services: [
      { name: 'api', kind: 'app', dependsOn: ['orders-db'], instances: [] },
      { name: 'orders-db', kind: 'database', dependsOn: [], instances: [] },
    ],
    about: [
      { ...NOTHING, service: 'api', lines, deploys, series: [series('latency')] },
      { ...NOTHING, service: 'orders-db', series: ofDatabase.map(series), lines: says },
    ],
    incidents: [],
    doings: [],
    changes: [],
    disks: [],
    silent,
  });
  return remediesFor(diagnosis);
}

function offered(ofDatabase: readonly string[], silent: Readings['silent'] = []): string[] {
  return all(ofDatabase, { silent })
    .filter(({ playbook, service }) => playbook === 'metrics' && service === 'orders-db')
    .map(({ args, why }) => `${args} — ${why}`);
}

test('the pool of a database is looked at by a metric of it that exists, and nothing is offered that is not measured', () => {
  expect(offered(['cpu_usage', 'database_connections'])).toContain(
    'orders-db database_connections — check DB connection pool',
  );
  expect(offered(['cpu_usage']).join()).not.toContain('pool');
  expect(offered(['cpu_usage'])).not.toEqual([]);
  expect(offered([])).toEqual([]);
  // Who did not answer may have it all the same.
  expect(offered([], [{ source: 'Prometheus', what: 'metrics of orders-db' }])).not.toEqual([]);
});

test('a database that says of itself that it is full, where no measurement shows it, is looked at by its logs', () => {
  const says = Array.from({ length: 5 }, (_, index) => ({
    at: NOW - 60_000 + index * 5_000,
    level: 'warn' as const,
    text: 'saturated: 4/4 workers busy, 16 queries waiting, 20 connections',
    instance: 'db-1',
  }));
  const deploy = {
    number: '7',
    author: 'ana',
    title: 'cache',
    status: 'succeeded',
    rolledBack: false,
  } as const;
  const deploys = [
    { ...deploy, at: NOW - 70_000 },
    { ...deploy, number: '6', at: NOW - 86_400_000 },
  ];
  const of = (metrics: readonly string[]) =>
    all(metrics, { says, deploys })
      .filter(({ service }) => service === 'orders-db')
      .map(({ playbook, args, why }) => `${playbook} ${args} — ${why}`);
  expect(of(['cpu_usage'])).toEqual(['logs orders-db — what orders-db itself says']);
  expect(of(['database_connections'])).toContain(
    'metrics orders-db database_connections — check DB connection pool',
  );
});
