import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hostSource, KEY, tempFolder } from './support.ts';

const DAY = 86_400_000;
const exec = promisify(execFile);

/** The change time of a file cannot be set back, so the clock goes forward: all that is made now is 30 days old. */
const later = { now: () => Date.now() + 30 * DAY };
const args = { path: '/tmp', olderThanMs: 7 * DAY } as const;
const facts = { host: 'x', path: '/tmp' };

async function remover() {
  const root = await tempFolder();
  const source = hostSource([], { roots: { '/tmp': root, '/var/tmp': join(root, 'none') }, clock: later });
  return {
    root,
    ...source,
    inspect: () => source.inspect('disk.remove-old-files', args),
    remove: () => source.run('disk.remove-old-files', args, facts),
  };
}

const exists = (path: string | Buffer) =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Read or changed lately, as far as the clock of these tests goes. */
async function young(path: string, which: 'read' | 'changed'): Promise<void> {
  const lately = (later.now() - DAY) / 1000;
  await utimes(path, which === 'read' ? lately : 1, which === 'changed' ? lately : 1);
}

const bytesOf = async (path: string) => (await lstat(path)).blocks * 512;

test('old files go, young ones stay, and the bytes are exact', async () => {
  const { root, inspect, remove } = await remover();
  await mkdir(join(root, 'inner/deep'), { recursive: true });
  await mkdir(join(root, 'empty'));
  await writeFile(join(root, 'old'), 'x'.repeat(10_000));
  await writeFile(join(root, 'inner/deep/old'), 'x'.repeat(100));
  await writeFile(join(root, 'read'), 'x');
  await writeFile(join(root, 'changed'), 'x');
  await young(join(root, 'read'), 'read');
  await young(join(root, 'changed'), 'changed');
  await writeFile(join(root, 'sparse'), '');
  await truncate(join(root, 'sparse'), 1e9);
  const bytes =
    (await bytesOf(join(root, 'old'))) +
    (await bytesOf(join(root, 'inner/deep/old'))) +
    (await bytesOf(join(root, 'sparse')));

  const before = await inspect();
  expect(before.absent).toBeUndefined();
  expect(before.facts).toMatchObject({ path: '/tmp' });
  expect(before.preview[0]).toMatchObject({ how: 'measured', bytes });
  expect(before.preview[0]?.text).toMatch(/^3 files and 1 empty folder in \/tmp older than 7 days: /);
  expect(await exists(join(root, 'old'))).toBe(true);

  expect(await remove()).toMatchObject({
    freedBytes: bytes,
    summary: expect.stringMatching(/^removed 3 files/),
  });
  expect((await readdir(root)).sort()).toEqual(['changed', 'inner', 'read']);
  // It was not empty when it was reached: it stays until it is old and empty itself.
  expect(await readdir(join(root, 'inner/deep'))).toEqual([]);
});

test('with nothing old there is nothing to do', async () => {
  const { root, inspect } = await remover();
  await writeFile(join(root, 'young'), '');
  await young(join(root, 'young'), 'changed');
  expect((await inspect()).absent).toBe('nothing in /tmp is older than 7 days');
});

describe('a root that is not what it should be is left alone', () => {
  test('missing', async () => {
    const { inspect } = hostSource([], {
      roots: { '/tmp': '/nowhere/at/all', '/var/tmp': '/nowhere' },
      clock: later,
    });
    expect((await inspect('disk.remove-old-files', args)).absent).toBe('there is no /tmp');
  });
  test('a link', async () => {
    const outside = await tempFolder();
    const folder = await tempFolder();
    await writeFile(join(outside, 'old'), 'x');
    await symlink(outside, join(folder, 'tmp'));
    const roots = { '/tmp': join(folder, 'tmp'), '/var/tmp': join(folder, 'tmp') };
    const { inspect, run } = hostSource([], { roots, clock: later });
    expect((await inspect('disk.remove-old-files', args)).absent).toContain('symbolic link');
    await expect(run('disk.remove-old-files', args, facts)).rejects.toMatchObject({ outcome: 'failed' });
    expect(await exists(join(outside, 'old'))).toBe(true);
  });
});

