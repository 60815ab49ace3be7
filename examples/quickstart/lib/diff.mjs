// A line diff of two small texts by their longest common subsequence, in unified format.

const context = 2;

/** @returns {{ additions: number, deletions: number, patch: string }} the patch without file headers */
export function diffLines(before, after) {
  const steps = align(split(before), split(after));
  const patch = [];
  let oldLine = 1;
  let newLine = 1;
  let hunk = null;
  for (const [index, { mark, text }] of steps.entries()) {
    const near = steps
      .slice(Math.max(0, index - context), index + context + 1)
      .some((step) => step.mark !== ' ');
    if (near && hunk === null) {
      hunk = { at: patch.length, oldLine, newLine, oldCount: 0, newCount: 0 };
      patch.push('');
    }
    if (near) {
      patch.push(`${mark}${text}`);
      if (mark !== '+') hunk.oldCount += 1;
      if (mark !== '-') hunk.newCount += 1;
      patch[hunk.at] = `@@ -${hunk.oldLine},${hunk.oldCount} +${hunk.newLine},${hunk.newCount} @@`;
    } else {
      hunk = null;
    }
    if (mark !== '+') oldLine += 1;
    if (mark !== '-') newLine += 1;
  }
  const count = (wanted) => steps.filter((step) => step.mark === wanted).length;
  return { additions: count('+'), deletions: count('-'), patch: patch.join('\n') };
}

function split(text) {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function align(before, after) {
  // common[i][j]: length of the longest common subsequence of before from i and after from j
  const common = Array.from({ length: before.length + 1 }, () => new Array(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const same = before[i] === after[j];
      common[i][j] = same ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const steps = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      steps.push({ mark: ' ', text: before[i] });
      i += 1;
      j += 1;
    } else if (j >= after.length || (i < before.length && common[i + 1][j] >= common[i][j + 1])) {
      steps.push({ mark: '-', text: before[i] });
      i += 1;
    } else {
      steps.push({ mark: '+', text: after[j] });
      j += 1;
    }
  }
  return steps;
}
