import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linePattern } from '../../../src/diagnosis/line-pattern.ts';
import { splitLogs } from '../../../src/sources/aws/log-binding.ts';
import { ERROR_FILTER, ERROR_INSIGHTS } from '../../../src/sources/aws/log-errors.ts';
import { stepsBack } from '../../../src/sources/aws/log-filter.ts';
import { isConventional } from '../../../src/sources/aws/log-groups.ts';
import { insightsQuery } from '../../../src/sources/aws/log-insights.ts';
import { filterPattern, insightsNames, insightsPattern } from '../../../src/sources/aws/log-pattern.ts';
import { instanceOf } from '../../../src/sources/aws/log-query.ts';

fc.configureGlobal({ seed: 42 });

/** The pattern as JavaScript reads it: its code points in braces are the only difference. */
const asRegExp = (pattern: string) =>
  new RegExp(pattern.replace(/^\/\(\?i\)|\/$/g, '').replace(/\\x\{([0-9a-f]+)\}/g, '\\u{$1}'), 'iu');

describe('a substring in Insights', () => {
  test('is nothing but a substring, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (text) => {
        const pattern = insightsPattern([text]);
        // Nothing in it can end the pattern or the query, or be an operator.
        expect(pattern.slice('/(?i)'.length, -1)).toMatch(
          /^(?:[A-Za-z0-9 [\]]|\\x[0-9a-f]{2}|\\x\{[0-9a-f]+\})*$/,
        );
        expect(asRegExp(pattern).test(`before ${text} after`)).toBe(true);
      }),
    );
  });

  test.each(['/ | filter 1=1', '" or "', ".*'", '\\Q', 'a\nb', '%', '`@ptr`', '(?i)x', '[a-z]'])(
    'does not match what %j would mean as an operator',
    (text) => {
      expect(asRegExp(insightsPattern([text])).test('zebra 42')).toBe(false);
      expect(asRegExp(insightsPattern([text])).test(`x${text.toUpperCase()}y`)).toBe(true);
    },
  );

  test('matches letters of any language in either case', () => {
    expect(insightsPattern(['ä'])).toBe('/(?i)[\\xe4\\xc4]/');
    expect(asRegExp(insightsPattern(['größe'])).test('GRÖßE')).toBe(true);
  });

  test('the whole query has its parts in order, and one line more than wanted', async () => {
    expect(
      insightsQuery({
        pattern: await linePattern('pool'),
        errors: false,
        streams: ['api/web/1'],
        limit: 100,
      }),
    ).toBe(
      'fields @timestamp, @message, @logStream, @ptr | filter @message like /(?i)pool/ | filter @logStream like /^(?:api\\x2fweb\\x2f1)$/ | sort @timestamp desc | limit 101',
    );
    expect(insightsQuery({ pattern: null, errors: false, streams: null, limit: 10_000 })).toMatch(
      /limit 10000$/,
    );
  });

  test('of a pattern has what every line that fits contains, and looks at as many as it can', async () => {
    const query = { errors: false, streams: null, limit: 100 };
    expect(insightsQuery({ pattern: await linePattern('pool (size|left) \\d+|time.?out'), ...query })).toBe(
      'fields @timestamp, @message, @logStream, @ptr | filter @message like /(?i)pool |time/ | sort @timestamp desc | limit 10000',
    );
    expect(insightsQuery({ pattern: await linePattern('\\d+'), ...query })).toBe(
      'fields @timestamp, @message, @logStream, @ptr | sort @timestamp desc | limit 10000',
    );
  });

  test('names of streams match whole', () => {
    const pattern = new RegExp(insightsNames(['a.b', 'c']).slice(1, -1));
    expect(['a.b', 'c', 'aXb', 'cc', 'a.b ', ''].map((name) => pattern.test(name))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('a substring in a filter pattern', () => {
  test.each([
    ['pool exhausted', '%[pP][oO][oO][lL].+[eE][xX][hH][aA][uU][sS][tT][eE][dD]%'],
    ['"timeout" = 30%', '%[tT][iI][mM][eE][oO][uU][tT].+30%'],
    ['ä1', '%1%'],
    ['%', null],
    ['"] { $.x = 1 }', '%[xX].+1%'],
  ])('%j becomes %j', (text, pattern) => {
    expect(filterPattern([text])).toBe(pattern);
  });

  test('of several texts fits each of them', () => {
    expect(filterPattern(['pool', 'time'])).toBe('%[pP][oO][oO][lL]|[tT][iI][mM][eE]%');
    expect(filterPattern(['pool', '%'])).toBeNull();
    expect(filterPattern([])).toBeNull();
    expect(filterPattern(['x'.repeat(300), 'y'.repeat(300)])?.length).toBeLessThanOrEqual(1024);
  });

  test('fits every text that has it, and has no character the syntax refuses', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), (text) => {
        const pattern = filterPattern([text]);
        if (pattern === null) return;
        expect(pattern).toMatch(/^%[A-Za-z0-9[\].+]+%$/);
        expect(pattern.length).toBeLessThanOrEqual(1024);
        expect(new RegExp(pattern.slice(1, -1), 's').test(`- ${text} -`)).toBe(true);
      }),
    );
  });
});

