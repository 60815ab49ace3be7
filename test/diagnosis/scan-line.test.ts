import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scanLine } from '../../src/diagnosis/logs/scan-line.ts';
import { skeletonOf, templateOf } from '../../src/diagnosis/logs/skeleton.ts';

const wordsOf = (text: string) => scanLine(text).words.join(' ');
const shownOf = (text: string) => templateOf(skeletonOf(scanLine(text)));

describe('what a line is known by', () => {
  test.each([
    // runs of variables are one
    ['moved 3, 4 and 10.0.0.1:80 (web-1) at 5', 'moved * and * at *'],
    ['connection from 1.2.3.4 () at 5', 'connection from * at *'],
    ['connection from 1.2.3.4 (a.example.com) at 5', 'connection from * at *'],
    // dates and times with names in them
    ['at Fri Jun 17 20:55:06 UTC 2005 it began', 'at * it began'],
    ['Jun came by', 'Jun came by'],
    // a URL keeps its query, a path is not split
    ['fetch https://a.example/b?c=1&d=2,3 failed', 'fetch * failed'],
    ['fetch (git+ssh://a.example/b) failed', 'fetch * failed'],
    ['open /var/log/a=b/c-d.log: denied', 'open * denied'],
    ['open C:\\Program\\x_*.log: denied', 'open * denied'],
    ['src:/10.0.0.1:80 dest:/a/b', 'src: * dest: *'],
    ['a read/write of config/app.yaml', 'a read/write of *'],
    // keys are pinned with their sign
    ['uid=0 user=root size = 4 state:up', 'uid= * user= root size= * state: up'],
    ['tag="View Lock", name=android, ok=true', 'tag= View Lock name= android ok= *'],
    ['tag="*launch*", name=android, note="a b"', 'tag= launch name= android note= a *'],
    // quoted text is a value, but the method of a request is not
    ['service \'a b\' and `c` and "d"', 'service * and * and *'],
    ["can't read, it's 'gone'", "can't read it's *"],
    ['"GET /x HTTP/1.1" 200', 'GET *'],
    ['from 1.2.3.4 "POST /x)" 200 "curl b"', 'from * POST *'],
    // units belong to their number
    ['free 5.2 KB of 1 MB, took < 3 ms', 'free * of * took *'],
    ['lifetime <1 sec', 'lifetime *'],
    ['lifetime 00:01', 'lifetime *'],
    // hosts, mails, hardware addresses, digests, single letters
    ['db.example.com:5432 and ff:f2:9f:16:be:e0 and a.b@c.d', '* and * and *'],
    ['mask=ffffffff torus y+ wire', 'mask= * torus * wire'],
    ['java.io.IOException: no such file', 'java.io.IOException: no such file'],
    // the name before a number stays where it opens the line, and digits inside a name
    ['worker-7 gone', 'worker * gone'],
    ['flush2DB done', 'flush2DB done'],
    ['(get_temps a) of a disk', 'get_temps * of a disk'],
    ['enabled.....1', 'enabled *'],
    ['status ( on off )', 'status *'],
    ['', ''],
    ['=====', ''],
  ])('%s', (text, words) => {
    expect(wordsOf(text)).toBe(words);
  });
});

describe('what people see of it', () => {
  test.each([
    ['10.0.0.1:5432 took 12ms, 4.5 GB, 50%', '<ip> took <n>ms, <n> GB, <n>%'],
    ['block blk_-123 of ssh2', 'block blk_<n> of ssh<n>'],
    ['at Fri Jun 17 20:55:06 2005', 'at <n>'],
    ['ids 1, 2, 3, 4 left', 'ids <n> left'],
    ['{"user":"bob","n":3}', '{"user":"bob","n":<n>}'],
    ['a\u0000b\u001b[31mc\u202ed', 'a <id> [<n>mc <id>'],
  ])('%s', (text, shown) => {
    expect(shownOf(text)).toBe(shown);
  });

  test('never has a control character or a direction mark, and no line is too odd to read', () => {
    const nasty = fc.constantFrom(
      '"',
      "'",
      '/',
      ':',
      '=',
      '::',
      '...',
      '://',
      'Mon ',
      '1',
      '\u0007',
      '\u2066',
      'é',
      '😀',
      '(',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.oneof(nasty, fc.string({ maxLength: 4 })), { maxLength: 80 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (line) => {
        const scanned = scanLine(line);
        expect(scanned.shown).toHaveLength(2 * scanned.words.length + 1);
        expect(scanned.words.join('')).not.toMatch(/\s/);
        expect(shownOf(line)).not.toMatch(/\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Zl}|\p{Zp}/u);
      }),
      { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 20_000 : 1_000 },
    );
  });
});
