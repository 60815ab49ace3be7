// Lines of errors: what says so, with all of its stack trace, and nothing that stands beside it.
import { describe, expect, test } from 'vitest';
import { ERROR_TEXTS, errorLines } from '../../src/diagnosis/error-lines.ts';
import { readLine } from '../../src/diagnosis/log-line.ts';

const line = (text: string, instance = 'a') => ({ ...readLine(text, 0), text, instance });
const kept = (texts: readonly string[]) =>
  texts.filter(
    (
      (wanted) => (text) =>
        wanted(line(text))
    )(errorLines()),
  );

const SAID = [
  'ERROR pool exhausted',
  '2024-05-17 03:00:00 [crit] 12#12: worker died',
  '{"severity":"EMERGENCY","message":"no room"}',
  'level=fatal msg="cannot start"',
  'panic: runtime error: index out of range',
  'SEVERE: servlet failed',
  'java.lang.IllegalStateException: closed',
  'TypeError: x is not a function',
  'Uncaught something',
  'unhandled rejection',
  'worker[12]: segfault at 0',
  'kernel: Out of memory: Killed process 12',
  'ALERT disk is gone',
];

describe('lines of errors', () => {
  test.each(SAID)('%s', (text) => {
    expect(kept([text])).toEqual([text]);
    // A source that searches for these words finds it.
    expect(ERROR_TEXTS.some((word) => text.toLowerCase().includes(word))).toBe(true);
  });

  test.each(['INFO all is well', 'WARN slow', 'no failures found', '{"level":30,"msg":"done"}', 'GET / 200'])(
    'not %s',
    (text) => expect(kept([text])).toEqual([]),
  );

  test('a stack trace comes whole, and one of a mere warning not at all', () => {
    const java = [
      'ERROR handler failed',
      '\tat com.acme.Api.post(Api.java:12)',
      'Caused by: Lock',
      '\t... 12 more',
    ];
    const python = [
      'Traceback (most recent call last):',
      '  File "/x.py", line 1, in f',
      '    g()',
      'ValueError: bad',
    ];
    expect(kept([...java, 'INFO next', ...python, 'INFO last'])).toEqual([...java, ...python]);
    expect(kept(['WARN slow', '\tat com.acme.Api.post(Api.java:12)'])).toEqual([]);
  });

  test('two instances that write at once keep their traces apart', () => {
    const wanted = errorLines();
    expect(wanted(line('ERROR failed', 'a'))).toBe(true);
    expect(wanted(line('INFO fine', 'b'))).toBe(false);
    expect(wanted(line('\tat x.Y.z(Y.java:1)', 'b'))).toBe(false);
    expect(wanted(line('\tat x.Y.z(Y.java:1)', 'a'))).toBe(true);
  });
});
