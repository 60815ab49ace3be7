// What is asked for once the first answers are there: each such question goes to every source.
import { expect, test } from 'vitest';
import { suspects } from '../../src/diagnosis/cause/suspects.ts';
import { at, deploy } from './incidents/night.ts';

const asked = (...deploys: ReturnType<typeof deploy>[]) =>
  suspects({ deploys, lines: [], linesFrom: null }, at('03:20')).deploys.map(({ to }) => to);

test('the last deploy, however old, and beside it those of the hour before', () => {
  const first = deploy('1', '00:10', 'first');
  expect(
    asked(deploy('4', '03:10', 'd'), deploy('3', '02:30', 'c'), deploy('2', '01:10', 'b'), first),
  ).toEqual(['4', '3']);
  expect(asked(deploy('2', '01:10', 'b'), first)).toEqual(['2']);
});

test('none that came after the effect, and none without one before it to compare with', () => {
  expect(asked(deploy('2', '03:30', 'b'), deploy('1', '03:00', 'a'))).toEqual([]);
});

test('the texts looked for stand in the lines as they are, though an error is told with what failed', () => {
  const text = '{"level":"error","msg":"store order","err":"read tcp: connection reset by peer"}';
  const lines = Array.from({ length: 5 }, (_, index) => ({
    at: at('03:00') + index * 1_000,
    level: 'error' as const,
    text,
    instance: 'a',
  }));
  const { texts } = suspects({ deploys: [], lines, linesFrom: at('03:00') }, at('03:20'));
  expect(texts.length).toBeGreaterThan(0);
  for (const each of texts) expect(text).toContain(each);
});
