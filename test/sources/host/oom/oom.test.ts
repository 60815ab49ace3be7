// Kills for memory, seen by whatever the machine has: systemd, the cgroup's count, the kernel log, the journal.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  checkHostBinding,
  type HostBinding,
  hostBindingSchema,
} from '../../../../src/domain/host-binding.ts';
import { parseKill, parseRecord } from '../../../../src/sources/host/oom/kernel-line.ts';
import { memoryCgroup } from '../../../support/memory-cgroup.ts';
import { hostSource, program, SOURCE, service, tempFolder } from '../support.ts';

const MINUTE = 60_000;

describe('a line of the kernel', () => {
  test.each([
    [
      'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/system.slice/shop.service,task_memcg=/system.slice/shop.service,task=shop,pid=812,uid=33',
      { process: 'shop', cgroup: '/system.slice/shop.service' },
    ],
    [
      'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/a,task=x,pid=1,uid=0,pid=2,uid=0',
      { process: 'x,pid=1,uid=0', cgroup: '/a' },
    ],
    [
      'Memory cgroup out of memory: Killed process 812 (shop) total-vm:1kB, anon-rss:1kB',
      { process: 'shop', cgroup: null },
    ],
    ['Out of memory: Killed process 812 (a b) c) total-vm:1kB', { process: 'a b) c', cgroup: null }],
    ['shop: Out of memory: Killed process 812 (shop)', null],
    ['oom-kill:constraint=CONSTRAINT_MEMCG,task=shop', null],
    ['', null],
  ])('%s', (text, wanted) => {
    const kill = parseKill(text, 5);
    expect(kill && { process: kill.process, cgroup: kill.cgroup }).toEqual(wanted);
  });

  test.each([
    ['6,1234,5000000,-;Out of memory: Killed process 1 (x)', 5000],
    // Written by a program: its facility is not the kernel's.
    ['14,1234,5000000,-;Out of memory: Killed process 1 (x)', null],
    [' SUBSYSTEM=net', null],
    ['6,1,-;x', null],
    ['', null],
  ])('record %s', (record, wanted) => {
    expect(parseRecord(record)?.sinceBootMs ?? null).toBe(wanted);
  });
});

describe('a binding', () => {
  test.each<[object, RegExp | null]>([
    [{ unit: 'shop.service' }, null],
    [{ cgroup: '/system.slice/shop.service', within: '30s' }, null],
    [{ process: 'shop' }, null],
    [{}, /say where its kills are seen/],
    [{ unit: '--version' }, /is no name of a unit/],
    [{ unit: 'shop' }, /is no name of a unit/],
    [{ cgroup: '/../../etc' }, /is no path of a cgroup/],
    [{ process: 'a\nb' }, /control character/],
    [{ process: 'shop', within: 'soon' }, /`within`/],
    [{ process: 'shop', within: '1s' }, /between 10s and 1d/],
  ])('%o', (oom, problem) => {
    const problems = checkHostBinding(hostBindingSchema.parse({ oom })).join('\n');
    if (problem === null) expect(problems).toBe('');
    else expect(problems).toMatch(problem);
  });
});

interface Polled {
  metric: string;
  minutesAgo: number;
  value: number;
}

const NOW = Date.parse('2026-11-23T03:14:00Z');

/** A machine of files: what is not written is not there. `polled`: by a daemon before this one. */
async function machine(
  oom: Omit<NonNullable<HostBinding['oom']>, 'within'> & { within?: string },
  polled: readonly Polled[] = [],
) {
  const folder = await tempFolder();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const ran = join(folder, 'restarted');
  await program(bin, 'restart-shop', `echo done >> '${ran}'`);
  let now = NOW;
  const files = {
    cgroup: join(folder, 'cgroup'),
    kmsg: join(folder, 'kmsg'),
    uptime: join(folder, 'uptime'),
  };
  const binding: HostBinding = {
    oom: { within: '10m', ...oom },
    restart: [join(bin, 'restart-shop'), '{mode}'],
  };
  const source = hostSource([service(binding)], {
    environment: { PATH: bin },
    clock: { now: () => now },
    oom: files,
    history: {
      read: async ({ source: from, target, metric, sinceAt }) =>
        polled
          .filter((one) => from === SOURCE && target === 'shop' && one.metric === metric)
          .map(({ minutesAgo, value }) => ({ at: NOW - minutesAgo * MINUTE, value }))
          .filter(({ at }) => at >= sinceAt),
    },
  });
  return {
    bin,
    files,
    ...source,
    pass: (ms: number) => {
      now += ms;
    },
    count: async (path: string, text: string) => {
      await mkdir(join(files.cgroup, path, '..'), { recursive: true });
      await writeFile(join(files.cgroup, path), text);
    },
    log: async (uptimeSeconds: number, ...lines: string[]) => {
      await writeFile(files.uptime, `${uptimeSeconds} 1.0\n`);
      await writeFile(files.kmsg, lines.map((line) => `${line}\n`).join(''));
    },
    killed: async (): Promise<boolean | null> => {
      const all = (await source.source.measure?.({ signal: new AbortController().signal })) ?? [];
      const found = all.find(({ metric, target }) => metric === 'service_oom_killed' && target === 'shop');
      return found === undefined ? null : found.value === true;
    },
    restart: () =>
      source.run('services.restart', { service: 'shop', mode: 'rolling' }, { instances: ['shop'] }),
  };
}

