/**
 * The score of the Numenta Anomaly Benchmark, standard profile, as its `nab/sweeper.py` computes it (Lavin and Ahmad,
 * "Evaluating real-time anomaly detection algorithms", 2015).
 *
 * The first 15% of a series, at most 750 points, are for learning: what is said there does not count. Within a labelled window
 * only the best alarm counts, and an earlier one is better: sigmoid(position) / sigmoid(-1), where sigmoid(x) = 2 / (1 + e^(5x)) - 1
 * and the position goes from -1 at the window's first point to nearly 0 at its last. A window without an alarm costs 1.
 * An alarm outside costs 0.11, and less shortly after a window: 0.11 * sigmoid(points since its end / (its points - 1)), all of
 * it from three widths on and before the first window. True negatives (weight 1.0 in the profile) add nothing here, as in the original.
 * The sum over all series is scaled so that an alarm at the first point of each window and none besides is 100, and no alarm
 * at all is 0: 100 * (sum + windows) / (2 * windows).
 */
export interface LabelledSeries {
  name: string;
  points: { at: number; value: number }[];
  /** First and last instant of each, both within it; in time order, apart from each other. */
  windows: [from: number, to: number][];
}

export interface Score {
  sum: number;
  /** Those that can be found: not all of it lies in the time for learning. */
  windows: number;
  found: number;
  falseAlarms: number;
}

const FALSE_ALARM = 0.11;
const FAR_BEHIND = 3;

export function score(series: Pick<LabelledSeries, 'points' | 'windows'>, alarms: readonly boolean[]): Score {
  const { points } = series;
  const learning = probation(points.length);
  const windows = series.windows
    .map(([from, to]) => ({
      first: points.findIndex(({ at }) => at >= from),
      last: points.findLastIndex(({ at }) => at <= to),
    }))
    .filter(({ first, last }) => first >= 0 && last >= Math.max(first, learning));
  const best = windows.map(() => -1);
  let sum = 0;
  let falseAlarms = 0;
  for (let index = learning; index < points.length; index += 1) {
    if (!alarms[index]) continue;
    const within = windows.findIndex(({ first, last }) => index >= first && index <= last);
    const window = windows[within];
    if (window) {
      const width = window.last - window.first + 1;
      const gain = sigmoid(-(window.last - index + 1) / width) / sigmoid(-1);
      best[within] = Math.max(best[within] ?? -1, gain);
    } else {
      falseAlarms += 1;
      const before = windows.findLast(({ last }) => last < index);
      sum +=
        FALSE_ALARM * sigmoid(before ? (index - before.last) / (before.last - before.first) : FAR_BEHIND);
    }
  }
  return {
    sum: sum + best.reduce((all, each) => all + each, 0),
    windows: windows.length,
    found: best.filter((gain) => gain > -1).length,
    falseAlarms,
  };
}

/** From 0, as good as silence, to 100; below 0 for worse. NaN: there was no window. */
export function scaled(scores: readonly Score[]): number {
  const sum = scores.reduce((all, each) => all + each.sum, 0);
  const windows = scores.reduce((all, each) => all + each.windows, 0);
  return (100 * (sum + windows)) / (2 * windows);
}

/** Points that are for learning. */
export function probation(length: number): number {
  return Math.min(Math.floor(length * 0.15), 750);
}

function sigmoid(position: number): number {
  return position >= FAR_BEHIND ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}
