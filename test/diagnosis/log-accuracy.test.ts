import { describe, expect, test } from 'vitest';
import { groupingScore } from '../support/grouping-accuracy.ts';
import { loghubFolder, parseCsv, readLabelledLogs } from '../support/labelled-logs.ts';
import { settled, streaming } from '../support/log-groupers.ts';

const systems = readLabelledLogs(loghubFolder());
if (systems.length === 0)
  console.warn(`skipped: grouping accuracy, as there are no labelled logs in ${loghubFolder()}`);

describe.skipIf(systems.length === 0)('on labelled logs, with one configuration for all', () => {
  const scores = systems.map(({ system, contents, events }) => ({
    system,
    settled: groupingScore(settled(contents), events),
    streaming: groupingScore(streaming(contents), events),
  }));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('groups settled at the end are right for most lines and most groups, in every system', () => {
    expect(mean(scores.map((score) => score.settled.accuracy))).toBeGreaterThanOrEqual(0.95);
    expect(mean(scores.map((score) => score.settled.f1))).toBeGreaterThanOrEqual(0.93);
    const poor = scores.filter((score) => Math.min(score.settled.accuracy, score.settled.f1) < 0.9);
    expect(poor).toEqual([]);
  });

  test('groups said as lines arrive are nearly as good', () => {
    expect(mean(scores.map((score) => score.streaming.accuracy))).toBeGreaterThanOrEqual(0.93);
    expect(mean(scores.map((score) => score.streaming.f1))).toBeGreaterThanOrEqual(0.93);
  });
});

describe('the score', () => {
  test('counts a group only when it has exactly the lines of a true one', () => {
    expect(groupingScore([1, 1, 2, 3], ['a', 'a', 'b', 'b'])).toEqual({
      accuracy: 0.5,
      f1: 0.4,
      found: 3,
      truth: 2,
    });
    expect(groupingScore([1, 1, 1], ['a', 'a', 'b'])).toMatchObject({ accuracy: 0, f1: 0 });
    expect(groupingScore(['x', 'y', 'x'], ['1', '2', '1'])).toMatchObject({ accuracy: 1, f1: 1 });
  });

  test('reads quoted fields with commas, quotes and line ends', () => {
    expect(parseCsv('a,b\r\n"x, ""y""\nz",2\r\n,\n')).toEqual([
      ['a', 'b'],
      ['x, "y"\nz', '2'],
      ['', ''],
    ]);
  });
});
