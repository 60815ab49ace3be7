import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createMachine, memoryPercent, parseCpu } from '../../../src/sources/host/machine.ts';
import { parseMountInfo, realMounts, usageOf, watchedMounts } from '../../../src/sources/host/mounts.ts';
import { hostSource, tempFolder } from './support.ts';

const none = { max: '', current: '', stat: '' };
const meminfo = 'MemTotal:       16000000 kB\nMemFree: 100 kB\nMemAvailable:    4000000 kB\n';

describe('memory', () => {
  const cases: [string, string, typeof none, number | null][] = [
    ['of the machine', meminfo, none, 75],
    ['without MemAvailable (an old kernel)', 'MemTotal: 16000000 kB\n', none, null],
    ['without /proc', '', none, null],
    ['nonsense', 'MemTotal: lots\nMemAvailable: -3 kB', none, null],
    [
      'under a limit',
      meminfo,
      { max: '1000000\n', current: '900000\n', stat: 'anon 1\ninactive_file 400000\n' },
      50,
    ],
    ['no limit', meminfo, { max: 'max\n', current: '900000\n', stat: '' }, 75],
    ['a limit above the machine', meminfo, { max: '99999999999999\n', current: '5\n', stat: '' }, 75],
  ];
  test.each(cases)('%s', (_name, text, cgroup, expected) => {
    expect(memoryPercent(text, cgroup)).toBe(expected);
  });
});

test('processor time is counted between two calls', async () => {
  const folder = await tempFolder();
  await mkdir(join(folder, 'proc'));
  const write = (line: string) => writeFile(join(folder, 'proc', 'stat'), `${line}\ncpu0 1 2 3 4\n`);
  let now = 0;
  const machine = createMachine({ now: () => now }, { proc: join(folder, 'proc'), cgroup: folder });
  await write('cpu  100 0 100 800 0 0 0 0 0 0');
  expect(await machine.cpuUsage()).toBeNull();
  now = 5_000;
  await write('cpu  150 0 125 850 75 0 0 0 0 0');
  expect(await machine.cpuUsage()).toBe(37.5);
  now = 5_500;
  await write('cpu  999 0 999 999 0 0 0 0 0 0');
  expect(await machine.cpuUsage()).toBe(37.5);
});

test('a line of /proc/stat that says nothing is no value', () => {
  expect(parseCpu('cpu')).toBeNull();
  expect(parseCpu('intr 1 2 3')).toBeNull();
});

const mountinfo = [
  '22 27 0:21 / /proc rw,relatime - proc proc rw',
  '27 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw',
  '28 27 254:1 /srv /srv/bound rw - ext4 /dev/vda1 rw',
  '29 27 254:2 / /mnt/with\\040space rw - xfs /dev/vdb rw',
  '30 27 7:1 / /snap/core/1 ro,nodev - squashfs /dev/loop1 ro',
  '31 27 0:50 / /mnt/far rw - nfs4 server:/x rw',
  '32 27 0:51 / /dev/shm rw - tmpfs tmpfs rw',
  '33 27 254:3 / /mnt/backup ro - ext4 /dev/vdc rw',
  '34 27 0:52 / /merged rw - overlay overlay rw',
  '',
  'broken line',
].join('\n');

test('watched are disks that can be written to, each once, and nothing on the network', () => {
  expect(realMounts(parseMountInfo(mountinfo)).map(({ path }) => path)).toEqual(['/', '/mnt/with space']);
});

test('the root of a container counts, though it is an overlay', () => {
  const inside = '1 0 0:40 / / rw - overlay overlay rw\n2 1 254:1 /x /etc/hosts rw - ext4 /dev/vda1 rw';
  expect(realMounts(parseMountInfo(inside)).map(({ path }) => path)).toContain('/');
});

test('named mounts replace the choice', async () => {
  expect(await watchedMounts(['/dev/shm', '/dev/shm'])).toEqual(['/dev/shm']);
});

test('percent is what df says', async () => {
  const { stdout } = await promisify(execFile)('df', ['-P', '/'], { env: { ...process.env, LC_ALL: 'C' } });
  const shown = Number(/(\d+)% \/$/m.exec(stdout)?.[1]);
  const usage = await usageOf('/');
  // df rounds up, and the disk is in use while we look.
  expect(Math.abs((usage?.percent ?? 0) - shown)).toBeLessThanOrEqual(1.5);
});

test('a mount that is not there has no value, and asked for by name it is an error', async () => {
  expect(await usageOf('/nowhere/at/all')).toBeNull();
  const { read, source } = hostSource([], { settings: { disk: '/,/nowhere/at/all' } });
  expect((await read('disk.usage', {})).map(({ mount }) => mount)).toEqual(['/']);
  await expect(read('disk.usage', { path: '/nowhere/at/all' })).rejects.toThrow(
    '/nowhere/at/all is not there',
  );
  const measured = await source.measure?.({ signal: new AbortController().signal });
  expect(measured?.filter(({ metric }) => metric === 'disk_usage').map(({ target }) => target)).toEqual([
    '/',
  ]);
  expect(measured?.find(({ metric }) => metric === 'memory_usage')).toMatchObject({
    unit: '%',
    service: null,
  });
});
