import { describe, expect, test } from 'vitest';
import { coveredBy, lineTimer, stoppedAt, usualGap } from '../../src/diagnosis/log-coverage.ts';

const MINUTE = 60_000;
const [FROM, TO] = [0, 60 * MINUTE];

/** A line every `everyMs` of that part of the hour. */
function timesOf(from: number, to: number, everyMs = 5_000) {
  const timer = lineTimer({ from: FROM, to: TO });
  for (let at = from; at < to; at += everyMs) timer.add(at);
  return timer.told();
}

function covered(times: ReturnType<typeof timesOf>, whole = true) {
  return coveredBy(times, { from: FROM, to: TO, whole, gapMs: usualGap([times]) });
}

describe('the part of an hour in which a log had lines', () => {
  test('is all of it where lines come all the time, and where they come seldom', () => {
    expect(covered(timesOf(FROM, TO))).toEqual({ from: FROM, to: TO });
    expect(covered(timesOf(FROM + 3 * MINUTE, TO, 10 * MINUTE))).toEqual({ from: FROM, to: TO });
  });

  test('begins with its first line and ends with its last, where it is not so silent otherwise', () => {
    expect(covered(timesOf(20 * MINUTE, TO))).toEqual({ from: 20 * MINUTE, to: TO });
    expect(covered(timesOf(FROM, 40 * MINUTE))).toEqual({ from: FROM, to: 40 * MINUTE - 5_000 });
  });

  test('of which only the newest lines were read, it begins with them', () => {
    expect(covered(timesOf(MINUTE, TO), false)).toEqual({ from: MINUTE, to: TO });
  });

  test('is not known without lines, and is the whole where they have no times', () => {
    expect(covered(timesOf(0, 0))).toBeNull();
    const timer = lineTimer({ from: FROM, to: TO });
    timer.add(null);
    expect(covered(timer.told())).toEqual({ from: FROM, to: TO });
    expect(covered(timer.told(), false)).toBeNull();
  });
});

test('a log stopped when it is silent for far longer than it ever was', () => {
  const gone = timesOf(FROM, 40 * MINUTE);
  expect(stoppedAt(gone, TO, usualGap([gone]))).toBe(40 * MINUTE - 5_000);
  const seldom = timesOf(FROM, 55 * MINUTE, 10 * MINUTE);
  expect(stoppedAt(seldom, TO, usualGap([seldom]))).toBeNull();
  const few = timesOf(FROM, 10_000);
  expect(stoppedAt(few, TO, usualGap([few]))).toBeNull();
  // What came regularly in the hour before tells what is usual.
  expect(stoppedAt(few, TO, usualGap([few, gone]))).toBe(5_000);
});
