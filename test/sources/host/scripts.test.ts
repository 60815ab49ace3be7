import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostBinding } from '../../../src/domain/host-binding.ts';
import { hostSource, KEY, printer, program, service, tempFolder } from './support.ts';

const health = {
  desired: 2,
  running: 2,
  healthy: 1,
  release: '492',
  instances: [
    { id: 'shop-2', state: 'unhealthy', detail: 'pool exhausted' },
    { id: 'shop-1', state: 'healthy' },
  ],
  extra: 'left out',
};

const deploys = [
  {
    number: 493,
    author: 'ann',
    title: 'broken build',
    at: '2024-05-17T03:10:00Z',
    status: 'failed',
    rolledBack: false,
  },
  {
    number: '492',
    author: 'mike',
    title: 'fix: cache TTL update',
    at: 1715914860,
    status: 'succeeded',
    rolledBack: false,
  },
  {
    number: '#491',
    author: 'ann',
    title: 'undone before',
    at: '2024-05-16T03:00:00Z',
    status: 'succeeded',
    rolledBack: true,
  },
  {
    number: '490',
    author: 'ann',
    title: 'new basket',
    at: '2024-05-15T03:00:00+02:00',
    status: 'succeeded',
    rolledBack: false,
  },
];

async function shop(make: (folder: string) => Promise<HostBinding>) {
  const folder = await tempFolder();
  const binding = await make(folder);
  return { folder, ...hostSource([service({ dir: folder, ...binding })]) };
}

/** A list of ours that writes its arguments to `called`, one a line. */
async function recorder(folder: string, ...args: string[]): Promise<string[]> {
  await program(folder, 'change', `printf '%s\\n' "$@" >> called`);
  return ['./change', ...args];
}

const called = (folder: string) =>
  readFile(join(folder, 'called'), 'utf8').then((text) => text.trim().split('\n'));

