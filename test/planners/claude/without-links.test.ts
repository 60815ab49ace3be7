import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LINK_TAKEN_OUT, withoutLinks } from '../../../src/planners/claude/without-links.ts';
import { injectionStrings } from './injection-strings.ts';

const allowedHosts = new Set(['grafana.acme.com']);
const plain = (text: string) => withoutLinks(text, { allowedHosts });

/** What a chat, a browser or a terminal may turn into something to press, or that wakes people. */
const PRESSABLE =
  /\b[a-z][a-z\d+-]*:\/\/(?!board\b)|\]\(|\]\[|<[@#!]|<[a-z]+:|@[\p{L}\p{N}!]|\b(?:mailto|tel|data|javascript|vbscript):\S|\bwww\.\w|(?<![\w@-])[\w-]+\.(?:com|net|org|io|ru|example|dev|xyz)(?![\w-]|\.\w)(?<!\.example)|<(?:img|a|iframe|script)\b/iu;

describe('becomes plain', () => {
  test.each([
    ['[the logs](https://evil.com/x?a=1)', 'the logs'],
    ['![chart](https://evil.com/p.png)', 'chart'],
    ['[x]( <https://evil.com> "t")', 'x'],
    ['[the logs][1]\n\n[1]: https://evil.com', 'the logs\n\n1'],
    ['see https://evil.com/a(b)c now', `see ${LINK_TAKEN_OUT} now`],
    ['hxxps://evil.com', LINK_TAKEN_OUT],
    ['hxxp[:]//evil[.]com', LINK_TAKEN_OUT],
    ['<https://evil.com|Grafana>', 'Grafana'],
    ['<https://evil.com>', LINK_TAKEN_OUT],
    ['<@U024BE7LH> <!here> <!subteam^S1|team> <#C1|ops>', 'U024BE7LH here team ops'],
    ['@channel @here @everyone @mike', 'channel here everyone mike'],
    ['write to ann@evil.com', 'write to ann at evil[.]com'],
    ['mailto:ann@evil.com', LINK_TAKEN_OUT],
    ['tel:+491701234', LINK_TAKEN_OUT],
    ['javascript:alert(1)', LINK_TAKEN_OUT],
    ['data:text/html;base64,xx', LINK_TAKEN_OUT],
    ['go to evil.com or EVIL.COM', 'go to evil[.]com or EVIL[.]COM'],
    ['evil。com', 'evil[.]com'],
    ['evil．com', 'evil[.]com'],
    ['e\u200bvil.c\u200bom', 'evil[.]com'],
    ['ｈｔｔｐｓ：／／evil.com', LINK_TAKEN_OUT],
    ['xn--80ak6aa92e.com', 'xn--80ak6aa92e[.]com'],
    ['аррӏе.com', 'аррӏе[.]com'],
    ['https:&#47;&#47;evil.com', LINK_TAKEN_OUT],
    ['&lt;@U024BE7LH&gt;', 'U024BE7LH'],
    ['&amp;lt;!here&amp;gt;', 'here'],
    ['<a href="https://evil.com">press</a>', 'press'],
    ['<img src=x onerror=y>', ''],
    ['//evil.com/x', LINK_TAKEN_OUT],
    ['www.evil.com', LINK_TAKEN_OUT],
    ['https://grafana.acme.com@evil.com/', LINK_TAKEN_OUT],
    ['https://grafana.acme.com.evil.com/', LINK_TAKEN_OUT],
    ['http://grafana.acme.com/', LINK_TAKEN_OUT],
    ['slack://channel?id=C1', LINK_TAKEN_OUT],
    ['ht<b></b>tps://evil.com', LINK_TAKEN_OUT],
    ['@<b></b>channel', 'channel'],
    ['evil.example/x and evil.test:8080', `${LINK_TAKEN_OUT} and ${LINK_TAKEN_OUT}`],
    ['evil.log/x', LINK_TAKEN_OUT],
  ])('%s', (text, result) => {
    expect(plain(text)).toBe(result);
  });
});

test.each([
  'Deploy #492 ("fix: cache TTL update") went out at 03:01 UTC.',
  '`connection pool exhausted after <n>ms`, ×1,204 on shop-prod-01',
  'See src/cache.ts, redis.conf and java.lang.OutOfMemoryError; 10.0.3.17:5432 is down, e.g. since 03:04.',
  'https://grafana.acme.com/d/abc shows it.',
  '| a | b |\n|---|---|\n| 1 < 2 | 3 > 2 & [ok] (fine) |',
  'It throws in cache.ts:42 and Pool.java:118.',
  'https://grafana.acme.com/d/abc?from=a.example/x shows it.',
  '- [x] done\n- [ ] open',
])('what is no link stays: %s', (text) => {
  expect(plain(text)).toBe(text);
});

test('an allowed address stays, where it was a label with its words', () => {
  expect(plain('[the board](https://grafana.acme.com/d/abc)')).toBe(
    'the board: https://grafana.acme.com/d/abc',
  );
});

const strings = injectionStrings();
test.skipIf(strings.length === 0)('no injection string leaves anything to press', () => {
  for (const string of strings) expect(plain(string)).not.toMatch(PRESSABLE);
});

test('nothing to press is left of pieces put together at random, and twice is as once', () => {
  const piece = fc.constantFrom(
    'https://',
    'http:',
    '//',
    'evil',
    '.',
    'com',
    '[',
    ']',
    '(',
    ')',
    '!',
    '<',
    '>',
    '@',
    'channel',
    'U123',
    '|',
    '&lt;',
    '&gt;',
    '&#64;',
    '&amp;',
    '\u200b',
    '\u202e',
    '．',
    '＠',
    '＜',
    '<b>',
    '</b>',
    'javascript:',
    'mailto:',
    ' ',
    '\n',
    'www.',
    'grafana.acme.com',
    '#',
    'x',
    '/',
    ':',
    '<a href=',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const out = plain(pieces.join(''));
      // The one host that may be named, and nothing that only contains its name.
      expect(
        out.replace(/(?<![\p{L}\d-]|[\p{L}\d-]\.)grafana\.acme\.com(?![\p{L}\d-]|\.[\p{L}\d]{2})/gu, 'board'),
      ).not.toMatch(PRESSABLE);
      expect(plain(out)).toBe(out);
    }),
    { seed: 4_314, numRuns: process.env.OPENCLAW_TEST_LONG ? 50_000 : 2_000 },
  );
});

test.each(['[', '<', '&amp;', '@', 'a.', 'http:', '[x](', '![a]', '<a ', ' /'])(
  'a lot of %j comes to an end',
  (piece) => {
    expect(plain(piece.repeat(20_000 / piece.length)).length).toBeLessThan(100_000);
  },
);
