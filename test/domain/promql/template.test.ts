import { describe, expect, test } from 'vitest';
import {
  fillTemplate,
  namesService,
  takesSelector,
  templateProblems,
} from '../../../src/domain/promql/template.ts';

const fill = (expression: string, service: string) =>
  fillTemplate(expression, { service, selector: [{ label: 'app', op: '=', value: service }], window: '5m' });

describe('a query with places', () => {
  test.each<[string, string, string]>([
    ['up{app="$service"}', 'api', 'up{app="api"}'],
    [`up{app='$service'}`, `a'b"`, `up{app='a\\'b"'}`],
    ['up{app="$service-db",x="$services"}', 'api', 'up{app="api-db",x="$services"}'],
    ['up{app=~"$service.*"}', 'a.b|c', 'up{app=~"a\\\\.b\\\\|c.*"}'],
    ['up{app!~ "$service"}', '.*', 'up{app!~ "\\\\.\\\\*"}'],
    ['rate(x{$selector}[$window])', 'api', 'rate(x{app="api"}[5m])'],
    ['up{a="b$"} # of "$service', 'api', 'up{a="b$"} '],
    ['up{a="$service"}', '$selector$&', 'up{a="$selector$&"}'],
  ])('%s for %s', (expression, service, filled) => {
    expect(templateProblems(expression)).toEqual([]);
    expect(fill(expression, service)).toBe(filled);
  });

  test.each(['"} or vector(1) #', '\\', '\\"', "'", '`', '\n', '$service'])(
    '%j cannot leave its string',
    (name) => {
      const filled = fill('sum(up{app="$service"})', name);
      expect(templateProblems(filled)).toEqual([]);
      expect(filled).toMatch(/^sum\(up\{app="(?:[^"\\\n]|\\.)*"\}\)$/);
    },
  );

  test('names a service, or none', () => {
    expect(namesService('up{app="$service"}')).toBe(true);
    expect(namesService('up{$selector}')).toBe(true);
    expect(namesService('up{app="api"} # $service')).toBe(false);
    expect(takesSelector('up{app="$service"}')).toBe(false);
  });
});

test.each<[string, RegExp]>([
  ['up{app=$service}', /outside of quotes/],
  ['up{app=`$service`}', /backquotes/],
  ['rate(x[$__rate_interval])', /means nothing here/],
  ['sum(up', /"\(" has no counterpart/],
  ['sum(up))', /"\)" has no counterpart/],
  ['up{a="b}', /a string is not closed/],
  ['  # nothing', /no query in it/],
])('%s is wrong', (expression, problem) => {
  expect(templateProblems(expression).join()).toMatch(problem);
});
