import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, digestOf, type Json } from '../../src/domain/digest.ts';

const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

describe('canonical JSON (RFC 8785)', () => {
  test('writes the example of section 3.2.2', () => {
    const value: Json = {
      // biome-ignore lint/correctness/noPrecisionLoss: the RFC's own text
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('sorts keys by UTF-16 code units, as in section 3.2.3', () => {
    const value: Json = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const parsed: unknown = JSON.parse(canonicalJson(value));
    const order = [...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map((match) => match[1]?.split(' ')[0]);
    expect(parsed).toEqual(value);
    expect(order).toEqual(['Carriage', 'One', 'Control', 'Latin', 'Euro', 'Emoji:', 'Hebrew']);
  });

  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the number %s of appendix B as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  test.each<[string, unknown, string]>([
    ['undefined', { a: undefined }, '$.a is undefined'],
    ['a hole in an array', { a: [1, undefined] }, '$.a[1] is undefined'],
    ['NaN', [Number.NaN], '$[0] is NaN'],
    ['Infinity', { steps: [{ count: Number.POSITIVE_INFINITY }] }, '$.steps[0].count is Infinity'],
    ['a bigint', 1n, '$ is a bigint'],
    ['a function', () => 1, '$ is a function'],
    ['a symbol', Symbol('x'), '$ is a symbol'],
    ['a symbol as key', { [Symbol('x')]: 1 }, '$ has a symbol as key'],
    ['half a surrogate pair', ['\ud800'], '$[0] holds half a surrogate pair'],
    ['half a surrogate pair in a key', { '\udead': 1 }, '$ holds half a surrogate pair'],
    ['a date', { at: new Date(0) }, '$.at is not a plain object'],
    ['a map', new Map([['a', 1]]), '$ is not a plain object'],
    ['a cycle', cycle, 'nested deeper than 500 levels'],
  ])('refuses %s and says where', (_name, value, message) => {
    expect(() => canonicalJson(value as Json)).toThrow(TypeError);
    expect(() => canonicalJson(value as Json)).toThrow(message);
  });

  test('keeps a key named __proto__', () => {
    expect(canonicalJson(JSON.parse('{"__proto__":{"a":1},"b":2}'))).toBe('{"__proto__":{"a":1},"b":2}');
  });

  test('reads back as the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
      runs,
    );
  });
});

describe('a digest', () => {
  test('names the algorithm and is stable', () => {
    expect(digestOf({})).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  test('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(digestOf(reversed(value))).toBe(digestOf(value));
      }),
      runs,
    );
  });

  test('changes with any leaf', () => {
    fc.assert(
      fc.property(json, fc.nat(), (value, which) => {
        const leaves = countLeaves(value);
        fc.pre(leaves > 0);
        expect(digestOf(withChangedLeaf(value, which % leaves))).not.toBe(digestOf(value));
      }),
      runs,
    );
  });

  test('tells apart values that look alike', () => {
    const alike: Json[] = [
      1,
      '1',
      [1],
      { 1: 1 },
      null,
      'null',
      [],
      {},
      '',
      [[]],
      [{}],
      { a: null },
      false,
      0,
    ];
    expect(new Set(alike.map(digestOf)).size).toBe(alike.length);
  });
});

const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 5 }),
  ),
})).value;

function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

function countLeaves(value: Json): number {
  if (value === null || typeof value !== 'object') return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + countLeaves(member), 0);
}

function withChangedLeaf(value: Json, which: number): Json {
  let seen = -1;
  const walk = (part: Json): Json => {
    if (Array.isArray(part)) return part.map(walk);
    if (part !== null && typeof part === 'object') {
      return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, walk(member)]));
    }
    seen += 1;
    if (seen !== which) return part;
    return typeof part === 'string' ? `${part}x` : typeof part === 'number' ? String(part) : 'changed';
  };
  return walk(value);
}
