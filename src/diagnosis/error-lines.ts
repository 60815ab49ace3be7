// Which lines are of errors: those that say so, and of a stack trace all of them.
import type { LogLine } from '../domain/capability.ts';
import { readLine } from './log-groups.ts';
import { traceReader } from './logs/stack-trace.ts';

/**
 * In lower case: a line that says by its words that it is an error contains one of these, in whatever case. For a source
 * that can search for texts; what it finds is looked at once more. Levels that are numbers and states of HTTP are not words.
 */
export const ERROR_TEXTS: readonly string[] = [
  'err',
  'exception',
  'fatal',
  'panic',
  'crit',
  'severe',
  'emerg',
  'alert',
  'traceback',
  'uncaught',
  'unhandled',
  'segfault',
  'out of memory',
];

/** Gets the lines in their order; instances may mix. */
export function errorLines(): (line: LogLine) => boolean {
  const kept = new Map<string, boolean>();
  const continues = traceReader();
  return (line) => {
    if (continues(line)) return kept.get(line.instance) ?? false;
    const isError = (line.level === 'unknown' ? readLine(line).level : line.level) === 'error';
    kept.set(line.instance, isError);
    return isError;
  };
}
