// The whole engine on a real store, a clock that stands still, a fake world and a fake chat.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncomingAlert } from '../../src/domain/alert.ts';
import type { ChannelAdapter, Post } from '../../src/domain/channel.ts';
import type { ChatEvent } from '../../src/domain/chat.ts';
import { plainText } from '../../src/domain/message.ts';
import type { Planner } from '../../src/domain/playbook.ts';
import type { Kind, SpecOf } from '../../src/domain/resource.ts';
import type { SourceAdapter } from '../../src/domain/tool.ts';
import type { Engine, LogEntry } from '../../src/engine/engine.ts';
import { HANDLERS } from '../../src/engine/handlers/all.ts';
import { AUDIT_KEY } from '../../src/engine/handlers/audit.ts';
import { POLL_KEY } from '../../src/engine/handlers/poll.ts';
import { createWorker, type Worker } from '../../src/engine/worker.ts';
import { createPlaybookPlanner } from '../../src/planners/playbook.ts';
import { PLAYBOOKS } from '../../src/playbooks/all.ts';
import { receiveAlerts, receiveChat } from '../../src/store/receive.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { createFakeChannel, type FakeChannel } from './fake-channel.ts';
import { createWorld, type World } from './world.ts';
import { createWorldSource } from './world-source.ts';

export interface Harness {
  clock: TestClock;
  world: World;
  slack: FakeChannel;
  store: Store;
  logs: LogEntry[];
  /** Puts a line in and works until idle. Gives the texts that answer it. */
  say(
    user: string,
    text: string,
    place?: { room?: string; incidentId?: number; bot?: boolean; unattended?: boolean },
  ): Promise<string>;
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
  let worker = await start();

  async function start(): Promise<Worker> {
    const engine: Engine = {
      clock,
      store,
      adapters: () => ({ sources, channels }),
      planner: options.planner ?? createPlaybookPlanner(PLAYBOOKS),
      log: (entry) => logs.push(entry),
      startId: randomUUID(),
      zone: 'UTC',
    };
    await store.write(async (tx) => {
      await tx.jobs.takeBack();
      if (!options.timers) return;
      await tx.jobs.set('poll', {}, { key: POLL_KEY });
      await tx.jobs.set('audit', {}, { key: AUDIT_KEY });
    });
    return createWorker(engine, HANDLERS);
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
      const event: ChatEvent = {
        key,
        principal: {
          platform: 'slack',
          workspace: 'T1',
          userId: user.replace('@', 'U-'),
          displayName: user.replace('@', ''),
        },
        channel: 'slack',
        conversation: place.room ?? '#ops-critical',
        incidentId: place.incidentId ?? null,
        text,
        at: clock.now(),
        bot: place.bot ?? false,
        unattended: place.unattended ?? false,
      };
      await store.write((tx) => receiveChat(tx, event));
      await worker.runUntilIdle();
      return (await store.read.posts.answering(key)).map(({ message }) => plainText(message)).join('\n');
    },
    async alert(alert, source = 'Prometheus') {
      const incoming: IncomingAlert = {
        fingerprint: alert.title,
        deliveryKey: randomUUID(),
        status: 'firing',
        description: '',
        severity: 'critical',
        severityText: null,
        service: null,
        labels: {},
        links: [],
        startsAt: clock.now(),
        endsAt: null,
        value: null,
        threshold: null,
        unit: null,
        notes: [],
        ...alert,
      };
      await store.write((tx) =>
        receiveAlerts(tx, [
          { source, key: incoming.deliveryKey, kind: 'alert', body: incoming, receivedAt: clock.now() },
        ]),
      );
      await worker.runUntilIdle();
    },
    async add(kind, spec) {
      await store.write((tx) => tx.resources.insert(kind, spec.name, spec));
    },
    settle: () => worker.runUntilIdle(),
    async advance(ms) {
      const until = clock.now() + ms;
      for (;;) {
        await worker.runUntilIdle();
        const due = await store.read.jobs.nextDueAt();
        if (due === null || due > until) break;
        clock.set(due);
      }
      clock.set(until);
      await worker.runUntilIdle();
    },
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
      worker = await start();
    },
    async close() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await addDefaults(harness);
  return harness;
}

/** The seed's commands in short, one service each kind, people for every level. */
async function addDefaults(harness: Harness): Promise<void> {
  const names = ['rollback', 'scale', 'restart', 'logs', 'metrics', 'flush-cache', 'db-failover'];
  for (const name of names) {
    await harness.add('command', {
      name,
      trigger: `/${name}`,
      sources: ['AWS Production'],
      message: name,
      announce: false,
      twoPerson: false,
    });
  }
  await harness.add('channel', { name: 'slack', type: 'slack', settings: {}, secrets: {} });
  await harness.add('service', {
    name: 'api',
    kind: 'app',
    bindings: { 'AWS Production': 'asg:api-prod' },
    instances: ['api-prod-*'],
    dependsOn: [],
  });
  await harness.add('service', {
    name: 'orders-db',
    kind: 'database',
    bindings: { 'AWS Production': 'rds:orders' },
    instances: [],
    dependsOn: [],
  });
  await harness.add('escalation', {
    name: 'Default',
    levels: [
      { target: 'on-call', timeoutMs: 5 * 60_000 },
      { target: 'team-lead', timeoutMs: 15 * 60_000 },
      { target: 'engineering-manager', timeoutMs: 30 * 60_000 },
    ],
    message: 'No one has acknowledged incident #{id} after {timeout}.\nEscalating to {next_level}.',
  });
  const contact = (name: string, id: string) => ({
    name,
    ids: { slack: id },
    order: ['slack'],
    can: [],
    unattended: false,
  });
  await harness.add('contact', contact('sarah', 'U-sarah'));
  await harness.add('contact', contact('team-lead', 'U-lead'));
  await harness.add('contact', contact('engineering-manager', 'U-manager'));
  await harness.add('rotation', {
    name: 'on-call',
    members: ['sarah'],
    period: 'weekly',
    handover: '09:00',
    weekday: 1,
    zone: 'UTC',
    start: '2026-01-05',
    overrides: [],
  });
}
