import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isAuthorized, isSignatureValid, usableSecrets } from '../../src/http/auth.ts';

const secrets = ['old-secret', 'new-secret'];
const now = 1_795_000_000_000;
const body = Buffer.from('{"title":"x"}');
const hmac = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('hex');
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('the Authorization header', () => {
  const cases: [string | undefined, boolean][] = [
    ['Bearer old-secret', true],
    ['bearer new-secret', true],
    [basic('any:new-secret'), true],
    [basic(':old-secret'), true],
    ['Bearer wrong', false],
    ['Bearer ', false],
    ['Bearer', false],
    ['old-secret', false],
    ['Token old-secret', false],
    [basic('old-secret'), false],
    [basic('old-secret:'), false],
    ['Basic %%%', false],
    [undefined, false],
    [`Bearer ${'x'.repeat(100_000)}`, false],
  ];
  test.each(cases)('%j: %j', (authorization, expected) => {
    expect(isAuthorized(authorization === undefined ? {} : { authorization }, secrets)).toBe(expected);
  });

  const custom: [string, boolean][] = [
    ['Token old-secret', true],
    ['x-api-key   new-secret ', true],
    ['old-secret', true],
    [' two words', true],
    ['Key two words', true],
    ['Bearer old-secret', true],
    [basic('any:new-secret'), true],
    ['Token wrong', false],
    ['Token', false],
    ['Token ', false],
    ['', false],
    ['old-secret wrong', false],
    ['Token old-secret more', false],
  ];
  test.each(custom)('%j where any scheme is taken: %j', (authorization, expected) => {
    const all = [...secrets, 'two words'];
    expect(isAuthorized({ authorization }, all, { anyScheme: true })).toBe(expected);
    expect(isAuthorized({ authorization }, [], { anyScheme: true })).toBe(false);
  });

  test('a password may hold a colon', () => {
    expect(isAuthorized({ authorization: basic('u:a:b') }, ['a:b'])).toBe(true);
  });

  test('without a secret nothing opens, and blank ones are none', () => {
    expect(usableSecrets(['', ' '])).toEqual([]);
    for (const authorization of ['Bearer undefined', basic('a:'), basic('a: ')])
      expect(isAuthorized({ authorization }, [])).toBe(false);
  });
});

describe('a signature', () => {
  const t = now / 1_000;
  const timed = (secret: string, at: number): string => `t=${at},v1=${hmac(secret, `${at}.${body}`)}`;
  const cases: [string, Record<string, string>, boolean][] = [
    ['of the body is good', { 'x-signature': `sha256=${hmac('old-secret', String(body))}` }, true],
    [
      'in capitals is good',
      { 'x-signature': `SHA256=${hmac('new-secret', String(body)).toUpperCase()}` },
      true,
    ],
    ['by a stranger is not', { 'x-signature': `sha256=${hmac('other', String(body))}` }, false],
    ['of another body is not', { 'x-signature': `sha256=${hmac('old-secret', 'x')}` }, false],
    ['cut short is not', { 'x-signature': `sha256=${hmac('old-secret', String(body)).slice(0, 40)}` }, false],
    ['of no sort is not', { 'x-signature': 'hello' }, false],
    ['with a time is good', { 'x-openclaw-signature': timed('new-secret', t) }, true],
    ['five minutes old is good', { 'x-openclaw-signature': timed('new-secret', t - 300) }, true],
    ['older is not', { 'x-openclaw-signature': timed('new-secret', t - 301) }, false],
    ['from the future is not', { 'x-openclaw-signature': timed('new-secret', t + 301) }, false],
    [
      'with a time it was not made for is not',
      { 'x-openclaw-signature': timed('new-secret', t - 400).replace(/t=\d+/, `t=${t}`) },
      false,
    ],
    [
      'without its time is not',
      { 'x-openclaw-signature': `v1=${hmac('new-secret', `${t}.${body}`)}` },
      false,
    ],
    [
      'among others is found',
      { 'x-openclaw-signature': `t=${t},v1=${'0'.repeat(64)},v1=${hmac('old-secret', `${t}.${body}`)}` },
      true,
    ],
    [
      'that is too old does not fall back on the plain one',
      {
        'x-openclaw-signature': timed('new-secret', t - 900),
        'x-signature': `sha256=${hmac('old-secret', String(body))}`,
      },
      false,
    ],
  ];
  test.each(cases)('%s', (_name, headers, expected) => {
    expect(isSignatureValid(headers, body, secrets, now)).toBe(expected);
  });

  test('is good for nobody who has no secret', () => {
    expect(isSignatureValid({ 'x-signature': `sha256=${hmac('', String(body))}` }, body, [], now)).toBe(
      false,
    );
  });
});