describe('health', () => {
  test('is what the list prints', async () => {
    const { read } = await shop(async (folder) => ({ health: await printer(folder, 'health', health) }));
    expect(await read('services.health', { service: 'shop' })).toEqual({
      service: 'shop',
      desired: 2,
      running: 2,
      healthy: 1,
      release: '492',
      instances: [
        { id: 'shop-2', state: 'unhealthy', detail: 'pool exhausted' },
        { id: 'shop-1', state: 'healthy', detail: undefined },
      ],
    });
    expect((await read('services.health', { service: 'shop', instance: 'shop-1' })).instances).toHaveLength(
      1,
    );
    await expect(read('services.health', { service: 'shop', instance: 'shop-9' })).rejects.toThrow(
      'there are shop-2, shop-1',
    );
  });

  const wrong: [string, unknown, RegExp][] = [
    ['a number as text', { ...health, desired: '2' }, /desired/],
    ['a state nobody knows', { ...health, instances: [{ id: 'a', state: 'fine' }] }, /instances\.0\.state/],
    [
      'one instance twice',
      {
        ...health,
        instances: [
          { id: 'a', state: 'healthy' },
          { id: 'a', state: 'healthy' },
        ],
      },
      /twice/,
    ],
    ['a list', [], /the whole/],
    ['null', null, /the whole/],
    ['fewer than none', { ...health, running: -1 }, /running/],
  ];
  test.each(wrong)('%s is an error that names the field', async (_name, document, why) => {
    const { read } = await shop(async (folder) => ({ health: await printer(folder, 'health', document) }));
    const failing = read('services.health', { service: 'shop' });
    await expect(failing).rejects.toMatchObject({ name: 'ToolError', outcome: 'failed' });
    await expect(failing).rejects.toThrow(why);
  });

  const hostile: [string, string[], string, RegExp][] = [
    ['nothing', ['true'], 'failed', /printed nothing where JSON was expected/],
    ['text', ['echo all is well'], 'failed', /printed "all is well" where JSON/],
    ['JSON with a cursor in it', [`printf '"\\033[2J'`], 'failed', /where JSON/],
    ['a secret', ['echo password=hunter2secret'], 'failed', /^(?!.*hunter2secret)/s],
    [
      'a secret on stderr',
      ['echo "password=hunter2secret" >&2; exit 1'],
      'failed',
      /^(?!.*hunter2secret).*exit code 1/s,
    ],
    ['no end', ['yes'], 'failed', /more than 4 MB/],
    ['a failure', ['echo no database >&2; exit 7'], 'failed', /exit code 7: "no database"/],
  ];
  test.each(hostile)('a list that prints %s is an error', async (_name, lines, outcome, why) => {
    const { read } = await shop(async (folder) => {
      await program(folder, 'odd', ...lines);
      return { health: ['./odd'] };
    });
    const failing = read('services.health', { service: 'shop' });
    await expect(failing).rejects.toMatchObject({ name: 'ToolError', outcome });
    await expect(failing).rejects.toThrow(why);
  });

  test('a read that is called off may be tried again', async () => {
    const abort = new AbortController();
    const folder = await tempFolder();
    await program(folder, 'hang', 'exec sleep 600');
    const shopService = service({ dir: folder, health: ['./hang'] });
    const { reader } = hostSource([shopService]);
    const asking = reader('services.health').read({ service: 'shop' }, shopService, { signal: abort.signal });
    abort.abort();
    await expect(asking).rejects.toMatchObject({ outcome: 'retry' });
  });

  test('control characters do not come through', async () => {
    const odd = {
      ...health,
      release: 'a\u001b[2Jb',
      instances: [{ id: 'x', state: 'healthy', detail: 'l1\nl2\u202e' }],
    };
    const { read } = await shop(async (folder) => ({ health: await printer(folder, 'health', odd) }));
    const text = JSON.stringify(await read('services.health', { service: 'shop' }));
    expect(text).not.toMatch(/\\u001b|\\n|\u202e/);
  });

  test('the list of services names what could not be asked, and leaves others out of it', async () => {
    const folder = await tempFolder();
    const good = service({ dir: folder, health: await printer(folder, 'health', health) }, { name: 'good' });
    const bad = service({ dir: folder, health: ['./none'] }, { name: 'bad' });
    const elsewhere = service('asg:api', { name: 'elsewhere' });
    const { read } = hostSource([good, bad, elsewhere]);
    const found = await read('services.list', {});
    expect(found.map(({ service: name, running }) => [name, running])).toEqual([
      ['good', 2],
      ['bad', null],
    ]);
    expect(found[1]?.instances[0]).toMatchObject({
      state: 'unknown',
      detail: expect.stringContaining('./none was not found'),
    });
  });
});

describe('scale', () => {
  test('shows the present number, and passes the wanted one', async () => {
    const { folder, inspect, run } = await shop(async (folder) => ({
      health: await printer(folder, 'health', health),
      scale: await recorder(folder, 'scale', '{count}', '--key={key}'),
    }));
    const args = { service: 'shop', count: 4 };
    const { facts, preview, target } = await inspect('services.scale', args);
    expect(facts).toEqual({ capacity: 2 });
    expect(target.id).toBe('shop');
    expect(preview.map(({ text }) => text)).toEqual([
      'shop: 2 instances now, 4 instances afterwards',
      '1 of them healthy',
    ]);
    expect(await run('services.scale', args, facts)).toEqual({ summary: 'scaled shop to 4 instances' });
    expect(await called(folder)).toEqual(['scale', '4', `--key=${KEY}`]);
  });

  test('is not offered where the present number cannot be read', async () => {
    const { changer } = hostSource([]);
    expect(changer('services.scale').serves?.(service({ scale: ['x', '{count}'] }))).toBe(false);
    expect(changer('services.scale').serves?.(service({ scale: ['x', '{count}'], health: ['x'] }))).toBe(
      true,
    );
    expect(changer('services.scale').serves?.(service('asg:shop'))).toBe(false);
  });
});

