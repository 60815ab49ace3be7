import { expect, test } from 'vitest';
import { atMost, clean, timeText } from '../../src/playbooks/text.ts';
import { at, NOW } from './fake-kit.ts';

test.each<[number, string | undefined, string]>([
  [at('03:01'), undefined, '03:01 UTC'],
  [at('03:01') - 86_400_000, undefined, '2026-03-06 03:01 UTC'],
  [at('03:01'), 'Asia/Tokyo', '12:01 GMT+9'],
  [Number.NaN, undefined, 'an unknown time'],
  [1e18, undefined, 'an unknown time'],
])('%d in %s reads %s', (when, zone, text) => {
  expect(timeText(when, { now: NOW, zone })).toBe(text);
});

test('text from outside stays on one line', () => {
  expect(clean(' a\nb\u202ec ', 10)).toBe('a b c');
  expect(clean('🙂'.repeat(20), 5)).toBe('🙂🙂🙂🙂…');
  expect(atMost(['a', 'b', 'c'], 2, 'more files')).toEqual(['a', 'b', 'and 1 more files']);
});
