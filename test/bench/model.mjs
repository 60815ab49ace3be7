// What a model costs those who do not need it: the seed's commands answered with no key, and with one whose API takes requests and
// never answers, answers after 30 s, or answers nonsense. In turn, so that the load cannot bend the ratios. It asserts nothing.
// The API is a small one of ours on loopback.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, environmentFor, median, print, quantile, run, startDaemon } from './daemon.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 15);
const LINES = [
  '/status',
  '/scale shop 4',
  '/restart shop',
  '/rollback #2 shop',
  '/logs shop',
  '/metrics shop',
];
const ANSWERS = {
  hangs: () => {},
  'slow, 30 s': (response) => setTimeout(() => response.destroy(), 30_000),
  nonsense,
};

const folder = mkdtempSync(join(tmpdir(), 'openclaw-model-'));
const daemons = [];
const servers = [];
try {
  const kinds = ['no key', ...Object.keys(ANSWERS)];
  const envs = [];
  for (const [at, kind] of kinds.entries()) {
    const api = ANSWERS[kind] ? await startApi(ANSWERS[kind]) : null;
    const more = api
      ? { ANTHROPIC_API_KEY: 'sk-ant-of-the-bench-0123456789', ANTHROPIC_BASE_URL: api }
      : { ANTHROPIC_API_KEY: '' };
    const env = environmentFor(join(folder, `ops${at}`), more);
    await configure(env);
    envs.push(env);
    daemons.push(await startDaemon(env));
  }
  const took = kinds.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const line of LINES)
      for (const [at, env] of envs.entries()) {
        const begun = performance.now();
        await run(['chat', line], env).catch(waitingIsFine);
        took[at].push(performance.now() - begun);
      }
  const base = median(took[0]);
  for (const [at, kind] of kinds.entries())
    print(
      `the seed's commands, ${kind}`,
      ` ${median(took[at]).toFixed(0)} ms, p99 ${quantile(took[at], 0.99).toFixed(0)} ms`,
      at === 0 ? '' : `${(median(took[at]) / base).toFixed(2)} x no key`,
      at === 0 ? `load ${loadavg()[0]?.toFixed(1)}` : '',
    );
} finally {
  for (const { child } of daemons) {
    child.kill('SIGTERM');
    await ended(child);
  }
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A plan that waits for its yes ends with 5. */
function waitingIsFine(error) {
  if (!error.message.includes(' ended with 5:')) throw error;
}

async function startApi(answer) {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => answer(response));
  });
  servers.push(server);
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${server.address().port}`;
}

function nonsense(response) {
  response
    .writeHead(200, { 'content-type': 'text/event-stream' })
    .end('event: banana\ndata: {"type":"banana"}\n\n');
}

async function configure(env) {
  const shop = join(folder, 'shop.mjs');
  writeFileSync(
    shop,
    `const answers = {
      health: { service: 'shop', desired: 2, running: 2, healthy: 2, instances: [{ id: 'shop-1', state: 'healthy' }, { id: 'shop-2', state: 'healthy' }] },
      deploys: [{ number: '2', author: 'ana', title: 'fix', at: new Date(Date.now() - 9e5).toISOString(), status: 'succeeded', rolledBack: false }, { number: '1', author: 'ana', title: 'feat', at: new Date(Date.now() - 9e7).toISOString(), status: 'succeeded', rolledBack: false }],
      compare: { commits: [{ sha: 'abc1234', title: 'fix' }], files: ['a.mjs'], migrations: [] },
    };
    console.log(JSON.stringify(answers[process.argv[2]] ?? {}));`,
  );
  const log = join(folder, 'shop.log');
  writeFileSync(log, `${new Date().toISOString()} ERROR pool exhausted\n`);
  const file = join(folder, 'ops.yaml');
  const call = (...args) => JSON.stringify([process.execPath, shop, ...args]);
  const command = (name) =>
    `  - { kind: command, name: ${name}, trigger: /${name}, sources: [This host], message: "Look before you ${name}." }`;
  writeFileSync(
    file,
    [
      'resources:',
      '  - { kind: source, name: This host, type: host }',
      '  - kind: service',
      '    name: shop',
      '    bindings:',
      '      This host:',
      `        logs: [${JSON.stringify(log)}]`,
      `        health: ${call('health')}`,
      `        scale: ${call('scale', '{count}')}`,
      `        restart: ${call('restart', '{mode}', '{key}')}`,
      `        deploys: ${call('deploys')}`,
      `        compare: ${call('compare', '{from}', '{to}')}`,
      `        rollback: ${call('rollback', '{deploy}', '{to}', '{key}')}`,
      `        operation: ${call('operation', '{key}')}`,
      ...['scale', 'restart', 'rollback', 'logs', 'metrics'].map(command),
    ].join('\n'),
  );
  await run(['apply', '-f', file], env);
}
