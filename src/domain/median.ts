// What most of the values are, and how far they usually are from it: a few wild ones do not move either.

/** NaN for none. Halved before they are added, so that values near the largest number do not overflow. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Between two values in proportion, as most do (type 7 of Hyndman and Fan). NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  return quantileOfSorted(sorted(values), share);
}

/** In ascending order; of numbers alone, which is several times as fast as with a function that compares. */
export function sorted(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

export function quantileOfSorted(values: Float64Array, share: number): number {
  const place = (values.length - 1) * share;
  const lower = values[Math.floor(place)] ?? Number.NaN;
  const upper = values[Math.ceil(place)] ?? lower;
  const part = place - Math.floor(place);
  return part === 0 ? lower : lower * (1 - part) + upper * part;
}

/** The median absolute deviation from the median, scaled so that for normal noise it is the standard deviation. 0 for none. */
export function spread(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const middle = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}
