// A step that had begun when the daemon died, where what was sent is seen there only later.
import { expect, onTestFinished, test } from 'vitest';
import type { ChangeTool, Reconciliation, SourceAdapter, Tool } from '../../src/domain/tool.ts';
import { createHarness } from '../support/harness.ts';
import { createWorldSource } from '../support/world-source.ts';

const SHOWN_AFTER_MS = 60_000;

/** `answers`: what `reconcile` says, one each time; the last one stays. `arrived`: what was sent had an effect. */
async function died(answers: Reconciliation[], { arrived }: { arrived: boolean }) {
  let asked = 0;
  const h = await createHarness({
    sources: (world): SourceAdapter[] => {
      const source = createWorldSource(world);
      const tools = source.tools.map((tool): Tool => {
        if (tool.capability !== 'services.restart') return tool;
        const slow: ChangeTool<'services.restart'> = {
          ...tool,
          shownAfterMs: SHOWN_AFTER_MS,
          reconcile: async () => answers[Math.min(asked++, answers.length - 1)] ?? 'unknown',
        };
        return slow as unknown as Tool;
      });
      return [{ ...source, tools }];
    },
  });
  onTestFinished(() => h.close());
  await h.say('@sarah', '/restart api');
  h.world.onEffect = (now) => (now === 'after' ? h.kill() : undefined);
  await h.say('@sarah', '/approve 1');
  h.world.onEffect = () => {};
  if (!arrived) h.world.effects.length = 0;
  await h.start();
  await h.settle();
  return { ...h, asked: () => asked };
}

test('not seen a moment after it was sent is not the same as not begun', async () => {
  const h = await died(['not-started', 'succeeded'], { arrived: true });
  expect(h.world.effects).toHaveLength(1);
  expect((await h.posts()).join('\n')).not.toContain('restarted api');
  await h.advance(SHOWN_AFTER_MS);
  expect(h.world.effects).toHaveLength(1);
  expect((await h.posts()).join('\n')).toContain('found so after the daemon came back');
});

test('still not seen when it would be, it was not begun, and is begun once', async () => {
  const h = await died(['not-started'], { arrived: false });
  await h.advance(SHOWN_AFTER_MS - 1_000);
  expect(h.world.effects).toHaveLength(0);
  await h.advance(2_000);
  expect(h.world.effects).toHaveLength(1);
  expect(h.asked()).toBe(2);
});

test('what ended is believed at once', async () => {
  const h = await died(['succeeded'], { arrived: true });
  expect((await h.posts()).join('\n')).toContain('found so after the daemon came back');
});
