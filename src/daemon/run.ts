// `openclaw run`: the composition root. Opens the store, builds the adapters, runs the worker, listens.
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assistant } from '../domain/assistant.ts';
import type { Clock } from '../domain/clock.ts';
import { UserError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import { isoTime } from '../domain/time.ts';
import { followClockSinceLastLife } from '../engine/clock-step.ts';
import type { Engine } from '../engine/engine.ts';
import { HANDLERS } from '../engine/handlers/all.ts';
import { AUDIT_KEY } from '../engine/handlers/audit.ts';
import { LOOKOUT_KEY } from '../engine/handlers/lookout.ts';
import { NEW_DEPLOYS_KEY } from '../engine/handlers/new-deploys.ts';
import { ON_CALL_KEY } from '../engine/handlers/on-call.ts';
import { POLL_KEY } from '../engine/handlers/poll.ts';
import { createWorker } from '../engine/worker.ts';
import { startHttp } from '../http/server.ts';
import { createPlaybookPlanner } from '../planners/playbook.ts';
import { PLAYBOOKS } from '../playbooks/all.ts';
import { takeDaemonLock } from '../store/daemon-lock.ts';
import { receiveDelivery, receivePagerNews, receiveSpoken } from '../store/receive.ts';
import { openStore } from '../store/store.ts';
import { createLiveAdapters } from './adapters.ts';
import { assistantOf, modelGreeting } from './assistant.ts';
import { createFlood } from './flood.ts';
import { BEAT_EVERY_MS, createHeartbeat, HEARTBEAT_WARNING, heartbeatUrl } from './heartbeat.ts';
import { createHttpsGet } from './https-get.ts';
import { createLog } from './log.ts';
import { createLogFile } from './log-file.ts';
import { spaceOf } from './space.ts';
import { createTroubleBook } from './trouble-book.ts';
import { warnOnCall } from './warn-on-call.ts';
import { keepYoungHeapSmall } from './young-heap.ts';

export interface DaemonOptions {
  stateDir: string;
  listen: { host: string; port: number };
  tls?: { certFile: string; keyFile: string };
  behindProxy: boolean;
  /** Called each minute while all is well: an address, or `env:NAME`, `file:/path` where it stands. */
  heartbeatUrl?: string;
  /** How long what came in is kept as it came. Default: 30 days. */
  keepRawMs?: number;
  /** Who chats in this terminal; null: nobody does. */
  person: Principal | null;
  io: {
    stdout(text: string): void;
    stderr(text: string): void;
    colour: boolean;
    env: Readonly<Record<string, string | undefined>>;
  };
  clock: Clock;
}

/** In the state folder, while somebody chats in this terminal. */
const LOG_FILE = 'openclaw.log';
/** Running calls get this long at SIGTERM; what is still running then is `unknown`. */
const GRACE_MS = 10_000;
/** An edited resource counts within this. */
const REFRESH_MS = 250;
/** More alerts that wait than this, and new ones are asked to come back. They wait on the disk, so it is a matter of time. */
const OVERLOADED_ALERTS = 200_000;

/** Resolves when a signal has ended it in good order. Errors: UserError 'locked' when another one runs. */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  const { stateDir, io, clock } = options;
  const tls = options.tls && {
    cert: await readPem(options.tls.certFile),
    key: await readPem(options.tls.keyFile),
  };
  const beatTo = options.heartbeatUrl === undefined ? null : await heartbeatUrl(options.heartbeatUrl, io.env);
  const lock = takeDaemonLock(stateDir);
  // Lines of a log would tear the chat apart.
  const write = options.person ? createLogFile(join(stateDir, LOG_FILE)) : io.stderr;
  const log = createLog(write, () => clock.now());
  const startedAt = clock.now();
  const stopped = untilSignal();
  const store = await openStore({ file: join(stateDir, 'openclaw.db'), clock }).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  try {
    const live = createLiveAdapters({
      store,
      clock,
      env: io.env,
      log,
      trouble: createTroubleBook(store, clock, log),
      hear: (spoken) => store.write((tx) => receiveSpoken(tx, spoken)),
      hearPager: async (news) => void (await store.write((tx) => receivePagerNews(tx, news, clock.now()))),
    });
    await live.refresh();
    const httpsGet = createHttpsGet();
    const zone = io.env.OPENCLAW_ZONE ?? 'UTC';
    const flood = createFlood(clock);
    const assistant = await assistantOf(io.env, { store, clock, zone, log });
    const engine: Engine = {
      clock,
      store,
      adapters: live.current,
      planner: createPlaybookPlanner(PLAYBOOKS),
      assistant,
      log,
      startId: randomUUID(),
      zone,
      ...(options.keepRawMs === undefined ? {} : { keepRawMs: options.keepRawMs }),
      givesWay: flood.isOn,
      httpsGet,
      space: () => spaceOf(stateDir),
    };
    const worker = createWorker(engine, HANDLERS);
    await store.write(async (tx) => {
      const back = await followClockSinceLastLife(tx, startedAt);
      if (back > 0) log({ level: 'warn', event: 'clock-stepped-back', ms: back });
      await tx.settings.set('heartbeat', { at: startedAt, pid: process.pid, startedAt });
      if (beatTo === null) await tx.settings.warn(HEARTBEAT_WARNING, null);
      await tx.jobs.set('poll', {}, { key: POLL_KEY });
      await tx.jobs.set('audit', {}, { key: AUDIT_KEY });
      await tx.jobs.set('lookout', { since: startedAt }, { key: LOOKOUT_KEY });
      await tx.jobs.set('on-call', {}, { key: ON_CALL_KEY, priority: 0 });
      await tx.jobs.set('new-deploys', {}, { key: NEW_DEPLOYS_KEY });
    });
    let waiting = 0;
    const http = await startHttp({
      listen: options.listen,
      ...(tls ? { tls } : {}),
      behindProxy: options.behindProxy,
      clock,
      log: ({ level, message, ...rest }) => log({ level, event: 'http', message, ...rest }),
      hookSource: live.hookSource,
      hookSources: live.hookSources,
      channelHook: (name) => live.current().channels.find((each) => each.name === name)?.hook ?? null,
      httpsGet,
      accept: async (entries) => {
        flood.note(entries.length);
        return worker.commit((tx) => receiveDelivery(tx, entries, clock.now()));
      },
      health: async () => ({
        ready: waiting <= OVERLOADED_ALERTS,
        problems: [],
        gauges: await gauges(store),
      }),
      overloaded: () => waiting > OVERLOADED_ALERTS,
    }).catch(async (error: unknown) => {
      await live.close();
      throw error;
    });
    const url = `${tls ? 'https' : 'http'}://${http.address}:${http.port}`;
    await writeWhere(stateDir, { pid: process.pid, url, startedAt: isoTime(startedAt) }).catch((error) =>
      log({ level: 'warn', event: 'daemon-json-not-written', error: String(error) }),
    );
    keepYoungHeapSmall();
    log({ level: 'info', event: 'listening', url, pid: process.pid, tookMs: clock.now() - startedAt });
    await warnOnCall(store, clock, log);
    const refresh = setInterval(() => {
      void (async () => {
        waiting = await store.read.inbox.waitingAtMost();
        await live.refresh();
      })().catch((error: unknown) => log({ level: 'error', event: 'refresh-failed', error: String(error) }));
    }, REFRESH_MS);

    const heartbeat = beatTo && createHeartbeat({ url: beatTo, store, clock, log });
    const beats = heartbeat && setInterval(() => void heartbeat.beat(), BEAT_EVERY_MS);

    try {
      // Last: a daemon that cannot listen has begun nothing.
      await worker.start();
      void heartbeat?.beat();
      const chat = options.person
        ? await openChat(options, options.person, store, url, stopped.stop, assistant)
        : null;
      const signal = await stopped.promise;
      log({ level: 'info', event: 'stopping', signal });
      await chat?.close();
    } finally {
      clearInterval(refresh);
      if (beats) clearInterval(beats);
      // Nothing new is claimed or taken from here on.
      await Promise.all([worker.stop({ graceMs: GRACE_MS }), http.close()]);
      await live.close();
    }
    log({ level: 'info', event: 'stopped' });
  } finally {
    stopped.release();
    await store.close();
    lock.release();
  }
}