describe('log groups in a binding', () => {
  test.each([
    ['ecs:prod/api', { place: 'ecs:prod/api', groups: [] }],
    ['ecs:prod/api logs:/ecs/api,/ecs/envoy', { place: 'ecs:prod/api', groups: ['/ecs/api', '/ecs/envoy'] }],
    ['logs:/ecs/api', { place: '', groups: ['/ecs/api'] }],
    ['  asg:api-prod   LOGS: /var/log/api ', { place: 'asg:api-prod', groups: ['/var/log/api'] }],
    ['asg:catalogs:x', { place: 'asg:catalogs:x', groups: [] }],
  ])('%j', (text, split) => {
    expect(splitLogs(text)).toEqual(split);
  });

  test.each(['logs:', 'ecs:a/b logs:,', 'logs:/a"b', 'logs:/a*'])('%j says what is wrong', (text) => {
    expect(splitLogs(text)).toHaveProperty('problem');
  });
});

test('only a name that is exactly the conventional one is a group of the service', () => {
  const names = [
    '/ecs/api',
    'api',
    '/ecs/api-staging',
    '/ecs/my-api',
    '/aws/rds/cluster/api/postgresql',
    '/aws/rds/cluster/api/x/y',
  ];
  expect(names.filter(isConventional('api'))).toEqual(['/ecs/api', 'api', '/aws/rds/cluster/api/postgresql']);
});

test('time is read backwards in growing steps that leave nothing out', () => {
  const from = 1_000_000;
  const to = from + 3_600_000;
  const steps = [...stepsBack({ from, to })];
  expect(steps[0]).toEqual({ from: to - 59_999, to });
  for (const [index, step] of steps.entries()) {
    expect(step.from).toBeLessThanOrEqual(step.to);
    expect(steps[index + 1]?.to ?? from - 1).toBe(step.from - 1);
  }
  expect(steps.at(-1)?.from).toBe(from);
  expect(steps.length).toBeLessThan(6);
});

test.each([
  ['api/web/0123456789abcdef0123456789abcdef', '0123456789abcdef0123456789abcdef'],
  ['i-0abc12345/app.log', 'i-0abc12345'],
  ['api-prod-01', 'api-prod-01'],
  ['\u202eevil\u0007', ' evil '],
])('the stream %j is the instance %j', (stream, instance) => {
  expect(instanceOf(stream)).toBe(instance);
});

describe('errors in the languages of CloudWatch', () => {
  const filter = new RegExp(ERROR_FILTER.slice(1, -1));
  test.each([
    'ERROR pool exhausted',
    'Uncaught TypeError: x',
    'kernel: Out of memory: Killed process 12',
    '{"time":1,"level":50,"msg":"no"}',
    '{"severity": 60}',
    '1.2.3.4 - - "GET / HTTP/1.1" 503 12',
    '[crit] 12#12: died',
  ])('both find %s', (text) => {
    expect(filter.test(text)).toBe(true);
    expect(asRegExp(ERROR_INSIGHTS).test(text)).toBe(true);
  });

  test.each(['INFO done in 512ms', '{"level":30,"msg":"done"}', '"GET / HTTP/1.1" 200 512', 'took 50'])(
    'neither finds %s',
    (text) => {
      expect(filter.test(text)).toBe(false);
      expect(asRegExp(ERROR_INSIGHTS).test(text)).toBe(false);
    },
  );

  test('a filter pattern is short enough and has only what it may have', () => {
    expect(ERROR_FILTER.length).toBeLessThanOrEqual(1_024);
    expect(ERROR_FILTER).toMatch(/^%[\w\][\\|.*+:-]+%$/);
  });

  test('a query for errors looks at as many events as it can, as not all of them are', () => {
    expect(insightsQuery({ pattern: null, errors: true, streams: null, limit: 100 })).toBe(
      `fields @timestamp, @message, @logStream, @ptr | filter @message like ${ERROR_INSIGHTS} | sort @timestamp desc | limit 10000`,
    );
  });
});
