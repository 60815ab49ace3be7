import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { settledGroups } from '../../src/diagnosis/logs/settled-groups.ts';
import { settled, streaming } from '../support/log-groupers.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 3_000 : 150 };
const counter = { merge: (one: number, other: number) => one + other, copy: (count: number) => count };

/** Template and lines of each group. */
function groupsOf(lines: readonly string[]): [string, number][] {
  const groups = settledGroups(counter);
  for (const line of lines) groups.add(line, 1);
  const { groups: found, other } = groups.settle();
  return [...found, ...(other ? [other] : [])]
    .map(({ template, tally }): [string, number] => [template, tally])
    .sort();
}

describe('words that turn out to be values', () => {
  const each = (line: (name: string) => string, names: string) => names.split(' ').map(line);

  test.each<[string, string[], string]>([
    [
      'a few names where one is expected',
      each((name) => `session of user ${name} closed`, 'amy bob cy'),
      'session of user <text> closed',
    ],
    [
      'behind a key',
      each((name) => `login failed tenant=${name}`, 'acme globex initech'),
      'login failed tenant=<text>',
    ],
    [
      'more where a name may be',
      each((name) => `retry job for ${name} tomorrow`, 'amy bob cy dan'),
      'retry job for <text> tomorrow',
    ],
    [
      'many where none is',
      each((name) => `order ${name} shipped quickly`, 'red blue green black white grey'),
      'order <text> shipped quickly',
    ],
    [
      'one beside a number',
      ['invalid user 7 from home', 'invalid user bob from home'],
      'invalid user <text> from home',
    ],
    [
      'capitals, too, where a variable is known',
      [...each((id) => `invalid user ${id} seen`, '1 2 3 4 5 6'), 'invalid user ADMIN seen'],
      'invalid user <text> seen',
    ],
    [
      'parts of a program that say the same sentence',
      each((name) => `com.example.${name}: told me to run this job now`, 'daily hourly weekly never'),
      '<text>: told me to run this job now',
    ],
    [
      'a listing of settings',
      each((name) => `Server environment:${name}=x y`, 'os.name os.arch java.home user.dir'),
      'Server environment:<text>',
    ],
    [
      'acts on many things',
      each((name) => `removing ${name}`, 'echo time finger talk ftp login'),
      'removing <text>',
    ],
    [
      'a word with brackets, where many have an address',
      [
        ...Array<string>(9).fill('synchronized to 10.0.0.1, stratum 3'),
        'synchronized to LOCAL(0), stratum 9',
      ],
      'synchronized to <text>, stratum <n>',
    ],
    [
      'two names a line',
      ['amy web', 'bob db', 'cy cache', 'dan web', 'eve mail'].map(
        (pair) => `user ${pair.replace(' ', ' left host ')}`,
      ),
      'user <text> left host <text>',
    ],
  ])('%s', (_, lines, template) => {
    expect(groupsOf(lines)).toEqual([[template, lines.length]]);
  });

  test.each<[string, string[]]>([
    [
      'verbs',
      each((verb) => `the cache was ${verb} again today`, 'filled emptied warmed flushed dropped pruned'),
    ],
    [
      'states in capitals',
      each((state) => `node changed to state ${state} today`, 'LEADING LOOKING FOLLOWING DOWN GONE LOST'),
    ],
    ['first words', each((name) => `${name} startup succeeded`, 'syslogd klogd hcid portmap sdpd crond')],
    ['keys', each((key) => `limit of ${key}=5 reached here`, 'cpu memory disk files sockets threads')],
    ['two of a kind', ['driver usbfs was registered', 'driver hub was registered']],
    [
      'what follows "failed to"',
      each((verb) => `failed to ${verb} the whole file`, 'read write rename link'),
    ],
    [
      'capitals that are as frequent as the variable',
      ['node 1 changed state now', 'node DOWN changed state now', 'node DOWN changed state now'],
    ],
    [
      'one that nearly all lines have',
      [...Array<string>(90).fill('login of user root'), 'login of user amy', 'login of user bob'],
    ],
  ])('%s are none', (_, lines) => {
    expect(groupsOf(lines)).toHaveLength(new Set(lines).size);
  });
});

