// The fake world, chat and clock on disk: what happened outside outlives a SIGKILL of the one who made it happen.
// One synced line for each thing that happened; the next start reads them back.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { ChannelAdapter, OutgoingPost } from '../../src/domain/channel.ts';
import { ToolError } from '../../src/domain/errors.ts';
import type { HttpsGet } from '../../src/domain/https-get.ts';
import { pageKeyOf } from '../../src/domain/paged-incident.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { createFakeChannel, type FakeChannel } from './fake-channel.ts';
import { createWorld, type Effect, type World, type WorldService } from './world.ts';

/** Called before and after everything that happens outside; may end the process. */
export type Point = (name: string) => void;

export interface DurableWorld {
  clock: TestClock;
  world: World;
  slack: ChannelAdapter;
  mail: ChannelAdapter;
  /** A pager that keeps incidents of its own: a key that is open there makes no second one. */
  pager: ChannelAdapter;
  /** Whatever is asked for is there. */
  httpsGet: HttpsGet;
  /** A change that is none of ours, once under this key however often it is asked for. */
  happen(key: string, change: (world: World) => void): void;
  /** Somebody outside was told that we have it: from here on it must not be lost. */
  acknowledge(key: string): void;
}

/** What is left in the folder: read by the checks, never by the product. */
export interface Remains {
  effects: Effect[];
  posts: FakeChannel['posts'];
  acknowledged: string[];
  /** Links, in the order they were asked for. */
  fetched: string[];
  /** Of the pager's incidents, the oldest first: what became of each. */
  pager: string[];
  now: number;
}

type WorldLine = { effect: Effect | null; event: string | null; state: WorldState };
type WorldState = { services: WorldService[]; disk: World['disk'] };
type PagerLine = { key: string; action: 'trigger' | 'acknowledge' | 'resolve' };
type PostLine = { send: FakeChannel['posts'][number] } | { edit: string; message: OutgoingPost['message'] };

export function openDurableWorld(
  folder: string,
  options: { startAt: number; point: Point; findsPosts?: boolean; chatDown?: boolean },
): DurableWorld {
  const { startAt, point } = options;
  const files = filesOf(folder);
  const clock = durableClock(files.clock, startAt);

  const world = createWorld(startAt);
  const lines = readLines<WorldLine>(files.world);
  restore(world, lines);
  const events = new Set(lines.flatMap(({ event }) => event ?? []));
  const keep = (effect: Effect | null, event: string | null) =>
    append(files.world, { effect, event, state: stateOf(world) } satisfies WorldLine);
  world.onEffect = (when, effect) => {
    if (when === 'after') keep(effect, null);
    point(`${when} ${effect.capability}`);
  };

  const slack = createFakeChannel('slack');
  slack.posts.push(...postsOf(readLines<PostLine>(files.posts)));

  const mail = createFakeChannel('mail', 'email', slack.posts);
  const isDown = () =>
    options.chatDown === true && !slack.posts.some(({ remoteId }) => remoteId.startsWith('mail'));

  return {
    clock,
    world,
    slack: durableChannel(slack, files.posts, point, { finds: options.findsPosts ?? true, isDown }),
    pager: durablePager(files, slack, point),
    mail: durableChannel(mail, files.posts, point, { finds: true, isDown: () => false }),
    async httpsGet({ href }) {
      point('before fetch');
      append(files.fetched, href);
      point('after fetch');
      return { status: 200, text: '' };
    },
    happen(key, change) {
      if (events.has(key)) return;
      change(world);
      events.add(key);
      keep(null, key);
    },
    acknowledge: (key) => append(files.acknowledged, key),
  };
}

export function readRemains(folder: string, startAt: number): Remains {
  const files = filesOf(folder);
  return {
    effects: readLines<WorldLine>(files.world).flatMap(({ effect }) => effect ?? []),
    posts: postsOf(readLines<PostLine>(files.posts)),
    acknowledged: readLines<string>(files.acknowledged),
    fetched: readLines<string>(files.fetched),
    pager: pagerIncidents(readLines<PagerLine>(files.pager)).map(({ state }) => state),
    now: durableClock(files.clock, startAt).now(),
  };
}

function filesOf(folder: string) {
  return {
    clock: join(folder, 'clock'),
    world: join(folder, 'world.jsonl'),
    posts: join(folder, 'posts.jsonl'),
    acknowledged: join(folder, 'acknowledged.jsonl'),
    fetched: join(folder, 'fetched.jsonl'),
    pager: join(folder, 'pager.jsonl'),
  };
}

