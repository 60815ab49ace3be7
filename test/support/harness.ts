// The whole engine on a real store, a clock that stands still, a fake world and a fake chat.
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { IncomingAlert } from '../../src/domain/alert.ts';
import type { Assistant } from '../../src/domain/assistant.ts';
import type { ChannelAdapter, Post } from '../../src/domain/channel.ts';
import { plainText } from '../../src/domain/message.ts';
import type { Planner } from '../../src/domain/playbook.ts';
import type { Kind, SpecOf } from '../../src/domain/resource.ts';
import type { SourceAdapter } from '../../src/domain/tool.ts';
import type { LogEntry } from '../../src/engine/engine.ts';
import type { Space } from '../../src/engine/low-space.ts';
import type { LogSync } from '../../src/store/log-sync.ts';
import { receiveChat, receiveDelivery } from '../../src/store/receive.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { chatEvent, incomingAlert, type Place } from './events.ts';
import { createFakeChannel, type FakeChannel } from './fake-channel.ts';
import { makeFreshState } from './fresh-state.ts';
import { makeMemoryFolder } from './memory-folder.ts';
import { type RunningEngine, startEngine, TIMERS, type Timer } from './start-engine.ts';
import { type AddResource, addTeam } from './team.ts';
import { createWorld, type World } from './world.ts';
import { createWorldSource } from './world-source.ts';

export interface Harness {
  clock: TestClock;
  world: World;
  slack: FakeChannel;
  /** A pager, where `mail` was given: what it was sent stands in `slack.posts` too, in the order of arrival. */
  mail: FakeChannel;
  store: Store;
  logs: LogEntry[];
  /** Where the store's file `openclaw.db` is: for command lines and for hands in the database. */
  stateDir: string;
  /** Free where the state is. */
  space: Space;
  /** Puts a line in and works until idle. Gives the texts that answer it; none when the engine died of it. */
  say(user: string, text: string, place?: Place): Promise<string>;
  alert(alert: Partial<IncomingAlert> & { title: string }, source?: string): Promise<void>;
  add<K extends Kind>(kind: K, spec: SpecOf[K]): Promise<void>;
  settle(): Promise<void>;
  /** Moves the clock, stopping at each job that falls due. */
  advance(ms: number): Promise<void>;
  /** Everything posted, oldest first, as plain text: `#room | text`. */
  posts(): Promise<string[]>;
  timeline(incidentId: number): Promise<string[]>;
  /** As kill -9: whatever runs is gone at once. Until `start`, only the world and the clock move. */
  kill(): Promise<void>;
  /** Killed and not started again. */
  dead: boolean;
  /** A new start on the same file. It works once it is asked to, by `settle`, `say`, `alert` or `advance`. */
  start(): Promise<void>;
  /** `kill` and `start`. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface HarnessOptions {
  planner?: Planner;
  assistant?: Assistant;
  sources?: (world: World) => SourceAdapter[];
  channels?: ChannelAdapter[];
  /** Of the daemon's own: true for all. Polling comes every quarter of a minute: name the others where hours go by. Default: none. */
  timers?: boolean | readonly Timer[];
  at?: number;
  /** Without commands, services and people. */
  empty?: boolean;
  /** Whether alerts pour in. Default: never. */
  givesWay?: () => boolean;
  /** There is a pager "mail" too, and the team has addresses there. */
  mail?: boolean;
}

/** A sync to a disk is what the crash suite and the store's own tests are about. */
const NO_DISK: LogSync = { sync: async () => {}, close: () => {} };

