// Where exactly a change began that was noticed later: a ramp is noticed when it is half way up.

/** So far back it is looked for. */
const BACK = 40;
/** So many values after it was noticed help to tell a step from a ramp. */
const AFTER = 4;

/**
 * Of a level that was steady and then steps, or rises evenly, the place where the two parts fit the values best (least
 * squares over every possible place). `index`: where it was noticed; `sign`: +1 up, -1 down; `level`: what was usual before.
 * Gives the index of the first value that belongs to the change.
 */
export function beginningOf(
  values: readonly number[],
  { index, sign, level }: { index: number; sign: number; level: number },
): number {
  const from = Math.max(0, index - BACK);
  const away = values
    .slice(from, lastOf(values, { index, sign, level }) + 1)
    .map((value) => sign * (value - level));
  const noticed = index - from;
  let best = { place: noticed, error: Number.POSITIVE_INFINITY };
  for (let place = noticed; place >= 0; place -= 1) {
    for (const error of [stepError(away, place), rampError(away, place)]) {
      // A tie, as of a spike of one value, is the later place.
      if (error < best.error * (1 - 1e-9)) best = { place, error };
    }
  }
  return from + best.place;
}

/** The last value of the same change: a spike is over soon. */
function lastOf(
  values: readonly number[],
  { index, sign, level }: { index: number; sign: number; level: number },
): number {
  const half = Math.abs((values[index] ?? level) - level) / 2;
  let last = index;
  while (last < index + AFTER && sign * ((values[last + 1] ?? level) - level) > half) last += 1;
  return last;
}

function stepError(away: readonly number[], place: number): number {
  let before = 0;
  let sum = 0;
  let squares = 0;
  away.forEach((value, index) => {
    if (index < place) before += value * value;
    else {
      sum += value;
      squares += value * value;
    }
  });
  return before + squares - (sum * sum) / (away.length - place);
}

/** The first value of a ramp is one step up. */
function rampError(away: readonly number[], place: number): number {
  let error = 0;
  let products = 0;
  let steps = 0;
  away.forEach((value, index) => {
    error += value * value;
    if (index < place) return;
    const step = index - place + 1;
    products += value * step;
    steps += step * step;
  });
  return error - (products * products) / steps;
}
