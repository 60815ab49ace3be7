// A model that takes requests and does not answer: who waits for it.
import { expect, test } from 'vitest';
import type { Harness } from '../../support/harness.ts';
import { says } from '../../support/messages-api/server.ts';
import { withModel } from './harness.ts';

const CRITICAL = { title: 'error rate critical', service: 'api', severity: 'critical' as const };

/** What is worked on beside a conversation that hangs is never idle, so it is looked for. */
async function appears(h: Harness, words: RegExp): Promise<void> {
  for (let tries = 0; tries < 5_000; tries += 1) {
    if ((await h.posts()).some((post) => words.test(post))) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`nothing said ${words}: ${(await h.posts()).join('\n')}`);
}

test('a narrative that hangs holds up nothing of its incident, and nothing of another', async () => {
  const { h, api } = await withModel();
  let release: () => void = () => {};
  const hangs = new Promise<void>((resolve) => {
    release = resolve;
  });
  let hanging = 0;
  api.answer = async ({ raw }) => {
    if (raw.includes('An incident has begun')) {
      hanging += 1;
      await hangs;
    }
    return says('Not known.');
  };
  const work: Promise<unknown>[] = [h.alert(CRITICAL)];
  await appears(h, /🤔 Probable cause/);
  work.push(h.say('@sarah', '/ack 1', { incidentId: 1 }));
  await appears(h, /@sarah has it|acknowledged/i);
  work.push(h.say('@sarah', '/scale api 4', { incidentId: 1 }));
  await appears(h, /Scale api from 2 to 4/);
  await appears(h, /🤖 Remarks/);
  work.push(h.say('@sarah', 'what changed on api in the last hour?', { incidentId: 1, toUs: true }));
  await appears(h, /“what changed on api in the last hour\?”/);
  work.push(h.alert({ title: 'orders-db is down', service: 'orders-db', severity: 'critical' }));
  await appears(h, /🤔[\s\S]*orders-db|orders-db[\s\S]*🤔/);
  work.push(h.say('@sarah', '/incident close 1 --cause "cache TTL"', { incidentId: 1 }));
  await appears(h, /✅ RESOLVED|Close|resolved/);
  expect(hanging).toBeGreaterThanOrEqual(1);
  expect((await h.posts()).some((post) => post.includes('🤖 What this looks like'))).toBe(false);
  release();
  await Promise.all(work);
});

test('who speaks freely is told after a second that Claude is being asked, and gets the answer in the end', async () => {
  const beats = new Set<() => void>();
  const beat = (each: () => void) => {
    beats.add(each);
    return () => void beats.delete(each);
  };
  const { h, api, titles } = await withModel([], { beat });
  api.answer = async () => {
    expect(beats.size).toBe(1);
    for (const each of beats) each();
    expect(titles()).toEqual([]);
    h.clock.advance(1_500);
    for (const each of beats) each();
    await appears(h, /⏳ Claude is being asked\. If it stays silent, the answer comes without it/);
    return says('Not known.');
  };
  const said = await h.say('@sarah', 'what changed on api in the last hour?', { toUs: true });
  expect(beats.size).toBe(0);
  expect(said).toContain('Not known.');
  expect(said).toMatch(/^A model was asked: it took \d s$/m);
  expect(titles().join()).not.toContain('Claude is being asked');
});
