// The two auto-fixes of the seed on this machine itself: a disk that is really full, a process really killed for
// memory. docker and journalctl are programs of ours, alone on the PATH: the machine's are never started.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Service } from '../../src/domain/resource.ts';
import { createHostSource, type HostSourceOptions } from '../../src/sources/host/host.ts';
import { runCli } from '../cli/run-cli.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { memoryCgroup } from '../support/memory-cgroup.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MACHINE = '0123456789abcdef0123456789abcdef';

let h: Harness;
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  await h?.close();
  for (const undo of cleanUp.splice(0).reverse()) await undo();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'openclaw-for-real-'));
  cleanUp.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function program(path: string, ...lines: string[]): void {
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
}

/** A daemon with this machine as its only source, on the harness's clock. */
async function onThisMachine(options: Partial<HostSourceOptions>, services: Service[], at?: number) {
  h = await createHarness({
    timers: true,
    ...(at === undefined ? {} : { at }),
    sources: () => [
      createHostSource({
        name: 'This host',
        settings: {},
        services: () => services,
        history: { read: async () => [] },
        clock: { now: () => h.clock.now() },
        ...options,
      }),
    ],
  });
  for (const service of services) await h.add('service', service);
}

async function addSeedFix(name: string, ...flags: string[]): Promise<void> {
  const done = await runCli(['auto-fix', 'add', '--name', name, '--approval', 'auto', ...flags], {
    stateDir: h.stateDir,
    now: h.clock.now(),
  });
  expect(done.stderr).not.toContain('error');
  expect(done.code).toBe(0);
}

function skipped(what: string, why: string): string {
  process.stderr.write(`skipped, ${what}: ${why}\n`);
  return why;
}

/** A file system of 20 MB; a text: why there is none here. */
function smallDisk(): { path: string } | string {
  if (process.getuid?.() !== 0) return 'only root mounts file systems';
  const path = folder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m,mode=1777', 'openclaw-test', path], {
      stdio: 'pipe',
    });
  } catch (error) {
    return `no tmpfs can be mounted (${String(error)})`;
  }
  cleanUp.push(() => execFileSync('umount', [path]));
  return { path };
}

test('Disk Cleanup: a tmpfs over 90% is cleared by docker, journal and old files, measured before and after', async (context) => {
  const disk = smallDisk();
  if (typeof disk === 'string') return context.skip(skipped('a disk that is really full', disk));
  const bin = folder();
  const journal = folder();
  mkdirSync(join(journal, MACHINE));
  writeFileSync(join(journal, 'machine-id'), `${MACHINE}\n`);
  writeFileSync(join(disk.path, 'old.bin'), Buffer.alloc(19 * 1024 * 1024, 1));
  program(
    join(bin, 'docker'),
    `echo "$*" >> '${join(bin, 'called')}'`,
    'case "$1 $2" in',
    "'version --format') echo 27.1.0 ;;",
    `'system df') echo '{"Type":"Containers","Reclaimable":"2MB (50%)"}' ;;`,
    `'ps --all') echo '{"ID":"0123456789ab","Names":"old-job"}' ;;`,
    "'system prune') echo 'Total reclaimed space: 2MB' ;;",
    'esac',
  );
  program(join(bin, 'journalctl'), `echo "journalctl $*" >> '${join(bin, 'called')}'`);

  // Eight days from now, all that was made a moment ago is old.
  await onThisMachine(
    {
      settings: { disk: disk.path },
      environment: { PATH: bin },
      roots: { '/tmp': disk.path, '/var/tmp': join(disk.path, 'none') },
      journal: { folders: [journal], machineId: join(journal, 'machine-id') },
    },
    [],
    Date.now() + 8 * DAY,
  );
  await addSeedFix(
    'Disk Cleanup',
    '--condition',
    'disk_usage > 90%',
    '--action',
    'Clean Docker images and log rotation:\n1. docker system prune -f (removes unused images)\n2. journalctl --vacuum-size=500M (trim system logs)\n3. Find and remove files in /tmp older than 7 days',
    '--notify',
    '#ops-info',
    '--max-runs',
    '3 per day',
  );
  await h.advance(2 * MINUTE);
  const [run] = await h.store.read.plans.ofAutoFix('Disk Cleanup', null, 10);
  expect(run?.plan.success).toMatchObject({ target: disk.path, before: 95 });
  expect(run?.verdict).toBe('better');
  expect(run?.measuredAfter).toBe(0);
  const steps = await h.store.read.executions.ofPlan(run?.plan.id ?? 0);
  expect(steps.map(({ capability, state }) => `${capability} ${state}`)).toEqual([
    'disk.prune-docker succeeded',
    'disk.remove-old-files succeeded',
  ]);
  expect(steps[1]?.freedBytes).toBe(19 * 1024 * 1024);
  expect(readFileSync(join(bin, 'called'), 'utf8')).toContain('system prune -f');
  expect((await h.posts()).filter((post) => post.startsWith('#ops-info | ✅'))).toHaveLength(1);
});

test('Service Restart on OOM: a child killed by the kernel has its service restarted, once', async (context) => {
  const cgroup = memoryCgroup(`openclaw-fix-${process.pid}`);
  if (typeof cgroup === 'string') return context.skip(skipped('a real kill for memory', cgroup));
  cleanUp.push(() => cgroup.remove());
  const bin = folder();
  program(join(bin, 'restart-shop'), `echo "$1" >> '${join(bin, 'restarts')}'`);
  const shop: Service = {
    name: 'shop',
    kind: 'app',
    bindings: {
      'This host': {
        oom: { cgroup: cgroup.path, within: '10m' },
        restart: [join(bin, 'restart-shop'), '{mode}'],
      },
    },
    instances: [],
    dependsOn: [],
  };
  await onThisMachine({ environment: { PATH: bin } }, [shop]);
  await addSeedFix(
    'Service Restart on OOM',
    '--condition',
    'service_oom_killed = true',
    '--action',
    'Rolling restart of the affected service',
    '--notify',
    '#ops-alerts',
    '--cooldown',
    '30m',
  );
  await h.advance(2 * MINUTE);
  expect(await h.store.read.plans.ofAutoFix('Service Restart on OOM', null, 10)).toEqual([]);

  await cgroup.killOne();
  await h.advance(2 * MINUTE);
  expect(readFileSync(join(bin, 'restarts'), 'utf8')).toBe('rolling\n');
  const [run] = await h.store.read.plans.ofAutoFix('Service Restart on OOM', 'shop', 10);
  expect(run).toMatchObject({ verdict: 'better', plan: { state: 'done', service: 'shop' } });
  expect((await h.posts()).some((post) => post.startsWith('#ops-alerts | ✅'))).toBe(true);

  // Killed again a minute later: its cooldown holds.
  await cgroup.killOne();
  await h.advance(5 * MINUTE);
  expect(readFileSync(join(bin, 'restarts'), 'utf8')).toBe('rolling\n');
});
