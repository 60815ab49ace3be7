// What keeps a model to its place: whose sources are used, when its words are too late, and when nobody is to ask it.
import { describe, expect, test } from 'vitest';
import { calls, says } from '../../support/messages-api/server.ts';
import { withModel } from './harness.ts';

const TO_US = { toUs: true as const };
const restart = (service: string) =>
  says(
    calls('propose_plan', {
      command: 'restart',
      steps: [{ capability: 'services.restart', args: { service, mode: 'rolling' } }],
      why: 'As asked.',
    }),
  );

test('a command that only reads, and is typed wrong, asks nobody', async () => {
  const { h, api } = await withModel();
  expect(await h.say('@sarah', '/status api one word too many')).toMatch(/too many/);
  expect(api.requests).toEqual([]);
});

describe('a plan from free speech', () => {
  test('uses the sources of its command, and no other', async () => {
    const { h } = await withModel([restart('api')]);
    const found = await h.store.read.resources.find('command', 'restart');
    if (!found) throw new Error('the team has it');
    const spec = { ...found.spec, sources: ['Somewhere else'] };
    await h.store.write((tx) => tx.resources.update('command', found.id, { spec }));
    const answer = await h.say('@sarah', 'please give api a gentle restart for me', TO_US);
    expect(answer).toContain('Refused');
    expect(await h.store.read.plans.inStates(['waiting'])).toEqual([]);
  });

  test('may be about the only service there is, though nobody named it', async () => {
    const { h } = await withModel([says(calls('logs_search', { service: 'api' })), restart('api')]);
    for (const { id, name } of await h.store.read.resources.list('service'))
      if (name !== 'api') await h.store.write((tx) => tx.resources.update('service', id, { enabled: false }));
    const answer = await h.say('@sarah', 'it hangs, please give it a gentle restart', TO_US);
    expect(answer).toContain('restart of api');
  });
});

describe('words that come too late', () => {
  test('for a plan that was decided meanwhile are not shown', async () => {
    const { h, api } = await withModel();
    api.answer = async () => {
      await h.store.write(async (tx) => {
        const [plan] = await tx.plans.inStates(['waiting']);
        if (plan) await tx.plans.move(plan.id, ['waiting'], 'denied');
      });
      return says('Traffic is as usual.');
    };
    await h.say('@sarah', '/scale api 4');
    expect(api.requests).toHaveLength(1);
    expect((await h.posts()).some((post) => post.includes('🤖'))).toBe(false);
  });

  test('for an incident that is over meanwhile are not shown', async () => {
    const { h, api } = await withModel();
    api.answer = async () => {
      await h.store.write((tx) => tx.incidents.update(1, { state: 'resolved' }));
      return says('Not known.');
    };
    await h.alert({ title: 'error rate critical', service: 'api', severity: 'critical' });
    expect(api.requests).toHaveLength(1);
    expect((await h.posts()).some((post) => post.includes('🤖'))).toBe(false);
  });
});