test('links, sockets and pipes stay, and nothing behind a link is touched', async () => {
  const { root, inspect, remove } = await remover();
  const outside = await tempFolder();
  await writeFile(join(outside, 'precious'), 'x');
  await symlink(outside, join(root, 'folder-link'));
  await symlink(join(outside, 'precious'), join(root, 'file-link'));
  await symlink('.', join(root, 'loop'));
  await exec('mkfifo', [join(root, 'pipe')]);
  const server = createServer();
  server.listen(join(root, 'socket'));
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  await writeFile(join(root, 'old'), '');
  expect((await inspect()).preview.map(({ text }) => text).join('\n')).toContain(
    '5 links, sockets or devices',
  );
  await remove();
  expect((await readdir(root)).sort()).toEqual(['file-link', 'folder-link', 'loop', 'pipe', 'socket']);
  expect(await exists(join(outside, 'precious'))).toBe(true);
});

test('files that are open or mapped stay', async () => {
  const { root, inspect, remove } = await remover();
  await writeFile(join(root, 'open'), 'x');
  await writeFile(join(root, 'closed'), 'x');
  const handle = await open(join(root, 'open'));
  onTestFinished(() => handle.close());
  // A running program has its file mapped, with no descriptor open.
  await exec('cp', ['/bin/sleep', join(root, 'mapped')]);
  const running = spawn(join(root, 'mapped'), ['600']);
  onTestFinished(() => void running.kill('SIGKILL'));
  await once(running, 'spawn');
  expect((await inspect()).preview.map(({ text }) => text)).toContain('left alone: 2 open');
  await remove();
  expect((await readdir(root)).sort()).toEqual(['mapped', 'open']);
});

test('bytes of a file with several names count when its last name goes', async () => {
  const { root, inspect, remove } = await remover();
  const outside = join(root, '..', `${root.split('/').at(-1)}-other`);
  onTestFinished(() => rm(outside, { force: true }));
  await writeFile(join(root, 'a'), 'x'.repeat(50_000));
  await link(join(root, 'a'), join(root, 'b'));
  const twice = await bytesOf(join(root, 'a'));
  expect((await inspect()).preview[0]).toMatchObject({ bytes: twice });
  await writeFile(join(root, 'c'), 'x'.repeat(50_000));
  await link(join(root, 'c'), outside);
  expect((await inspect()).preview[0]).toMatchObject({ bytes: twice });
  expect(await remove()).toMatchObject({ freedBytes: twice });
  expect((await readFile(outside, 'utf8')).length).toBe(50_000);
});

test('any name a file can have is removed, and only that file', async () => {
  const { root, remove } = await remover();
  await writeFile(join(root, '--'), '');
  await writeFile(join(root, '-rf *'), '');
  await writeFile(join(root, 'new\nline'), '');
  await writeFile(join(root, '...'), '');
  await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0xfe, 0x80])]), '');
  await writeFile(join(root, 'x'.repeat(255)), '');
  expect(await remove()).toMatchObject({ summary: expect.stringContaining('removed 6 files') });
  expect(await readdir(root)).toEqual([]);
});

test('what belongs to running systems stays however old it is', async () => {
  const { root, remove } = await remover();
  const names = [
    '.X11-unix',
    '.ICE-unix',
    'systemd-private-abc-nginx.service-x',
    'snap.firefox',
    'lost+found',
  ];
  for (const name of names) {
    await mkdir(join(root, name));
    await writeFile(join(root, name, 'file'), '');
  }
  await writeFile(join(root, '.X0-lock'), '');
  await mkdir(join(root, 'mine/.X11-unix'), { recursive: true });
  await writeFile(join(root, 'mine/.X11-unix/file'), '');
  expect(await remove()).toMatchObject({ summary: expect.stringContaining('removed 1 file ') });
  expect((await readdir(root)).sort()).toEqual([...names, '.X0-lock', 'mine'].sort());
});

test('deep trees end', async () => {
  const { root, remove, inspect } = await remover();
  const deep = join(root, ...Array.from({ length: 80 }, () => 'd'));
  await mkdir(deep, { recursive: true });
  await writeFile(join(deep, 'file'), '');
  await writeFile(join(root, 'old'), '');
  expect((await inspect()).preview.map(({ text }) => text)).toContain('left alone: 1 too deep');
  await remove();
  expect(await exists(join(deep, 'file'))).toBe(true);
});

