// One line an event: JSON for machines, a short form for the person who watches it run.

import { redactJson } from '../domain/redact.ts';
import { isoTime } from '../domain/time.ts';
import type { LogEntry } from '../engine/engine.ts';

export function createLog(write: (line: string) => void, now: () => number): (entry: LogEntry) => void {
  return (entry) => write(`${JSON.stringify(redactJson({ at: isoTime(now()), ...entry }))}\n`);
}