describe('restart', () => {
  test('rests on the instances there are', async () => {
    const { folder, inspect, run } = await shop(async (folder) => ({
      health: await printer(folder, 'health', health),
      restart: await recorder(folder, '{mode}', '{key}'),
    }));
    const { facts } = await inspect('services.restart', { service: 'shop', mode: 'rolling' });
    expect(facts).toEqual({ instances: ['shop-1', 'shop-2'] });
    await run('services.restart', { service: 'shop', mode: 'rolling' }, facts);
    expect(await called(folder)).toEqual(['rolling', KEY]);
  });

  test('a list that cannot roll is refused a rolling restart', async () => {
    const { inspect } = await shop(async (folder) => ({ restart: await recorder(folder) }));
    await expect(inspect('services.restart', { service: 'shop', mode: 'rolling' })).rejects.toThrow(
      '/restart shop --full',
    );
    expect((await inspect('services.restart', { service: 'shop', mode: 'full' })).facts).toEqual({
      instances: ['shop'],
    });
  });
});

describe('deploys', () => {
  test('are listed newest first, whatever order they came in', async () => {
    const { read } = await shop(async (folder) => ({
      deploys: await printer(folder, 'deploys', [...deploys].reverse()),
    }));
    const found = await read('deploys.list', { service: 'shop', limit: 3 });
    expect(found.map(({ number }) => number)).toEqual(['493', '492', '491']);
    expect(found[1]).toEqual({
      number: '492',
      author: 'mike',
      title: 'fix: cache TTL update',
      at: Date.parse('2024-05-17T03:01:00Z'),
      status: 'succeeded',
      rolledBack: false,
    });
  });

  test('a rollback skips what failed or was rolled back before', async () => {
    const { folder, inspect, run } = await shop(async (folder) => ({
      deploys: await printer(folder, 'deploys', deploys),
      compare: await printer(folder, 'compare', {
        commits: [{ sha: 'abc', title: 'fix: cache TTL update', author: 'mike' }],
        files: ['cache.ts'],
        migrations: [],
      }),
      rollback: await recorder(folder, '{deploy}', '{to}', '{key}'),
    }));
    const { facts, preview } = await inspect('deploys.rollback', { service: 'shop', deploy: '#492' });
    expect(facts).toEqual({ latest: '492', target: '490', migrations: [], inProgress: null });
    expect(preview.map(({ text }) => text)).toEqual([
      '#492 (@mike, "fix: cache TTL update") is undone, #490 (@ann, "new basket") runs afterwards',
      '1 commit undone, 1 file differs',
    ]);
    expect(await run('deploys.rollback', { service: 'shop', deploy: '492' }, facts)).toEqual({
      summary: 'rolled back deploy #492 of shop, now running #490',
    });
    expect(await called(folder)).toEqual(['492', '490', KEY]);
  });

  const cases: [string, unknown[], string, object][] = [
    [
      'a deploy under way is named',
      [{ ...deploys[0], status: 'in-progress' }, ...deploys.slice(1)],
      '492',
      { inProgress: '493' },
    ],
    [
      'migrations of the range are named',
      [{ ...deploys[1], migration: '007_orders' }, { ...deploys[2], migration: true }, deploys[3]],
      '492',
      { migrations: ['007_orders', 'in #491'] },
    ],
    [
      'a migration before the target is not',
      [deploys[1], { ...deploys[3], migration: true }],
      '492',
      { migrations: [], target: '490' },
    ],
    ['without an earlier one there is no target', [deploys[1]], '492', { target: null }],
    ['an older one keeps the latest', deploys, '490', { latest: '492', target: null }],
  ];
  test.each(cases)('%s', async (_name, list, deploy, facts) => {
    const { inspect } = await shop(async (folder) => ({
      deploys: await printer(folder, 'deploys', list),
      rollback: ['./x', '{to}'],
    }));
    expect((await inspect('deploys.rollback', { service: 'shop', deploy })).facts).toMatchObject(facts);
  });

  const refused: [string, unknown, string, RegExp][] = [
    ['a number that is not there', deploys, '500', /no deploy #500: the newest are #493, #492/],
    ['one number twice', [deploys[1], { ...deploys[3], number: '492' }], '492', /several deploys #492/],
    ['a number that is an option', [{ ...deploys[1], number: '-rf' }], '492', /0\.number/],
    ['a path for a number', [{ ...deploys[1], number: '../x' }], '492', /0\.number/],
    ['a time without a zone', [{ ...deploys[1], at: '2024-05-17 03:01' }], '492', /0\.at/],
    ['no deploys', [], '492', /it has none/],
  ];
  test.each(refused)('%s is refused', async (_name, list, deploy, why) => {
    const { inspect } = await shop(async (folder) => ({
      deploys: await printer(folder, 'deploys', list),
      rollback: ['./x', '{to}'],
    }));
    await expect(inspect('deploys.rollback', { service: 'shop', deploy })).rejects.toThrow(why);
  });

  test.each<[string, unknown, unknown]>([
    [
      'is handed on where it is printed',
      [{ path: 'cache.ts', patch: '@@ -1 +1 @@\n-a\n+b' }, { path: 'logo.png' }],
      [{ path: 'cache.ts', patch: '@@ -1 +1 @@\n-a\n+b' }],
    ],
    ['is none where the script means something else by the word', ['image 1 → 2'], undefined],
  ])('the text of what differs %s', async (_name, changes, patches) => {
    const { read } = await shop(async (folder) => ({
      compare: await printer(folder, 'compare', { files: ['cache.ts'], migrations: [], changes }),
    }));
    const found = await read('deploys.compare', { service: 'shop', from: '491', to: '492' });
    expect(found.patches).toEqual(patches);
    expect(found.files).toEqual(['cache.ts']);
  });

  test('migrations that only the comparison knows count, and a broken comparison stops the plan', async () => {
    const { folder, inspect } = await shop(async (folder) => ({
      deploys: await printer(folder, 'deploys', deploys),
      compare: await printer(folder, 'compare', { migrations: ['008_users'] }),
      rollback: ['./x', '{to}'],
    }));
    const args = { service: 'shop', deploy: '492' };
    expect((await inspect('deploys.rollback', args)).facts.migrations).toEqual(['008_users']);
    await writeFile(join(folder, 'compare.json'), '{"commits":[]}');
    await expect(inspect('deploys.rollback', args)).rejects.toThrow(/migrations/);
  });
});

describe('a change that went wrong', () => {
  const facts = { scope: '*' };
  test('did nothing when its program could not start', async () => {
    const { run } = await shop(async () => ({ flush: ['./none', '{pattern}'] }));
    await expect(run('caches.flush', { service: 'shop' }, facts)).rejects.toMatchObject({
      outcome: 'failed',
    });
  });

  test('failed when its program says so, with its last words', async () => {
    const { run } = await shop(async (folder) => {
      await program(folder, 'flush', 'echo "no such cache" >&2', 'exit 2');
      return { flush: ['./flush', '{pattern}'] };
    });
    const failing = run('caches.flush', { service: 'shop' }, facts);
    await expect(failing).rejects.toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('no such cache'),
    });
  });

  test('is unknown when it was stopped after it had started', async () => {
    const folder = await tempFolder();
    await program(folder, 'flush', 'touch started', 'exec sleep 600');
    const shopService = service({ dir: folder, flush: ['./flush'] });
    const { changer } = hostSource([shopService]);
    const abort = new AbortController();
    const running = changer('caches.flush').run({ service: 'shop' }, shopService, facts, {
      signal: abort.signal,
      key: KEY,
    });
    abort.abort();
    await expect(running).rejects.toMatchObject({ outcome: 'unknown' });
  });

  test('may be tried again when it was called off before it started', async () => {
    const shopService = service({ flush: ['true'] });
    const { changer } = hostSource([shopService]);
    const call = { signal: AbortSignal.abort(), key: KEY };
    await expect(
      changer('caches.flush').run({ service: 'shop' }, shopService, facts, call),
    ).rejects.toMatchObject({
      outcome: 'retry',
    });
  });
});

