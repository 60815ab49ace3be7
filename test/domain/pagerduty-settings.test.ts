import { expect, test } from 'vitest';
import { parsePagerdutySettings, webhookSecretNames } from '../../src/domain/pagerduty-settings.ts';

const SECRETS = { 'routing-key': 'env:PD' };

test('without a setting it speaks to PagerDuty in the United States, and to Europe where it is told', () => {
  const here = parsePagerdutySettings({}, SECRETS);
  expect([here.events.href, here.api.href]).toEqual([
    'https://events.pagerduty.com/',
    'https://api.pagerduty.com/',
  ]);
  const settings = { events: 'https://events.eu.pagerduty.com', api: 'https://api.eu.pagerduty.com' };
  const europe = parsePagerdutySettings(settings, SECRETS);
  expect([europe.events.host, europe.api.host]).toEqual(['events.eu.pagerduty.com', 'api.eu.pagerduty.com']);
});

test('without a secret it is added all the same, to be connected later', () => {
  expect(() => parsePagerdutySettings({}, {})).not.toThrow();
});

test.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
  ['another setting', { region: 'eu' }, SECRETS, /no setting "region"/],
  ['another secret', {}, { ...SECRETS, token: 'env:X' }, /no secret "token"/],
  ['no routing key beside another secret', {}, { 'api-token': 'env:X' }, /none is given/],
  ['http to another machine', { api: 'http://pagerduty.example.org' }, SECRETS, /no https address/],
  ['what is no address', { events: 'events' }, SECRETS, /no https address/],
  ['a password in it', { api: 'https://me:x@api.example.org' }, SECRETS, /more than a host/],
])('refuses %s', (_what, settings, secrets, why) => {
  expect(() => parsePagerdutySettings(settings, secrets)).toThrow(why);
});

test('http is for this machine, where tests are', () => {
  expect(parsePagerdutySettings({ api: 'http://127.0.0.1:9' }, SECRETS).api.port).toBe('9');
});

test('two secrets of webhooks count while one takes over from the other', () => {
  expect(webhookSecretNames({ ...SECRETS, 'webhook-next': 'env:B', webhook: 'env:A' })).toEqual([
    'webhook',
    'webhook-next',
  ]);
});
