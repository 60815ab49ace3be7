import { expect, test } from 'vitest';
import { isLoopback } from '../../src/domain/loopback.ts';

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['localhost', true],
  ['::1', true],
  ['[::1]', true],
  ['0:0:0:0:0:0:0:1', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['', false],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['127.0.0.1.example', false],
  ['localhost.example', false],
  ['2130706433', false],
  ['127.0.0.256', false],
  ['127.1', false],
  ['::0:1', true],
  ['::ffff:7f00:1', true],
  ['::FFFF:127.0.0.1', true],
  ['::ffff:8f00:1', false],
  ['::1%lo', false],
  ['fe80::1', false],
  ['::1]/[::2', false],
])('%j is this machine alone: %j', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
