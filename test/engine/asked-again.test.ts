// The same wish said twice: the second answer points at the plan that waits, and there is one yes to say.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';
import { calls, says } from '../support/messages-api/server.ts';
import { withModel } from './model/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness({ at: Date.parse('2026-11-23T03:14:00Z') });
});
afterEach(() => h.close());

const waiting = async (of = h) => (await of.store.read.plans.inStates(['waiting'])).length;

test('typed again by the same person it is the plan that waits, and its yes runs it once', async () => {
  await h.say('@sarah', '/rollback #492');
  const again = await h.say('@sarah', '/rollback #492');
  expect(again).toContain('Plan #1 is that already, and waits until 03:24 UTC: Roll back deploy #492 of api');
  expect(again).toContain('/approve 1');
  expect(await waiting()).toBe(1);
  await h.say('@mike', '/approve');
  expect(h.world.effects.map(({ capability }) => capability)).toEqual(['deploys.rollback']);
  await h.advance(5000);
  // Both posts lose their buttons.
  const buttons = h.slack.posts.flatMap(({ message }) =>
    message.blocks.filter(({ type }) => type === 'buttons'),
  );
  expect(buttons).toEqual([]);
});

test.each([
  ['of somebody else', '@mike', '/scale api 4', 0],
  ['that wants something else', '@sarah', '/scale api 5', 0],
  ['when less than half of its time is left', '@sarah', '/scale api 4', 6 * 60_000],
])('one %s is a plan of its own', async (_, user, line, later) => {
  await h.say('@sarah', '/scale api 4');
  await h.advance(later);
  expect(await h.say(user, line)).toContain('Plan #2: ');
  expect(await waiting()).toBe(2);
});

test('of what has changed meanwhile there is a new plan', async () => {
  await h.say('@sarah', '/scale api 4');
  const api = h.world.services.get('api');
  if (!api) throw new Error('there is one');
  api.desired += 1;
  expect(await h.say('@sarah', '/scale api 4')).toContain('Plan #2: ');
});

test('said freely twice, it is one plan', async () => {
  const wish = [
    says(calls('deploys_list', { service: 'api' })),
    says(
      calls('propose_plan', {
        command: 'rollback',
        steps: [{ capability: 'deploys.rollback', args: { service: 'api', deploy: '492' } }],
        why: 'It came before.',
      }),
    ),
  ];
  const model = await withModel([...wish, ...wish]);
  for (const said of ['roll api back please', 'please roll back api'])
    await model.h.say('@sarah', said, { toUs: true });
  expect(await waiting(model.h)).toBe(1);
  expect(model.titles().at(-1)).toContain('Plan #1 is that already');
});
