import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldLines } from '../../src/cli/why/fold.ts';

const line = (at: number, text: string, kind = 'alert') => ({ at, kind, text });

test('one more than are shown is shown as well: a gap of one says nothing shorter', () => {
  const six = Array.from({ length: 6 }, (_, n) => line(n, `Alert fired: host-${n}`));
  expect(foldLines(six).every(({ folded }) => !folded)).toBe(true);
  expect(foldLines([...six, line(7, 'Alert fired: x')]).at(-1)).toEqual({
    folded: true,
    at: 5,
    kind: 'alert',
    count: 2,
    until: 7,
  });
});

test('no line is lost: what is not shown is counted, and what is shown is bounded', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('alert', 'paged', 'system'), fc.string({ maxLength: 3 })), {
        maxLength: 400,
      }),
      (texts) => {
        const lines = texts.map(([kind, text], at) => line(at, `${text}: more`, kind));
        const folded = foldLines(lines);
        const counted = folded.reduce((sum, each) => sum + (each.folded ? each.count : 1), 0);
        expect(counted).toBe(lines.length);
        expect(folded.length).toBeLessThanOrEqual(80);
      },
    ),
    { seed: 42 },
  );
});
