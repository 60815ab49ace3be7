import { describe, expect, test } from 'vitest';
import {
  assertNever,
  type ErrorType,
  exitCodeOf,
  notFound,
  refused,
  ToolError,
  UserError,
  usageError,
} from '../../src/domain/errors.ts';

describe('errors for people', () => {
  const cases: [string, UserError, ErrorType, number][] = [
    ['a plain error exits 1', new UserError('no', 'do this'), 'failed', 1],
    ['a usage error exits 2', usageError('no', 'do this'), 'usage', 2],
    ['something not found exits 3', notFound('no', 'do this'), 'not-found', 3],
    ['a refusal exits 4', refused('no', 'do this'), 'refused', 4],
    ['a waiting plan exits 5', new UserError('no', 'do this', 'waiting'), 'waiting', 5],
    ['a lock conflict exits 78', new UserError('no', 'do this', 'locked'), 'locked', 78],
  ];
  test.each(cases)('%s', (_name, error, type, code) => {
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'UserError', message: 'no', hint: 'do this', type });
    expect(exitCodeOf[error.type]).toBe(code);
  });

  test('a hint may be left out', () => {
    expect(usageError('no').hint).toBeUndefined();
  });
});

describe('errors of tools', () => {
  test('carry the outcome, the cause and when to try again', () => {
    const cause = new Error('503');
    const error = new ToolError('retry', 'busy', { cause, retryAfterMs: 2_000 });
    expect(error).toMatchObject({
      name: 'ToolError',
      outcome: 'retry',
      message: 'busy',
      retryAfterMs: 2_000,
    });
    expect(error.cause).toBe(cause);
  });

  test('have no cause when none was given', () => {
    expect('cause' in new ToolError('failed', 'no')).toBe(false);
  });
});

test('a case the compiler could not see is an error, not silence', () => {
  expect(() => assertNever('surprise' as never)).toThrow('unhandled case: surprise');
});
