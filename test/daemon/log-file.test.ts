import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createLogFile } from '../../src/daemon/log-file.ts';
import { temporaryFolder } from '../store/temporary.ts';

describe('the log of a daemon with chat', () => {
  test('is a private file that goes on where it was', () => {
    const file = join(temporaryFolder(), 'openclaw.log');
    createLogFile(file)('{"event":"one"}\n');
    createLogFile(file)('{"event":"two"}\n');
    expect(readFileSync(file, 'utf8')).toBe('{"event":"one"}\n{"event":"two"}\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('is bounded: one file before it is kept, and no line is cut or lost at the turn', () => {
    const file = join(temporaryFolder(), 'openclaw.log');
    const write = createLogFile(file, 100);
    for (let n = 10; n < 40; n++) write(`line ${n}\n`);
    const [before, now] = [readFileSync(`${file}.1`, 'utf8'), readFileSync(file, 'utf8')];
    expect(before.length).toBeLessThanOrEqual(100);
    expect(now.length).toBeLessThanOrEqual(100);
    const lines = `${before}${now}`.trim().split('\n');
    expect(lines).toEqual(
      Array.from({ length: lines.length }, (_, index) => `line ${40 - lines.length + index}`),
    );
    expect(statSync(`${file}.1`).mode & 0o777).toBe(0o600);
  });

  test('stops nothing where it cannot be written, and goes on once it can', () => {
    const file = join(temporaryFolder(), 'openclaw.log');
    mkdirSync(file);
    const write = createLogFile(file);
    write('lost\n');
    rmSync(file, { recursive: true });
    write('written\n');
    expect(readFileSync(file, 'utf8')).toBe('written\n');
  });
});