/** Goes on from the last instant anybody saw. */
function durableClock(file: string, startAt: number): TestClock {
  const clock = createTestClock(readLines<number>(file).at(-1) ?? startAt);
  const keep = () => append(file, clock.now());
  return {
    now: clock.now,
    set(at) {
      if (at <= clock.now()) return;
      clock.set(at);
      keep();
    },
    advance(ms) {
      clock.advance(ms);
      keep();
    },
  };
}

function durableChannel(
  inner: FakeChannel,
  file: string,
  point: Point,
  { finds, isDown }: { finds: boolean; isDown(): boolean },
): ChannelAdapter {
  return {
    name: inner.name,
    type: inner.type,
    async send(post, call) {
      if (isDown()) throw new ToolError('retry', 'the chat is down');
      point(`before send "${post.message.title}"`);
      const sent = await inner.send(post, call);
      append(file, { send: { ...post, remoteId: sent.remoteId, edits: 0 } } satisfies PostLine);
      point(`after send "${post.message.title}"`);
      return sent;
    },
    async edit(remoteId, post, call) {
      point(`before edit "${post.message.title}"`);
      await inner.edit?.(remoteId, post, call);
      append(file, { edit: remoteId, message: post.message } satisfies PostLine);
      point(`after edit "${post.message.title}"`);
    },
    ...(finds && inner.find ? { find: inner.find } : {}),
    close: async () => {},
  };
}

function durablePager(files: ReturnType<typeof filesOf>, slack: FakeChannel, point: Point): ChannelAdapter {
  const happen = (line: PagerLine, seen: () => void = () => {}) => {
    point(`before pager ${line.action}`);
    append(files.pager, line);
    seen();
    point(`after pager ${line.action}`);
  };
  return {
    name: 'pager',
    type: 'pagerduty',
    async send(post) {
      const keys = post.incidents?.map(({ dedupKey }) => dedupKey) ?? [];
      if (keys.length === 0) keys.push(pageKeyOf(post.eventId));
      for (const dedupKey of keys) {
        const open = pagerIncidents(readLines<PagerLine>(files.pager)).some(
          ({ key, state }) => key === dedupKey && state !== 'resolved',
        );
        happen({ key: dedupKey, action: 'trigger' }, () => {
          // The same one again is seen by nobody.
          if (open) return;
          const arrived = { ...post, remoteId: dedupKey, edits: 0 };
          slack.posts.push(arrived);
          append(files.posts, { send: arrived } satisfies PostLine);
        });
      }
      return { remoteId: keys.at(-1) ?? post.eventId };
    },
    follow: async ({ action, dedupKey }) => happen({ key: dedupKey, action }),
    close: async () => {},
  };
}

function pagerIncidents(lines: readonly PagerLine[]): { key: string; state: string }[] {
  const incidents: { key: string; state: string }[] = [];
  for (const { key, action } of lines) {
    const open = incidents.find((one) => one.key === key && one.state !== 'resolved');
    if (action === 'trigger') {
      if (!open) incidents.push({ key, state: 'triggered' });
    } else if (open) open.state = action === 'resolve' ? 'resolved' : 'acknowledged';
  }
  return incidents;
}

function postsOf(lines: readonly PostLine[]): FakeChannel['posts'] {
  const posts: FakeChannel['posts'] = [];
  for (const line of lines) {
    if ('send' in line) posts.push({ ...line.send });
    else {
      const found = posts.find(({ remoteId }) => remoteId === line.edit);
      if (!found) throw new Error(`an edit of ${line.edit}, which was never posted`);
      found.message = line.message;
      found.edits += 1;
    }
  }
  return posts;
}

function restore(world: World, lines: readonly WorldLine[]): void {
  world.effects.push(...lines.flatMap(({ effect }) => effect ?? []));
  const state = lines.at(-1)?.state;
  if (!state) return;
  world.services = new Map(state.services.map((service) => [service.name, service]));
  world.disk = state.disk;
}

function stateOf(world: World): WorldState {
  return { services: [...world.services.values()], disk: world.disk };
}

function append(file: string, line: unknown): void {
  const descriptor = openSync(file, 'a');
  try {
    writeSync(descriptor, `${JSON.stringify(line)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function readLines<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