describe.each([
  ['version 2', 'shop/memory.events', 'low 0\noom 3\noom_kill'],
  ['version 2 beside version 1', 'unified/shop/memory.events', 'oom_kill'],
  ['version 1', 'memory/shop/memory.oom_control', 'oom_kill_disable 0\nunder_oom 0\noom_kill'],
])('the count of a cgroup, %s', (_version, path, before) => {
  test('an increase makes it true, for as long as `within` or until a restart', async () => {
    const host = await machine({ cgroup: '/shop' });
    expect(await host.killed()).toBeNull();
    await host.count(path, `${before} 7\n`);
    expect(await host.killed()).toBe(false);
    await host.count(path, `${before} 8\n`);
    expect(await host.killed()).toBe(true);
    host.pass(10 * MINUTE - 1);
    expect(await host.killed()).toBe(true);
    host.pass(1);
    expect(await host.killed()).toBe(false);
    await host.count(path, `${before} 9\n`);
    expect(await host.killed()).toBe(true);
    await host.restart();
    expect(await host.killed()).toBe(false);
    // Made anew by the restart: it counts from 0, and that is no kill. What it counts then is one.
    await host.count(path, `${before} 0\n`);
    expect(await host.killed()).toBe(false);
    await host.count(path, `${before} 1\n`);
    expect(await host.killed()).toBe(true);
  });
});

describe('after the daemon was down', () => {
  const kills = (minutesAgo: number, value: number) => ({ metric: 'service_oom_kills', minutesAgo, value });
  const killed = (minutesAgo: number, value: number) => ({ metric: 'service_oom_killed', minutesAgo, value });

  test.each<[string, Polled[], number, boolean]>([
    ['what its cgroup counted more since the last look was a kill', [kills(4, 6), kills(3, 7)], 8, true],
    ['what it still counts was none', [kills(3, 7)], 7, false],
    ['one that was made anew meanwhile counts from 0', [kills(3, 7)], 1, true],
    ['a look so long ago that nobody can tell when it was says nothing', [kills(11, 7)], 8, false],
    ['what was known stays known', [killed(5, 0), killed(4, 1), killed(3, 1), kills(3, 8)], 8, true],
    ['what was over stays over', [killed(4, 1), killed(3, 0), kills(3, 8)], 8, false],
  ])('%s', async (_what, polled, count, wanted) => {
    const host = await machine({ cgroup: '/shop' }, polled);
    await host.count('shop/memory.events', `oom_kill ${count}\n`);
    expect(await host.killed()).toBe(wanted);
  });

  test('a kill is as old as the last look, or as when it was first seen', async () => {
    const unseen = await machine({ cgroup: '/shop' }, [kills(3, 7)]);
    await unseen.count('shop/memory.events', 'oom_kill 8\n');
    const seen = await machine({ cgroup: '/shop' }, [killed(3, 1), killed(1, 1), kills(1, 8)]);
    await seen.count('shop/memory.events', 'oom_kill 8\n');
    for (const host of [unseen, seen]) {
      expect(await host.killed()).toBe(true);
      host.pass(7 * MINUTE - 1);
      expect(await host.killed()).toBe(true);
      host.pass(1);
      expect(await host.killed()).toBe(false);
    }
  });

  test('a restart ends it', async () => {
    const host = await machine({ cgroup: '/shop' }, [kills(3, 7)]);
    await host.count('shop/memory.events', 'oom_kill 8\n');
    await host.restart();
    expect(await host.killed()).toBe(false);
  });
});

test('what is no count is not read as one', async () => {
  const host = await machine({ cgroup: '/shop' });
  for (const text of [
    '',
    'oom_kill x\n',
    'oom_kill -1\n',
    'xoom_kill 5\n',
    'oom_kill 99999999999999999999\n',
  ]) {
    await host.count('shop/memory.events', text);
    expect(await host.killed()).toBeNull();
  }
});

