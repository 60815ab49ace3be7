// A real Redis, or Valkey, where one is installed.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';

/** Its program; undefined: none is installed. */
export const redisProgram = ['redis-server', 'valkey-server'].find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

/** A server that ends with the test; gives its port. */
export async function startRealRedis(...options: string[]): Promise<number> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-redis-'));
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...options];
  const server = spawn(redisProgram ?? '', words, { stdio: 'ignore' });
  const ended = new Promise((resolve) => server.on('exit', resolve));
  onTestFinished(async () => {
    server.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  return port;
}
