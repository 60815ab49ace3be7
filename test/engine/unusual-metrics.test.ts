import { expect, test } from 'vitest';
import { unusualMetrics } from '../../src/engine/unusual-metrics.ts';

const NOW = Date.parse('2026-03-04T03:14:00Z');
type Params = Parameters<typeof unusualMetrics>;

/** One source that measures `latency` of the service every `everyMs`, `count` times until now. */
async function linesOf(count: number, everyMs: number): Promise<string[]> {
  const points = Array.from({ length: count }, (_, index) => ({
    at: NOW - (count - index) * everyMs,
    value: 80 + (index % 3),
  }));
  const series = { metric: 'latency', unit: 'ms', current: 80, points };
  const kit = {
    read: async () => [{ ok: true, source: 'probe', result: points.length === 0 ? [] : [series] }],
  } as unknown as Params[0];
  const service = { name: 'shop', dependsOn: [] } as unknown as Params[1]['service'];
  const about = { service, metric: null, startedAt: NOW - 20_000, now: NOW, zone: 'UTC' };
  return (await unusualMetrics(kit, about)).lines;
}

test('a service that is measured for moments only is said to be, as nobody can know yet what is normal', async () => {
  expect(await linesOf(4, 10_000)).toEqual([
    'shop is measured for 40s only: too little to know what is normal, or when it began',
  ]);
});

test('nothing is said of a service with a past, nor of one that nobody measures', async () => {
  expect(await linesOf(120, 60_000)).toEqual([]);
  expect(await linesOf(0, 60_000)).toEqual([]);
});
