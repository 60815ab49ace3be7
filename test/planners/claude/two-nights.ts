// Two more nights, written down with their remarks before anybody looked at how the check works: a checkout whose payments are
// slow (plain text, UTC), and a search whose index outgrew its memory (JSON, Tokyo).
import type { Evidence } from '../../../src/planners/claude/facts/evidence.ts';

export const CHECKOUT_NIGHT: Evidence = {
  now: Date.parse('2026-05-19T14:40:00Z'),
  zone: 'UTC',
  results: [
    [
      'deploys of checkout',
      '#2207 14:12 UTC by @dana "perf: batch payment calls" succeeded',
      '#2206 09:30 UTC by @oleg "fix: rounding of vouchers" succeeded',
      '#2207 compared with #2206: 4 commits, 9 files',
      'files: src/payment/batch.ts, src/payment/client.ts',
      'migrations: none',
    ].join('\n'),
    'deploys of payments\n#918 13:55 UTC by @ines "chore: raise pool to 40" succeeded',
    [
      'logs of checkout, 14:00 to 14:40 UTC: 9,640 lines',
      'ERROR ×2,410 14:16 UTC to 14:39 UTC "payment call timed out after 3000ms" on checkout-1, checkout-2, ↑ 27× as often as before',
      'WARN ×180 14:16 UTC to 14:39 UTC "retrying batch of 50"',
      'INFO ×7,050 "POST /api/orders 200"',
      'rate: 90 an hour before, 2,430 an hour now',
    ].join('\n'),
    [
      'logs of payments, 14:00 to 14:40 UTC: 3,200 lines',
      'ERROR ×64 14:17 UTC to 14:38 UTC "deadlock detected while updating ledger" on payments-2',
      'INFO ×3,136 "charge accepted"',
    ].join('\n'),
    [
      'metrics of checkout',
      'error_rate: 14.2% now, usually 0.3% (0.2% to 0.5%), ↑ increasing, since 14:16 UTC',
      'latency_p99: 3,200 ms now, usually 400 ms (350 ms to 460 ms), since 14:14 UTC',
      'cpu: 36% now, usually 35%, stable',
      'requests: 420/s now, usually 410/s',
      'memory: 1.5 GB of 4 GB',
    ].join('\n'),
    [
      'metrics of payments',
      'error_rate: 2.1% now, usually 0.1%, since 14:17 UTC',
      'latency_p99: 1,900 ms now, usually 950 ms, since 14:13 UTC',
      'cpu: 88% now, usually 44%, ↑ increasing',
      'connections: 40 now, usually 15, maximum 40',
    ].join('\n'),
    'health of checkout: 6 of 6 healthy, release 2207',
    'health of payments: 3 of 4 healthy, release 918\npayments-2: unhealthy (probe failed: timeout after 5 s)',
    'queue orders-in: 18,400 messages, usually 120, oldest 22 min',
  ],
  given: [
    'INCIDENT #61 checkout error rate critical, error_rate 14.2% (threshold: 5%)',
    'what is wrong with checkout?',
  ],
  instants: [Date.parse('2026-05-19T14:20:00Z')],
  services: [
    { name: 'checkout', instances: ['checkout-*'] },
    { name: 'payments', instances: ['payments-*'] },
    { name: 'orders-in', instances: [] },
  ],
  commands: ['/rollback', '/scale', '/logs', '/restart', '/status'],
};

export const SEARCH_NIGHT: Evidence = {
  now: Date.parse('2026-09-02T18:26:00Z'),
  zone: 'Asia/Tokyo',
  results: [
    JSON.stringify({
      service: 'search-api',
      health: {
        desired: 8,
        running: 8,
        healthy: 6,
        instances: [
          { id: 'search-api-3', state: 'unhealthy', detail: 'OOMKilled' },
          { id: 'search-api-5', state: 'unhealthy', detail: 'OOMKilled' },
        ],
      },
      metrics: [
        { metric: 'memory', unit: '%', current: 97, usual: 61 },
        { metric: 'latency_p95', unit: 'ms', current: 1250, usual: 125 },
        { metric: 'error_rate', unit: '%', current: 4.8, usual: 0.2 },
        { metric: 'cpu', unit: '%', current: 52, usual: 49 },
      ],
      events: [
        { at: '2026-09-02T17:58:20Z', text: 'Memory cgroup out of memory: Killed process 4121 (java)' },
        { at: '2026-09-02T18:09:05Z', text: 'Back-off restarting failed container' },
      ],
    }),
    JSON.stringify({
      service: 'catalog',
      health: { desired: 4, running: 4, healthy: 4, instances: [] },
      metrics: [
        { metric: 'memory', unit: '%', current: 58, usual: 57 },
        { metric: 'latency_p95', unit: 'ms', current: 340, usual: 90 },
        { metric: 'error_rate', unit: '%', current: 0.9, usual: 0.1 },
        { metric: 'requests', unit: '/s', current: 760, usual: 380 },
      ],
      events: [],
    }),
    'deploys of search-api\n2026-09-03 02:41 JST #5530 by @kenji "feat: index product reviews" succeeded\n2026-09-02 11:15 JST #5529 by @mei "docs: readme" succeeded',
    'logs of search-api since 02:30 JST\n02:58:20 FATAL java.lang.OutOfMemoryError: Java heap space\n03:02:11 ERROR shard [reviews][2] failed to recover\n36 errors, 720 lines',
    'index reviews: 14 GB, 3 shards; index products: 6 GB, 3 shards; heap 16 GB',
  ],
  values: [
    {
      service: 'search-api',
      restarts: [
        { id: 'search-api-3', count: 4 },
        { id: 'search-api-5', count: 3 },
      ],
    },
  ],
  given: ['INCIDENT #88 search-api memory 97% (threshold: 90%)', 'why is search slow?'],
  instants: [Date.parse('2026-09-02T18:00:00Z')],
  services: [
    { name: 'search-api', instances: ['search-api-*'] },
    { name: 'catalog', instances: ['catalog-*'] },
  ],
  commands: ['/rollback', '/scale', '/restart'],
};
