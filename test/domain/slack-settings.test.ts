// What a slack channel is told when it is added, and which way it hears by.
import { describe, expect, test } from 'vitest';
import { parseSlackSettings, publicAddress, requestPath } from '../../src/domain/slack-settings.ts';

const BOT = { 'bot-token': 'env:B' };
const APP = { 'app-token': 'env:A' };
const SIGNING = { 'signing-secret': 'env:S' };

describe('which way people are heard', () => {
  test.each([
    ['an app-level token', {}, { ...BOT, ...APP }, 'socket'],
    ['a signing secret', {}, { ...BOT, ...SIGNING }, 'http'],
    ['both: Socket Mode, which needs no public address', {}, { ...BOT, ...APP, ...SIGNING }, 'socket'],
    ['both, and it was said', { mode: 'http' }, { ...BOT, ...APP, ...SIGNING }, 'http'],
    ['the next secret alone', {}, { ...BOT, 'signing-secret-next': 'env:N' }, 'http'],
    ['nothing yet', {}, {}, 'socket'],
  ])('%s', (_, settings, secrets, mode) => {
    expect(parseSlackSettings(settings, secrets).mode).toBe(mode);
  });
});

test.each([
  ['no bot token', {}, SIGNING, /token of its bot user/],
  [
    'nothing to hear by',
    {},
    BOT,
    /app-level token .* or, where Slack calls this machine, the signing secret/,
  ],
  ['HTTP without a signing secret', { mode: 'http' }, { ...BOT, ...APP }, /needs the signing secret/],
  ['Socket Mode without its token', { mode: 'socket' }, { ...BOT, ...SIGNING }, /needs an app-level token/],
  ['another mode', { mode: 'rtm' }, { ...BOT, ...APP }, /mode is socket or http/],
  ['another setting', { port: '1' }, {}, /no setting "port"/],
  ['another secret', {}, { ...BOT, signing: 'env:S' }, /no secret "signing"/],
  ['an address in clear', { url: 'http://ops.example.org' }, {}, /no address that Slack could call/],
])('%s is refused', (_, settings, secrets, said) => {
  expect(() => parseSlackSettings(settings, secrets)).toThrow(said);
});

test.each([
  ['https://ops.example.org', 'https://ops.example.org'],
  ['https://ops.example.org/bot/', 'https://ops.example.org/bot'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
])('%s is an address', (given, address) => {
  expect(publicAddress(given)).toBe(address);
});

test.each(['ops.example.org', 'ftp://ops', 'https://a:b@ops', 'https://ops/?a=1', 'https://ops/#a', ''])(
  '%j is none',
  (given) => {
    expect(() => publicAddress(given)).toThrow(/no address that Slack could call/);
  },
);

test('a name stands in the path as it must', () => {
  expect(requestPath('slack')).toBe('/channels/slack');
  expect(requestPath('our chat/2')).toBe('/channels/our%20chat%2F2');
});
