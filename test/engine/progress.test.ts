// What a long read shows of itself: nothing for a second, then one post that is edited, also where it was cut off.
import { afterEach, expect, test } from 'vitest';
import type { ReadTool, SourceAdapter, Tool } from '../../src/domain/tool.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import type { World } from '../support/world.ts';
import { createWorldSource } from '../support/world-source.ts';

let harness: Harness;
afterEach(() => harness.close());

const MB = 1_000_000;

/** A source that reads logs for so many steps of a second and 100 MB each; `atStep` sees each one. */
function slowly(steps: number, atStep: (step: number) => Promise<void> = async () => {}) {
  return (world: World): SourceAdapter[] => {
    const source = createWorldSource(world);
    const tools = source.tools.map((tool): Tool => {
      if (tool.capability !== 'logs.search') return tool;
      const own: ReadTool<'logs.search'> = {
        ...(tool as ReadTool<'logs.search'>),
        async read({ untilAt, sinceAt }, _service, { logs }) {
          if (untilAt !== undefined || sinceAt === undefined || !logs) return { lines: [], truncated: false };
          const now = harness.clock.now();
          for (let step = 1; step <= steps; step += 1) {
            harness.clock.advance(1_000);
            logs.each([{ at: now - step, level: 'error', text: 'ERROR disk full', instance: 'api-1' }]);
            logs.progress({ bytes: step * 100 * MB, backTo: now - step * 60_000 });
            await new Promise((resolve) => setImmediate(resolve));
            await atStep(step);
          }
          return { lines: [], truncated: false, bytes: steps * 100 * MB };
        },
      };
      return own as Tool;
    });
    return [{ ...source, tools }];
  };
}

const progressPosts = () =>
  harness.slack.posts.filter(({ message }) => message.title.includes('Reading the logs of api'));

test('one post, edited, and at the end it says how long it took; the answer follows it', async () => {
  harness = await createHarness({ sources: slowly(10) });
  const said = await harness.say('sarah', '/logs api --since 2h');
  const [shown, ...more] = progressPosts();
  expect(more).toEqual([]);
  expect(shown?.message.title).toBe('Reading the logs of api: 1 GB, back to 03:04 UTC. Done after 10 s');
  expect(said).toContain('10 errors in the logs of api');
  expect(said).toContain('From: AWS Production (1 GB)');
  const order = harness.slack.posts.map(({ message }) => message.title);
  expect(order.findIndex((title) => title.startsWith('Reading'))).toBeLessThan(
    order.findIndex((title) => title.startsWith('10 errors')),
  );
});

test('what takes a moment says nothing on its way', async () => {
  harness = await createHarness({ sources: slowly(0) });
  await harness.say('sarah', '/logs api --since 2h');
  expect(progressPosts()).toEqual([]);
});

test('what people see meanwhile is the last word, not one for each', async () => {
  const seen: string[] = [];
  harness = await createHarness({
    sources: slowly(7, async () => {
      const rows = await harness.store.read.posts.changedSince(0, 100);
      seen.push(rows.map(({ message }) => message.title).find((title) => title.includes('Reading')) ?? '');
    }),
  });
  await harness.say('sarah', '/logs api --since 2h');
  expect(
    seen.filter((title) => title !== '').every((title) => title.startsWith('⏳ Reading the logs of api: ')),
  ).toBe(true);
  expect(new Set(seen).size).toBeLessThanOrEqual(4);
  expect(new Set(seen).size).toBeGreaterThan(1);
});

test('cut off by a kill it begins again, in the same post', async () => {
  let kills = 1;
  harness = await createHarness({
    sources: slowly(6, async (step) => {
      if (step === 5 && kills-- > 0) await harness.kill();
    }),
  });
  await harness.say('sarah', '/logs api --since 2h');
  await harness.start();
  await harness.settle();
  expect(progressPosts()).toHaveLength(1);
  expect(progressPosts()[0]?.message.title).toMatch(/Done after \d+ s$/);
  const answers = harness.slack.posts.filter(({ message }) => message.title.startsWith('6 errors'));
  expect(answers).toHaveLength(1);
});
