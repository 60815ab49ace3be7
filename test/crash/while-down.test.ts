// What changes while nobody is there: the next start looks again before it goes on.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import type { Tables } from '../../src/store/tables.ts';
import { openDurableWorld } from '../support/durable-world.ts';
import type { World } from '../support/world.ts';
import { brokenPromises } from './checks.ts';
import { type Flow, minutes, STARTS_AT } from './flow.ts';
import { flowNamed } from './flows.ts';
import { type Ledger, readLedger } from './ledger.ts';
import { databaseOf, live } from './live.ts';
import { copiesAt, inParallel, liveInChild, pointsOf, prepareFolder, sample, withCopy } from './lives.ts';

const LONG = process.env.OPENCLAW_TEST_LONG !== undefined;

interface Case {
  what: string;
  flow: string;
  /** The point it is killed at. */
  killed: string;
  meanwhile: { stored?(tx: Tables): Promise<unknown>; outside?(world: World): void };
  state: 'failed' | 'unknown';
  says: RegExp;
}

const CASES: readonly Case[] = [
  {
    what: 'another deploy was shipped: a rollback that had not begun does not run',
    flow: 'rollback',
    killed: 'before deploys.rollback',
    meanwhile: { outside: shipAnother },
    state: 'failed',
    says: /was not begun, the newest deploy was #492 and is now #493.*Ask again for fresh facts: \/rollback #492/,
  },
  {
    what: 'changes were frozen: a rollback that had not begun does not run',
    flow: 'rollback',
    killed: 'before deploys.rollback',
    meanwhile: { stored: freeze },
    state: 'failed',
    says: /was not begun, frozen by @ana: holiday/,
  },
  {
    what: 'the one who approved it lost the right: a rollback that had not begun does not run',
    flow: 'rollback',
    killed: 'before deploys.rollback',
    meanwhile: {
      stored: (tx) =>
        tx.resources.insert('contact', 'boss', {
          name: 'boss',
          ids: { slack: 'U-boss' },
          order: ['slack'],
          can: ['approve'],
          unattended: false,
        }),
    },
    state: 'failed',
    says: /was not begun, .*approve/,
  },
  {
    what: 'changes were frozen: a step that may have run and cannot be asked about is not repeated',
    flow: 'scale',
    killed: 'before services.scale',
    meanwhile: { stored: freeze },
    state: 'unknown',
    says: /it is not run again, frozen by @ana: holiday.*\/done 1 .*\/retry 1/,
  },
  {
    what: 'somebody else scaled: a step that may have run is not repeated on other facts',
    flow: 'scale',
    killed: 'before services.scale',
    meanwhile: { outside: scaleByHand },
    state: 'unknown',
    says: /nobody can tell what became of it.*\/done 1 .*\/retry 1/,
  },
  {
    what: 'the auto-fix was disabled: its step that had not begun does not run',
    flow: 'restart fix',
    killed: 'before services.restart',
    meanwhile: { stored: disableFix },
    state: 'failed',
    says: /was not begun, the auto-fix is gone or disabled/,
  },
];

describe('while the daemon was down', () => {
  /** What each death leaves: several cases begin with the same one. */
  const left = new Map<string, Promise<string>>();
  afterAll(async () => {
    for (const folder of left.values()) rmSync(await folder, { recursive: true, force: true });
  });
  test.each(CASES)('$what', async ({ flow: name, killed, meanwhile, state, says }) => {
    const flow = flowNamed(name);
    const death = left.get(`${name} ${killed}`) ?? dieAt(flow, killed);
    left.set(`${name} ${killed}`, death);
    const after = await withCopy(await death, (folder) => goOn(folder, flow, meanwhile));
    expect(brokenPromises(after)).toEqual([]);
    expect(after.effects).toEqual([]);
    expect(after.plans[0]?.state).toBe(state);
    expect(after.plans[0]?.executions.map((each) => each.state)).toEqual([state]);
    expect(after.posts.map(({ message }) => message.title).join('\n')).toMatch(says);
  });
});