describe('what became of a step', () => {
  const cases: [string, string, string][] = [
    ['succeeded', `{"state":"succeeded"}`, 'succeeded'],
    ['not started', `{"state":"not-started"}`, 'not-started'],
    ['running', `{"state":"running"}`, 'running'],
    ['a state nobody knows', `{"state":"perhaps"}`, 'unknown'],
    ['garbage', `%%%`, 'unknown'],
  ];
  test.each(cases)('%s', async (_name, printed, expected) => {
    const { folder, reconcile } = await shop(async (folder) => {
      await program(folder, 'operation', 'echo "$1" >> called', `cat <<'END'`, printed, 'END');
      return { restart: ['./x', '{key}'], operation: ['./operation', '{key}'] };
    });
    const state = await reconcile('services.restart', { service: 'shop', mode: 'full' }, { instances: [] });
    expect(state).toBe(expected);
    expect(await called(folder)).toEqual([KEY]);
  });

  test('is unknown where nobody can be asked', async () => {
    const { reconcile } = await shop(async () => ({ restart: ['./x'] }));
    expect(await reconcile('services.restart', { service: 'shop', mode: 'full' }, { instances: [] })).toBe(
      'unknown',
    );
  });
});

describe('a scale after a crash, without `operation`', () => {
  test.each([
    ['reached', 6, 'succeeded'],
    ['not moved', 2, 'not-started'],
    ['on the way', 4, 'unknown'],
  ])('is %s where %i are wanted: %s', async (_how, desired, expected) => {
    const { reconcile } = await shop(async (folder) => ({
      health: await printer(folder, 'health', { ...health, desired }),
      scale: ['./x', '{count}'],
    }));
    expect(await reconcile('services.scale', { service: 'shop', count: 6 }, { capacity: 2 })).toBe(expected);
  });
});

