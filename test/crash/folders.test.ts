// What crash tests leave in memory: nothing, whether their process ends or is killed.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startChild } from '../support/child.ts';
import { makeMemoryFolder, sweep } from '../support/memory-folder.ts';

const child = async () => {
  const started = await startChild('test/crash/folder-child.ts', []);
  return { ...started, folder: await started.line() };
};

test('a process that ends takes its folders with it', async () => {
  const { folder, say, ended } = await child();
  expect(existsSync(folder)).toBe(true);
  say('');
  expect((await ended).code).toBe(0);
  expect(existsSync(folder)).toBe(false);
});

test('those of one that was killed are removed by whoever comes later; those of the living stay', async () => {
  const [dead, alive, own] = [await child(), await child(), makeMemoryFolder('crash')];
  onTestFinished(() => {
    alive.say('');
    return alive.ended.then(() => {});
  });
  dead.kill('SIGKILL');
  await dead.ended;
  expect(existsSync(dead.folder)).toBe(true);
  // Just written: perhaps a process that cannot be seen from here has it.
  sweep(dirname(dead.folder), Date.now());
  expect(existsSync(dead.folder)).toBe(true);
  sweep(dirname(dead.folder), Date.now() + 11 * 60_000);
  expect([dead.folder, alive.folder, own].map((folder) => existsSync(folder))).toEqual([false, true, true]);
});