describe('settled groups', () => {
  const word = fc.constantFrom(
    'user',
    'amy',
    'bob',
    'cy',
    'for',
    'state=',
    'UP',
    'com.x.y',
    '7',
    '10.0.0.1',
    'failed',
    'a/b/c',
    '12ms',
    'job',
    'db',
  );
  const lines = fc.array(
    fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join(' ')),
    { maxLength: 60 },
  );

  test('do not depend on the order of the lines', () => {
    const shuffled = lines.chain((texts) =>
      fc.tuple(fc.constant(texts), fc.shuffledSubarray(texts, { minLength: texts.length })),
    );
    fc.assert(
      fc.property(shuffled, ([texts, other]) => {
        expect(groupsOf(other)).toEqual(groupsOf(texts));
        expect(sets(other)).toEqual(sets(texts));
      }),
      RUNS,
    );
  });

  test('do not depend on it either where a line could join one group or another', () => {
    const name = fc.constantFrom('amy', 'bob', 'cy', 'dan', 'eve', 'mo', '7');
    const rivals = fc
      .uniqueArray(
        fc.tuple(name, name, name).map(([one, two, three]) => `job ${one} ran for ${two} then left ${three}`),
        {
          minLength: 20,
          maxLength: 60,
        },
      )
      .chain((texts) =>
        fc.tuple(fc.constant(texts), fc.shuffledSubarray(texts, { minLength: texts.length })),
      );
    fc.assert(
      fc.property(rivals, ([texts, other]) => {
        expect(sets(other)).toEqual(sets(texts));
      }),
      RUNS,
    );
  });

  test('are the same when every line is read twice', () => {
    fc.assert(
      fc.property(lines, (texts) => {
        const once = groupsOf(texts);
        expect(groupsOf([...texts, ...texts])).toEqual(
          once.map(([template, count]) => [template, 2 * count]),
        );
      }),
      RUNS,
    );
  });

  test('are the same when they were asked for in between', () => {
    fc.assert(
      fc.property(lines, fc.nat(60), (texts, border) => {
        const groups = settledGroups(counter);
        for (const [index, line] of texts.entries()) {
          if (index === border) groups.settle();
          groups.add(line, 1);
        }
        const found = groups
          .settle()
          .groups.map(({ template, tally }): [string, number] => [template, tally]);
        expect(found.sort()).toEqual(groupsOf(texts));
      }),
      RUNS,
    );
  });

  test('are bounded: of more kinds than are held, those with fewest lines are put together, and none is lost', () => {
    const name = (index: number) => [...`${index}`].map((digit) => 'ghjklmnprs'[Number(digit)]).join('');
    const rare = Array.from({ length: 9_000 }, (_, index) => name(index));
    const often = Array<string>(500).fill('pool exhausted');
    const groups = groupsOf([...rare.slice(0, 5_000), ...often, ...rare.slice(5_000)]);
    expect(groups.length).toBeLessThanOrEqual(4_001);
    expect(groups).toContainEqual(['pool exhausted', 500]);
    expect(groups.reduce((sum, [, count]) => sum + count, 0)).toBe(9_500);
  });

  /** Which texts are together, whatever the order. */
  function sets(texts: readonly string[]): string[] {
    const together = new Map<number, Set<string>>();
    for (const [index, group] of settled(texts).entries()) {
      together.set(group, (together.get(group) ?? new Set()).add(texts[index] ?? ''));
    }
    return [...together.values()].map((set) => [...set].sort().join('\n')).sort();
  }
});

describe('groups said as lines arrive', () => {
  test('a name where one is expected joins at once, another verb does not', () => {
    expect(
      streaming(['login of user amy', 'login of user bob', 'login by user bob', 'login of user 7']),
    ).toEqual([0, 0, 1, 0]);
    expect(streaming(['file was read now', 'file was closed now'])).toEqual([0, 1]);
  });

  test('say the same of the same line, as long as its kind is not the oldest of thousands', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 30 }), { maxLength: 50 }), (texts) => {
        const said = streaming([...texts, ...texts]);
        expect(said.slice(texts.length)).toEqual(said.slice(0, texts.length));
      }),
      RUNS,
    );
  });
});
