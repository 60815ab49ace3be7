// What an error of a source has to keep to, and how the suite gets at it.
import { inspect as shown } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { ToolError } from '../../../src/domain/errors.ts';
import type { SourceAdapter } from '../../../src/domain/tool.ts';

/** An ended call comes back within this; programs that were started have two seconds to end. */
export const PROMPT_MS = 5_000;

/** The error of work that has to fail. */
export async function failure(work: Promise<unknown>): Promise<ToolError> {
  const error = await work.then(
    (value) => new Error(`no error, but ${shown(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ToolError)) throw error;
  return error;
}

/** One line that a person can read, and a terminal can show. */
export function says({ message }: ToolError): void {
  expect(message).toMatch(/^[^\p{Cc}\u200b\u202a-\u202e\u2066-\u2069]{10,1000}$/u);
}

/** Neither in its words nor anywhere within it. */
export function keepsSecrets({ secrets }: { secrets: readonly string[] }, error: unknown): void {
  const all = `${shown(error, { depth: 12, showHidden: true })} ${error instanceof Error ? error.stack : ''}`;
  for (const secret of secrets) expect(all).not.toContain(secret);
}

export function toolOf<T>({ source }: { source: SourceAdapter }, capability: string): T {
  const tool = source.tools.find((each) => each.capability === capability);
  if (tool === undefined) throw new Error(`${source.name} has no ${capability}`);
  return tool as unknown as T;
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

/** Ends as a caller's patience does, and no sooner than the other side keeps the source waiting. */
export function patience({ keepsWaiting }: { keepsWaiting(): boolean }): AbortSignal {
  const end = new AbortController();
  const look = setInterval(() => {
    if (!keepsWaiting()) return;
    clearInterval(look);
    end.abort(new DOMException('patience ended', 'TimeoutError'));
  }, 2);
  onTestFinished(() => clearInterval(look));
  return end.signal;
}
