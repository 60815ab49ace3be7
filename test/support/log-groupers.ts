// The two ways lines are grouped, as the benches and tests measure them: the number of a group for each line.
import { settledGroups } from '../../src/diagnosis/logs/settled-groups.ts';
import { streamedGroups } from '../../src/diagnosis/logs/streamed-groups.ts';

/** Groups settled when all is read. */
export function settled(lines: readonly string[]): number[] {
  const groups = settledGroups<number[]>({
    merge(into, other) {
      for (const each of other) into.push(each);
      return into;
    },
    copy: (indexes) => [...indexes],
  });
  for (const [index, line] of lines.entries()) groups.add(line, [index]);
  const { groups: found, other } = groups.settle();
  const numbers = new Array<number>(lines.length).fill(-1);
  for (const [number, { tally }] of [...found, ...(other ? [other] : [])].entries()) {
    for (const index of tally) numbers[index] = number;
  }
  return numbers;
}

/** Each line's group, as it was said when the line arrived. */
export function streaming(lines: readonly string[]): number[] {
  const groups = streamedGroups();
  return lines.map((line) => groups.add(line));
}