describe('caches', () => {
  test('a flush shows what it costs', async () => {
    const { folder, inspect, run } = await shop(async (folder) => ({
      flush: await recorder(folder, '{pattern}'),
      cacheStats: await printer(folder, 'stats', { keys: 120, hitRate: 0.93, rebuildMs: 30_000 }),
    }));
    const { facts, preview } = await inspect('caches.flush', { service: 'shop', pattern: 'user:*' });
    expect(facts).toEqual({ scope: 'user:*' });
    expect(preview.map(({ text, how }) => `${how} ${text}`)).toEqual([
      'measured keys like user:* of shop: 120 keys',
      'estimated warm again in about 30 seconds',
      'measured hit rate now 93%',
    ]);
    await run('caches.flush', { service: 'shop', pattern: 'user:*' }, facts);
    expect(await called(folder)).toEqual(['user:*']);
  });

  test('a part is not flushed where only everything can be', async () => {
    const { inspect } = await shop(async () => ({ flush: ['./x'] }));
    await expect(inspect('caches.flush', { service: 'shop', pattern: 'user:*' })).rejects.toThrow(
      'as a whole',
    );
  });
});

describe('databases', () => {
  const state = {
    cluster: 'db-prod',
    engine: 'postgres',
    primary: 'db-1',
    replicas: [
      { id: 'db-4', lagMs: null },
      { id: 'db-3', lagMs: 120 },
      { id: 'db-2', lagMs: 450 },
    ],
    downtimeMs: 8_000,
  };
  const binding = async (folder: string) => ({
    database: await printer(folder, 'database', state),
    failover: await recorder(folder, '{cluster}', '{to}', '{key}'),
  });

  test('fail over to the replica that is least behind, whatever the milliseconds say', async () => {
    const { folder, inspect, run } = await shop(binding);
    const { facts, preview, target } = await inspect('databases.failover', { service: 'shop' });
    expect(target.id).toBe('db-prod');
    expect(facts).toEqual({ primary: 'db-1', to: 'db-2', replicas: ['db-2', 'db-3', 'db-4'] });
    expect(preview.map(({ text }) => text)).toContain('writes fail for about 8 seconds');
    await run('databases.failover', { service: 'shop' }, facts);
    expect(await called(folder)).toEqual(['db-prod', 'db-2', KEY]);
  });

  test('nothing is done when the primary has changed', async () => {
    const { run } = await shop(binding);
    const facts = { primary: 'db-9', to: 'db-2', replicas: ['db-2'] };
    await expect(run('databases.failover', { service: 'shop' }, facts)).rejects.toMatchObject({
      outcome: 'failed',
    });
  });

  test('nothing is done to what is no replica', async () => {
    const { run } = await shop(binding);
    const facts = { primary: 'db-1', to: 'db-7', replicas: ['db-2'] };
    await expect(run('databases.failover', { service: 'shop' }, facts)).rejects.toThrow('not a replica');
  });
});
