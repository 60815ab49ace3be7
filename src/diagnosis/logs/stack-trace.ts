// Folds the lines of a stack trace into one event, as they arrive: Java, Node, Python and Go.
import type { LogLine } from '../../domain/capability.ts';

export interface LogEvent {
  /** What went wrong: of a Python traceback its last line, otherwise the first. */
  line: LogLine;
  /** How many were read for it. */
  lines: number;
}

export interface TraceFolder {
  add(line: LogLine): void;
  /** No more lines: what is open is given out. */
  end(): void;
}

/** Events that wait for their end, or for one before them: the first is then given out as it is. */
const MAX_WAITING = 1_000;
/** More is no trace. */
const MAX_LINES = 1_000;

interface Open extends LogEvent {
  kind: 'plain' | 'python' | 'python-told' | 'python-chained' | 'go' | 'ended';
}

/** `emit` gets the events in the order of their first lines, each once its end is known. Instances may mix. */
export function traceFolder(emit: (event: LogEvent) => void): TraceFolder {
  /** The last event of each instance that waits. */
  const last = new Map<string, Open>();
  let waiting: Open[] = [];

  function giveOut(most: number): void {
    let given = 0;
    for (const { kind, line, lines } of waiting) {
      if (kind !== 'ended' && waiting.length - given <= most) break;
      emit({ line, lines });
      given += 1;
    }
    for (const event of waiting.slice(0, given)) {
      if (last.get(event.line.instance) === event) last.delete(event.line.instance);
    }
    waiting = waiting.slice(given);
  }

  return {
    add(line) {
      const before = last.get(line.instance);
      const text = bare(line.text);
      if (before && before.lines < MAX_LINES && continues(before, text)) {
        Object.assign(before, extended(before, line, text));
        return;
      }
      if (before) before.kind = 'ended';
      const event: Open = { line, lines: 1, kind: kindOf(text) };
      last.set(line.instance, event);
      waiting.push(event);
      if (before === waiting[0] || waiting.length > MAX_WAITING) giveOut(MAX_WAITING / 2);
    },
    end: () => giveOut(0),
  };
}

/** Whether a line goes on with what stands above it, of the same instance; gets the lines in their order. */
export function traceReader(): (line: LogLine) => boolean {
  const last = new Map<string, Open>();
  return (line) => {
    const before = last.get(line.instance);
    const text = bare(line.text);
    if (before && before.lines < MAX_LINES && continues(before, text)) {
      Object.assign(before, extended(before, line, text));
      return true;
    }
    last.set(line.instance, { line, lines: 1, kind: kindOf(text) });
    return false;
  };
}

const TIME = /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?[.,\d]*(?:Z|[+-]\d\d:?\d\d)?\]? ?/;

/** Its indent stays: it says what belongs together. */
function bare(text: string): string {
  return text.slice(0, 400).replace(TIME, '');
}

const TRACEBACK = 'Traceback (most recent call last):';

function kindOf(text: string): Open['kind'] {
  if (text.includes(TRACEBACK)) return 'python';
  return /^(?:panic: |fatal error: |goroutine \d+ \[)/.test(text) ? 'go' : 'plain';
}

/** Causes, what Java left out, and frames of Python. */
const CAUSE = /^\s*(?:Caused by|Suppressed): |^\s+\.\.\. \d+ (?:more|common frames)|^\s+File "[^"]/;
const CHAINED = /^(?:During handling of the above exception|The above exception was the direct cause)/;
const GO_LINE =
  /^(?:goroutine \d+ \[|created by |\[signal |exit status \d|\t|\[recovered\]|main\.|runtime\.)/;

/** Of Java and Node; without an indent, a sentence may begin with "at" too. */
function isFrame(text: string): boolean {
  const frame = text.trimStart();
  if (!frame.startsWith('at ')) return false;
  return frame !== text || /^at (?:async |new )?(?:[\w$/@-]+\.[\w$.<>/@-]*\(.*\)|.*:\d+:\d+\)?)$/.test(frame);
}

/** `main.(*Server).Serve(0xc0000b2000)` */
function isGoFrame(text: string): boolean {
  return GO_LINE.test(text) || (/^[\w./-]+[.(]/.test(text) && text.trimEnd().endsWith(')'));
}

function continues({ kind }: Open, text: string): boolean {
  if (isFrame(text) || CAUSE.test(text)) return true;
  switch (kind) {
    case 'python':
      return true;
    case 'python-told':
      return text.trim() === '' || CHAINED.test(text);
    case 'python-chained':
      return text.trim() === '' || text.startsWith(TRACEBACK);
    case 'go':
      return text.trim() === '' || isGoFrame(text);
    case 'plain':
    case 'ended':
      return false;
  }
}

function extended(event: Open, line: LogLine, text: string): Partial<Open> {
  const lines = event.lines + 1;
  if (text.startsWith(TRACEBACK) || /^\s+File "/.test(text)) return { lines, kind: 'python' };
  if (event.kind === 'python-told' && CHAINED.test(text)) return { lines, kind: 'python-chained' };
  // The first line of a traceback that is not indented says what was raised.
  if (event.kind === 'python' && text.trim() !== '' && !/^\s/.test(text)) {
    const level = line.level === 'unknown' ? event.line.level : line.level;
    return { lines, kind: 'python-told', line: { ...line, at: event.line.at ?? line.at, level } };
  }
  return { lines };
}
