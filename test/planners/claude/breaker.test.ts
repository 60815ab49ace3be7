import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBreaker, type Health } from '../../../src/planners/claude/breaker.ts';
import { claudeBench } from '../../support/claude.ts';
import { createTestClock } from '../../support/clock.ts';
import { fails, says } from '../../support/messages-api/server.ts';

const MINUTE = 60_000;

function enter(breaker: ReturnType<typeof createBreaker>): (health: Health) => void {
  const entered = breaker.enter();
  if (!entered.ok) throw new Error('it is open');
  return entered.done;
}

describe('a breaker', () => {
  test('opens after three dead conversations in a row, and lets one through a minute later', () => {
    const clock = createTestClock();
    const breaker = createBreaker(clock);
    for (const health of ['dead', 'dead', 'alive', 'dead', 'unknown', 'dead'] as const)
      enter(breaker)(health);
    expect(breaker.state()).toEqual({ state: 'closed', failures: 2, retryAt: null });

    enter(breaker)('dead');

    const retryAt = clock.now() + MINUTE;
    expect(breaker.state()).toEqual({ state: 'open', failures: 3, retryAt });
    expect(breaker.enter()).toEqual({ ok: false, retryAt });
    clock.advance(MINUTE);
    expect(breaker.state().state).toBe('half-open');
    const trial = enter(breaker);
    expect(breaker.enter().ok).toBe(false);
    trial('alive');
    expect(breaker.state()).toEqual({ state: 'closed', failures: 0, retryAt: null });
  });

  test('stays open twice as long after each trial in vain, ten minutes at most', () => {
    const clock = createTestClock();
    const breaker = createBreaker(clock);
    for (let nth = 0; nth < 3; nth += 1) enter(breaker)('dead');
    const waits: number[] = [];
    for (let nth = 0; nth < 6; nth += 1) {
      const waitMs = (breaker.state().retryAt ?? 0) - clock.now();
      waits.push(waitMs / MINUTE);
      clock.advance(waitMs);
      enter(breaker)('dead');
    }
    expect(waits).toEqual([1, 2, 4, 8, 10, 10]);
  });

  test('a trial that says nothing about the API leaves room for another', () => {
    const clock = createTestClock();
    const breaker = createBreaker(clock);
    for (let nth = 0; nth < 3; nth += 1) enter(breaker)('dead');
    clock.advance(MINUTE);
    enter(breaker)('unknown');

    expect(breaker.enter().ok).toBe(true);
  });

  test('one that began before it opened neither keeps it open longer nor shut', () => {
    const clock = createTestClock();
    const breaker = createBreaker(clock);
    const early = [enter(breaker), enter(breaker)];
    for (let nth = 0; nth < 3; nth += 1) enter(breaker)('dead');
    const { retryAt } = breaker.state();

    clock.advance(10_000);
    early[0]?.('dead');
    expect(breaker.state().retryAt).toBe(retryAt);
    early[1]?.('alive');
    expect(breaker.state().state).toBe('closed');
  });

  test('never lets two through while it is not closed, and never stays shut for more than ten minutes', () => {
    const steps = fc.array(
      fc.oneof(
        fc.constant('enter' as const),
        fc.constantFrom<Health>('alive', 'dead', 'unknown'),
        fc.integer({ min: 1, max: 700_000 }),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (taken) => {
        const clock = createTestClock();
        const breaker = createBreaker(clock);
        let trials = 0;
        const running: { done: (health: Health) => void; trial: boolean }[] = [];
        for (const step of taken) {
          if (typeof step === 'number') clock.advance(step);
          else if (step === 'enter') {
            const trial = breaker.state().state !== 'closed';
            const entered = breaker.enter();
            if (entered.ok) {
              running.push({ done: entered.done, trial });
              if (trial) trials += 1;
            }
          } else {
            const one = running.shift();
            one?.done(step);
            if (one?.trial) trials -= 1;
          }
          const { retryAt, state } = breaker.state();
          if (state !== 'closed') expect(trials).toBeLessThanOrEqual(1);
          else trials = running.filter(({ trial }) => trial).length;
          expect((retryAt ?? 0) - clock.now()).toBeLessThanOrEqual(600_000);
        }
      }),
      { seed: 20261128, numRuns: process.env.OPENCLAW_TEST_LONG ? 20_000 : 500 },
    );
  });
});

describe('conversations and the breaker', () => {
  test('while it is open they end at once, and say until when', async () => {
    const bench = await claudeBench();
    bench.api.answer = () => fails(529);
    for (let nth = 0; nth < 3; nth += 1) await bench.converse();
    const asked = bench.api.requests.length;
    const before = bench.clock.now();

    const outcome = await bench.converse();

    expect(outcome).toMatchObject({
      kind: 'silent',
      why: 'breaker',
      sentence:
        'Claude did not answer several times in a row and is left alone until 03:15 UTC, so this is without it.',
    });
    expect(bench.api.requests).toHaveLength(asked);
    expect(bench.clock.now()).toBe(before);

    bench.clock.advance(61_000);
    bench.api.answer = () => says('Hello.');
    expect(await bench.converse()).toMatchObject({ kind: 'said' });
    expect(bench.breaker.state().state).toBe('closed');
  });

  test.each([
    ['a refused key', fails(401), 'open'],
    ['nonsense', says(), 'closed'],
    ['a bad request', fails(400), 'closed'],
    ['a refusal', { ...says('no'), stop: 'refusal' }, 'closed'],
  ] as const)('%s three times: %s', async (_, reply, state) => {
    const bench = await claudeBench();
    bench.api.answer = () => reply;

    for (let nth = 0; nth < 3; nth += 1) await bench.converse();

    expect(bench.breaker.state().state).toBe(state);
  });
});
