import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDockerSize } from '../../../src/sources/docker-size.ts';
import { hiddenText } from '../../../src/sources/host/disk-old-files.ts';
import { hostSource, program, tempFolder } from './support.ts';

const machineId = '0123456789abcdef0123456789abcdef';

/** A PATH with our own `docker` and `journalctl` alone: the machine's are never started. */
async function machine() {
  const bin = await tempFolder();
  const state = await tempFolder();
  const folder = join(state, 'journal', machineId);
  await mkdir(folder, { recursive: true });
  await writeFile(join(state, 'machine-id'), `${machineId}\n`);
  const source = hostSource([], {
    environment: { PATH: bin },
    journal: { folders: [join(state, 'journal')], machineId: join(state, 'machine-id') },
  });
  return { bin, state, folder, ...source };
}

const facts = { host: 'x' };

describe('docker', () => {
  const docker = async (bin: string, answers: Record<string, string[]>, ...rest: string[]) => {
    const branches = Object.entries(answers).map(
      ([words, lines]) => `'${words}') ${lines.map((line) => `echo '${line}'`).join('; ') || ':'} ;;`,
    );
    await program(
      bin,
      'docker',
      `echo "$*" >> ${join(bin, 'called')}`,
      ...rest,
      'case "$1 $2" in',
      ...branches,
      'esac',
    );
  };
  const busy = {
    'version --format': ['27.1.0'],
    'system df': [
      '{"Type":"Images","Reclaimable":"9GB (90%)","Size":"10GB","TotalCount":"12","Active":"3"}',
      '{"Type":"Containers","Reclaimable":"1.5MB (75%)","Size":"2MB","TotalCount":"4","Active":"2"}',
      '{"Type":"Local Volumes","Reclaimable":"50GB","Size":"50GB","TotalCount":"4","Active":"2"}',
      '{"Type":"Build Cache","Reclaimable":"2.1GB","Size":"3GB","TotalCount":"40","Active":"0"}',
    ],
    'ps --all': [
      '{"ID":"b00000000000","Names":"old-job","Image":"x"}',
      '{"ID":"a00000000000","Names":"exited\\u001b[2J","Image":"x"}',
    ],
    'images --filter': ['{"Repository":"<none>","Size":"1.2GB"}', '{"Repository":"<none>","Size":"300MB"}'],
    'network ls': ['{"Name":"bridge"}', '{"Name":"leftover"}'],
    'system prune': ['Deleted Containers:', 'abc', '', 'Total reclaimed space: 3.6GB'],
  };

  test('rests on which containers are stopped: another one that stopped meanwhile is another plan', async () => {
    const { bin, inspect, reconcile } = await machine();
    await docker(bin, busy);
    const { facts: agreed } = await inspect('disk.prune-docker', {});
    expect(agreed.containers).toEqual(['a00000000000', 'b00000000000']);
    expect(await reconcile('disk.prune-docker', {}, agreed)).toBe('not-started');
    await docker(bin, {
      ...busy,
      'ps --all': ['{"ID":"a00000000000","Names":"x"}', '{"ID":"c00000000000","Names":"y"}'],
    });
    expect((await inspect('disk.prune-docker', {})).facts).not.toEqual(agreed);
    expect(await reconcile('disk.prune-docker', {}, agreed)).toBe('unknown');
    await docker(bin, { ...busy, 'ps --all': ['{"ID":"c00000000000","Names":"y"}'] });
    expect(await reconcile('disk.prune-docker', {}, agreed)).toBe('succeeded');
  });

  test.each([['"--force"'], ['"zz0000000000"'], ['7']])('an id that is none is not read: %s', async (id) => {
    const { bin, inspect } = await machine();
    await docker(bin, { ...busy, 'ps --all': [`{"ID":${id},"Names":"x"}`] });
    await expect(inspect('disk.prune-docker', {})).rejects.toThrow();
  });

  test('shows by name what would go, as an estimate, and says what was freed', async () => {
    const { bin, inspect, run } = await machine();
    await docker(bin, busy);
    const { preview, absent } = await inspect('disk.prune-docker', {});
    expect(absent).toBeUndefined();
    expect(preview).toEqual([
      {
        text: '2 stopped containers (old-job, exited??2J): about 1.5 MB',
        how: 'estimated',
        bytes: 1_500_000,
      },
      { text: '2 unnamed docker images: about 1.5 GB', how: 'estimated', bytes: 1_500_000_000 },
      { text: 'docker build cache: about 2.1 GB', how: 'estimated', bytes: 2_100_000_000 },
      { text: '1 unused docker network (leftover)', how: 'estimated' },
    ]);
    expect(await readFile(join(bin, 'called'), 'utf8')).not.toContain('prune');
    expect(await run('disk.prune-docker', {}, { ...facts, containers: [] })).toEqual({
      summary: 'pruned docker: 3.6 GB freed',
      freedBytes: 3_600_000_000,
    });
    expect((await readFile(join(bin, 'called'), 'utf8')).trim().split('\n').at(-1)).toBe('system prune -f');
  });

  test('is left out where there is none, no engine, or nothing to prune', async () => {
    const { bin, inspect } = await machine();
    expect((await inspect('disk.prune-docker', {})).absent).toBe('there is no docker here');
    await docker(bin, {}, 'echo "Cannot connect to the Docker daemon" >&2', 'exit 1');
    expect((await inspect('disk.prune-docker', {})).absent).toContain('its engine does not answer');
    await docker(bin, { 'version --format': ['27.1.0'] });
    expect((await inspect('disk.prune-docker', {})).absent).toContain('nothing to prune');
  });

  test('that prints something else is an error, not a guess', async () => {
    const { bin, inspect } = await machine();
    await docker(bin, { ...busy, 'ps --all': ['json'] });
    await expect(inspect('disk.prune-docker', {})).rejects.toMatchObject({ outcome: 'failed' });
  });

  test('that fails has pruned nothing as far as it says', async () => {
    const { bin, run } = await machine();
    await docker(bin, {}, 'echo "a prune operation is already running" >&2', 'exit 1');
    await expect(run('disk.prune-docker', {}, { ...facts, containers: [] })).rejects.toThrow(
      'already running',
    );
  });
});