export async function createHarness(options: HarnessOptions = {}): Promise<Harness> {
  const folder = makeMemoryFolder('test');
  const file = join(folder, 'openclaw.db');
  const clock = createTestClock(options.at);
  const mailed = options.mail === true;
  await makeFreshState(file, {
    at: clock.now(),
    kind: options.empty ? 'empty' : `team ${mailed}`,
    async fill(store) {
      if (!options.empty) await addTeam(addingTo(store), { mail: mailed });
    },
  });
  const world = createWorld(clock.now());
  const slack = createFakeChannel('slack');
  const logs: LogEntry[] = [];
  const sources = options.sources?.(world) ?? [createWorldSource(world)];
  const mail = createFakeChannel('mail', 'email', slack.posts);
  const channels = options.channels ?? (options.mail ? [slack, mail] : [slack]);
  let store = await openStore({ file, clock, sync: NO_DISK });
  let died: Death = death();
  let dying: Promise<void> = Promise.resolve();
  let engine = await begin();

  function begin(): Promise<RunningEngine> {
    const own = died;
    return startEngine({
      clock,
      store,
      sources,
      channels,
      planner: options.planner,
      assistant: options.assistant,
      // A process that is gone writes no log either.
      log: (entry) => {
        if (!own.over) logs.push(entry);
      },
      timers: options.timers === true ? TIMERS : options.timers || [],
      space: async () => harness.space,
      givesWay: options.givesWay,
    });
  }

  /** Ends with the work, or with the engine: a killed one never becomes idle. */
  const unlessKilled = (work: Promise<void>): Promise<void> => Promise.race([work, died.happened]);

  const harness: Harness = {
    clock,
    world,
    stateDir: folder,
    slack,
    mail,
    get store() {
      return store;
    },
    logs,
    space: { freeBytes: 50e9, totalBytes: 100e9 },
    async say(user, text, place = {}) {
      const key = `test:${randomUUID()}`;
      const event = chatEvent({ key, user, text, at: clock.now() }, place);
      await store.write((tx) => receiveChat(tx, event));
      await harness.settle();
      if (died.over) return '';
      return (await store.read.posts.answering(key)).map(({ message }) => plainText(message)).join('\n');
    },
    async alert(alert, source = 'Prometheus') {
      const incoming = incomingAlert({ deliveryKey: randomUUID(), ...alert }, clock.now());
      await store.write((tx) =>
        receiveDelivery(
          tx,
          [{ source, key: incoming.deliveryKey, kind: 'alert', body: incoming, receivedAt: clock.now() }],
          clock.now(),
        ),
      );
      await harness.settle();
    },
    add: (kind, spec) => addingTo(store)(kind, spec),
    settle: () => unlessKilled(engine.worker.runUntilIdle()),
    advance: (ms) => unlessKilled(engine.runUntil(clock.now() + ms)),
    async posts() {
      const rows: Post[] = await store.read.posts.changedSince(0, 10_000);
      return rows
        .sort((a, b) => a.id - b.id)
        .map(({ conversation, message }) => `${conversation} | ${plainText(message)}`);
    },
    async timeline(incidentId) {
      return (await store.read.timeline.ofIncident(incidentId)).map(({ text }) => text);
    },
    get dead() {
      return died.over;
    },
    kill() {
      died.strike();
      // Closed first: nothing of what was running can be written any more, as in a process that is gone.
      dying = store.close().then(() => engine.worker.stop({ graceMs: 0 }));
      return dying;
    },
    async start() {
      await dying;
      // What the dead one had sent before its end arrives before the next one asks about it.
      for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      died = death();
      store = await openStore({ file, clock, sync: NO_DISK });
      engine = await begin();
    },
    async restart() {
      await harness.kill();
      await harness.start();
    },
    async close() {
      await (died.over ? dying : harness.kill());
      await rm(folder, { recursive: true, force: true });
    },
  };
  return harness;
}

function addingTo(store: Store): AddResource {
  return async (kind, spec) => {
    await store.write((tx) => tx.resources.insert(kind, spec.name, spec));
  };
}

interface Death {
  over: boolean;
  happened: Promise<void>;
  strike(): void;
}

function death(): Death {
  let tell: () => void = () => {};
  const happened = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const self: Death = {
    over: false,
    happened,
    strike() {
      self.over = true;
      tell();
    },
  };
  return self;
}
