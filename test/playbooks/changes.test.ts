import { describe, expect, test } from 'vitest';
import { dbFailover } from '../../src/playbooks/db-failover.ts';
import { diskCleanup } from '../../src/playbooks/disk-cleanup.ts';
import { flushCache } from '../../src/playbooks/flush-cache.ts';
import { restart } from '../../src/playbooks/restart.ts';
import { scale } from '../../src/playbooks/scale.ts';
import { incident, service, shopWorld, shown, silent, steps, type } from './fake-kit.ts';

describe('/scale', () => {
  test.each<[string, object]>([
    ['/scale shop 4', { service: 'shop', count: 4 }],
    ['/scale SHOP 4', { service: 'shop', count: 4 }],
    ['/scale shop-prod-01 4', { service: 'shop', count: 4 }],
    [
      '/scale shop 12 --reason launch day is today',
      { service: 'shop', count: 12, reason: 'launch day is today' },
    ],
    ['/scale --reason "launch day" shop 12', { service: 'shop', count: 12, reason: 'launch day' }],
    ['/scale shop 0', { service: 'shop', count: 0 }],
  ])('%s', async (line, args) => {
    const proposal = steps(await type(scale, line));
    expect(proposal.steps).toEqual([{ capability: 'services.scale', args }]);
    expect(proposal.success).toMatchObject({ kind: 'healthy', service: 'shop' });
  });

  test('the card says now, then and what it costs', async () => {
    const proposal = steps(await type(scale, '/scale 4', { about: incident() }));
    expect(proposal.title).toBe('Scale shop from 3 to 4');
    expect(shown(proposal)).toContain('instances: 3 → 4 (2 healthy now)');
    expect(shown(proposal)).toContain('cost: $0.30/h → $0.40/h (+$0.10/h)');
    expect(shown(await type(scale, '/scale api 1'))).toContain('cost: unknown');
  });

  test('an instance stands for its service, and the card says so', async () => {
    expect(shown(await type(scale, '/scale shop-prod-01 4'))).toContain(
      'shop-prod-01 is an instance of shop: the whole service is changed',
    );
  });

  test('a count nobody can measure against is still proposed, with what did not answer', async () => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) host['services.health'] = silent();
    const proposal = steps(await type(scale, '/scale shop 4', { world }));
    expect(proposal.success).toEqual({ kind: 'none' });
    expect(shown(proposal)).toContain('instances: unknown → 4');
    expect(shown(proposal)).toContain('cost: unknown → $0.40/h');
    expect(shown(proposal)).toContain('This host did not answer: timed out after 5s');
  });

  test.each([
    ['/scale', 'how many instances?'],
    ['/scale shop', 'how many instances of "shop"?'],
    ['/scale 4 shop', 'is not a count', 'did you mean /scale shop 4'],
    ['/scale shop -1', 'is not a count'],
    ['/scale shop +2', 'is not a count'],
    ['/scale -5', 'is not a count'],
    ['/scale shop 1e3', 'is not a count'],
    ['/scale shop 4.5', 'is not a count'],
    ['/scale shop 99999', 'more than 10000'],
    [`/scale shop ${'9'.repeat(400)}`, 'more than 10000'],
    ['/scale shop 4; rm -rf', 'one word too many'],
    ['/scale shop 🙂', 'is not a count'],
    ['/scale shop 4 --reason', '--reason needs a value'],
    ['/scale shop 4 --reason ""', '--reason needs a value'],
    ['/scale shop 4 --reason ok', 'a reason has 3 to 500'],
    [`/scale shop 4 --reason ${'x'.repeat(501)}`, 'a reason has 3 to 500'],
    ['/scale shop 4 --reason=why --reason=not', 'twice'],
    ['/scale shop 4 --raeson because', 'unknown flag', 'did you mean --reason'],
    ['/scale shop 4 --constructor x', 'unknown flag'],
    [`/scale ${'shop '.repeat(10_000)}`, 'one word too many'],
  ])('%s is said to be wrong', async (line, message, hint = '') => {
    await expect(type(scale, line)).rejects.toMatchObject({
      type: 'usage',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint || '/scale [service] <count>'),
    });
  });

  test('which service, where several could be meant; and no source that can', async () => {
    expect(await type(scale, '/scale 4')).toMatchObject({
      kind: 'question',
      choices: expect.arrayContaining(['/scale shop 4']),
    });
    expect(await type(scale, '/scale shop 4', { world: { ...shopWorld(), changers: {} } })).toMatchObject({
      why: 'no-source',
    });
  });

  test('a database is refused, by its kind or by what a source says it is', async () => {
    expect(await type(scale, '/scale orders-db 4')).toMatchObject({ kind: 'refusal', why: 'database-scale' });
    const world = shopWorld();
    world.services = [service('orders-db')];
    expect(await type(scale, '/scale orders-db 4', { world })).toMatchObject({ why: 'database-scale' });
  });
});

