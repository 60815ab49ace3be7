// A real terminal for a program of ours, made by `script` of util-linux.
import { execFileSync, spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';

export interface PseudoTerminal {
  keys(bytes: string): void;
  /** Resolves once the text was written after what was waited for before. Rejects when the program ends first. */
  shows(text: string): Promise<void>;
  /** All that was written, without colours and movements. */
  written(): string;
  exited: Promise<number | null>;
}

export function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8', stdio: 'pipe' }).includes('util-linux');
  } catch {
    return false;
  }
}

/** 80 columns and 24 rows; gone when the test ends. */
export function openTerminal(
  words: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): PseudoTerminal {
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols 80 rows 24; exec ${command}`, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: options.cwd,
    env: { PATH: process.env.PATH ?? '', TERM: 'xterm-256color', SHELL: '/bin/sh', ...options.env },
  });
  let raw = '';
  let from = 0;
  let look = () => {};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    raw += text;
    look();
  });
  const exited = new Promise<number | null>((ended) => child.once('close', ended));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  const written = () => stripVTControlCharacters(raw).replaceAll('\r', '');
  return {
    exited,
    written,
    keys: (bytes) => child.stdin.write(bytes),
    shows: (text) =>
      new Promise((seen, missed) => {
        look = () => {
          const at = written().indexOf(text, from);
          if (at < 0) return;
          from = at + text.length;
          look = () => {};
          seen();
        };
        void exited.then(() => missed(new Error(`ended before it showed "${text}":\n${written()}`)));
        look();
      }),
  };
}
