// The host source over scripts of ours, under the suite of all sources.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostBinding } from '../../../src/domain/host-binding.ts';
import type { Reconciliation } from '../../../src/domain/tool.ts';
import { hostSource, program, service, tempFolder } from '../host/support.ts';
import {
  type ChangeCase,
  conforms,
  type Fault,
  hasNoOtherTools,
  type Opened,
  type Scenario,
} from './suite.ts';

const SECRET = 'ghp_HostScriptSecret0123456789abcdef';

interface HostOpened extends Opened {
  /** What `operation` says. */
  say(state: Reconciliation): void;
}

const OUTPUTS = {
  health: {
    desired: 2,
    running: 2,
    healthy: 1,
    release: '492',
    instances: [
      { id: 'shop-1', state: 'healthy' },
      { id: 'shop-2', state: 'unhealthy', detail: '\u001b[31m@channel \u202epool exhausted\u0007' },
    ],
  },
  deploys: [
    {
      number: 492,
      author: 'mi\u202eke',
      title: '@channel \u001b[31mfix',
      at: 1_795_000_000,
      status: 'succeeded',
    },
    { number: 491, author: 'zoe', title: 'feat', at: 1_794_000_000, status: 'succeeded' },
  ],
  compare: { commits: [{ sha: 'abc', title: 'fix\u0007' }], files: ['a\u202e.ts'], migrations: [] },
  cacheStats: { keys: 12, hitRate: 0.9, rebuildMs: 1_000 },
  database: {
    cluster: 'db',
    engine: 'postgres\u0007',
    primary: 'db-1',
    replicas: [{ id: 'db-2', lagMs: 5 }],
    downtimeMs: 3_000,
  },
};

const MISBEHAVE = [
  'read -r mode < mode',
  'case "$mode" in',
  'hang) echo > hung; exec sleep 30 ;;',
  `html) echo '<html>${SECRET}</html>'; exit 0 ;;`,
  `broken) echo 'oops, token ${SECRET}' >&2; exit 1 ;;`,
  `cut) printf '[{"number": "49'; exit 0 ;;`,
  'huge) exec head -c 6000000 /dev/zero ;;',
  'esac',
];

async function open(): Promise<HostOpened> {
  const folder = await tempFolder();
  const path = (name: string) => join(folder, name);
  const behave = (mode: string) => {
    rmSync(path('hung'), { force: true });
    writeFileSync(path('mode'), `${mode}\n`);
  };
  behave('well');
  writeFileSync(path('state'), 'unknown\n');
  for (const [name, output] of Object.entries(OUTPUTS)) {
    // Without a program of its own: the suite runs some hundreds of these.
    await program(folder, name, ...MISBEHAVE, `printf '%s' '${JSON.stringify(output)}'`);
  }
  await program(
    folder,
    'change',
    ...MISBEHAVE,
    'echo "$@" >> effects',
    'if [ "$mode" = lose ]; then echo > hung; exec sleep 30; fi',
    'exit 0',
  );
  await program(
    folder,
    'operation',
    ...MISBEHAVE,
    'read -r state < state',
    `printf '{"state": "%s"}' "$state"`,
  );
  writeFileSync(path('shop.log'), '2026-11-28T03:00:00Z ERROR pool \u0007exhausted\n');
  const binding: HostBinding = {
    dir: folder,
    logs: [path('shop.log')],
    health: ['./health'],
    deploys: ['./deploys'],
    compare: ['./compare', '{from}', '{to}'],
    cacheStats: ['./cacheStats', '{pattern}'],
    database: ['./database'],
    scale: ['./change', 'scale', '{count}', '{key}'],
    restart: ['./change', 'restart', '{mode}', '{key}'],
    rollback: ['./change', 'rollback', '{to}', '{key}'],
    flush: ['./change', 'flush', '{pattern}', '{key}'],
    failover: ['./change', 'failover', '{to}', '{key}'],
    operation: ['./operation', '{key}'],
  };
  const shop = service(binding);
  const { source } = hostSource([shop]);
  return {
    source,
    service: shop,
    secrets: [SECRET],
    fault: (fault) => behave(fault ?? 'well'),
    loseAnswers: () => behave('lose'),
    keepsWaiting: () => existsSync(path('hung')),
    effects: () =>
      existsSync(path('effects')) ? readFileSync(path('effects'), 'utf8').trim().split('\n').length : 0,
    say: (state) => writeFileSync(path('state'), `${state}\n`),
  };
}

/** A changing script that ends with 0 did its work, whatever it prints. */
const faults: readonly Fault[] = ['hang', 'broken'];

function words(): ChangeCase<HostOpened>['words'] {
  const states: Reconciliation[] = ['succeeded', 'failed', 'not-started', 'running', 'unknown'];
  return Object.fromEntries(states.map((state) => [state, async (opened: HostOpened) => opened.say(state)]));
}

const scenario: Scenario<HostOpened> = {
  name: 'host',
  open,
  faults: ['hang', 'html', 'broken', 'cut', 'huge'],
  // It measures and checks the machine, whatever the scripts of a service do.
  wholeFaults: [],
  reads: [
    // One that cannot be asked is listed as unknown.
    { capability: 'services.list', args: {}, faults: [] },
    { capability: 'services.health', args: { service: 'shop' } },
    { capability: 'metrics.query', args: { service: 'shop' }, faults: [] },
    { capability: 'logs.search', args: { service: 'shop', limit: 100 }, faults: [] },
    { capability: 'deploys.list', args: { service: 'shop', limit: 10 } },
    { capability: 'deploys.compare', args: { service: 'shop', from: '491', to: '492' } },
    { capability: 'databases.describe', args: { service: 'shop' } },
    { capability: 'caches.describe', args: { service: 'shop' } },
  ],
  changes: [
    {
      capability: 'services.restart',
      args: { service: 'shop', mode: 'rolling' },
      tellsRepeats: false,
      faults,
      words: words(),
    },
    {
      capability: 'services.scale',
      args: { service: 'shop', count: 3 },
      tellsRepeats: false,
      faults,
      words: { succeeded: async (opened) => opened.say('succeeded') },
    },
    {
      capability: 'deploys.rollback',
      args: { service: 'shop', deploy: '492' },
      tellsRepeats: false,
      faults,
      words: words(),
    },
    {
      capability: 'caches.flush',
      args: { service: 'shop', pattern: 'basket:*' },
      tellsRepeats: false,
      faults,
      words: words(),
    },
    {
      capability: 'databases.failover',
      args: { service: 'shop' },
      tellsRepeats: false,
      faults,
      words: words(),
    },
  ],
};

hasNoOtherTools('host', open, conforms(scenario));
