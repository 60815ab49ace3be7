import { expect, test } from 'vitest';
import { formatBytes, valueText } from '../../src/domain/value-text.ts';

test.each<[number | null, string, string]>([
  [12.34, '%', '12.3%'],
  [0.2, '%', '0.2%'],
  [100, '%', '100%'],
  [840, 'ms', '840 ms'],
  [1_234, 'ms', '1.2 s'],
  [4.2e9, 'bytes', '4.2 GB'],
  [1234.5, 'count', '1,235'],
  [-0.004, '%', '0%'],
  [-0.4, 'count', '-0.4'],
  [0, 'boolean', 'no'],
  [1, 'boolean', 'yes'],
  [3, 'rps', '3 rps'],
  [null, '%', 'unknown'],
  [Number.NaN, '', 'unknown'],
])('%s in "%s" reads %s', (value, unit, text) => {
  expect(valueText(value, unit)).toBe(text);
});

test.each([
  [0, '0 B'],
  [-0.3, '0 B'],
  [999, '999 B'],
  [1_000, '1 kB'],
  [4_234_567_890, '4.2 GB'],
  [999_999_999, '1 GB'],
  [600e6, '600 MB'],
  [999_999, '1 MB'],
  [6.6e9, '6.6 GB'],
  [-2e9, '-2 GB'],
  [1e20, '100000 PB'],
])('%d bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
