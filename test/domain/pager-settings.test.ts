import { describe, expect, test } from 'vitest';
import { isMailAddress, parseMailSettings, parseWebhookSettings } from '../../src/domain/pager-settings.ts';

const server = { host: 'smtp.example.org', from: 'ops@example.com' };
const signing = { signing: 'env:SIGNING' };

describe('an email channel', () => {
  test.each([
    [{}, { port: 587, tls: 'starttls' }],
    [{ tls: 'implicit' }, { port: 465, tls: 'implicit' }],
    [
      { tls: 'none', host: '127.0.0.1' },
      { port: 25, tls: 'none' },
    ],
    [{ port: '2525' }, { port: 2525 }],
    [{ to: 'oncall@example.org' }, { port: 587 }],
  ])('with %j', (given, expected) => {
    expect(parseMailSettings({ ...server, ...given }, {})).toMatchObject(expected);
  });

  test.each([
    [{ host: '' }, /needs the mail server/],
    [{ host: 'a b' }, /no host name/],
    [{ from: '' }, /address to send from/],
    [{ from: 'ops@example.com\r\nBcc: x@y' }, /no address/],
    [{ tls: 'maybe' }, /starttls, implicit, none/],
    [{ tls: 'none' }, /could be read/],
    [{ port: '0' }, /no port/],
    [{ port: '25x' }, /no port/],
    [{ user: 'ops' }, /no password/],
    [{ to: '@sarah' }, /no address to page/],
    [{ smtp: 'x' }, /no setting "smtp"/],
  ])('with %j is refused', (given, why) => {
    expect(() => parseMailSettings({ ...server, ...given }, {})).toThrow(why);
  });

  test('with a password and no user is refused', () => {
    expect(() => parseMailSettings(server, { password: 'env:X' })).toThrow(/no user/);
  });
});

test.each([
  ['sarah@example.org', true],
  ['a.b+c@sub.example.org', true],
  ['root@localhost', true],
  ['@sarah', false],
  ['sarah@', false],
  ['a@b@c', false],
  ['a@b>', false],
  ['a@b\r\n', false],
  ['a b@c', false],
  [`${'a'.repeat(65)}@b`, false],
  [`a@${'b'.repeat(254)}`, false],
])('%j is an address: %s', (text, expected) => {
  expect(isMailAddress(text)).toBe(expected);
});

describe('a webhook channel', () => {
  test.each([['https://pager.example.org/x?y=1'], ['http://127.0.0.1:8080/x'], ['http://localhost/x']])(
    'may post to %s',
    (url) => {
      expect(parseWebhookSettings({ url }, signing).url.href).toBe(url);
    },
  );

  test.each([
    [{}, signing, /needs a URL/],
    [{ url: 'pager' }, signing, /no URL/],
    [{ url: 'file:///etc/passwd' }, signing, /no URL/],
    [{ url: 'http://pager.example.org' }, signing, /could be read/],
    [{ url: 'https://a:b@pager.example.org' }, signing, /password in a URL/],
    [{ url: 'https://pager.example.org' }, {}, /forged/],
    [{ url: 'https://pager.example.org', method: 'PUT' }, signing, /no setting "method"/],
  ])('with %j and %j is refused', (settings, secrets, why) => {
    expect(() => parseWebhookSettings(settings, secrets)).toThrow(why);
  });
});
