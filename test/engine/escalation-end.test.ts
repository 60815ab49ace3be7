// What happens at the end of an escalation when its last levels reach nobody.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;

let harness: Harness;
beforeEach(async () => {
  harness = await createHarness();
});
afterEach(() => harness.close());

async function gone(...names: string[]): Promise<void> {
  for (const name of names) {
    const contact = await harness.store.read.resources.find('contact', name);
    await harness.store.write((tx) => tx.resources.remove('contact', contact?.id ?? 0));
  }
}

async function pagesOf(person: string): Promise<number> {
  return (await harness.posts()).filter((post) => post.includes(`📟 @${person}`)).length;
}

async function nobody(): Promise<number> {
  return (await harness.posts()).filter((post) => post.includes('Nobody was paged')).length;
}

test('an empty last level does not end it: the last one that reached somebody is told again', async () => {
  await gone('engineering-manager');
  await harness.alert({ title: 'api errors', service: 'api' });
  await harness.advance(6 * MINUTE);
  expect(await pagesOf('team-lead')).toBe(1);
  await harness.advance(60 * MINUTE);
  expect(await pagesOf('team-lead')).toBe(5);
  expect(await nobody()).toBe(0);
});

test('a level that reached somebody once and reaches nobody now gives way to the one before', async () => {
  await gone('engineering-manager');
  await harness.alert({ title: 'api errors', service: 'api' });
  await harness.advance(6 * MINUTE);
  await gone('team-lead');
  await harness.advance(15 * MINUTE);
  expect(await pagesOf('sarah')).toBe(2);
  expect(await nobody()).toBe(0);
});

test('when none reaches anybody it is said, and tried again', async () => {
  await gone('engineering-manager', 'team-lead', 'sarah');
  await harness.alert({ title: 'api errors', service: 'api' });
  await harness.advance(61 * MINUTE);
  expect(await nobody()).toBe(3);
});
