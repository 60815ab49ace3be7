// How well lines were grouped, against groups a person named.

export interface GroupingScore {
  /** Grouping accuracy, 0 to 1: the share of lines whose group has exactly the lines of their true group. */
  accuracy: number;
  /** F1 over groups, 0 to 1: of exact groups among those found (precision) and among the true ones (recall). */
  f1: number;
  /** Groups found, and true ones. */
  found: number;
  truth: number;
}

/**
 * GA and FGA as Loghub-2.0 defines them (Jiang et al., "A Large-Scale Evaluation for Log Parsing Techniques", ISSTA 2024;
 * `evaluation/utils/GA_calculator.py` of logpai/loghub-2.0; GA goes back to Zhu et al., "Tools and Benchmarks for Automated
 * Log Parsing", ICSE-SEIP 2019). A group found is exact when its set of lines is the set of lines of one true group.
 * `found` and `truth` name the group of each line, in the same order.
 */
export function groupingScore(
  found: readonly (string | number)[],
  truth: readonly (string | number)[],
): GroupingScore {
  const foundSizes = sizes(found);
  const truthSizes = sizes(truth);
  const pairs = new Map<string, { size: number; found: string | number; truth: string | number }>();
  for (const [index, name] of truth.entries()) {
    const group = found[index] ?? '';
    const pair = pairs.get(`${group}\n${name}`);
    if (pair) pair.size += 1;
    else pairs.set(`${group}\n${name}`, { size: 1, found: group, truth: name });
  }
  const exact = [...pairs.values()].filter(
    (pair) => foundSizes.get(pair.found) === pair.size && truthSizes.get(pair.truth) === pair.size,
  );
  const lines = exact.reduce((sum, { size }) => sum + size, 0);
  return {
    accuracy: truth.length === 0 ? 1 : lines / truth.length,
    f1: truth.length === 0 ? 1 : (2 * exact.length) / (foundSizes.size + truthSizes.size),
    found: foundSizes.size,
    truth: truthSizes.size,
  };
}

function sizes(names: readonly (string | number)[]): Map<string | number, number> {
  const counts = new Map<string | number, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