describe('/restart', () => {
  test('rolling is what one gets, and the card says how to get full', async () => {
    const proposal = steps(await type(restart, '/restart', { about: incident() }));
    expect(proposal.steps).toEqual([
      { capability: 'services.restart', args: { service: 'shop', mode: 'rolling' } },
    ]);
    const card = shown(proposal);
    expect(card).toContain('Rolling restart of shop');
    expect(card).toContain('🟡 2 of 3 healthy, release 492');
    expect(card).toContain('shop-prod-01: unhealthy (probe failed)');
    expect(card).toContain('/restart shop --full');
    expect(proposal.success).toEqual({ kind: 'healthy', service: 'shop', count: 3 });
  });

  test('full says what to expect', async () => {
    const proposal = steps(await type(restart, '/restart shop --full'));
    expect(proposal.steps[0]?.args.mode).toBe('full');
    expect(shown(proposal)).toContain('expect downtime');
  });

  test('one instance: expect downtime', async () => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host)
      host['services.health'] = () => ({
        service: 'shop',
        desired: 1,
        running: 1,
        healthy: 1,
        instances: [],
      });
    expect(shown(await type(restart, '/restart shop', { world }))).toContain('one instance: expect downtime');
  });

  test('a database is refused and failover suggested, even where no source could restart it', async () => {
    const world = shopWorld();
    world.changers = {};
    expect(await type(restart, '/restart orders-db', { world })).toMatchObject({
      kind: 'refusal',
      why: 'database-restart',
      instead: '/db-failover orders-db',
    });
    expect(await type(restart, '/restart db-prod-01 --full')).toMatchObject({ why: 'database-restart' });
  });

  test.each([
    ['/restart shp', 'not-found', 'did you mean shop? /restart shop'],
    ['/restart nothing-like-it', 'not-found', 'there are shop, api, orders-db'],
    ['/restart shop full', 'usage', 'did you mean --full?'],
    ['/restart shop --ful', 'usage', 'did you mean --full?'],
    ['/restart shop -full', 'usage', 'did you mean --full?'],
    ['/restart db-prod-02', 'not-found', 'there are'],
    ['/restart shop --full=yes', 'usage', '/restart [service] [--full]'],
    ['/restart 🙂', 'not-found', 'there are'],
    ['/restart "sh\u0000op"', 'not-found', ''],
  ])('%s', async (line, errorType, hint) => {
    await expect(type(restart, line)).rejects.toMatchObject({
      type: errorType,
      hint: expect.stringContaining(hint),
    });
  });

  test('an instance that two services claim is asked about', async () => {
    const world = shopWorld();
    world.services = [service('a', { instances: ['web-*'] }), service('b', { instances: ['web-prod-*'] })];
    expect(await type(restart, '/restart web-prod-01', { world })).toMatchObject({
      kind: 'question',
      choices: ['/restart a', '/restart b'],
    });
  });

  test('the exact name goes before one that differs in case', async () => {
    const world = shopWorld();
    world.services = [service('SHOP', { instances: [] }), service('shop')];
    expect(steps(await type(restart, '/restart shop', { world })).service).toBe('shop');
    await expect(type(restart, '/restart Shop', { world })).rejects.toMatchObject({ type: 'not-found' });
  });

  test('no source: whether none is configured or none knows how', async () => {
    const world = { ...shopWorld(), changers: {} };
    expect(await type(restart, '/restart shop', { world })).toMatchObject({
      why: 'no-source',
      detail: "cannot restart shop: of this command's sources (This host) none knows how",
      instead: 'openclaw service show shop',
    });
    expect(await type(restart, '/restart shop', { world: { ...world, sources: {} } })).toMatchObject({
      detail: 'cannot restart shop: no source of this command is configured',
      instead: 'openclaw source list',
    });
  });

  test('a bare star as instance owns nothing', async () => {
    const world = shopWorld();
    world.services = [service('a', { instances: ['*'] })];
    await expect(type(restart, '/restart whatever', { world })).rejects.toMatchObject({ type: 'not-found' });
  });

  test('no service at all says how to add one', async () => {
    const world = { ...shopWorld(), services: [] };
    await expect(type(restart, '/restart', { world })).rejects.toMatchObject({
      hint: expect.stringContaining('openclaw service add'),
    });
  });
});

