import { describe, expect, test } from 'vitest';
import { readLine } from '../../src/diagnosis/log-line.ts';

const now = Date.parse('2024-05-17T12:00:00Z');
const local = (year: number, month: number, ...rest: number[]) =>
  new Date(year, month - 1, ...rest).getTime();

describe('the time of a line', () => {
  const cases: [string, number | null][] = [
    ['2024-05-17T03:01:02.345Z error x', Date.parse('2024-05-17T03:01:02.345Z')],
    ['2024-05-17T03:01:02+02:00 x', Date.parse('2024-05-17T01:01:02Z')],
    ['[2024-05-17 03:01:02,345 +0200] x', Date.parse('2024-05-17T01:01:02.345Z')],
    ['2024-05-17 03:01:02.123456 x', local(2024, 5, 17, 3, 1, 2, 123)],
    ['2015-10-18 18:01:47,978 INFO [main] x', local(2015, 10, 18, 18, 1, 47, 978)],
    ['2024/05/17 03:01:02 [error] 31#31: *1 x', local(2024, 5, 17, 3, 1, 2)],
    ['1.2.3.4 - - [17/May/2024:03:01:02 +0000] "GET / HTTP/1.1" 200 1', Date.parse('2024-05-17T03:01:02Z')],
    ['May 17 03:01:02 host app[1]: x', local(2024, 5, 17, 3, 1, 2)],
    ['<34>May  7 03:01:02 host app[1]: x', local(2024, 5, 7, 3, 1, 2)],
    ['Dec 31 23:59:59 host app: x', local(2023, 12, 31, 23, 59, 59)],
    ['1715914862 x', 1_715_914_862_000],
    ['1715914862.5 x', 1_715_914_862_500],
    ['1715914862123 x', 1_715_914_862_123],
    ['- 1131566461 2005.11.09 dn228 x', 1_131_566_461_000],
    ['level=info ts=1715914862.25 x', 1_715_914_862_250],
    ['{"level":"info","time":"2024-05-17T03:01:02Z","msg":"x"}', Date.parse('2024-05-17T03:01:02Z')],
    ['{"level":50,"time":1715914862123}', 1_715_914_862_123],
    ['{"ts":1715914862.5}', 1_715_914_862_500],
    ['no time here', null],
    ['2024-13-45T99:99:99Z', null],
    ['9999-01-01T00:00:00Z from the future', null],
    ['{"time":1e300}', null],
    ['order 1715914862 was paid', null],
    ['', null],
  ];
  test.each(cases)('%s', (text, at) => {
    expect(readLine(text, now).at).toBe(at);
  });
});

describe('the level of a line', () => {
  const cases: [string, string][] = [
    ['2024-05-17T03:01:02Z ERROR pool exhausted', 'error'],
    ['2024/05/17 03:01:02 [warn] x', 'warn'],
    ['time=x level=warning msg="error budget"', 'warn'],
    ['{"level":"info","msg":"ERROR"}', 'info'],
    ['{"level":50}', 'error'],
    ['{"level":30}', 'info'],
    ['{"severity":"WARNING"}', 'warn'],
    ['error: no such file', 'error'],
    ['npm ERR! x', 'error'],
    ['CRITICAL: x', 'error'],
    ['DEBUG x', 'debug'],
    ['TypeError: x is not a function', 'error'],
    ['java.lang.NullPointerException', 'error'],
    ['1.2.3.4 "GET / HTTP/1.1" 503 12', 'error'],
    ['1.2.3.4 "GET / HTTP/1.1" 404 12', 'warn'],
    ['1.2.3.4 "GET / HTTP/1.1" 200 12', 'info'],
    ['found no error in the informal report', 'unknown'],
    ['just words', 'unknown'],
  ];
  test.each(cases)('%s', (text, level) => {
    expect(readLine(text, now).level).toBe(level);
  });
});

test('no line takes long, however it is made', () => {
  for (const part of ['[', '2024-', 'error', '" 5', '(<|', ' ', '{"a":', '1', 'A']) {
    readLine(part.repeat(8_192 / part.length), now);
  }
});
