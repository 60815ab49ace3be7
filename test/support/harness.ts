// The whole engine on a real store, a clock that stands still, a fake world and a fake chat.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncomingAlert } from '../../src/domain/alert.ts';
import type { ChannelAdapter, Post } from '../../src/domain/channel.ts';
import { plainText } from '../../src/domain/message.ts';
import type { Planner } from '../../src/domain/playbook.ts';
import type { Kind, SpecOf } from '../../src/domain/resource.ts';
import type { SourceAdapter } from '../../src/domain/tool.ts';
import type { LogEntry } from '../../src/engine/engine.ts';
import { receiveAlerts, receiveChat } from '../../src/store/receive.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { chatEvent, incomingAlert, type Place } from './events.ts';
import { createFakeChannel, type FakeChannel } from './fake-channel.ts';
import { type RunningEngine, startEngine } from './start-engine.ts';
import { addTeam } from './team.ts';
import { createWorld, type World } from './world.ts';
import { createWorldSource } from './world-source.ts';

export interface Harness {
  clock: TestClock;
  world: World;
  slack: FakeChannel;
  store: Store;
  logs: LogEntry[];
  /** Puts a line in and works until idle. Gives the texts that answer it. */
  say(user: string, text: string, place?: Place): Promise<string>;
  alert(alert: Partial<IncomingAlert> & { title: string }, source?: string): Promise<void>;
  add<K extends Kind>(kind: K, spec: SpecOf[K]): Promise<void>;
  settle(): Promise<void>;
  /** Moves the clock, stopping at each job that falls due. */
  advance(ms: number): Promise<void>;
  /** Everything posted, oldest first, as plain text: `#room | text`. */
  posts(): Promise<string[]>;
  timeline(incidentId: number): Promise<string[]>;
  /** As after kill -9: whatever ran is gone, and a new start works on the same file. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface HarnessOptions {
  planner?: Planner;
  sources?: (world: World) => SourceAdapter[];
  channels?: ChannelAdapter[];
  /** Polling of alert rules and the audit. Default: off. */
  timers?: boolean;
  at?: number;
}

export async function createHarness(options: HarnessOptions = {}): Promise<Harness> {
  const folder = await mkdtemp(join(tmpdir(), 'openclaw-test-'));
  const file = join(folder, 'openclaw.db');
  const clock = createTestClock(options.at);
  const world = createWorld(clock.now());
  const slack = createFakeChannel('slack');
  const logs: LogEntry[] = [];
  const sources = options.sources?.(world) ?? [createWorldSource(world)];
  const channels = options.channels ?? [slack];
  let store = await openStore({ file, clock });
  let engine = await start();

  function start(): Promise<RunningEngine> {
    return startEngine({
      clock,
      store,
      sources,
      channels,
      planner: options.planner,
      log: (entry) => logs.push(entry),
      timers: options.timers ? ['poll', 'audit'] : [],
    });
  }

  const harness: Harness = {
    clock,
    world,
    slack,
    get store() {
      return store;
    },
    logs,
    async say(user, text, place = {}) {
      const key = `test:${randomUUID()}`;
      const event = chatEvent({ key, user, text, at: clock.now() }, place);
      await store.write((tx) => receiveChat(tx, event));
      await engine.worker.runUntilIdle();
      return (await store.read.posts.answering(key)).map(({ message }) => plainText(message)).join('\n');
    },
    async alert(alert, source = 'Prometheus') {
      const incoming = incomingAlert({ deliveryKey: randomUUID(), ...alert }, clock.now());
      await store.write((tx) =>
        receiveAlerts(tx, [
          { source, key: incoming.deliveryKey, kind: 'alert', body: incoming, receivedAt: clock.now() },
        ]),
      );
      await engine.worker.runUntilIdle();
    },
    async add(kind, spec) {
      await store.write((tx) => tx.resources.insert(kind, spec.name, spec));
    },
    settle: () => engine.worker.runUntilIdle(),
    advance: (ms) => engine.runUntil(clock.now() + ms),
    async posts() {
      const rows: Post[] = await store.read.posts.changedSince(0, 10_000);
      return rows
        .sort((a, b) => a.id - b.id)
        .map(({ conversation, message }) => `${conversation} | ${plainText(message)}`);
    },
    async timeline(incidentId) {
      return (await store.read.timeline.ofIncident(incidentId)).map(({ text }) => text);
    },
    async restart() {
      await store.close();
      store = await openStore({ file, clock });
      engine = await start();
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await addTeam(harness.add);
  return harness;
}
