import { describe, expect, test } from 'vitest';
import { type LabelledSeries, probation, scaled, score } from './nab-score.ts';

const series = (length: number, ...windows: [number, number][]): LabelledSeries => ({
  name: 'one',
  points: Array.from({ length }, (_, at) => ({ at, value: 0 })),
  windows,
});
const alarmsAt = (length: number, ...at: number[]) =>
  Array.from({ length }, (_, index) => at.includes(index));
/** 2 / (1 + e^(5x)) - 1 */
const sigmoid = (x: number) => 2 / (1 + Math.exp(5 * x)) - 1;

describe('the score of NAB, standard profile', () => {
  const two = series(1_000, [300, 349], [600, 649]);

  test('an alarm at the first point of each window and none besides is 100, silence is 0', () => {
    expect(scaled([score(two, alarmsAt(1_000, 300, 600))])).toBeCloseTo(100, 10);
    expect(scaled([score(two, alarmsAt(1_000))])).toBe(0);
    const three = [two, series(500, [200, 220])];
    expect(scaled(three.map((each) => score(each, alarmsAt(1_000, each.windows[0]?.[0] ?? -1))))).toBeCloseTo(
      (100 * 2) / 3,
    );
  });

  test('of the alarms in a window only the first counts, and an early one is better', () => {
    const once = score(two, alarmsAt(1_000, 310));
    expect(score(two, alarmsAt(1_000, 310, 311, 349))).toEqual(once);
    expect(once.sum).toBeGreaterThan(score(two, alarmsAt(1_000, 330)).sum);
    // 40 of 50 points are left at the eleventh.
    expect(once.sum).toBeCloseTo(sigmoid(-40 / 50) / sigmoid(-1) - 1, 10);
    expect(score(two, alarmsAt(1_000, 349)).sum).toBeCloseTo(sigmoid(-1 / 50) / sigmoid(-1) - 1, 10);
  });

  test('an alarm outside costs 0.11, and less right after a window', () => {
    const silent = score(two, alarmsAt(1_000)).sum;
    const cost = (at: number) => score(two, alarmsAt(1_000, at)).sum - silent;
    expect(cost(200)).toBeCloseTo(-0.11, 10);
    expect(cost(990)).toBeCloseTo(-0.11, 10);
    expect(cost(350)).toBeCloseTo(0.11 * sigmoid(1 / 49), 10);
    expect(cost(359)).toBeCloseTo(0.11 * sigmoid(10 / 49), 10);
    expect(cost(599)).toBeCloseTo(-0.11, 10);
    expect(score(two, alarmsAt(1_000, 200, 300, 990))).toMatchObject({
      found: 1,
      windows: 2,
      falseAlarms: 2,
    });
  });

  test('what is said while it learns does not count: 15% of the points, at most 750', () => {
    expect([probation(1_000), probation(5_000), probation(20_000)]).toEqual([150, 750, 750]);
    expect(score(two, alarmsAt(1_000, 0, 149))).toEqual(score(two, alarmsAt(1_000)));
    expect(score(two, alarmsAt(1_000, 150)).falseAlarms).toBe(1);
    // A window that ends before it is none; of one that reaches beyond it, the rest can be found.
    expect(score(series(1_000, [10, 20]), alarmsAt(1_000))).toMatchObject({ windows: 0, sum: 0 });
    expect(score(series(1_000, [100, 199]), alarmsAt(1_000, 120)).found).toBe(0);
    expect(score(series(1_000, [100, 199]), alarmsAt(1_000, 150)).sum).toBeCloseTo(
      sigmoid(-50 / 100) / sigmoid(-1),
      10,
    );
  });
});
