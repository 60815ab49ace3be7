import { expect, test } from 'vitest';
import { claudeBench } from '../../support/claude.ts';
import { calls, says } from '../../support/messages-api/server.ts';

const START = Date.parse('2026-11-23T03:14:00Z');

/** Moves a tenth of a second each time somebody looks at it. */
function movingClock() {
  let now = START;
  return {
    now: () => {
      now += 100;
      return now;
    },
  };
}

test('the text so far is shown at once, and then at most once a second', async () => {
  const clock = movingClock();
  const shown: { at: number; text: string }[] = [];
  const text = 'The deploy of 03:09 broke it: '.repeat(20);
  const bench = await claudeBench([says(text)], { clock });

  await bench.converse({ onText: (soFar) => shown.push({ at: clock.now(), text: soFar }) });

  expect(shown.length).toBeGreaterThan(5);
  expect(shown[0]?.text).toBe(text.slice(0, 7));
  for (const [nth, { at, text: soFar }] of shown.entries()) {
    expect(text.startsWith(soFar)).toBe(true);
    const before = shown[nth - 1];
    if (before) expect(at - before.at).toBeGreaterThanOrEqual(1_000);
    if (before) expect(soFar.length).toBeGreaterThan(before.text.length);
  }
});

test('a text of a later turn takes the place of that of an earlier one', async () => {
  const shown: string[] = [];
  const bench = await claudeBench(
    [
      says('Let me look at it. '.repeat(10), calls('metrics_query', { service: 'api', metric: 'x' })),
      says('It is the deploy. '.repeat(10)),
    ],
    { clock: movingClock() },
  );

  await bench.converse({ onText: (soFar) => shown.push(soFar) });

  expect(shown.some((text) => text.startsWith('Let me'))).toBe(true);
  expect(shown.at(-1)).toMatch(/^It is the deploy/);
});

test('the key is not shown, even where the other side says it in pieces', async () => {
  const shown: string[] = [];
  const bench = await claudeBench([], { clock: movingClock() });
  bench.api.answer = () => says(`Your key is ${bench.api.key}. ${'Nice. '.repeat(40)}`);

  await bench.converse({ onText: (soFar) => shown.push(soFar) });

  expect(shown.at(-1)).toMatch(/^Your key is \[key\]\. Nice\./);
  expect(shown.join()).not.toContain(bench.api.key);
});

test('what shows it may fail: the answer is the same, and it is not asked again', async () => {
  let asked = 0;
  const bench = await claudeBench([says('The deploy of 03:09 broke it. '.repeat(9))], {
    clock: movingClock(),
  });

  const outcome = await bench.converse({
    onText: () => {
      asked += 1;
      throw new Error('the chat is gone');
    },
  });

  expect(outcome).toMatchObject({ kind: 'said' });
  expect(asked).toBe(1);
});
