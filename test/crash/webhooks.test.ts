// The real daemon under a trickle of webhooks and of what people type, killed again and again: whatever was answered
// with 2xx is stored, and so is whatever a command said was done.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseOf } from './live.ts';
import { makeFolder, numbersFrom } from './lives.ts';

const LONG = process.env.OPENCLAW_TEST_LONG !== undefined;
const DEATHS = LONG ? 1000 : 6;
/** Commands are slower than webhooks: one life in so many is long enough for some. */
const LONG_LIFE = LONG ? 10 : 3;
const LONG_DELIVERIES = LONG ? 1200 : 400;
const SEED = 43;
const SENDERS = 4;
const TOKEN = 'correct-horse-battery';
const root = resolve(import.meta.dirname, '../..');
const folder = makeFolder();
const env = { ...process.env, OPENCLAW_STATE_DIR: folder, HOOK_TOKEN: TOKEN, NO_COLOR: '1' };

interface Daemon {
  child: ChildProcess;
  url: string;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

let running: Daemon | null = null;

beforeAll(async () => {
  const run = promisify(execFile);
  if (!existsSync(join(root, 'dist/cli.cjs')))
    await run(process.execPath, [join(root, 'build.mjs')], { cwd: root });
  const source = [
    'source',
    'add',
    '--name',
    'scripts',
    '--type',
    'generic',
    '--secret',
    'token=env:HOOK_TOKEN',
  ];
  // Whoever runs the test may approve without a terminal.
  const contact = ['contact', 'add', '--name', 'robot', '--id', `local=${userInfo().uid}`];
  const rights = ['--can', 'approve', '--unattended'];
  await run(process.execPath, [join(root, 'bin/openclaw.js'), ...source], { env });
  await run(process.execPath, [join(root, 'bin/openclaw.js'), ...contact, ...rights], { env });
});

afterAll(async () => {
  running?.child.kill('SIGKILL');
  await running?.ended;
  rmSync(folder, { recursive: true, force: true });
});

test(
  `${DEATHS} deaths in the middle of deliveries and decisions: all that was answered is stored, once`,
  async () => {
    const random = numbersFrom(SEED);
    const said: Said = { acks: new Set(), silences: new Set(), approvals: new Set() };
    const acknowledged = new Set<string>();
    const look = storedTitles();
    let sent = 0;
    for (let death = 1; death <= DEATHS; death += 1) {
      const daemon = await startDaemon();
      // By what was answered, not by time: the others are somewhere between their first byte and their commit.
      const isLong = death % LONG_LIFE === 0;
      const killAfter = 1 + Math.floor(random() * (isLong ? LONG_DELIVERIES : 12));
      let answered = 0;
      const sender = async () => {
        while (answered < killAfter) {
          sent += 1;
          const title = `alert ${sent}`;
          if (!(await deliver(daemon.url, title, sent))) return;
          acknowledged.add(title);
          answered += 1;
        }
        daemon.child.kill('SIGKILL');
      };
      const person = isLong ? [typeUntilItDies(daemon, death, said)] : [];
      await Promise.all([...Array.from({ length: SENDERS }, sender), ...person]);
      expect((await daemon.ended).signal).toBe('SIGKILL');
      expect(look(acknowledged), `after death ${death}`).toEqual([]);
    }
    expect(acknowledged.size).toBeGreaterThan(DEATHS);

    const last = await startDaemon();
    await untilAllHandled();
    last.child.kill('SIGTERM');
    expect(await last.ended).toEqual({ code: 0, signal: null });
    const known = new Set(titles('select title from alert'));
    expect([...acknowledged].filter((title) => !known.has(title))).toEqual([]);
    expect(lost(said)).toEqual([]);
    console.log(
      `webhooks: ${DEATHS} deaths, ${acknowledged.size} of ${sent} alerts acknowledged, none lost; ` +
        `nor of ${said.acks.size} acknowledgements, ${said.silences.size} silences, ${said.approvals.size} approvals`,
    );
  },
  // A machine may be busy with others.
  Math.max(300_000, DEATHS * 5000),
);

async function startDaemon(): Promise<Daemon> {
  const args = ['run', '--no-chat', '--log-json', '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, [join(root, 'bin/openclaw.js'), ...args], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended: Daemon['ended'] = new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => settle({ code, signal }));
  });
  const url = await new Promise<string>((settle, fail) => {
    const said: string[] = [];
    const lines = createInterface({ input: child.stderr });
    lines.on('line', (line) => {
      said.push(line);
      const { event, url: at } = line.startsWith('{') ? JSON.parse(line) : {};
      if (event === 'listening') settle(at);
    });
    lines.on('close', () => fail(new Error(`the daemon ended before it listened:\n${said.join('\n')}`)));
  });
  running = { child, url, ended };
  return running;
}

