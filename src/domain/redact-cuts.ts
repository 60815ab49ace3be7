// Stretches of a text that something else stands for: found by one step, applied or carried to the next.

/** `text.slice(start, end)` becomes `put`. Lists of them are in order and do not overlap. */
export interface Cut {
  start: number;
  end: number;
  put: string;
}

/** Looks at a text and says what must go. */
export type Step = (text: string) => Cut[];

export function applyCuts(text: string, cuts: readonly Cut[]): string {
  if (cuts.length === 0) return text;
  let out = '';
  let done = 0;
  for (const { start, end, put } of cuts) {
    out += text.slice(done, start) + put;
    done = end;
  }
  return out + text.slice(done);
}

/** Each step sees what the steps before it left. */
export function runSteps(text: string, steps: readonly Step[]): string {
  return steps.reduce((left, step) => applyCuts(left, step(left)), text);
}

/** As `runSteps`, but says where in the first text each cut is. */
export function traceSteps(text: string, steps: readonly Step[]): Cut[] {
  let left = text;
  let cuts: Cut[] = [];
  for (const step of steps) {
    const more = step(left);
    if (more.length === 0) continue;
    left = applyCuts(left, more);
    cuts = composeCuts(cuts, more);
  }
  return cuts;
}

/**
 * `then` was found in what `first` left; both as one list in the text before either. A cut of `then` that touches
 * what a cut of `first` put takes all of that cut with it.
 */
export function composeCuts(first: readonly Cut[], then: readonly Cut[]): Cut[] {
  const out: Cut[] = [];
  let next = 0;
  // How far the text after the cuts passed so far has moved to the left.
  let shift = 0;
  const pass = () => {
    const cut = first[next] as Cut;
    shift += cut.end - cut.start - cut.put.length;
    next += 1;
    return cut;
  };
  for (const { start, end, put } of then) {
    while (next < first.length && putEnd(first[next] as Cut, shift) <= start) out.push(pass());
    let from = start + shift;
    let touched: Cut | null = null;
    while (next < first.length && (first[next] as Cut).start - shift < end) {
      const cut = pass();
      if (touched === null) from = Math.min(from, cut.start);
      touched = cut;
    }
    out.push({ start: from, end: Math.max(end + shift, touched?.end ?? 0), put });
  }
  while (next < first.length) out.push(pass());
  return out;
}

function putEnd(cut: Cut, shift: number): number {
  return cut.start - shift + cut.put.length;
}

/** What either list takes; where they overlap, one cut with the mark of the longer. */
export function uniteCuts(one: readonly Cut[], other: readonly Cut[]): Cut[] {
  const all = [...one, ...other].sort((a, b) => a.start - b.start || b.end - a.end);
  const out: Cut[] = [];
  for (const cut of all) {
    const last = out.at(-1);
    if (last === undefined || cut.start >= last.end) {
      out.push({ ...cut });
      continue;
    }
    if (cut.end - cut.start > last.end - last.start) last.put = cut.put;
    last.end = Math.max(last.end, cut.end);
  }
  return out;
}

/** One cut per match of `find`. `from` says where in the match the secret begins; null when it is none. */
export function cutsOf(
  text: string,
  find: RegExp,
  put: string,
  from: (match: RegExpExecArray) => number | null = () => 0,
): Cut[] {
  const cuts: Cut[] = [];
  find.lastIndex = 0;
  for (let match = find.exec(text); match !== null; match = find.exec(text)) {
    const skipped = from(match);
    if (skipped !== null)
      cuts.push({ start: match.index + skipped, end: match.index + match[0].length, put });
  }
  return cuts;
}
