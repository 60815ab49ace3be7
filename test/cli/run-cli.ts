// Runs the command line in this process with buffers in place of streams.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../src/cli/io.ts';
import { noTerminal } from '../../src/cli/io.ts';
import { main } from '../../src/cli/main.ts';

export interface CliRun {
  code: number;
  stdout: string;
  stderr: string;
  /** Standard output as the one JSON document it must be. */
  json(): unknown;
}

export interface CliOptions {
  stateDir: string;
  /** A person at a terminal, who answers prompts with these in turn. */
  answers?: (string | boolean)[];
  stdin?: string;
  env?: Record<string, string>;
  now?: number | (() => number);
  /** Called with each piece, once it is there. */
  onStderr?(text: string): void;
  width?: number;
  cwd?: string;
}

export async function runCli(args: readonly string[], options: CliOptions): Promise<CliRun> {
  let stdout = '';
  let stderr = '';
  const answers = [...(options.answers ?? [])];
  const isTty = options.answers !== undefined;
  const answer = async (question: string) => {
    if (!isTty) throw noTerminal();
    stderr += `? ${question}\n`;
    const next = answers.shift();
    if (next === undefined) throw new Error(`nobody answers: ${question}`);
    return next;
  };
  const io: Io = {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
      options.onStderr?.(text);
    },
    isTty,
    attended: isTty,
    colour: false,
    json: false,
    width: options.width ?? 80,
    env: { HOME: options.stateDir, OPENCLAW_STATE_DIR: options.stateDir, ...options.env },
    cwd: options.cwd ?? options.stateDir,
    stdin: async () => options.stdin ?? '',
    now: clockOf(options.now),
    confirm: async (question) => (await answer(question)) === true,
    input: async (question, { validate } = {}) => {
      const text = String(await answer(question));
      const verdict = validate?.(text) ?? true;
      if (verdict !== true) throw new Error(`${question}: ${verdict}`);
      return text;
    },
    select: async (question) => String(await answer(question)),
  };
  const code = await main(args, io);
  return { code, stdout, stderr, json: () => JSON.parse(stdout) as unknown };
}

/** A state folder of its own; `remove` takes it away again. */
export function temporaryStateDir(): { stateDir: string; remove(): void } {
  const stateDir = mkdtempSync(join(tmpdir(), 'openclaw-cli-'));
  return { stateDir, remove: () => rmSync(stateDir, { recursive: true, force: true }) };
}

function clockOf(now: number | (() => number) | undefined): () => number {
  if (typeof now === 'function') return now;
  return now === undefined ? Date.now : () => now;
}
