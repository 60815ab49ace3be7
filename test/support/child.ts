// A process of our own that runs a bundled TypeScript file, talks in lines, and is gone when the test ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { bundle } from './bundle.ts';

export interface Child {
  /** The next line of standard output. Rejects when it ended before. */
  line(): Promise<string>;
  say(line: string): void;
  /** Resolves when it has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
  kill(signal: NodeJS.Signals): void;
}

export async function startChild(entry: string, args: readonly string[]): Promise<Child> {
  const process_ = spawn(process.execPath, [await bundle(entry), ...args], { stdio: 'pipe' });
  const ended = untilEnded(process_);
  onTestFinished(async () => {
    process_.kill('SIGKILL');
    await ended;
  });
  const lines = createInterface({ input: process_.stdout })[Symbol.asyncIterator]();
  process_.stdin.on('error', () => {});
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the child ended: ${JSON.stringify(await ended)}`);
      return value;
    },
    say: (line) => process_.stdin.write(`${line}\n`),
    ended,
    kill: (signal) => process_.kill(signal),
  };
}

function untilEnded(child: ChildProcess): Child['ended'] {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
}