describe('an escalation that was cut off for ten minutes', () => {
  const flow = flowNamed('escalation');
  const outageMs = minutes(10);
  let folder: string;
  let points: string[];

  beforeAll(async () => {
    folder = await prepareFolder(flow);
    points = await withCopy(folder, (copy) => pointsOf(flow, copy));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('tells every level once, each counted from when people were told', async () => {
    const numbers = points.map((_, index) => index + 1);
    const tried = LONG ? numbers : sample(numbers, 5, 43);
    const copies = await copiesAt(flow, folder, tried);
    const wrong = await inParallel([...copies], 3, async ([point, dead]) => {
      const later = { ...flow, endsAt: flow.endsAt + outageMs };
      await live({ folder: dead, flow: later, point: () => {}, outageMs });
      const told = wrongTellings(await readLedger(dead));
      return told.map((sentence) => `killed at ${point}, ${points[point - 1]}: ${sentence}`);
    });
    for (const copy of copies.values()) rmSync(copy, { recursive: true, force: true });
    expect(copies.size).toBe(tried.length);
    expect(wrong.flat()).toEqual([]);
  });
});

const TIMEOUTS_MS = [70_000, 80_000, 90_000];

function wrongTellings({ timeline, posts }: Ledger): string[] {
  const told = timeline.filter(({ kind }) => kind === 'escalated');
  const levels = told.map(({ data }) => Number(data.level));
  const wrong: string[] = [];
  if (!/^1,2,3(?:,3)*$/.test(levels.join())) wrong.push(`told levels ${levels.join()}`);
  for (const [index, { at, text }] of told.entries()) {
    const before = told[index - 1];
    const due = before && before.at + (TIMEOUTS_MS[(levels[index - 1] ?? 1) - 1] ?? 0);
    if (due !== undefined && at < due) wrong.push(`level ${levels[index]} was told ${due - at} ms too early`);
    const late = due !== undefined && at > due + 10_000;
    if (late !== text.includes('the daemon was down'))
      wrong.push(`"${text}" does not say what is true: it was due at ${due} and told at ${at}`);
  }
  const pages = posts.filter(
    ({ conversation, possibleRepeat }) => conversation.startsWith('U-') && !possibleRepeat,
  );
  if (new Set(pages.map(({ eventId }) => eventId)).size !== pages.length)
    wrong.push('a page came twice unmarked');
  return wrong;
}

/** The folder of one that was killed at the point of this name. */
async function dieAt(flow: Flow, killed: string): Promise<string> {
  const folder = await prepareFolder(flow);
  const points = await withCopy(folder, (copy) => pointsOf(flow, copy));
  const { signal } = await liveInChild(flow, folder, points.indexOf(killed) + 1);
  expect(signal).toBe('SIGKILL');
  return folder;
}

/** Changed while nobody was there, and started again. */
async function goOn(folder: string, flow: Flow, meanwhile: Case['meanwhile']): Promise<Ledger> {
  if (meanwhile.stored) await writeTo(folder, meanwhile.stored);
  const point = () => {};
  if (meanwhile.outside)
    openDurableWorld(folder, { startAt: STARTS_AT, point }).happen('meanwhile', meanwhile.outside);
  await live({ folder, flow, point, doubtsStay: true });
  return readLedger(folder);
}

async function writeTo(folder: string, work: (tx: Tables) => Promise<unknown>): Promise<void> {
  const store = await openStore({ file: databaseOf(folder), clock: { now: () => STARTS_AT } });
  await store.write(work);
  await store.close();
}

function freeze(tx: Tables): Promise<void> {
  return tx.settings.set('freeze', {
    reason: 'holiday',
    by: 'slack:T1:U-ana',
    byName: '@ana',
    at: STARTS_AT,
  });
}

async function disableFix(tx: Tables): Promise<void> {
  for (const { id } of await tx.resources.list('auto-fix'))
    await tx.resources.update('auto-fix', id, { enabled: false });
}

function shipAnother({ services }: World): void {
  const api = services.get('api');
  const [latest] = api?.deploys ?? [];
  if (api && latest) api.deploys.unshift({ ...latest, number: '493', title: 'feat: gift cards' });
}

function scaleByHand({ services }: World): void {
  const api = services.get('api');
  if (api) api.desired = 3;
}
