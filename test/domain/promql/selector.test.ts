import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  instanceMatcher,
  parseBinding,
  selectorText,
  stringBody,
} from '../../../src/domain/promql/selector.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

/** As Go's strconv.UnquoteChar reads what stands between two quotes of that kind. */
function goReads(body: string, quote: string): string {
  let out = '';
  for (let at = 0; at < body.length; at += 1) {
    const character = body.charAt(at);
    if (character === quote || character === '\n') throw new Error('the string ends early');
    if (character !== '\\') {
      out += character;
      continue;
    }
    at += 1;
    const escaped = body.charAt(at);
    if (escaped === '\\' || escaped === quote) out += escaped;
    else if (escaped === 'u') {
      const digits = body.slice(at + 1, at + 5);
      if (!/^[0-9a-f]{4}$/.test(digits)) throw new Error('no number of a character');
      out += String.fromCharCode(Number.parseInt(digits, 16));
      at += 4;
    } else throw new Error(`\\${escaped} is unknown to PromQL`);
  }
  return out;
}

describe('a value between quotes', () => {
  test.each(['"', "'"] as const)('stays one string whatever is in it: %s', (quote) => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const body = stringBody(value, quote);
        expect(goReads(body, quote)).toBe(value.replace(/\p{Surrogate}/gu, '\ufffd'));
        expect(body).not.toMatch(/[\p{Cc}\u202e\u2066]/u);
      }),
      runs,
    );
  });

  test('of a matcher', () => {
    expect(selectorText([{ label: 'app', op: '=', value: '"} or up{a="' }])).toBe('app="\\"} or up{a=\\""');
    expect(selectorText([{ label: 'app', op: '=', value: 'a\n\u202eb\\' }])).toBe(
      'app="a\\u000a\\u202eb\\\\"',
    );
  });
});

describe('a binding', () => {
  test.each<[string, string]>([
    ['job:api-prod', 'job="api-prod"'],
    [' job : a:b ', 'job="a:b"'],
    ['{app="api"}', 'app="api"'],
    [`{ app = 'a"pi' , env!~"dev|test", zone != "" }`, 'app="a\\"pi",env!~"dev|test",zone!=""'],
    ['{app="api",path=~"/v1\\\\..*",}', 'app="api",path=~"/v1\\\\..*"'],
  ])('%s', (text, selector) => {
    expect(selectorText(parseBinding(text))).toBe(selector);
  });

  test.each([
    'api',
    ':api',
    'job:',
    'my-label:api',
    '__name__:up',
    '{}',
    '{app=~".+"}',
    '{app=""}',
    '{app="api"',
    '{app=api}',
    '{app="a" env="b"}',
    '{app="a\\d"}',
    '{app="a"} or vector(1)',
    '{app="a"}[5m] offset {b="c"}',
    'up{app="a"}',
  ])('%s is none', (text) => {
    expect(() => parseBinding(text)).toThrow(/"/);
  });

  test('one without problems is read back as it was written', () => {
    const matcher = fc.record({
      label: fc.stringMatching(/^[a-z_][a-z0-9_]{0,10}$/).filter((label) => label !== '__name__'),
      op: fc.constantFrom('=' as const, '!=' as const, '=~' as const, '!~' as const),
      value: fc.string({ unit: fc.constantFrom('a', '"', '\\', "'", '}', ',', ' ', '.', '*', '{') }),
    });
    fc.assert(
      fc.property(fc.array(matcher, { maxLength: 4 }), (more) => {
        const matchers = [{ label: 'app', op: '=' as const, value: 'x' }, ...more];
        expect(parseBinding(`{${selectorText(matchers)}}`)).toEqual(matchers);
      }),
      runs,
    );
  });
});

test('instances are matched as a whole, by their beginning, with a port or without', () => {
  const { value } = instanceMatcher('instance', ['api-prod-*', 'web.1'], true);
  const regex = new RegExp(`^(?:${value})$`);
  expect(['api-prod-1', 'api-prod-12:9100', 'web.1', 'web.1:80'].every((name) => regex.test(name))).toBe(
    true,
  );
  expect(['xapi-prod-1', 'web11', 'web.1:80a', 'web.12'].some((name) => regex.test(name))).toBe(false);
});