describe('the kernel log', () => {
  const line = (seconds: number, cgroup: string, name: string) =>
    `4,9,${seconds * 1_000_000},-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/x,task_memcg=${cgroup},task=${name},pid=1,uid=0`;

  test.each<[string, Parameters<typeof machine>[0], string, string, boolean]>([
    ['by its process', { process: 'shop' }, '/other', 'shop', true],
    [
      'by the part of its name the kernel keeps',
      { process: 'shop-worker-long-name' },
      '/other',
      'shop-worker-lon',
      true,
    ],
    ['by its cgroup', { cgroup: '/apps/shop' }, '/apps/shop', 'node', true],
    ['by a cgroup below it', { cgroup: 'apps/shop/' }, '/apps/shop/worker', 'node', true],
    ['not by one that begins alike', { cgroup: '/apps/shop' }, '/apps/shop2', 'node', false],
    ['by its unit', { unit: 'shop.service' }, '/system.slice/shop.service', 'node', true],
    ['not by another unit', { unit: 'shop.service' }, '/system.slice/shop.service.d', 'node', false],
    ['not by another process', { process: 'shop' }, '/other', 'shopper', false],
  ])('%s', async (_how, oom, cgroup, name, wanted) => {
    const host = await machine(oom);
    await host.log(1000, line(970, cgroup, name));
    expect(await host.killed()).toBe(wanted);
  });

  test('an old one counts no more, one before the restart neither, and a later one does', async () => {
    const host = await machine({ process: 'shop' });
    await host.log(2000, line(100, '/x', 'shop'));
    expect(await host.killed()).toBe(false);
    const later = await machine({ process: 'shop' });
    await later.log(2000, line(1990, '/x', 'shop'));
    expect(await later.killed()).toBe(true);
    await later.restart();
    expect(await later.killed()).toBe(false);
  });

  test('one that was logged within the last hundredth of a second is not after the restart that follows', async () => {
    const host = await machine({ process: 'shop' });
    await host.log(2000, line(2000.009, '/x', 'shop'));
    expect(await host.killed()).toBe(true);
    await host.restart();
    expect(await host.killed()).toBe(false);
  });

  test('lines of programs, halves of lines and floods are no kills', async () => {
    const host = await machine({ process: 'shop' });
    const forged = line(1990, '/x', 'shop').replace(/^4,/, '12,');
    await host.log(2000, forged, 'garbage', ...Array.from({ length: 5000 }, (_, n) => `6,${n},1,-;noise`));
    expect(await host.killed()).toBe(false);
  });
});

test('without /dev/kmsg the journal is asked', async () => {
  const host = await machine({ process: 'shop' });
  const at = Date.parse('2026-11-23T03:13:00Z') * 1000;
  await program(
    host.bin,
    'journalctl',
    `echo '{"MESSAGE":"Out of memory: Killed process 1 (shop) x","__REALTIME_TIMESTAMP":"${at}"}'`,
    `echo 'no json'`,
    `echo '{"MESSAGE":[1,2],"__REALTIME_TIMESTAMP":"1"}'`,
  );
  expect(await host.killed()).toBe(true);
});

describe('systemd', () => {
  const unit = (host: { bin: string }, ...lines: string[]) =>
    program(host.bin, 'systemctl', ...lines.map((line) => `echo '${line}'`));

  test('a unit that ended so is killed until it runs again, and its cgroup is counted while it does', async () => {
    const host = await machine({ unit: 'shop.service' });
    await unit(host, 'LoadState=loaded', 'Result=oom-kill', 'ControlGroup=');
    expect(await host.killed()).toBe(true);
    await unit(host, 'LoadState=loaded', 'Result=success', 'ControlGroup=/system.slice/shop.service');
    await host.count('system.slice/shop.service/memory.events', 'oom_kill 0\n');
    expect(await host.killed()).toBe(false);
    await host.count('system.slice/shop.service/memory.events', 'oom_kill 1\n');
    expect(await host.killed()).toBe(true);
  });

  test.each([
    ['knows no such unit', ['LoadState=not-found', 'Result=success']],
    ['says something else', ['hello']],
  ])('that %s measures nothing', async (_what, lines) => {
    const host = await machine({ unit: 'shop.service' });
    await unit(host, ...lines);
    expect(await host.killed()).toBeNull();
  });
});

test('a child that the kernel really kills is seen by its cgroup and in the kernel log', async (context) => {
  const cgroup = memoryCgroup(`openclaw-oom-${process.pid}`);
  if (typeof cgroup === 'string') {
    process.stderr.write(`skipped, a real kill for memory: ${cgroup}\n`);
    return context.skip(cgroup);
  }
  try {
    const { source } = hostSource([service({ oom: { cgroup: cgroup.path, within: '10m' } })]);
    const measure = async () =>
      (await source.measure?.({ signal: new AbortController().signal }))?.find(
        ({ metric }) => metric === 'service_oom_killed',
      )?.value;
    expect(await measure()).toBe(false);
    await cgroup.killOne();
    expect(await measure()).toBe(true);
  } finally {
    cgroup.remove();
  }
});