describe('/flush-cache', () => {
  test.each<[string, object]>([
    ['/flush-cache shop', { service: 'shop' }],
    ['/flush-cache shop-prod-02', { service: 'shop' }],
    ['/flush-cache session:*', { service: 'shop', pattern: 'session:*' }],
    ['/flush-cache shop session:*', { service: 'shop', pattern: 'session:*' }],
    ['/flush-cache', { service: 'shop' }],
    ['/flush-cache sessions', { service: 'shop', pattern: 'sessions' }],
    ['/flush-cache shop-prod-*', { service: 'shop', pattern: 'shop-prod-*' }],
  ])('%s', async (line, args) => {
    const proposal = steps(await type(flushCache, line));
    expect(proposal.steps).toEqual([{ capability: 'caches.flush', args }]);
    const card = shown(proposal);
    expect(card).toContain('keys that go: 12,345');
    expect(card).toContain('hit rate: 97%');
    expect(card).toContain('until it is warm again: about 4 minutes (estimated)');
  });

  test('what is not measured is called unknown', async () => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) host['caches.describe'] = silent();
    const card = shown(await type(flushCache, '/flush-cache shop', { world }));
    expect(card).toContain('until it is warm again: unknown');
    expect(card).toContain('This host did not answer');
  });

  test('keys that were too many to count are said to be reckoned', async () => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) {
      host['caches.describe'] = () => ({
        keys: 8_000_000,
        keysEstimated: true,
        hitRate: 0.9,
        rebuildMs: 60_000,
      });
    }
    expect(shown(await type(flushCache, '/flush-cache shop session:*', { world }))).toContain(
      'keys that go: about 8,000,000 (estimated)',
    );
  });

  test('several caches: the incident decides, directly or by what its service depends on; else it is asked', async () => {
    const world = shopWorld();
    world.services.push(service('redis', { kind: 'cache' }), service('cart', { dependsOn: ['redis'] }));
    world.changers['caches.flush redis'] = 'This host';
    const ask = await type(flushCache, '/flush-cache session:*', { world });
    expect(ask).toMatchObject({
      kind: 'question',
      choices: ['/flush-cache shop session:*', '/flush-cache redis session:*'],
    });
    const pattern = await type(flushCache, '/flush-cache session:*', { world, about: incident() });
    expect(steps(pattern).service).toBe('shop');
    const dependency = await type(flushCache, '/flush-cache session:*', {
      world,
      about: incident({ service: 'cart' }),
    });
    expect(steps(dependency).service).toBe('redis');
  });

  test('without an error rate anywhere it is watched by health', async () => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) host['metrics.query'] = () => [];
    expect(steps(await type(flushCache, '/flush-cache shop', { world })).success).toMatchObject({
      kind: 'healthy',
    });
  });

  test('an instance of two services is asked about with its pattern; a pattern has an end', async () => {
    const world = shopWorld();
    world.services = [service('a', { instances: ['web-*'] }), service('b', { instances: ['web-prod-*'] })];
    expect(await type(flushCache, '/flush-cache web-prod-01 x*', { world })).toMatchObject({
      choices: ['/flush-cache a x*', '/flush-cache b x*'],
    });
    await expect(type(flushCache, `/flush-cache shop ${'x'.repeat(201)}`)).rejects.toMatchObject({
      type: 'usage',
    });
  });

  test('a slip in a service name is no pattern', async () => {
    await expect(type(flushCache, '/flush-cache shpo')).rejects.toMatchObject({
      hint: expect.stringContaining('did you mean shop? /flush-cache shop'),
    });
  });

  test('a service without a cache is refused', async () => {
    expect(await type(flushCache, '/flush-cache api')).toMatchObject({ kind: 'refusal', why: 'no-source' });
    const world = { ...shopWorld(), changers: {} };
    expect(await type(flushCache, '/flush-cache x*', { world })).toMatchObject({
      kind: 'refusal',
      why: 'no-cache',
    });
  });
});

