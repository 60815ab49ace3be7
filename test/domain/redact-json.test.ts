import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactJson } from '../../src/domain/redact.ts';
import { secretKinds } from '../support/secrets.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

describe('secrets are taken out of data', () => {
  test.each<[string, unknown, unknown]>([
    [
      'a value under a secret name',
      { password: 'hunter2', user: 'bob' },
      { password: '[redacted:password]', user: 'bob' },
    ],
    ['a number under a secret name', { pin: 1, password: 1234 }, { pin: 1, password: '[redacted:password]' }],
    [
      'deep down',
      { a: [{ b: { clientSecret: 'x' } }] },
      { a: [{ b: { clientSecret: '[redacted:secret]' } }] },
    ],
    [
      'everything below a secret name',
      { secret: { a: 'x', b: [1, true] } },
      { secret: { a: '[redacted:secret]', b: ['[redacted:secret]', true] } },
    ],
    ['a list of tokens', { tokens: ['a', 'b'] }, { tokens: ['[redacted:token]', '[redacted:token]'] }],
    [
      'headers',
      { headers: { Authorization: 'Bearer x', Cookie: 'a=b', 'X-Api-Key': 'c' } },
      {
        headers: {
          Authorization: '[redacted:authorization]',
          Cookie: '[redacted:cookie]',
          'X-Api-Key': '[redacted:api-key]',
        },
      },
    ],
    [
      'a header pair',
      [
        ['Authorization', 'abc'],
        ['Host', 'x'],
      ],
      [
        ['Authorization', '[redacted:authorization]'],
        ['Host', 'x'],
      ],
    ],
    [
      'an argument list',
      ['login', '--password', 'hunter2', '--user', 'bob'],
      ['login', '--password', '[redacted:password]', '--user', 'bob'],
    ],
    [
      'an environment list',
      [
        { name: 'DB_PASSWORD', value: 'x' },
        { name: 'PORT', value: '80' },
      ],
      [
        { name: 'DB_PASSWORD', value: '[redacted:password]' },
        { name: 'PORT', value: '80' },
      ],
    ],
    ['text within', { line: 'password=hunter2' }, { line: 'password=[redacted:password]' }],
    ['a secret used as a key', { ghp_0123456789abcdefghijABCDEFGHIJ: 1 }, { '[redacted:github-token]': 1 }],
    ['bytes', { body: Buffer.from('hunter2') }, { body: '[redacted:binary]' }],
    ['a map', new Map([['password', 'x']]), new Map([['password', '[redacted:password]']])],
    ['a set', new Set(['password=x']), new Set(['password=[redacted:password]'])],
  ])('%s', (_name, value, expected) => expect(redactJson(value)).toEqual(expected));

  test('an error keeps its message and stack, without the secrets in them', () => {
    const cause = new Error('password=hunter2');
    const error = Object.assign(new Error('login with token=abcdef failed', { cause }), {
      code: 'E1',
      apiKey: 'x',
    });
    const text = JSON.stringify(redactJson(error));
    expect(text).toContain('login with token=[redacted:token] failed');
    expect(text).toContain('E1');
    expect(text).not.toMatch(/hunter2|abcdef|"x"/);
  });
});

describe('what is no secret stays', () => {
  test.each<[string, unknown]>([
    ['counts', { tokens: 512, input_tokens: 3, maxTokens: 9, token_count: 4 }],
    ['switches', { requiresPassword: false, token: null, secret: true }],
    ['references', { token: 'env:SLACK_TOKEN', secret: 'file:/run/secrets/x', password: '' }],
    ['descriptions', { secretName: 'db', tokenType: 'bearer', password_policy: 'strict' }],
    [
      'plain data',
      { id: 43, at: '2026-11-23T08:58:00Z', digest: 'sha256:44136fa355b3678a', list: [1, 'a', null, false] },
    ],
    ['a key named __proto__', JSON.parse('{"__proto__":{"a":1}}')],
  ])('%s', (_name, value) => expect(redactJson(value)).toEqual(value));

  test('a date is the text it would be in JSON', () => {
    expect(redactJson<unknown>({ at: new Date(0) })).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  });

  test('the value passed in is not changed', () => {
    const value = { password: 'x', list: ['password=x'] };
    redactJson(value);
    expect(value).toEqual({ password: 'x', list: ['password=x'] });
  });

  test('no prototype can be set through a key', () => {
    const out: object = redactJson(JSON.parse('{"__proto__":{"admin":true}}'));
    expect('admin' in out).toBe(false);
  });
});

describe('it fails closed', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  const deep = JSON.parse(`${'['.repeat(5_000)}"password=x"${']'.repeat(5_000)}`);
  const throwing = {
    get secret(): string {
      throw new Error('no');
    },
  };
  test.each<[string, unknown]>([
    ['a cycle', cycle],
    ['a getter that throws', throwing],
    ['nesting without end', deep],
    ['a function', () => 'hunter2'],
    ['a symbol', Symbol('hunter2')],
  ])('%s is unreadable', (_name, value) => expect(redactJson(value)).toBe('[redacted:unreadable]'));
});

test('whatever stands under a secret name or in any text does not survive', () => {
  const kinds = fc.oneof(...secretKinds.map(({ arbitrary }) => arbitrary));
  const data = fc.object({ maxDepth: 3, withBigInt: false });
  fc.assert(
    fc.property(kinds, kinds, data, (planted, named, value) => {
      const out = JSON.stringify(
        redactJson({ value, list: [{ line: planted.text }], apiToken: { inner: [named.secret] } }),
      );
      for (const secret of [planted.secret, named.secret]) {
        const part = JSON.stringify(secret.slice(0, 12)).slice(1, -1);
        if (!JSON.stringify(value).includes(part))
          expect(out.includes(part), `${part} in ${out}`).toBe(false);
      }
    }),
    runs,
  );
});

test('redacting twice changes nothing more', () => {
  fc.assert(
    fc.property(
      fc.object({ maxDepth: 3, key: fc.constantFrom('a', 'password', 'tokens', 'name', 'value', 'key') }),
      (value) => {
        const once = redactJson(value);
        expect(redactJson(once)).toEqual(once);
      },
    ),
    runs,
  );
});
