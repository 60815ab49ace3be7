// How fast alerts get in, beside Alertmanager where it is installed and beside bare Node: the same bodies from the same
// client in turn, in one run. It asserts nothing. All take Alertmanager's own push API; ours answers after the alert is on the
// disk, and so does bare Node, which does nothing else.
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startBare } from './bare.mjs';
import { ended, environmentFor, median, megabytes, print, quantile, run, startDaemon } from './daemon.mjs';

const TOKEN = 'a-long-and-secret-word-for-webhooks';
const CONNECTIONS = 32;
const SINGLES = Number(process.env.BENCH_SINGLES ?? 10_000);
const BATCHES = Number(process.env.BENCH_BATCHES ?? 500);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const MANY = 110_000;
const folder = mkdtempSync(join(tmpdir(), 'openclaw-ingest-'));
const running = [];
let serial = 0;

try {
  const ours = await startOurs();
  const theirs = await startTheirs();
  const bare = await startBareNode();
  const targets = [ours, bare, ...(theirs ? [theirs] : [])];
  if (!theirs) console.log('alertmanager is not installed: our figures stand alone');
  for (const [title, count, size] of [
    ['singles', SINGLES, 1],
    ['by 50', BATCHES, 50],
  ]) {
    const seen = new Map(targets.map((target) => [target, []]));
    for (let round = 0; round < ROUNDS; round += 1)
      for (const target of targets) seen.get(target).push(await push(target, count, size));
    report(title, { ours, bare, theirs }, seen);
  }
  for (const target of targets.filter((each) => each !== bare)) {
    while (target.sent < MANY)
      await push(target, Math.min(BATCHES, Math.ceil((MANY - target.sent) / 50)), 50);
    print(
      `resident, ${target.name}`,
      `${megabytes(target.pid)} MB`,
      target === ours ? 'goal 128 MB' : '',
      `${target.sent} alerts`,
    );
  }
  await drained(ours);
} finally {
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(running.map(ended));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function startOurs() {
  const env = environmentFor(join(folder, 'ops'), { HOOK: TOKEN });
  await run(['source', 'add', '--name', 'Prod', '--type', 'alertmanager', '--secret', 'token=env:HOOK'], env);
  const { child, pid, url } = await startDaemon(env);
  running.push(child);
  return { name: 'openclaw', pid, url: `${url}/hooks/Prod/api/v2/alerts`, health: `${url}/metrics`, sent: 0 };
}

async function startBareNode() {
  const { child, pid, url } = await startBare(environmentFor(folder));
  running.push(child);
  return { name: 'bare Node', pid, url, sent: 0 };
}

async function startTheirs() {
  const program = (process.env.PATH ?? '')
    .split(':')
    .flatMap((path) => ['prometheus-alertmanager', 'alertmanager'].map((name) => join(path, name)))
    .find(isExecutable);
  if (!program) return null;
  const port = await freePort();
  const config = join(folder, 'alertmanager.yml');
  // It has a receiver to work for, as ours has its engine; nobody listens there.
  writeFileSync(
    config,
    `route: { receiver: hook, group_by: [service] }\nreceivers: [{ name: hook, webhook_configs: [{ url: 'http://127.0.0.1:9/' }] }]\n`,
  );
  const child = spawn(
    program,
    [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  running.push(child);
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const ready = await fetch(`${url}/-/ready`).catch(() => null);
    if (ready?.ok) break;
    await new Promise((later) => setTimeout(later, 50));
  }
  return { name: 'alertmanager', pid: child.pid, url: `${url}/api/v2/alerts`, sent: 0 };
}

/** `count` requests of `size` alerts each, over kept connections. Gives requests a second and their times in ms. */
async function push(target, count, size) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const url = new URL(target.url);
  const times = [];
  let left = count;
  const startedAt = performance.now();
  const sender = async () => {
    while (left > 0) {
      left -= 1;
      const body = bodyOf(size);
      const at = performance.now();
      await post(agent, url, body);
      times.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  const seconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  target.sent += count * size;
  return { perSecond: (count * size) / seconds, p50: median(times), p99: quantile(times, 0.99) };
}

function bodyOf(size) {
  const now = new Date().toISOString();
  return JSON.stringify(
    Array.from({ length: size }, () => {
      serial += 1;
      return {
        labels: {
          alertname: 'HighErrorRate',
          severity: 'warning',
          service: `shop-${serial % 20}`,
          instance: `shop-${serial}`,
        },
        annotations: { summary: `error rate of shop-${serial} is high` },
        startsAt: now,
        generatorURL: 'http://prometheus.example/graph',
      };
    }),
  );
}

function post(agent, url, body) {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${TOKEN}`,
        },
      },
      (response) => {
        response.resume();
        response.once('end', () =>
          response.statusCode === 200
            ? resolve()
            : reject(new Error(`${url} answered ${response.statusCode}`)),
        );
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

function report(title, { ours, bare, theirs }, seen) {
  for (const target of [ours, bare, theirs].filter(Boolean)) {
    const rounds = seen.get(target);
    const of = (key) => median(rounds.map((round) => round[key]));
    print(
      `${title}, ${target.name}`,
      `${Math.round(of('perSecond'))} alerts/s`,
      target === ours && title === 'singles' ? 'goal p99 15 ms' : '',
      `p50 ${of('p50').toFixed(1)} ms, p99 ${of('p99').toFixed(1)} ms`,
    );
  }
  for (const other of [bare, theirs].filter(Boolean)) {
    const ratios = seen.get(ours).map(({ perSecond }, round) => perSecond / seen.get(other)[round].perSecond);
    const goal = title === 'singles' ? 'goal 0.9' : 'goal 0.5';
    print(`${title}, to ${other.name}`, `${median(ratios).toFixed(2)} x`, other === theirs ? goal : '');
  }
}

/** Until the engine has worked through what was taken in. */
async function drained(ours) {
  const startedAt = performance.now();
  for (;;) {
    const text = await (await fetch(ours.health)).text();
    const waiting = Number(/^openclaw_inbox_waiting (\d+)/m.exec(text)?.[1] ?? Number.NaN);
    if (!(waiting > 0)) break;
    if (performance.now() - startedAt > 120_000) return print('worked through', 'not within 120 s', '');
    await new Promise((later) => setTimeout(later, 200));
  }
  const seconds = (performance.now() - startedAt) / 1000;
  print('worked through', `${seconds.toFixed(1)} s after the last`, '', `${ours.sent} alerts`);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((found) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}