describe('/db-failover', () => {
  test.each([
    '/db-failover',
    '/db-failover orders-db',
    '/db-failover orders-cluster',
    '/db-failover db-prod-01',
  ])('%s goes to the replica that is least behind', async (line) => {
    const proposal = steps(await type(dbFailover, line));
    expect(proposal.steps).toEqual([
      { capability: 'databases.failover', args: { service: 'orders-db', to: 'db-3' } },
    ]);
    const card = shown(proposal);
    expect(card).toContain('current primary: db-1');
    expect(card).toContain('replica db-3: 120 ms behind ← becomes the primary');
    expect(card).toContain('replica db-4: lag unknown');
    expect(card).toContain('downtime: about 30 seconds (estimated)');
  });

  test('another replica may be named; an unknown lag is said', async () => {
    const proposal = steps(await type(dbFailover, '/db-failover --to db-4'));
    expect(proposal.steps[0]?.args.to).toBe('db-4');
    expect(shown(proposal)).toContain('its lag is unknown');
  });

  test.each([
    ['/db-failover --to db-1', 'not-a-replica', '/db-failover orders-db'],
    ['/db-failover --to nope', 'not-a-replica', '/db-failover orders-db'],
    ['/db-failover shop', 'not-a-database', '/db-failover orders-db'],
  ])('%s is refused', async (line, why, instead) => {
    expect(await type(dbFailover, line)).toMatchObject({ kind: 'refusal', why, instead });
  });

  test('what cannot be measured is not failed over', async () => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) host['databases.describe'] = silent();
    const no = await type(dbFailover, '/db-failover orders-db', { world });
    expect(no).toMatchObject({ kind: 'refusal', why: 'not-measured' });
    expect(shown(no)).toContain('This host did not answer');
  });

  test('two databases are asked about, unless the incident is about one', async () => {
    const world = shopWorld();
    world.services.push(service('users-db', { kind: 'database' }));
    expect((await type(dbFailover, '/db-failover', { world, about: incident() })).kind).toBe('question');
    const about = incident({ service: 'orders-db' });
    expect(steps(await type(dbFailover, '/db-failover', { world, about })).service).toBe('orders-db');
  });

  test('an instance of two databases is asked about; a database no source can fail over is refused', async () => {
    const world = shopWorld();
    world.services = [
      service('a', { kind: 'database', instances: ['db-*'] }),
      service('b', { kind: 'database', instances: ['db-prod-*'] }),
    ];
    expect((await type(dbFailover, '/db-failover db-prod-01', { world })).kind).toBe('question');
    expect(await type(dbFailover, '/db-failover a', { world })).toMatchObject({ why: 'no-source' });
  });

  test('no database, no replica', async () => {
    const none = { ...shopWorld(), services: [service('shop')] };
    expect(await type(dbFailover, '/db-failover', { world: none })).toMatchObject({ why: 'no-database' });
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host)
      host['databases.describe'] = () => ({
        cluster: 'c',
        engine: 'e',
        primary: 'p',
        replicas: [],
        downtimeMs: null,
      });
    expect(await type(dbFailover, '/db-failover orders-db', { world })).toMatchObject({ why: 'no-replica' });
  });

  test('a source that knows says what the downtime rests on, and what happened lately', async () => {
    const world = shopWorld();
    const host = world.sources['This host'];
    if (host) {
      host['databases.describe'] = () => ({
        cluster: 'c',
        engine: 'e',
        primary: 'db-1',
        replicas: [{ id: 'db-2', lagMs: 10 }],
        downtimeMs: 31_000,
        downtimeFrom: 'as long as its last failover took',
        events: [{ at: Date.parse('2026-11-01T02:05:00Z'), text: 'Completed failover to \u202edb-1\u0007' }],
      });
    }
    const card = shown(await type(dbFailover, '/db-failover orders-db', { world }));
    expect(card).toContain('downtime: about 31 seconds (estimated: as long as its last failover took)');
    expect(card).toMatch(/2026-11-01 02:05 UTC: Completed failover to {1,2}db-1/);
  });
});

describe('/disk-cleanup', () => {
  test('proposes the three bounded steps for the fullest disk', async () => {
    const proposal = steps(await type(diskCleanup, '/disk-cleanup'));
    expect(proposal.title).toBe('Disk / at 92% on This host: clean up');
    expect(proposal.steps).toEqual([
      { capability: 'disk.prune-docker', args: {} },
      { capability: 'disk.vacuum-journal', args: { keepBytes: 500_000_000 } },
      { capability: 'disk.remove-old-files', args: { path: '/tmp', olderThanMs: 604_800_000 } },
    ]);
    expect(proposal.success).toEqual({ kind: 'disk', source: 'This host', mount: '/', beforePercent: 92 });
    expect(shown(proposal)).toContain('/: 92%, 46 GB of 50 GB');
  });

  test('what no source can do is left out and said', async () => {
    const world = shopWorld();
    delete world.changers['disk.prune-docker'];
    const proposal = steps(await type(diskCleanup, '/disk-cleanup', { world }));
    expect(proposal.steps).toHaveLength(2);
    expect(shown(proposal)).toContain('left out: Docker images');
    expect(await type(diskCleanup, '/disk-cleanup', { world: { ...world, changers: {} } })).toMatchObject({
      why: 'no-source',
    });
  });
});
