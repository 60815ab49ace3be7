// The same on a real pseudo-terminal, made by util-linux `script`; where that is missing, the emulated one must do.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TerminalScreen } from '../../support/terminal-screen.ts';

const ESC = '\u001b';
let folder = '';
let driver = '';
const children: ChildProcess[] = [];

describe.skipIf(!hasScript())('on a real pseudo-terminal', () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'openclaw-pty-'));
    driver = path.join(folder, 'driver.mjs');
    const entry = fileURLToPath(new URL('./pty-driver.ts', import.meta.url));
    await build({ entryPoints: [entry], outfile: driver, bundle: true, platform: 'node', format: 'esm' });
  });

  afterAll(() => {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('typing, a message in between, a paste and leaving work as on the emulated one', async () => {
    const { screen, keys, until, exited } = open(40, 12);
    await until(() => screen.text().endsWith('#ops ›'));
    expect(screen.bracketedPaste).toBe(true);

    keys('a remark that is longer than one row 数据 end');
    await until(() => screen.cursorRow().endsWith('end▮'));
    keys(`${ESC}[D${ESC}[D\t`);
    await until(() => screen.text().includes('in two lines') && screen.cursorRow().includes('e▮nd'));
    expect(screen.text()).toContain('03:15 │ arrived 🔴\n      │ in two lines\n#ops › a remark that');

    keys('X\r');
    await until(() => /\nheard: a remark that[\s\S]*row 数据 eXnd\n/u.test(screen.text()));

    keys(`${ESC}[200~one\ntwo\n${ESC}[201~`);
    await until(() => screen.text().includes('heard: two'));
    expect(screen.text()).toContain('#ops › one\nheard: one\n#ops › two\nheard: two');

    keys('\u0003');
    await until(() => screen.text().includes('Ctrl-C once more leaves.'));
    keys('\u0003');
    expect(await exited).toBe(0);
    expect(screen.bracketedPaste).toBe(false);
    expect(screen.text()).toMatch(/\nleft$/u);
  });
});

function open(columns: number, rows: number) {
  const screen = new TerminalScreen(columns, rows);
  const command = `stty cols ${columns} rows ${rows}; exec '${process.execPath}' '${driver}'`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm-256color', SHELL: '/bin/sh' },
  });
  children.push(child);
  child.stdout.setEncoding('utf8').on('data', (text: string) => screen.write(text));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    screen,
    exited,
    keys: (bytes: string) => child.stdin.write(bytes),
    /** Looks again after each write to the screen. */
    until: (seen: () => boolean) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          if (!seen()) return;
          child.stdout.off('data', look);
          resolve();
        };
        child.stdout.on('data', look);
        child.once('exit', () => reject(new Error(`ended early:\n${screen.text()}`)));
        look();
      }),
  };
}

function hasScript(): boolean {
  try {
    return execFileSync('script', ['--version'], { encoding: 'utf8', stdio: 'pipe' }).includes('util-linux');
  } catch {
    return false;
  }
}
