import { expect, test } from 'vitest';
import { createFlood } from '../../src/daemon/flood.ts';
import { createTestClock } from '../support/clock.ts';

test('a flood is on while some four hundred alerts a second come, and over half a second after them', () => {
  const clock = createTestClock();
  const flood = createFlood(clock);
  expect(flood.isOn()).toBe(false);
  for (let step = 0; step < 100; step += 1) {
    flood.note(1);
    clock.advance(2);
  }
  expect(flood.isOn()).toBe(true);
  clock.advance(500);
  expect(flood.isOn()).toBe(false);
});

test('a hundred alerts a second are none, and one large delivery is one', () => {
  const clock = createTestClock();
  const flood = createFlood(clock);
  for (let step = 0; step < 300; step += 1) {
    flood.note(1);
    clock.advance(10);
    expect(flood.isOn()).toBe(false);
  }
  flood.note(1000);
  expect(flood.isOn()).toBe(true);
});

test('after a silence of hours the first alert is no flood, whatever came before', () => {
  const clock = createTestClock();
  const flood = createFlood(clock);
  flood.note(5000);
  clock.advance(3 * 3_600_000);
  flood.note(1);
  expect(flood.isOn()).toBe(false);
});
