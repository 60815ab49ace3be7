// One night as the model reads it: what the tools answered about incident #43, of a shop whose cache lives too short.
import type { Evidence } from '../../../src/planners/claude/facts/evidence.ts';

export const NOW = Date.parse('2026-03-07T03:20:00Z');

export const NIGHT: Evidence = {
  now: NOW,
  zone: 'UTC',
  results: [
    [
      'deploys of shop',
      '#492 03:01 UTC by @mike "fix: cache TTL update" succeeded',
      '#491 01:01 UTC by @ann "chore: deps" succeeded',
      '#490 00:01 UTC by @ann "feat: search" succeeded, rolled back',
      '#492 compared with #491: 2 commits, 3 files',
      '0a1b2c3 fix: cache TTL update by @mike',
      '9f8e7d6 test: shorter TTL by @mike',
      'files: src/cache.ts, src/config/redis.ts, test/cache.test.ts',
      'migrations: none',
    ].join('\n'),
    [
      'logs of shop, 02:50 to 03:20 UTC: 4,812 lines',
      'ERROR ×1,204 03:04 UTC to 03:19 UTC "connection pool exhausted after 5000ms" on shop-prod-01, shop-prod-02, ↑ 41× as often as before',
      'WARN ×38 03:02 UTC to 03:19 UTC "cache miss for key product:8812, loading from orders-db" on shop-prod-02',
      'ERROR ×12 "upstream timed out (110: Connection timed out) while reading response header from 10.0.3.17:5432"',
      'INFO ×3,558 "GET /api/items 200"',
      'rate: 80 an hour before, 4,816 an hour now',
    ].join('\n'),
    [
      'metrics of shop',
      'error_rate: 12.34% now, usually 0.2% (0.1% to 0.4%), ↑ increasing, since 03:04 UTC',
      'latency_p99: 900 ms now, usually 80 ms (64 ms to 96 ms), since 03:03 UTC',
      'cpu: 41% now, usually 38%, stable',
      'requests: 250/s now, usually 240/s',
      'memory: 3.1 GB of 8 GB',
      'connections: 100 now, usually 22, maximum 100',
    ].join('\n'),
    'health of shop: 2 of 3 healthy, release 492\nshop-prod-03: unhealthy (probe failed: 503 from /healthz)\nshop-prod-01: healthy\nshop-prod-02: healthy',
    'database orders-db: aurora-postgresql, primary orders-db-1, replica orders-db-2 20 ms behind, failover takes about 45 s',
    'cache shop-cache: 12,345 keys, hit rate 31%, usually 97%, rebuild takes about 4 minutes',
    'disk: /var 812 GB of 1000 GB used (81%), / 12 GB of 50 GB used (24%)',
  ],
  given: [
    'INCIDENT #43 shop error rate critical, error_rate 12.3% (threshold: 5%)',
    'what changed before this began?',
  ],
  instants: [Date.parse('2026-03-07T03:14:00Z')],
  services: [
    { name: 'shop', instances: ['shop-prod-*'] },
    { name: 'orders-db', instances: [] },
    { name: 'shop-cache', instances: [] },
  ],
  commands: ['/rollback', '/scale', '/logs', '/metrics', '/restart', '/status', '/flush-cache'],
};
