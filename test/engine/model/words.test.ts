// An incident as a model sees it, and its end: words in the thread under a mark of their own, asked for when all else is there.
import { expect, test } from 'vitest';
import { calls, fails, says } from '../../support/messages-api/server.ts';
import { withModel } from './harness.ts';

const CRITICAL = { title: 'error rate critical', service: 'api', severity: 'critical' as const };

test('the thread gets a narrative after the findings, and the end a look back', async () => {
  const { h, api, sent } = await withModel([
    says(calls('deploys_list', { service: 'api' })),
    says('Deploy #492 at 03:01 is the likely cause. Next: /rollback #492'),
  ]);
  await h.alert(CRITICAL);
  const posts = await h.posts();
  const findings = posts.findIndex((post) => post.includes('🤔 Probable cause'));
  const narrative = posts.findIndex((post) => post.includes('🤖 What this looks like'));
  expect(findings).toBeGreaterThanOrEqual(0);
  expect(narrative).toBeGreaterThan(findings);
  expect(posts[narrative]).toContain('written by a model');
  expect(posts[narrative]).toContain('Deploy #492 at 03:01 is the likely cause.');
  // What people were shown goes as data, between marks.
  expect(sent()).toMatch(/n0nce/);
  api.replies.push(says('It began at 03:14.\nFix: a test for the lifetime of the cache.'));
  await h.say('@sarah', '/incident close --cause "cache TTL"', { incidentId: 1 });
  const waiting = await h.store.read.approvals.pending();
  if (waiting.length > 0) await h.say('@sarah', '/approve', { incidentId: 1 });
  const closing = (await h.posts()).find((post) => post.includes('🤖 Looking back'));
  expect(closing).toContain('Fix: a test for the lifetime of the cache.');
});

test('with the model down an incident is told as ever, and nothing is said of it there', async () => {
  const { h, api } = await withModel();
  api.answer = () => fails(500);
  await h.alert(CRITICAL);
  const posts = await h.posts();
  expect(posts.some((post) => post.includes('🤔 Probable cause'))).toBe(true);
  expect(posts.some((post) => post.includes('🤖'))).toBe(false);
});

test('the agent that looks after the service is asked in its own words', async () => {
  const { h, sent } = await withModel([says('Not known.')]);
  await h.add('agent', {
    name: 'Payments',
    message: 'Ask who is on call for payments.',
    services: ['billing'],
  });
  await h.add('agent', { name: 'Api people', message: 'Mind the tariff table.', services: ['api'] });
  await h.alert(CRITICAL);
  expect(sent()).toContain('Mind the tariff table.');
  expect(sent()).not.toContain('payments');
  expect((await h.posts()).some((post) => post.includes('Api people (written by a model):'))).toBe(true);
});

test('cut off by a kill the words come once, at the next start', async () => {
  const { h, api } = await withModel();
  let asked = 0;
  api.answer = async () => {
    asked += 1;
    if (asked === 1) await h.kill();
    return says('Not known.');
  };
  await h.alert(CRITICAL);
  await h.start();
  await h.settle();
  expect((await h.posts()).filter((post) => post.includes('🤖 What this looks like'))).toHaveLength(1);
});

test('what was said and what it cost is kept, and a budget that is used up ends the asking', async () => {
  const { h, api } = await withModel([says('Not known.')]);
  await h.alert(CRITICAL);
  const [talk] = await h.store.read.modelTalks.ofIncident(1);
  expect(talk).toMatchObject({
    purpose: 'narrative',
    agent: 'DevOps Monitor',
    turns: [{ answer: [{ text: 'Not known.' }] }],
  });
  expect(talk?.tokens).toBeGreaterThan(0);
  const agent = await h.store.read.resources.find('agent', 'DevOps Monitor');
  if (!agent) throw new Error('it is there from the start');
  const spec = { ...agent.spec, budget: { day: '1 token' } };
  await h.store.write((tx) => tx.resources.update('agent', agent.id, { spec }));
  api.replies.push(says('never asked'));
  const answer = await h.say('@sarah', 'what changed on api in the last hour?', { toUs: true });
  expect(answer).toContain('Today has used what Claude may cost in a day');
  expect(api.requests).toHaveLength(1);
});
