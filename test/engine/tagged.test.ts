// Who is told is tagged in the incident's thread by their id, and a group is told there.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Contact } from '../../src/domain/resource.ts';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness();
  onTestFinished(() => h.close());
});

const down = { title: 'api is down', service: 'api' };
const tagsOf = (title: string) =>
  h.slack.posts.filter(({ message }) => message.title.includes(title)).map(({ mentions }) => mentions);

async function sarahIs(change: Partial<Contact>): Promise<void> {
  const sarah = await h.store.read.resources.find('contact', 'sarah');
  if (sarah)
    await h.store.write((tx) =>
      tx.resources.update('contact', sarah.id, { spec: { ...sarah.spec, ...change } }),
    );
}

test('the line that names who is on call tags them', async () => {
  await h.alert(down);
  expect(tagsOf('👤 On-call: @sarah via slack')).toEqual([['U-sarah']]);
  await h.advance(5 * 60_000);
  expect(tagsOf('Escalating to team-lead')).toContainEqual(['U-lead']);
});

test('a group has no direct messages: its page stands in the incident’s room, tags it and can be acknowledged there', async () => {
  await sarahIs({ ids: { slack: 'S0ONCALL' } });
  await h.alert(down);
  const page = h.slack.posts.find(({ message }) => message.title.includes('📟'));
  expect(page).toMatchObject({ conversation: '#ops-critical', mentions: ['S0ONCALL'] });
  expect(tagsOf('👤 On-call: @sarah')).toEqual([['S0ONCALL']]);
});

test('a page that comes later is in the thread, and one for no room of that chat in the critical room', async () => {
  const lead = await h.store.read.resources.find('contact', 'team-lead');
  if (!lead) throw new Error('no lead');
  const spec = { ...lead.spec, ids: { slack: 'S0LEADS' } };
  await h.store.write((tx) => tx.resources.update('contact', lead.id, { spec }));
  await h.alert(down);
  await h.advance(5 * 60_000);
  const header = h.slack.posts.find(({ message }) => message.title.startsWith('🔴 api —'));
  const page = h.slack.posts.find(({ message }) => message.title.startsWith('📟 @team-lead'));
  expect(page).toMatchObject({ conversation: '#ops-critical', threadRemoteId: header?.remoteId });
});
