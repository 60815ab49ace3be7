// One life of the daemon in a flow: starts on what the last life left, and goes through the script from the top.
// People and monitoring say again what was not acknowledged, under the same key, as webhooks and chats do.
import { join } from 'node:path';
import type { ChannelTrouble } from '../../src/domain/channel-trouble.ts';
import type { Pressed } from '../../src/domain/chat.ts';
import type { ChangeTool, SourceAdapter, Tool } from '../../src/domain/tool.ts';
import { noteTrouble } from '../../src/engine/channel-trouble.ts';
import { LOOKOUT_KEY } from '../../src/engine/handlers/lookout.ts';
import type { NewInboxEntry } from '../../src/store/inbox.ts';
import { receiveChat, receiveDelivery } from '../../src/store/receive.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { type DurableWorld, openDurableWorld, type Point } from '../support/durable-world.ts';
import { chatEvent, incomingAlert } from '../support/events.ts';
import { type RunningEngine, startEngine } from '../support/start-engine.ts';
import { addTeam } from '../support/team.ts';
import { createWorldSource } from '../support/world-source.ts';
import { type Flow, type Move, SENDERS, STARTS_AT } from './flow.ts';
import { scriptedModel } from './model-flow.ts';

export interface LifeOptions {
  folder: string;
  flow: Flow;
  point: Point;
  /** How long nobody was there before this life. Default: no time at all. */
  outageMs?: number;
  /** Nobody says what became of a step in doubt. */
  doubtsStay?: boolean;
}

/** Configuration, before the first life. */
export async function prepare(folder: string, flow: Flow): Promise<void> {
  const store = await openStore({ file: databaseOf(folder), clock: { now: () => STARTS_AT } });
  const add: Parameters<typeof addTeam>[0] = async (kind, spec) => {
    await store.write((tx) => tx.resources.insert(kind, spec.name, spec));
  };
  // A short watch: its looks are all alike, and each is four points more.
  await addTeam(add, { watchMs: 3000, ...(flow.chatDown ? { mail: true } : {}) });
  await flow.configure?.(add);
  await store.close();
}

/** Resolves when the flow is over; where `point` kills, never. */
export async function live(options: LifeOptions): Promise<void> {
  const { folder, flow, point } = options;
  const outside = openDurableWorld(folder, {
    startAt: STARTS_AT,
    point,
    findsPosts: flow.blindChannel !== true,
    chatDown: flow.chatDown === true,
  });
  if (options.outageMs) outside.clock.advance(options.outageMs);
  const opened = await openStore({ file: databaseOf(folder), clock: outside.clock });
  const store = withPoints(opened, point);
  const model = flow.model ? await scriptedModel(outside.clock) : null;
  const engine = await startEngine({
    clock: outside.clock,
    store,
    sources: [forget(createWorldSource(outside.world), flow)],
    channels: [
      outside.slack,
      ...(flow.chatDown ? [outside.mail] : []),
      ...(flow.pager ? [outside.pager] : []),
    ],
    ...(model ? { assistant: model.assistant } : {}),
    log: () => {},
    httpsGet: outside.httpsGet,
    timers: flow.timers ?? [],
  });
  for (const [index, move] of flow.script.entries()) {
    await engine.runUntil(STARTS_AT + move.at);
    await make(move, `${index}`, store, outside);
  }
  await engine.runUntil(STARTS_AT + flow.endsAt);
  if (flow.inDoubt && !options.doubtsStay) await settleDoubts(flow.inDoubt, store, outside, engine);
  await store.close();
  await model?.close();
}

export function databaseOf(folder: string): string {
  return join(folder, 'openclaw.db');
}

/** Two points a commit: when all is written and nothing is committed, and when it is. */
function withPoints(store: Store, point: Point): Store {
  let count = 0;
  return {
    ...store,
    async write(work) {
      count += 1;
      const name = `commit ${count}`;
      const value = await store.write(async (tx) => {
        const result = await work(tx);
        point(`before ${name}`);
        return result;
      });
      point(`after ${name}`);
      return value;
    },
  };
}

/** Takes `reconcile` from the tools that shall not have it. */
function forget(source: SourceAdapter, flow: Flow): SourceAdapter {
  const forgets = (tool: Tool) =>
    tool.kind === 'change' && (flow.withoutReconcile ?? []).includes(tool.capability);
  return {
    ...source,
    tools: source.tools.map((tool) => {
      if (!forgets(tool)) return tool;
      const { reconcile, ...rest } = tool as ChangeTool;
      return rest as Tool;
    }),
  };
}

async function make(move: Move, key: string, store: Store, outside: DurableWorld): Promise<void> {
  const at = STARTS_AT + move.at;
  switch (move.kind) {
    case 'happen':
      return outside.happen(move.what, move.change);
    case 'say':
      return say(`chat ${key}`, move, at, store, outside);
    case 'trouble': {
      const { text, until } = move;
      const trouble = { text, fix: 'mend it', passing: false };
      if (outside.clock.now() < STARTS_AT + until) await note(trouble, store, outside);
      return;
    }
    case 'trouble over':
      return note(null, store, outside);
    case 'alert': {
      const deliveryKey = `alert ${key}`;
      const body = incomingAlert({ ...move.alert, deliveryKey }, at);
      return deliver({ key: deliveryKey, kind: 'alert', body, receivedAt: at }, store, outside);
    }
    case 'notice':
      return deliver(
        { key: `notice ${key}`, kind: 'notice', body: move.notice, receivedAt: at },
        store,
        outside,
      );
    default:
      return move satisfies never;
  }
}

async function note(trouble: ChannelTrouble | null, store: Store, { clock }: DurableWorld): Promise<void> {
  await store.write(async (tx) => {
    await noteTrouble(tx, { channel: 'slack', about: 'bot-token', trouble }, clock.now());
    await tx.jobs.pullForward(LOOKOUT_KEY, clock.now());
  });
}

async function deliver(
  entry: Omit<NewInboxEntry, 'source'> & { kind: keyof typeof SENDERS },
  store: Store,
  outside: DurableWorld,
): Promise<void> {
  const sent = { ...entry, source: SENDERS[entry.kind] };
  await store.write((tx) => receiveDelivery(tx, [sent], outside.clock.now()));
  outside.acknowledge(entry.key);
}

async function say(
  key: string,
  said: { user: string; text: string; room?: string; incidentId?: number; pressed?: Pressed; toUs?: true },
  at: number,
  store: Store,
  outside: DurableWorld,
): Promise<void> {
  const event = chatEvent({ key, user: said.user, text: said.text, at }, said);
  await store.write((tx) => receiveChat(tx, said.pressed ? { ...event, pressed: said.pressed } : event));
  outside.acknowledge(key);
}

/** A person looks, and says what became of each step nobody can know about; a fresh plan is approved. */
async function settleDoubts(
  word: 'done' | 'retry',
  store: Store,
  outside: DurableWorld,
  engine: RunningEngine,
): Promise<void> {
  const user = '@sarah';
  const soon = () => engine.runUntil(outside.clock.now() + 60_000);
  for (const plan of await store.read.plans.inStates(['unknown'])) {
    const approval = await store.read.approvals.ofPlan(plan.id);
    const text = `/${word} ${approval?.id}`;
    await say(text, { user, text }, outside.clock.now(), store, outside);
    await soon();
  }
  if (word === 'done') return;
  for (const { id } of await store.read.approvals.pending()) {
    const text = `/approve ${id}`;
    await say(text, { user, text }, outside.clock.now(), store, outside);
    await soon();
  }
  await soon();
}