async function readPem(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      `${file} cannot be read (${error.code ?? error.message})`,
      'check the paths of --tls-cert and --tls-key, and their rights',
    );
  });
}

/** For people and scripts that look for the address; nothing here reads it. */
async function writeWhere(
  stateDir: string,
  where: { pid: number; url: string; startedAt: string },
): Promise<void> {
  await writeFile(join(stateDir, 'daemon.json'), `${JSON.stringify(where)}\n`, { mode: 0o600 });
}

async function gauges(store: Awaited<ReturnType<typeof openStore>>): Promise<Record<string, number>> {
  const jobs = await store.read.jobs.counts();
  return {
    inbox_waiting: await store.read.inbox.countUnhandled(),
    queue_depth: jobs.queued,
    jobs_running: jobs.running,
    jobs_dead: jobs.dead,
    jobs_overdue: jobs.overdue,
    incidents_open: (await store.read.incidents.listOpenNames()).length,
  };
}

async function openChat(
  options: DaemonOptions,
  person: Principal,
  store: Awaited<ReturnType<typeof openStore>>,
  url: string,
  stop: (why: string) => void,
  assistant: Assistant | null,
) {
  const { openChatTerminal } = await import('./terminal.ts');
  return openChatTerminal({
    store,
    person,
    clock: options.clock,
    stateDir: options.stateDir,
    colour: options.io.colour,
    input: process.stdin,
    output: process.stdout,
    greeting: [
      `openclaw runs, and /quit stops it. State: ${options.stateDir}`,
      `Alerts come in by POST ${url}/hooks/<source>.`,
      ...modelGreeting(assistant),
    ],
    quitNotice: 'Leaving stops the daemon: nobody is paged and nothing is watched until it runs again.',
    onQuit: () => stop('quit'),
  });
}

function untilSignal(): { promise: Promise<string>; stop(why: string): void; release(): void } {
  let stop: (why: string) => void = () => {};
  const promise = new Promise<string>((resolve) => {
    stop = resolve;
  });
  const onSignal = (signal: NodeJS.Signals) => stop(signal);
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  process.on('SIGHUP', onSignal);
  return {
    promise,
    stop: (why) => stop(why),
    release() {
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
      process.off('SIGHUP', onSignal);
    },
  };
}
