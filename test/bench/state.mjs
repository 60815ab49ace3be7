// What a large state costs, and how soon people hear: hand-over to a pager, timers of 10,000 open incidents, `/status` and
// a start beside 100,000 that are over. It asserts nothing. The incidents are copies of one that the daemon made.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBare } from './bare.mjs';
import { ended, environmentFor, median, megabytes, print, quantile, run, startDaemon } from './daemon.mjs';

const sqlite = Number.parseInt(process.versions.node, 10) >= 22 ? 'better-sqlite3-13' : 'better-sqlite3';
const Sqlite = createRequire(import.meta.url)(sqlite);
const TOKEN = 'a-long-and-secret-word-for-webhooks';
const PEOPLE = Number(process.env.BENCH_PEOPLE ?? 200);
const OPEN = Number(process.env.BENCH_OPEN ?? 10_000);
const CLOSED = Number(process.env.BENCH_CLOSED ?? 100_000);
/** The timers fall due evenly over this. */
const SPREAD_MS = 60_000;
const TIMER_LEAD_MS = 10_000;

const folder = mkdtempSync(join(tmpdir(), 'openclaw-state-'));
const env = environmentFor(join(folder, 'ops'), { HOOK: TOKEN });
const file = join(folder, 'ops', 'openclaw.db');
const heard = [];
const pager = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    heard.push({ at: performance.now(), body });
    response.end('{}');
  });
});
let daemon;

