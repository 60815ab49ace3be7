import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Expression, evaluate, type MetricValues, parseCondition } from '../../src/domain/condition.ts';
import { expressionArbitrary, metricNames } from '../support/condition-arbitrary.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

describe('a condition is decided from what was measured', () => {
  test.each<[string, Record<string, number | boolean | string>, boolean | 'unknown', string]>([
    ['disk_usage > 90%', { disk_usage: 92 }, true, 'disk_usage is 92%, > 90%'],
    ['disk_usage > 90%', { disk_usage: 90 }, false, 'disk_usage is 90%, not > 90%'],
    ['disk_usage > 90%', { disk_usage: 90.00000001 }, true, 'disk_usage is 90.00000001%, > 90%'],
    ['disk_usage >= 90%', { disk_usage: 90 }, true, 'disk_usage is 90%, >= 90%'],
    ['error_rate > 5%', { error_rate: 12.3456789 }, true, 'error_rate is 12.3457%, > 5%'],
    ['latency > 2s', { latency: 2_500 }, true, 'latency is 2.5s, > 2s'],
    ['free < 5GB', { free: 4_200_000_000 }, true, 'free is 4.2GB, < 5GB'],
    ['free < 1KiB', { free: 1_023 }, true, 'free is 0.999023KiB, < 1KiB'],
    ['requests > 10rps', { requests: 12 }, true, 'requests is 12 rps, > 10 rps'],
    ['service_oom_killed = true', { service_oom_killed: true }, true, 'service_oom_killed is true'],
    [
      'service_oom_killed = true',
      { service_oom_killed: false },
      false,
      'service_oom_killed is false, not true',
    ],
    ['up = false', { up: 0 }, true, 'up is false'],
    ['up = 1', { up: true }, true, 'up is 1'],
    ['up != true', { up: false }, true, 'up is false, not true'],
    ['state = running', { state: 'Running' }, false, 'state is "Running", not "running"'],
    ['state != running', { state: 'running' }, false, 'state is "running"'],
    ['a > 1 and b > 1', { a: 2, b: 0 }, false, 'b is 0, not > 1'],
    ['a > 1 and b > 1', { a: 2, b: 2 }, true, 'a is 2, > 1; b is 2, > 1'],
    ['a > 1 or b > 1', { a: 2, b: 0 }, true, 'a is 2, > 1'],
    ['not a > 1', { a: 2 }, false, 'a is 2, > 1'],
    ['a > 1 or b > 1', { a: 2 }, true, 'a is 2, > 1'],
    ['a > 1 or b > 1', { a: 0 }, 'unknown', 'b is not known'],
    ['a > 1 and b > 1', { a: 0 }, false, 'a is 0, not > 1'],
    ['a > 1 and b > 1', { a: 2 }, 'unknown', 'b is not known'],
    ['not a > 1', {}, 'unknown', 'a is not known'],
    ['a > 1', { a: Number.NaN }, 'unknown', 'a is not known'],
    ['a > 1', { a: Number.POSITIVE_INFINITY }, 'unknown', 'a is not known'],
    ['a > 1', { a: '7' }, 'unknown', 'a is "7", which is not a number'],
    ['a = true', { a: 7 }, 'unknown', 'a is 7, which is not true or false'],
    ['a = x', { a: 7 }, 'unknown', 'a is 7, which is not a text'],
    [
      'a = 1 or a = 2 or a = 3 or a = 4 or a = 5 or a = 6',
      { a: 0 },
      false,
      'a is 0, not 1; a is 0, not 2; a is 0, not 3; a is 0, not 4 and 2 more',
    ],
  ])('%s with %j is %s', (text, values, holds, because) => {
    expect(evaluate(parseCondition(text).expression, new Map(Object.entries(values)))).toMatchObject({
      holds,
      because,
    });
  });

  test('every metric without a usable value is named once, even where it did not matter', () => {
    const { expression } = parseCondition('a > 1 or b > 1 or b < 0 or c = x or d > 1');
    const values: MetricValues = new Map<string, number | string>([
      ['a', 2],
      ['d', Number.NaN],
    ]);
    expect(evaluate(expression, values)).toMatchObject({ holds: true, missing: ['b', 'c', 'd'] });
  });

  test('a hostile value is quoted on one line', () => {
    const { because } = evaluate(
      parseCondition('a = x').expression,
      new Map([['a', `\u001b[2J\n${'y'.repeat(1_000_000)}`]]),
    );
    expect(because.length).toBeLessThan(100);
    expect(because).not.toMatch(/\p{Cc}/u);
  });
});

const value = fc.oneof(
  fc.integer({ min: -6, max: 6 }),
  fc.double(),
  fc.boolean(),
  fc.constantFrom('running', '', 'x'),
);
const values: fc.Arbitrary<MetricValues> = fc
  .array(fc.tuple(fc.constantFrom(...metricNames), value))
  .map((pairs) => new Map<string, number | boolean | string>(pairs));
const not = (term: Expression): Expression => ({ kind: 'not', term });

describe('the logic has no surprises', () => {
  test('not (a and b) is not a or not b, and the other way round', () => {
    fc.assert(
      fc.property(
        expressionArbitrary,
        expressionArbitrary,
        fc.constantFrom('and' as const, 'or' as const),
        values,
        (a, b, kind, facts) => {
          const outside = not({ kind, terms: [a, b] });
          const inside: Expression = { kind: kind === 'and' ? 'or' : 'and', terms: [not(a), not(b)] };
          expect(evaluate(outside, facts).holds).toBe(evaluate(inside, facts).holds);
        },
      ),
      runs,
    );
  });

  test('not not a is a', () => {
    fc.assert(
      fc.property(expressionArbitrary, values, (a, facts) => {
        expect(evaluate(not(not(a)), facts).holds).toBe(evaluate(a, facts).holds);
      }),
      runs,
    );
  });

  test('a decision made with a metric missing stands whatever that metric turns out to be', () => {
    fc.assert(
      fc.property(
        expressionArbitrary,
        values,
        fc.constantFrom(...metricNames),
        value,
        (a, facts, metric, late) => {
          const without = new Map(facts);
          without.delete(metric);
          const early = evaluate(a, without).holds;
          fc.pre(early !== 'unknown');
          expect(evaluate(a, new Map(without).set(metric, late)).holds).toBe(early);
        },
      ),
      runs,
    );
  });

  test('what cannot be decided names a metric, and nothing is undecided when nothing is missing or mistyped', () => {
    fc.assert(
      fc.property(expressionArbitrary, values, (a, facts) => {
        const { holds, missing, because } = evaluate(a, facts);
        expect(because).not.toBe('');
        if (holds === 'unknown' && missing.length === 0) expect(because).toContain('which is not');
      }),
      runs,
    );
  });
});
