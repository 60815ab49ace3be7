import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ServiceHealth } from '../../src/domain/capability.ts';
import { judgeCondition, judgeHealth, judgeMetric } from '../../src/domain/verdict.ts';

type MetricTest = Parameters<typeof judgeMetric>[0];
const errors = (given: Partial<MetricTest> = {}): MetricTest => ({
  metric: 'error_rate',
  unit: '%',
  before: 12.3,
  goal: { op: '<=', value: 5 },
  ...given,
});

describe('a metric after the change', () => {
  const free: Partial<MetricTest> = { goal: null };
  const hits: Partial<MetricTest> = { metric: 'hit_rate', before: 20, goal: { op: '>', value: 90 } };
  const cases: [string, Partial<MetricTest>, number | null, string, string][] = [
    ['at its goal', {}, 0.2, 'better', 'Error rate back to 0.2% (was 12.3%)'],
    [
      'at its goal before as well',
      { before: 0.3 },
      0.2,
      'better',
      'Error rate is 0.2%, where it should be (was 0.3%)',
    ],
    ['exactly at its goal', {}, 5, 'better', 'Error rate back to 5% (was 12.3%)'],
    ['much better, not there', {}, 6, 'same', 'Error rate is 6% (was 12.3%), not yet where it should be'],
    ['a little better is noise', {}, 11, 'same', 'Error rate did not change: 11% (was 12.3%)'],
    ['a little worse is noise', {}, 13, 'same', 'Error rate did not change: 13% (was 12.3%)'],
    ['worse', {}, 30, 'worse', 'Error rate got worse: 30% (was 12.3%)'],
    ['not measured', {}, null, 'unknown', 'Error rate cannot be measured now (was 12.3%)'],
    [
      'at its goal, unknown before',
      { before: null },
      0.2,
      'better',
      'Error rate back to 0.2% (unknown before)',
    ],
    [
      'nothing to compare with',
      { before: null },
      9,
      'unknown',
      'Error rate is 9%, and there is nothing to compare it with',
    ],
    ['without a goal lower is better', free, 6, 'better', 'Error rate is 6% (was 12.3%)'],
    [
      'from nothing to something is worse',
      { ...free, before: 0 },
      3,
      'worse',
      'Error rate got worse: 3% (was 0%)',
    ],
    ['nothing stays nothing', { ...free, before: 0 }, 0, 'same', 'Error rate did not change: 0% (was 0%)'],
    ['a goal above: more is better', hits, 95, 'better', 'Hit rate back to 95% (was 20%)'],
    ['a goal above: less is worse', hits, 5, 'worse', 'Hit rate got worse: 5% (was 20%)'],
    [
      'times read as times',
      { metric: 'latency', unit: 'ms', before: 2_400, goal: null },
      840,
      'better',
      'Latency is 840 ms (was 2.4 s)',
    ],
  ];
  test.each(cases)('%s', (_name, given, now, verdict, text) => {
    expect(judgeMetric(errors(given), now)).toEqual({ verdict, text });
  });

  test('what reaches its goal is never called worse, whatever it was before', () => {
    const value = fc.double({ min: 0, max: 1e6, noNaN: true });
    const property = fc.property(
      value,
      value,
      fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
      value,
      (before, now, op, limit) => {
        const reached = { '<': now < limit, '<=': now <= limit, '>': now > limit, '>=': now >= limit }[op];
        const { verdict } = judgeMetric(errors({ before, goal: { op, value: limit } }), now);
        expect(verdict === 'better').toBe(reached);
      },
    );
    fc.assert(property, { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 });
  });
});

describe('a service after the change', () => {
  const health = (given: Partial<ServiceHealth> = {}): ServiceHealth => ({
    service: 'shop',
    desired: 4,
    running: 4,
    healthy: 4,
    instances: [],
    ...given,
  });
  const cases: [string, ServiceHealth | null, number | null, string, string][] = [
    ['all healthy', health(), 4, 'better', 'shop: 4 of 4 healthy'],
    ['not all yet', health({ healthy: 3 }), 4, 'worse', 'shop is not healthy yet: 3 of 4 healthy'],
    [
      'more run than asked for',
      health({ running: 6, healthy: 6 }),
      4,
      'worse',
      'shop is not healthy yet: 6 of 4 healthy',
    ],
    [
      'the number the source wants, where none was asked for',
      health({ desired: 2, running: 2, healthy: 2 }),
      null,
      'better',
      'shop: 2 of 2 healthy',
    ],
    [
      'none wanted, none there',
      health({ desired: 0, running: 0, healthy: 0 }),
      0,
      'better',
      'shop: 0 of 0 healthy',
    ],
    ['no answer', null, 4, 'unknown', 'the health of shop cannot be read'],
    [
      'the source does not know',
      health({ healthy: null }),
      4,
      'unknown',
      'the health of shop cannot be read',
    ],
    [
      'nobody knows how many it should be',
      health({ desired: null }),
      null,
      'unknown',
      'shop: 4 healthy, and how many it should have cannot be read',
    ],
  ];
  test.each(cases)('%s', (_name, given, count, verdict, text) => {
    expect(judgeHealth({ kind: 'healthy', service: 'shop', count }, given)).toEqual({ verdict, text });
  });
});

describe('the condition a fix ran for', () => {
  const disk: Parameters<typeof judgeCondition>[0] = {
    kind: 'condition',
    service: null,
    source: 'This host',
    target: '/var',
    metric: 'disk_usage',
    condition: 'disk_usage > 90%',
    before: 92,
  };
  const reading = (holds: boolean | 'unknown', value: number | null) => ({
    holds,
    value,
    unit: '%',
    because: 'b',
  });
  const cases: [string, Parameters<typeof judgeCondition>[1], string, string][] = [
    ['is over', reading(false, 71), 'better', 'Disk usage of /var: 71% (was 92%)'],
    [
      'holds still',
      reading(true, 91),
      'same',
      'Disk usage of /var: 91% (was 92%), so it still holds: disk_usage > 90%',
    ],
    ['cannot be read', reading('unknown', null), 'unknown', 'Disk usage of /var cannot be measured now'],
    ['is measured by nobody', null, 'unknown', 'Disk usage of /var cannot be measured now'],
  ];
  test.each(cases)('%s', (_name, given, verdict, text) => {
    const judged = judgeCondition(disk, given);
    expect(judged.verdict).toBe(verdict);
    expect(judged.text).toContain(text);
  });
});