/** False: the daemon died before it answered. Errors: it answered with anything but 2xx. */
async function deliver(url: string, title: string, number: number): Promise<boolean> {
  const answer = await fetch(`${url}/hooks/scripts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title, severity: number % 7 === 0 ? 'critical' : 'warning' }),
  }).catch(() => null);
  if (answer && !answer.ok) throw new Error(`${title} was answered with ${answer.status}`);
  return answer !== null;
}

/** What commands said was done, by the numbers and names they gave. */
interface Said {
  acks: Set<number>;
  silences: Set<string>;
  approvals: Set<number>;
}

/** Takes incidents, silences and closes what it took, one command after the other, as long as the daemon lives. */
async function typeUntilItDies({ ended }: Daemon, life: number, said: Said): Promise<void> {
  const dead = new AbortController();
  void ended.then(() => dead.abort());
  for (let turn = 1; !dead.signal.aborted; turn += 1) {
    const [mine] = rows(`select id from incident where state = 'open' and acked_by is null limit 1`);
    if (mine && (await type(dead.signal, 'incident', 'ack', `${mine.id}`))?.code === 0)
      said.acks.add(Number(mine.id));
    const silence = `quiet ${life} ${turn}`;
    const match = ['--match', `life=${life}`, '--for', '1d'];
    if ((await type(dead.signal, 'silence', 'add', '--name', silence, ...match))?.code === 0)
      said.silences.add(silence);
    if (!mine) continue;
    const close = await type(dead.signal, 'incident', 'close', `${mine.id}`, 'done');
    const { approvalId } = close?.code === 5 ? close.json : {};
    if (typeof approvalId !== 'number') continue;
    if ((await type(dead.signal, 'approve', `${approvalId}`))?.code === 0) said.approvals.add(approvalId);
  }
}

/** Null: the daemon died before the command ended, so nothing was promised. */
async function type(signal: AbortSignal, ...args: string[]) {
  const child = spawn(process.execPath, [join(root, 'bin/openclaw.js'), ...args, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    signal,
  });
  const [stdout, code] = await Promise.all([
    textOf(child.stdout),
    new Promise<number | null>((settle) => {
      child.once('error', () => settle(null));
      child.once('close', settle);
    }),
  ]).catch(() => ['', null] as const);
  return code === null ? null : { code, json: JSON.parse(stdout) as Record<string, unknown> };
}

function lost({ acks, silences, approvals }: Said): string[] {
  const stored = (query: string) => new Set(rows(query).map(({ id }) => id));
  const acked = stored('select id from incident where acked_at is not null');
  const silenced = stored(`select name as id from resource where kind = 'silence'`);
  const approved = stored(`select id from approval where state = 'approved' and decided_by is not null`);
  return [
    ...[...acks].filter((id) => !acked.has(id)).map((id) => `the acknowledgement of #${id}`),
    ...[...silences].filter((name) => !silenced.has(name)).map((name) => `the silence "${name}"`),
    ...[...approvals].filter((id) => !approved.has(id)).map((id) => `the approval ${id}`),
  ];
}

/** Gives what is wrong. Each look reads what was stored since the last one: rows never go. */
function storedTitles(): (acknowledged: ReadonlySet<string>) => string[] {
  const stored = new Set<string>();
  let newest = 0;
  return (acknowledged) => {
    const twice: string[] = [];
    const since = `select id, json_extract(body_json, '$.title') as title from inbox where kind = 'alert' and id > ${newest}`;
    for (const { id, title } of rows(`${since} order by id`)) {
      if (stored.has(String(title))) twice.push(`${title} is stored twice`);
      stored.add(String(title));
      newest = Number(id);
    }
    const missing = [...acknowledged].filter((title) => !stored.has(title));
    return [...missing.map((title) => `${title} is not stored`), ...twice];
  };
}

function titles(query: string): string[] {
  return rows(query).map(({ title }) => String(title));
}

function rows(query: string): Record<string, unknown>[] {
  const database = new Sqlite(databaseOf(folder), { readonly: true });
  try {
    return database.prepare<[], Record<string, unknown>>(query).all();
  } finally {
    database.close();
  }
}

async function untilAllHandled(): Promise<void> {
  while (titles("select 'x' as title from inbox where handled_at is null").length > 0) await wait(20);
}
