// Each flow, killed before and after every commit and every effect outside, and started again.
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenPromises, differences, notAsCalm, wasInDoubt } from './checks.ts';
import type { Flow } from './flow.ts';
import { FLOWS } from './flows.ts';
import { type Ledger, readLedger } from './ledger.ts';
import { live } from './live.ts';
import {
  copiesAt,
  inParallel,
  liveInChild,
  numbersFrom,
  pointsOf,
  prepareFolder,
  sample,
  withCopy,
} from './lives.ts';

const LONG = process.env.OPENCLAW_TEST_LONG !== undefined;
const AT_ONCE = 3;
/** Hundreds of processes, on a machine that may be busy. */
const TIMEOUT_MS = LONG ? 1_800_000 : 300_000;
/** Commits and posts tried of a flow, beside every change it makes outside; all there are in a long run. */
const SAMPLE = 3;
const SEED = 43;
/** This one is tried at most of the states it leaves on disk, always. */
const WHOLE = 'rollback';
const WHOLE_SAMPLE = 8;
/** One point of these with a death by SIGKILL, and not a copy of what it would leave; in a long run all of all flows. */
const REALLY: readonly string[] = [
  'rollback',
  'disk fix',
  'a topic that asks to be confirmed',
  'a pager in step',
  'spoken freely',
];
/** More than any flow needs: one that comes no further is an error, and no endless test. */
const MOST_LIVES = 200;
/** Killed again and again on its way, always; in a long run all. */
const STUTTERS: readonly string[] = ['rollback'];

describe.each(FLOWS)('$name', { timeout: TIMEOUT_MS }, (flow) => {
  let folder: string;
  let calm: Ledger;
  let points: string[];

  beforeAll(async () => {
    folder = await prepareFolder(flow);
    await withCopy(folder, async (copy) => {
      points = await pointsOf(flow, copy);
      calm = await readLedger(copy);
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('nobody kills it: it does what it is there for', () => {
    expect(notAsCalm(flow, calm, calm)).toEqual([]);
    expect(calm.effects.map(({ capability }) => capability)).toEqual(flow.effects);
    const said = [
      ...calm.posts.map(({ message }) => message.title),
      ...calm.timeline.map(({ text }) => text),
    ];
    expect(said).toContainEqual(expect.stringContaining(flow.says ?? ''));
  });

  test('killed anywhere and started again, it ends as if nothing had been, or asks a person', async () => {
    const tried = pointsToTry(flow, points);
    const real = LONG ? tried : sample(tried, REALLY.includes(flow.name) ? 1 : 0, SEED);
    const copies = await copiesAt(flow, folder, LONG ? [] : tried);
    try {
      // What is loaded for the first time takes turns of the loop: of two lives one may have a few points less at its end.
      const met = tried.filter((point) => real.includes(point) || copies.has(point));
      expect(met.length).toBeGreaterThan(tried.length / 2);
      const wrong = await inParallel(met, AT_ONCE, (point) =>
        real.includes(point) ? killAt(point, copies.get(point)) : startedAgain(point, copies.get(point)),
      );
      console.log(`${flow.name}: killed at ${met.length} of ${points.length} points`);
      expect(wrong.flat()).toEqual([]);
    } finally {
      for (const copy of copies.values()) rmSync(copy, { recursive: true, force: true });
    }
  });

  if (flow.inDoubt === undefined && (LONG || STUTTERS.includes(flow.name))) {
    test('killed in life after life, it gets there in the end', async () => {
      const random = numbersFrom(SEED);
      const deaths = await withCopy(folder, async (copy) => {
        // Long enough for a start, what is said again, and the longest way from one commit to the next.
        const spread = Math.min(45, Math.max(points.length / 2, 14));
        for (let lives = 1; ; lives += 1) {
          expect(lives, 'it gets nowhere').toBeLessThan(MOST_LIVES);
          const { signal } = await liveInChild(flow, copy, Math.ceil(spread / 9 + random() * spread));
          const ledger = await readLedger(copy);
          expect(brokenPromises(ledger)).toEqual([]);
          if (signal === 'SIGKILL') continue;
          expect(notAsCalm(flow, calm, ledger)).toEqual([]);
          return lives - 1;
        }
      });
      console.log(`${flow.name}: killed ${deaths} times in one run`);
      expect(deaths).toBeGreaterThan(0);
    });
  }

  /** `copied`: what a copy in the middle of a life that goes on has, which must be what the death leaves. */
  async function killAt(point: number, copied: string | undefined): Promise<string[]> {
    return withCopy(folder, async (dead) => {
      const { signal } = await liveInChild(flow, dead, point);
      if (signal !== 'SIGKILL') return notAsCalm(flow, calm, await readLedger(dead));
      const unlike =
        copied && !flow.model
          ? differences(flow, await readLedger(dead), await readLedger(copied)).map(
              (sentence) => `a copy at ${point} is not what is left by a death there: ${sentence}`,
            )
          : [];
      return [...unlike, ...(await startedAgain(point, dead))];
    });
  }

  async function startedAgain(point: number, dead: string | undefined): Promise<string[]> {
    const where = `killed at ${point} of ${points.length}, ${points[point - 1]}`;
    if (dead === undefined) throw new Error(`${where}: nothing is left of it`);
    const atDeath = await readLedger(dead);
    await live({ folder: dead, flow, point: () => {} });
    const after = await readLedger(dead);
    return [
      ...brokenPromises(atDeath).map((sentence) => `at that instant ${sentence}`),
      ...notAsCalm(flow, calm, after),
      ...wrongDoubt(flow, atDeath, after),
    ].map((sentence) => `${where}: ${sentence}`);
  }
});

/** Numbers of points, from 1. */
function pointsToTry(flow: Flow, points: readonly string[]): number[] {
  const all = points.map((_, index) => index + 1);
  const of = (test: (point: string) => boolean) => all.filter((number) => test(points[number - 1] ?? ''));
  if (LONG) return all;
  const changes = of((point) => !/^(?:before|after) (?:commit|send|edit) /.test(point));
  // Before a commit or an effect the disk holds what it held after the one before: one of the two is enough.
  const states = of((point) => point.startsWith('after'));
  const tried = flow.name === WHOLE ? sample(states, WHOLE_SAMPLE, SEED) : sample(all, SAMPLE, SEED);
  return [...new Set([...changes, ...tried])];
}

/** In doubt is a step that was begun and not recorded as ended, where nobody can be asked; and no other. */
function wrongDoubt(flow: Flow, atDeath: Ledger, after: Ledger): string[] {
  const begun = atDeath.plans
    .flatMap(({ executions }) => executions)
    .filter(({ state }) => state === 'started');
  const doubtful = wasInDoubt(after);
  if (doubtful && begun.length === 0) return ['in doubt, and no step was running'];
  const blind = begun.some(({ capability }) =>
    (flow.withoutReconcile ?? []).some((each) => each === capability),
  );
  if (blind && !doubtful)
    return ['a step that may run once was cut off, and nobody was asked what became of it'];
  return [];
}
