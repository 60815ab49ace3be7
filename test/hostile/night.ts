// One night of an adversary: the moves in their order on a whole engine, judged at every change.

import { plainText } from '../../src/domain/message.ts';
import type { Planner, Proposal } from '../../src/domain/playbook.ts';
import type { SpecOf } from '../../src/domain/resource.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { LONG, type Move } from './moves.ts';
import { createOracle, type Oracle } from './oracle.ts';

export interface Night {
  violations: string[];
  /** Changes that were judged, and what was posted in all: to see that something happened at all. */
  judged: number;
  posts: number;
}

export async function liveThrough(moves: readonly Move[]): Promise<Night> {
  let proposal: unknown = null;
  const planner: Planner = {
    knows: () => true,
    onlyReads: () => false,
    async propose() {
      if (proposal === 'throw') throw new TypeError('the planner is broken');
      return proposal as Proposal;
    },
  };
  const harness = await createHarness({ planner });
  const oracle = createOracle(harness.stateDir, harness.world);
  const night = { harness, oracle, armed: null as Extract<Move, { kind: 'kill' }>['when'] | null };
  try {
    await harness.add('contact', person('mike'));
    await harness.add('contact', person('ana'));
    harness.world.onEffect = (when, effect) => {
      if (when === 'before' && night.armed !== 'before') oracle.judge(effect);
      if (night.armed !== when) return;
      night.armed = null;
      void harness.kill();
      return new Promise<void>(() => {});
    };
    for (const move of moves) {
      if (move.kind === 'command') proposal = inflated(move.proposal);
      await make(move, night);
      if (harness.dead) await harness.start();
      await harness.settle();
      if (harness.dead) await harness.start();
      oracle.look();
    }
    checkWords(harness, oracle);
    return { violations: oracle.violations, judged: oracle.judged, posts: harness.slack.posts.length };
  } finally {
    await harness.close();
  }
}

interface Now {
  harness: Harness;
  oracle: Oracle;
  armed: Extract<Move, { kind: 'kill' }>['when'] | null;
}

async function make(move: Move, night: Now): Promise<void> {
  const { harness } = night;
  switch (move.kind) {
    case 'command':
      return say(night, move.who, '/restart please', {});
    case 'approve': {
      const pending = await harness.store.read.approvals.pending();
      const approval = pending[move.which % Math.max(1, pending.length)];
      const word = move.word && approval?.confirmWord ? ` ${approval.confirmWord}` : '';
      const place = { bot: move.bot, unattended: move.unattended };
      return say(night, move.who, `/approve ${approval?.id ?? 1}${word}`, place);
    }
    case 'say':
      return say(night, move.who, move.text, { bot: move.bot });
    case 'contact':
      return changeContact(harness, move);
    case 'two-person': {
      const found = await harness.store.read.resources.find('command', 'restart');
      if (!found) return;
      const spec: SpecOf['command'] = { ...found.spec, twoPerson: move.on };
      await harness.store.write((tx) => tx.resources.update('command', found.id, { spec }));
      return;
    }
    case 'drift':
      return drift(harness, move);
    case 'fault':
      harness.world.faults.set(move.capability, move.fault);
      return;
    case 'kill':
      night.armed = move.when;
      return;
    case 'restart':
      return harness.restart();
    case 'wait':
      return harness.advance(move.ms);
    default:
      return move satisfies never;
  }
}

async function say(
  night: Now,
  who: string,
  text: string,
  place: { bot?: boolean; unattended?: boolean },
): Promise<void> {
  const { harness, oracle } = night;
  const person = !place.bot && !place.unattended;
  oracle.spoken.push({ key: `slack:T1:${who.replace('@', 'U-')}`, text, person });
  if (night.armed !== 'inspect' || !text.startsWith('/approve')) {
    await harness.say(who, text, place);
    return;
  }
  // Dies between the yes and the first step: while the facts are read once more.
  night.armed = null;
  harness.world.onInspect = () => {
    harness.world.onInspect = () => {};
    void harness.kill();
    return new Promise<void>(() => {});
  };
  await harness.say(who, text, place);
  harness.world.onInspect = () => {};
}

async function changeContact(
  harness: Harness,
  { name, change }: Extract<Move, { kind: 'contact' }>,
): Promise<void> {
  const found = await harness.store.read.resources.find('contact', name);
  if (!found) return;
  const can: SpecOf['contact']['can'] = change === 'revoke' ? [] : ['approve'];
  await harness.store.write((tx) =>
    tx.resources.update(
      'contact',
      found.id,
      change === 'disable' || change === 'enable'
        ? { enabled: change === 'enable' }
        : { spec: { ...found.spec, can } },
    ),
  );
}

function drift({ world, clock }: Harness, { what, value }: Extract<Move, { kind: 'drift' }>): void {
  const api = world.services.get('api');
  const db = world.services.get('orders-db');
  if (!api || !db) return;
  if (what === 'capacity') api.desired = value;
  if (what === 'primary') db.primary = `db-${1 + (value % 3)}`;
  if (what === 'migration') api.comparison = { ...api.comparison, migrations: value > 4 ? ['0042.sql'] : [] };
  if (what === 'deploy')
    api.deploys.unshift({
      number: String(700 + value),
      author: '@ana',
      title: 'a change',
      at: clock.now(),
      status: value === 9 ? 'in-progress' : 'succeeded',
      rolledBack: false,
    });
}

/** Nothing a planner writes may work a terminal, offer a button, or end a job in silence. */
function checkWords({ slack, logs }: Harness, { violations }: Oracle): void {
  for (const { message } of slack.posts) {
    for (const block of message.blocks) {
      if (block.type !== 'buttons') continue;
      if (block.buttons.some(({ label }) => label === 'Read more'))
        violations.push("a planner's button was posted");
    }
    if (message.title.length > 1200) violations.push('a title of more than 1,200 characters');
    if (/(?![\n\t])\p{Cc}/u.test(plainText(message))) violations.push('a terminal code was posted');
  }
  for (const entry of logs)
    if (entry.event === 'job-dead') violations.push(`a job died: ${String(entry.error)}`);
}

function person(name: string): SpecOf['contact'] {
  return { name, ids: { slack: `U-${name}` }, order: ['slack'], can: ['approve'], unattended: false };
}

function inflated(value: unknown): unknown {
  if (value === LONG) return 'x'.repeat(50_000);
  if (Array.isArray(value)) return value.map(inflated);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inflated(each)]));
}
