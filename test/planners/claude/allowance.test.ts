import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createReadingRoom } from '../../../src/planners/claude/allowance.ts';

const encoded = (text: string) => Buffer.byteLength(JSON.stringify(text)) - 2;

describe('the room of readings', () => {
  test('leaves what fits as it is', () => {
    const room = createReadingRoom({ limitBytes: 24_576, calls: 30 });

    expect(room.fit('error_rate 12.3%\n"quoted"')).toBe('error_rate 12.3%\n"quoted"');
    expect(room.usedBytes()).toBe(28);
  });

  test('cuts between characters and says how much is missing', () => {
    const room = createReadingRoom({ limitBytes: 120, calls: 1 });

    const fitted = room.fit('🔥'.repeat(50));

    expect(fitted).toMatch(/^(?:🔥)+\n\[cut: \d+ more characters do not fit in this conversation\]$/u);
    expect(fitted.isWellFormed()).toBe(true);
  });

  test('is never more than its limit, whatever is in the readings, and each says that it was cut', () => {
    const text = fc
      .tuple(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom('\n', '"', '\u0000', 'x', '🔥', 'ä'),
        fc.nat(30_000),
      )
      .map(([start, sign, times]) => (start + sign.repeat(times)).toWellFormed());
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 33 }), (texts) => {
        const limitBytes = 24_576;
        const room = createReadingRoom({ limitBytes, calls: 33 });
        const fitted = texts.map((one) => room.fit(one));
        expect(fitted.reduce((sum, one) => sum + encoded(one), 0)).toBeLessThanOrEqual(limitBytes);
        for (const [nth, one] of fitted.entries())
          if (one !== texts[nth]) expect(one).toMatch(/\[cut: [\d,]+ more characters do not fit/);
      }),
      { seed: 20261128, numRuns: process.env.OPENCLAW_TEST_LONG ? 2_000 : 60 },
    );
  });
});
