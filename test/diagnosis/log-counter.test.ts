import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logCounter } from '../../src/diagnosis/log-counter.ts';
import type { LogLine } from '../../src/domain/capability.ts';

const line = (text: string, at: number | null = 0, instance = 'a', level: LogLine['level'] = 'unknown') => ({
  at,
  level,
  text,
  instance,
});

test('counts each group in each window, and knows the worst and earliest line of it', () => {
  const counter = logCounter();
  counter.add('now', [
    line('slow query 12 ms', 500, 'a'),
    line('ERROR slow query 9 ms', 300, 'b'),
    line('slow query 7 ms', 100, 'a'),
    line('hello', 50),
  ]);
  counter.add('before', [line('slow query 1 ms', -10), line('slow query 2 ms', -20), line('bye', -30)]);
  const groups = counter.groups('now', ['before', 'never read']);
  expect(groups).toHaveLength(2);
  const slow = groups.find(({ template }) => template === 'slow query <n> ms');
  expect(slow).toMatchObject({
    level: 'error',
    sample: { text: 'ERROR slow query 9 ms', at: 300 },
    instances: ['a', 'b'],
    now: { count: 3, firstAt: 100, lastAt: 500 },
  });
  expect(slow?.earlier.get('before')).toEqual({ count: 2, firstAt: -20, lastAt: -10 });
  expect(slow?.earlier.has('never read')).toBe(false);
  expect(counter.seen('now')).toEqual({ count: 4, firstAt: 50, lastAt: 500 });
});

test('a stack trace is one event with the line above it, and other programs’ lines are none of it', () => {
  const counter = logCounter();
  counter.add('now', [
    line('ERROR TypeError: x is not a function', 1, 'a'),
    line('    at handle (/srv/shop.js:12:3)', 1, 'a'),
    line('    at process (node:internal:95)', 1, 'a'),
    line('  cause: nothing', 1, 'b'),
    line('ERROR java.lang.Error: pool', 2, 'c'),
    line('\tat com.acme.Pool.get(Pool.java:7)', 2, 'c'),
    line('Caused by: java.net.ConnectException', 2, 'c'),
    line('\t... 12 more', 2, 'c'),
  ]);
  expect(counter.groups('now', []).map(({ now, level }) => [now.count, level])).toEqual([
    [1, 'error'],
    [1, 'unknown'],
    [1, 'error'],
  ]);
  expect(counter.seen('now').count).toBe(8);
});

test('a program that indents every line still has lines', () => {
  const counter = logCounter();
  counter.add(
    'now',
    Array.from({ length: 1_000 }, () => line('  2026-03-07 03:01:02 INFO ok')),
  );
  expect(counter.groups('now', [])[0]?.now.count).toBe(1_000);
  const odd = logCounter();
  odd.add(
    'now',
    Array.from({ length: 1_000 }, () => line('  ok')),
  );
  expect(odd.groups('now', [])[0]?.now.count).toBeGreaterThan(4);
});

test('order, duplicates and the borders of batches change no count', () => {
  const texts = fc.constantFrom(
    'pool exhausted 1',
    'pool exhausted 2',
    'GET /a/7 200',
    'WARN slow',
    'ERROR boom',
  );
  const lines = fc.array(
    fc.tuple(texts, fc.nat(1_000)).map(([text, at]) => line(text, at)),
    { maxLength: 60 },
  );
  const told = (batches: readonly (readonly LogLine[])[]) => {
    const counter = logCounter();
    for (const batch of batches) counter.add('now', batch);
    return counter
      .groups('now', [])
      .map(({ template, level, now, sample }) => ({ template, level, now, at: sample.at }))
      .sort((a, b) => (a.template < b.template ? -1 : 1));
  };
  fc.assert(
    fc.property(lines, fc.nat(60), fc.infiniteStream(fc.nat()), (all, border, keys) => {
      const shuffled = all
        .map((each) => ({ each, key: keys.next().value ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ each }) => each);
      expect(told([all.slice(0, border), all.slice(border)])).toEqual(told([all]));
      expect(told([shuffled])).toEqual(told([all]));
    }),
    { seed: 42, numRuns: 300 },
  );
});

test('a log of which every line is another one fills no memory, and all of it is counted', () => {
  const counter = logCounter();
  const batches = process.env.OPENCLAW_TEST_LONG ? 40 : 12;
  for (let batch = 0; batch < batches; batch += 1) {
    counter.add(
      'now',
      Array.from({ length: 500 }, (_, index) => {
        const word = Array.from({ length: 12 }, (_each, place) =>
          String.fromCharCode(103 + (((batch * 500 + index + 1) * (place * 7 + 3)) % 20)),
        ).join('');
        return line(`${word} ${'y'.repeat(3_000)}`);
      }),
    );
  }
  const groups = counter.groups('now', []);
  expect(groups.length).toBeLessThanOrEqual(2_001);
  expect(groups.reduce((sum, { now }) => sum + now.count, 0)).toBe(batches * 500);
  expect(Math.max(...groups.map(({ sample }) => sample.text.length))).toBeLessThanOrEqual(2_000);
});
