// The incident of the seed from its alert to its summary, over AWS and GitHub together.
import { createClient } from '@redis/client';
import { expect, onTestFinished, test } from 'vitest';
import { sha } from '../../sources/github/repository.ts';
import { hasScript } from '../../support/pseudo-terminal.ts';
import { redisProgram, startRealRedis } from '../../support/real-redis.ts';
import { until, untilWithin } from '../../support/until.ts';
import { startShop } from './shop.ts';

/** The command line speaks as whoever is logged in, who is a contact by that. */
const who = 'sarah';

test.skipIf(redisProgram === undefined || !hasScript())(
  `the night of #492${redisProgram ? '' : ' (no redis-server: skipped)'}`,
  { timeout: 180_000 },
  async () => {
    const port = await startRealRedis();
    const cache = await openCache(port);
    for (let index = 0; index < 30; index += 1) await cache.set(`sess:${index}`, '1');
    const shop = await startShop({ redisPort: port });
    const { aws, group, github, traffic } = shop;
    traffic.errorRate = 12.3;
    const daemon = await shop.start();
    expect(await shop.alert(daemon.url)).toBe(200);
    await shop.recorded('Incident opened');

    // The thread: what is known, and what can be typed.
    const header = await untilWithin('the thread knows the deploy', 20_000, async () => {
      const text = shop.thread();
      return text.includes('Probable cause') && text.includes('Last deploy') ? text : null;
    });
    expect(header).toContain('🔴 api — api-prod-01 error rate critical');
    expect(header).toContain('Error rate: 12.3% (threshold: 5%)');
    expect(header).toMatch(/Last deploy: #492 at \d\d:\d\d UTC \(@mike — "fix: cache TTL update"\)/);
    expect(header).toContain('deploy #492 ("fix: cache TTL update")');
    for (const line of ['/rollback #492 —', '/scale api 4 —', '/logs api —', '/metrics api —'])
      expect(header).toContain(line);

    expect((await shop.there('/ack')).stdout).toContain(`@${who} has #1 now`);

    const logs = await shop.there('/logs api-prod-01 --since 20m');
    expect(logs.code).toBe(0);
    expect(logs.stdout).toContain('connection pool exhausted');
    const metrics = await shop.there('/metrics db-prod-01');
    expect(metrics.stdout).toMatch(/replica_lag +18 ms/);
    const status = await shop.there('/status');
    expect(status.stdout).toContain('2 of 2 healthy');
    expect(status.stdout).toContain('#1 api-prod-01 error rate critical');

    const rollback = await shop.there('/rollback #492');
    expect(rollback.code).toBe(5);
    for (const line of [
      'Roll back deploy #492 of api, back to #491',
      'fix: cache TTL update (@mike)',
      'src/cache.ts',
    ])
      expect(rollback.stdout).toContain(line);
    expect(github.changing()).toEqual([]);
    await shop.approve(rollback.number);
    await until(() => github.changing().length > 0);
    traffic.errorRate = 0.2;
    await shop.recorded('rolled back deploy #492 of api, now running #491; log: https://ci.example/logs/');
    await shop.recorded('Error rate back to 0.2% (was 12.3%)');
    expect(github.changing().map(({ body }) => body)).toMatchObject([
      { ref: sha(491), environment: 'production', auto_merge: false },
    ]);

    const scale = await shop.there('/scale api 4');
    expect(scale.stdout).toContain('cost: $0.20/h → $0.40/h');
    await shop.approve(scale.number);
    await until(() => group.desired === 4);
    group.instances.push(...['i-3', 'i-4'].map((id) => ({ id, version: '12', target: 'healthy' })));
    await shop.recorded('api: 4 of 4 healthy');

    const restart = await shop.there('/restart api');
    expect(restart.stdout).toContain('4 instances replaced by new ones, some at a time');
    await shop.approve(restart.number);
    await shop.recorded('restarted api (rolling)');
    expect(aws.inputs('autoscaling:StartInstanceRefresh')).toHaveLength(1);

    const flush = await shop.there('/flush-cache sessions');
    expect(flush.stdout).toContain('everything in the cache sessions: 30 keys');
    expect(await cache.dbSize()).toBe(30);
    await shop.approve(flush.number);
    await shop.recorded(/succeeded, .*the cache sessions/);
    expect(await cache.dbSize()).toBe(0);

    const failover = await shop.there('/db-failover orders-db');
    expect(failover.stdout).toContain('Two steps');
    const typed = await shop.approveTyped(failover.number, 'orders-db');
    expect(typed).toContain('the facts were read again and still hold');
    await shop.recorded('failed orders over from orders-1 to orders-2');
    expect(aws.inputs('rds:FailoverDBCluster')).toHaveLength(1);

    await shop.alert(daemon.url, { status: 'resolved' });
    await shop.recorded('RESOLVED');
    expect(shop.thread()).toContain('✅ RESOLVED');
    const summary = (await shop.run('incident', 'show', '1', '--markdown')).stdout;
    for (const line of [
      'Probable, not confirmed: deploy #492 ("fix: cache TTL update")',
      `@${who} acknowledged`,
      'done (Error rate back to 0.2% (was 12.3%)): rolled back deploy #492 of api, now running #491',
      'scaled api to 4 instances',
      'restarted api (rolling)',
      'failed orders over from orders-1 to orders-2',
      'Roll back deploy #492 of api, back to #491: repair it before it is deployed again.',
    ])
      expect(summary).toContain(line);
    expect(summary).not.toContain('still open');
    if (process.env.OPENCLAW_TEST_SHOW) process.stderr.write(`${shop.thread()}\n${summary}`);
    expect(aws.unscripted).toEqual([]);
    expect(await daemon.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  },
);

async function openCache(port: number) {
  const client = createClient({ socket: { host: '127.0.0.1', port } });
  client.on('error', () => {});
  await client.connect();
  onTestFinished(() => client.destroy());
  return client;
}