test('other mounts stay, also those of the same file system', async (context) => {
  const { root, remove, inspect } = await remover();
  const outside = await tempFolder();
  await writeFile(join(outside, 'precious'), 'x');
  for (const name of ['bound', 'memory']) await mkdir(join(root, name));
  const mounted: string[] = [];
  // Registered after the folders' own removal, so it runs before it.
  onTestFinished(async () => {
    for (const path of mounted) await exec('umount', [path]);
  });
  try {
    await exec('mount', ['--bind', outside, join(root, 'bound')]);
    mounted.push(join(root, 'bound'));
    await exec('mount', ['-t', 'tmpfs', 'none', join(root, 'memory')]);
    mounted.push(join(root, 'memory'));
    await writeFile(join(root, 'memory', 'other'), '');
    await writeFile(join(root, 'bound-file'), '');
    await exec('mount', ['--bind', join(root, 'memory', 'other'), join(root, 'bound-file')]);
    mounted.unshift(join(root, 'bound-file'));
  } catch (error) {
    console.log(`skipped: this user may not mount here (${String(error).split('\n')[0]})`);
    context.skip();
  }
  await writeFile(join(root, 'memory', 'file'), '');
  await writeFile(join(root, 'old'), '');
  expect((await inspect()).preview.map(({ text }) => text)).toContain('left alone: 3 on other mounts');
  await remove();
  expect(await exists(join(outside, 'precious'))).toBe(true);
  expect(await exists(join(root, 'memory', 'file'))).toBe(true);
});

test('a folder that is swapped for a link again and again never leads outside', async () => {
  const { root, source } = await remover();
  const outside = await tempFolder();
  const victims = Array.from({ length: 20 }, (_, index) => join(outside, `v${index}`));
  for (const path of victims) await writeFile(path, 'precious');
  await mkdir(join(root, 'swap'));
  // In a process of its own: between any two system calls of ours.
  const swap = `
    const fs = require('node:fs');
    const [root, outside] = process.argv.slice(1);
    const at = root + '/swap', aside = root + '/aside', link = root + '/link';
    fs.symlinkSync(outside, link);
    for (let n = 0; ; n += 1) {
      try { for (let i = 0; i < 20; i += 1) fs.writeFileSync(at + '/v' + i, ''); } catch {}
      try { fs.renameSync(at, aside); fs.renameSync(link, at); fs.renameSync(at, link); fs.renameSync(aside, at); } catch {}
      if (n === 0) console.log('ready');
    }`;
  const swapper = spawn(process.execPath, ['-e', swap, root, outside], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const stopped = once(swapper, 'exit');
  onTestFinished(async () => {
    swapper.kill('SIGKILL');
    await stopped;
  });
  await once(swapper.stdout, 'data');
  const tool = source.tools.find(({ capability }) => capability === 'disk.remove-old-files');
  if (tool?.kind !== 'change') throw new Error('no tool');
  let removed = 0;
  for (let round = 0; round < (process.env.OPENCLAW_TEST_LONG ? 2_000 : 20); round += 1) {
    const call = { signal: new AbortController().signal, key: KEY };
    const outcome = await tool.run(args as never, undefined, facts as never, call);
    removed += Number(/removed (\d+) files/.exec(outcome.summary)?.[1] ?? 0);
  }
  for (const path of victims) expect(await readFile(path, 'utf8')).toBe('precious');
  expect(removed).toBeGreaterThan(0);
});

test('files of others in a sticky folder are neither counted nor removed', async (context) => {
  if (process.geteuid?.() !== 0) {
    console.log('skipped: only root can become two other users');
    context.skip();
  }
  const { root } = await remover();
  await writeFile(join(root, 'theirs'), '');
  await writeFile(join(root, 'own'), '');
  await exec('chmod', ['1777', root]);
  await exec('chown', ['65534', join(root, 'own')]);
  const { walkOldFiles } = await import('../../../src/sources/host/old-files.ts');
  const query = {
    root,
    before: later.now() - DAY,
    openFiles: { has: () => false, hidden: 0 },
    signal: new AbortController().signal,
  };
  process.seteuid?.(65534);
  try {
    expect(await walkOldFiles(query, 'count')).toMatchObject({ files: 1, kept: { denied: 1 } });
  } finally {
    process.seteuid?.(0);
  }
});

test('called off half-way, it is not known what went', async () => {
  const { root, changer } = await remover();
  await writeFile(join(root, 'old'), '');
  const abort = new AbortController();
  const tool = changer('disk.remove-old-files');
  const running = tool.run(args, undefined, facts, { signal: abort.signal, key: KEY });
  abort.abort();
  await expect(running).rejects.toMatchObject({ name: 'ToolError' });
  expect(await exists(join(root, 'old'))).toBe(true);
  await rename(join(root, 'old'), join(root, 'still-there'));
});