describe('the journal', () => {
  const name = (sequence: number, realtime: number) =>
    `system@${'a'.repeat(32)}-${sequence.toString(16).padStart(16, '0')}-${realtime.toString(16).padStart(16, '0')}.journal`;
  const MB = 1_000_000;

  async function archive(folder: string): Promise<void> {
    // In the order of their sequence, which the clock of the writer contradicts.
    await writeFile(join(folder, name(1, 900)), Buffer.alloc(2 * MB, 'a'));
    await writeFile(join(folder, name(2, 100)), Buffer.alloc(MB, 'b'));
    await writeFile(join(folder, name(3, 500)), Buffer.alloc(3 * MB, 'c'));
    await writeFile(join(folder, 'system.journal'), Buffer.alloc(8 * MB, 'd'));
    await writeFile(join(folder, 'notes.txt'), Buffer.alloc(MB, 'e'));
  }

  test('loses its oldest archived files until the rest fits, and the bytes are exact', async () => {
    const { bin, folder, inspect, run } = await machine();
    await archive(folder);
    const oldest = join(folder, name(1, 900));
    const size = (await stat(oldest)).blocks * 512;
    await program(
      bin,
      'journalctl',
      `echo "$*" >> ${join(bin, 'called')}`,
      `case "$2" in --vacuum-size=*) /bin/rm '${oldest}' ;; esac`,
    );
    const { preview, facts: found } = await inspect('disk.vacuum-journal', { keepBytes: 5 * MB });
    expect(preview).toEqual([
      { text: expect.stringContaining('the 1 oldest archived files'), how: 'measured', bytes: size },
    ]);
    expect(await readdir(folder)).toHaveLength(5);
    expect(await run('disk.vacuum-journal', { keepBytes: 5 * MB }, found)).toMatchObject({
      freedBytes: size,
    });
    expect((await readFile(join(bin, 'called'), 'utf8')).trim().split('\n')).toEqual([
      '--no-pager --disk-usage',
      '--no-pager --vacuum-size=5000000',
    ]);
  });

  test('is left out where there is none, or it is small enough', async () => {
    const { bin, folder, inspect } = await machine();
    expect((await inspect('disk.vacuum-journal', { keepBytes: MB })).absent).toBe(
      'there is no journalctl here',
    );
    await program(bin, 'journalctl', 'exit 1');
    expect((await inspect('disk.vacuum-journal', { keepBytes: MB })).absent).toBe(
      'journalctl cannot read a journal here',
    );
    await program(bin, 'journalctl', 'exit 0');
    await archive(folder);
    expect((await inspect('disk.vacuum-journal', { keepBytes: 500 * MB })).absent).toContain(
      'within 500 MB already',
    );
    await rm(folder, { recursive: true });
    expect((await inspect('disk.vacuum-journal', { keepBytes: MB })).absent).toContain('is 0 B');
  });
});

describe('sizes', () => {
  test.each([
    ['0B', 0],
    ['12.3kB', 12_300],
    ['1.2GB (80%)', 1_200_000_000],
    ['much', null],
    ['', null],
    ['1.2 bananas', null],
  ])('docker’s "%s" is %s', (text, bytes) => {
    expect(parseDockerSize(text)).toBe(bytes);
  });
});

test('files that others may have open are said of one process and of several', () => {
  expect(hiddenText(1)).toBe('what 1 process of another user has open cannot be seen');
  expect(hiddenText(2)).toBe('what 2 processes of other users have open cannot be seen');
});