try {
  await new Promise((ready) => pager.listen(0, '127.0.0.1', ready));
  const pagerUrl = `http://127.0.0.1:${pager.address().port}/`;
  await configure(pagerUrl);
  daemon = await startDaemon(env);
  const ours = await handOver();
  await stop();
  daemon = await startBare(env, pagerUrl);
  const bare = await handOver();
  await stop();
  tellHandOver('alert to pager', ours, 'goal 5, 50 ms');
  tellHandOver('the same, bare Node', bare, '');
  seed('open', OPEN, 'open incidents');
  armTimers();
  daemon = await startDaemon(env);
  print('start to listening', `${daemon.tookMs.toFixed(0)} ms`, 'goal 1000 ms', `${OPEN} open incidents`);
  await timers();
  await stop();
  closeAll();
  seed('resolved', CLOSED, 'closed incidents');
  daemon = await startDaemon(env);
  print('start to listening', `${daemon.tookMs.toFixed(0)} ms`, 'goal 1000 ms', `${CLOSED} closed incidents`);
  await status();
  print('resident memory', `${megabytes(daemon.pid)} MB`, '', `${CLOSED} closed incidents`);
} finally {
  if (daemon) await stop();
  pager.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Each person has a service of their own, so that no two pages are bundled. */
async function configure(url) {
  const people = Array.from({ length: PEOPLE }, (_, index) => index);
  const resources = [
    { kind: 'source', name: 'Prod', type: 'generic', secrets: { token: 'env:HOOK' } },
    { kind: 'channel', name: 'hook', type: 'webhook', settings: { url }, secrets: { signing: 'env:HOOK' } },
    ...people.flatMap((index) => [
      { kind: 'service', name: `s${index}`, type: 'app' },
      { kind: 'contact', name: `p${index}`, ids: { hook: `p${index}` }, order: ['hook'] },
      { kind: 'escalation', name: `e${index}`, levels: [{ target: `p${index}`, timeout: '1h' }] },
      {
        kind: 'alert-route',
        name: `r${index}`,
        severities: ['critical'],
        services: [`s${index}`],
        to: '#ops-critical',
        escalation: `e${index}`,
      },
    ]),
  ];
  const path = join(folder, 'ops.json');
  writeFileSync(path, JSON.stringify({ resources }));
  await run(['apply', '-f', path], env);
}

async function handOver() {
  const times = [];
  for (let index = 0; index < PEOPLE; index += 1) {
    await pause(100);
    const before = heard.length;
    const startedAt = performance.now();
    await post({
      title: `s${index} is down`,
      severity: 'critical',
      service: `s${index}`,
      dedup_key: `s${index}`,
    });
    for (const until = startedAt + 5000; heard.length === before && performance.now() < until; )
      await pause(1);
    times.push(heard.length > before ? heard[before].at - startedAt : Number.POSITIVE_INFINITY);
  }
  return times;
}

function tellHandOver(what, times, goal) {
  const shown = `median ${median(times).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`;
  print(what, shown, goal, `${PEOPLE} alerts, idle between them`);
}

/** Copies of incident #1, each under a key of its own. */
function seed(state, count, what) {
  const database = new Sqlite(file);
  const columns = database
    .pragma('table_info(incident)')
    .map(({ name }) => name)
    .filter((name) => !['id', 'key', 'state', 'resolved_at', 'escalation'].includes(name));
  const startedAt = performance.now();
  database.exec(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
    insert into incident (key, state, resolved_at, escalation, ${columns.join(', ')})
    select 'bench:${state}:' || i, '${state}', ${state === 'open' ? 'null' : 'opened_at + 60000'},
      'e' || (i % ${PEOPLE}), ${columns.join(', ')} from incident, n where id = 1`);
  database.close();
  print('seeded', `${count} ${what}`, '', `${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

function armTimers() {
  const database = new Sqlite(file);
  const from = Date.now() + TIMER_LEAD_MS;
  database.exec(`insert into job (kind, priority, key, run_at, state, attempts, payload_json, created_at)
    select 'escalate', 0, 'escalate:' || id, ${from} + (id * 7919 % ${SPREAD_MS}), 'queued', 0,
      '{"incidentId":' || id || '}', ${Date.now()} from incident where key like 'bench:open:%'`);
  database.close();
}

/** How long after its timer was due each incident's level was told, by the record. */
async function timers() {
  const database = new Sqlite(file, { readonly: true });
  const due = new Map(
    database
      .prepare(
        "select key, run_at from job where kind = 'escalate' and state = 'queued' and key like 'escalate:%'",
      )
      .all()
      .map(({ key, run_at }) => [Number(key.split(':')[1]), run_at]),
  );
  await pause(TIMER_LEAD_MS + SPREAD_MS + 5000);
  const told = new Map(
    database
      .prepare(
        "select incident_id as id, min(at) as at from timeline where kind in ('paged', 'escalated') group by incident_id",
      )
      .all()
      .map(({ id, at }) => [id, at]),
  );
  database.close();
  const late = [...due].flatMap(([id, at]) => (told.has(id) ? [Math.max(0, told.get(id) - at)] : []));
  const shown = `median ${median(late)} ms, p99 ${quantile(late, 0.99)} ms late`;
  print(
    'timers',
    shown,
    'goal p99 1000 ms',
    `${late.length} of ${due.size} told within ${SPREAD_MS / 1000} s`,
  );
}

function closeAll() {
  const database = new Sqlite(file);
  database.exec("update incident set state = 'resolved', resolved_at = opened_at + 1 where state = 'open'");
  database.exec("delete from job where kind in ('escalate', 'post', 'page-bundle', 'page-fallback')");
  database.close();
}

/** From the line in the inbox to its answer, by their rows. */
async function status() {
  for (let n = 0; n < 15; n += 1) await run(['chat', '/status', '--wait', '20s'], env);
  const database = new Sqlite(file, { readonly: true });
  const rows = database
    .prepare(
      "select post.created_at - inbox.received_at as ms from post join inbox on inbox.key = post.answers where inbox.kind = 'chat'",
    )
    .all();
  database.close();
  const shown = `median ${median(rows.map(({ ms }) => ms))} ms, longest ${Math.max(...rows.map(({ ms }) => ms))} ms`;
  print('/status', shown, 'goal 50 ms', `${CLOSED} closed incidents`);
}

async function post(body) {
  const response = await fetch(`${daemon.url}/hooks/Prod`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
}

async function stop() {
  daemon.child.kill('SIGTERM');
  await ended(daemon.child);
  daemon = undefined;
}

function pause(ms) {
  return new Promise((later) => setTimeout(later, ms));
}
