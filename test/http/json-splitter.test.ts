import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSplitter, SplitError } from '../../src/http/json-splitter.ts';

const RUNS = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

interface Split {
  items: unknown[];
  fields: Record<string, unknown>;
  large: [number, number][];
  lists: number;
}

function split(bytes: Buffer, cuts: number[], limits = { maxItemBytes: 1e6, maxFieldBytes: 1e6 }): Split {
  const result: Split = {
    items: [],
    fields: Object.create(null) as Record<string, unknown>,
    large: [],
    lists: 0,
  };
  const splitter = createSplitter(
    { array: 'alerts', ...limits },
    {
      list() {
        result.lists += 1;
      },
      item(part, index) {
        result.items[index] = JSON.parse(part.toString());
      },
      field(name, part) {
        result.fields[name] = JSON.parse(part.toString());
      },
      itemTooLarge: (index, size) => result.large.push([index, size]),
      fieldTooLarge: (name, size) => {
        result.fields[name] = `${size} bytes`;
      },
    },
  );
  let from = 0;
  for (const cut of [...cuts.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    // A chunk of its own memory, wiped afterwards: whoever keeps a view of it is found out.
    const chunk = Buffer.from(bytes.subarray(from, cut));
    splitter.push(chunk);
    chunk.fill(0x58);
    from = cut;
  }
  splitter.end();
  return result;
}

function expectSame(found: Split, expected: Record<string, unknown>): void {
  const { alerts, ...rest } = expected;
  expect(found.items).toEqual(alerts ?? []);
  expect({ ...found.fields }).toEqual(rest);
}

const key = fc
  .string({ unit: 'binary', maxLength: 8 })
  .filter((name) => name !== 'alerts' && name !== '__proto__');
const document = fc
  .tuple(
    fc.array(fc.tuple(key, fc.jsonValue({ maxDepth: 4 })), { maxLength: 5 }),
    fc.array(fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }), { maxLength: 8 }),
    fc.array(fc.tuple(key, fc.jsonValue({ maxDepth: 3 })), { maxLength: 5 }),
  )
  .map(([before, alerts, after]) => Object.fromEntries([...before, ['alerts', alerts], ...after]));

describe('a JSON document in pieces', () => {
  test('gives what JSON.parse gives, wherever it is cut', () => {
    fc.assert(
      fc.property(
        document,
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.constantFrom(undefined, 1, '\t'),
        (value, cuts, indent) => {
          const text = JSON.stringify(value, null, indent);
          expectSame(split(Buffer.from(text), cuts), JSON.parse(text) as Record<string, unknown>);
        },
      ),
      RUNS,
    );
  });

  test('gives the same when every byte comes alone', () => {
    const value = {
      'näme "quoted" \\': [{ '}': ']' }],
      alerts: [{ text: '🔴 \\" \u0000 é', list: [[], {}, [1.5e-3, null]] }, 'a,]}"', 12, true, null, [], {}],
      end: -0.5,
    };
    const bytes = Buffer.from(JSON.stringify(value, null, 2));
    expectSame(
      split(
        bytes,
        Array.from({ length: bytes.length }, (_, at) => at),
      ),
      value,
    );
  });

  test('any bytes are split or refused, and nothing else happens', () => {
    const nearly = document.chain((value) => {
      const bytes = Buffer.from(JSON.stringify(value));
      return fc.tuple(fc.constant(bytes), fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
    });
    fc.assert(
      fc.property(nearly, fc.array(fc.nat(), { maxLength: 4 }), ([bytes, at, byte], cuts) => {
        const broken = Buffer.from(bytes);
        broken[at] = byte;
        let expected: unknown;
        try {
          expected = JSON.parse(broken.toString());
        } catch {
          // Whole pieces are judged by JSON.parse, all else by the splitter: one of them must object.
          expect(() => split(broken, cuts)).toThrow();
          return;
        }
        if (
          typeof expected === 'object' &&
          expected !== null &&
          Array.isArray((expected as { alerts?: unknown }).alerts)
        )
          expect(split(broken, cuts).items).toEqual((expected as { alerts: unknown }).alerts);
      }),
      RUNS,
    );
  });

  test('an element over its limit is left out, its size and place are told', () => {
    const found = split(
      Buffer.from(JSON.stringify({ alerts: [1, 'x'.repeat(100), 2], long: 'y'.repeat(90) })),
      [9, 50],
      {
        maxItemBytes: 20,
        maxFieldBytes: 50,
      },
    );
    expect(found).toMatchObject({ large: [[1, 102]], fields: { long: '92 bytes' } });
    expect([found.items[0], found.items[2]]).toEqual([1, 2]);
  });

  test('a byte order mark is passed over', () => {
    expect(split(Buffer.from('\ufeff{"alerts":[1]}'), [1, 2]).items).toEqual([1]);
  });

  test('a list that is no list is a field', () => {
    expect(split(Buffer.from('{"alerts":null}'), [])).toMatchObject({ fields: { alerts: null }, lists: 0 });
  });

  const broken: [string, string, number, string][] = [
    ['nothing', '', 0, 'empty'],
    ['a list', '[]', 0, 'JSON object'],
    ['an early end', '{"alerts":[{}', 13, 'too early'],
    ['a missing comma', '{"alerts":[{} {}]}', 14, '"{"'],
    ['a comma too many', '{"alerts":[1,]}', 13, '"]"'],
    ['a name without quotes', '{alerts:[]}', 1, 'a name in quotes'],
    ['a missing colon', '{"alerts"[]}', 9, '":"'],
    ['something behind the end', '{"alerts":[]}x', 13, '"x"'],
    ['too deep nesting', `{"alerts":[${'['.repeat(100)}`, 75, 'nested deeper'],
  ];
  test.each(broken)('%s is refused with its place', (_name, text, offset, words) => {
    try {
      split(Buffer.from(text), [3]);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SplitError);
      expect(error).toMatchObject({ offset, message: expect.stringContaining(words) });
    }
  });
});
