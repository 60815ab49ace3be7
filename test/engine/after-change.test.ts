// The header says what is true now: what was done is offered no more, and what was undone is no cause of what came back.
import { describe, expect, onTestFinished, test } from 'vitest';
import { plainText } from '../../src/domain/message.ts';
import { createHarness } from '../support/harness.ts';

const FIRING = {
  title: 'error rate critical',
  service: 'api',
  severity: 'critical' as const,
  fingerprint: 'f1',
  labels: { metric: 'error_rate' },
  value: 12.3,
  threshold: 5,
  unit: '%',
};
const CLEAR = { ...FIRING, status: 'resolved' as const };

async function incident() {
  const h = await createHarness();
  onTestFinished(() => h.close());
  await h.alert(FIRING);
  await h.advance(5000);
  const header = async () => {
    const found = await h.store.read.incidents.find(1);
    const post = await h.store.read.posts.find(found?.headerPostId ?? 0);
    return post ? plainText(post.message) : '';
  };
  return { h, header };
}

async function rolledBack() {
  const scene = await incident();
  expect(await scene.header()).toContain('/rollback #492 — ');
  await scene.h.say('sarah', '/rollback api #492', { incidentId: 1 });
  await scene.h.say('sarah', '/approve 1', { incidentId: 1 });
  await scene.h.advance(1000);
  return scene;
}

test('a rollback that was done, however it was typed', async () => {
  const { header } = await rolledBack();
  expect(await header()).not.toContain('/rollback #492');
  expect(await header()).toMatch(/Probable cause: deploy #492.*\. #492 was undone at \d\d:\d\d UTC/);
  expect(await header()).toMatch(/Last deploy: #492 .*, undone at \d\d:\d\d/);
});

test('one that failed is offered still', async () => {
  const { h, header } = await incident();
  h.world.faults.set('deploys.rollback', 'fail');
  await h.say('sarah', '/rollback #492', { incidentId: 1 });
  await h.say('sarah', '/approve 1', { incidentId: 1 });
  await h.advance(1000);
  expect(await header()).toContain('/rollback #492 — ');
});

test('the value of an alert that is clear is not said as what it is now', async () => {
  const { h, header } = await incident();
  expect(await header()).toContain('Error rate: 12.3% (threshold: 5%)\n');
  await h.alert(CLEAR);
  await h.advance(1000);
  expect(await header()).toMatch(/all clear\n(?:.*\n)*.*12\.3% \(threshold: 5%\), clear since \d\d:\d\d/);
});

test('what came back after its cause was undone has another one', async () => {
  const { h, header } = await rolledBack();
  await h.alert(CLEAR);
  await h.advance(6 * 60_000);
  expect((await h.store.read.incidents.find(1))?.state).toBe('resolved');
  await h.alert({ ...FIRING, deliveryKey: 'again' });
  await h.advance(1000);
  expect((await h.store.read.incidents.find(1))?.state).toBe('open');
  expect(await header()).toContain('Probable cause: unknown: it came back after #492 was undone');
  expect((await h.store.read.incidents.find(1))?.probableCause).toBeNull();
});

describe('what came back is looked into again', () => {
  const causes = async ({ h }: Awaited<ReturnType<typeof incident>>) =>
    (await h.posts()).filter((post) => post.startsWith('#ops-critical | 🤔'));
  const comesBack = async ({ h }: Awaited<ReturnType<typeof incident>>) => {
    await h.alert(CLEAR);
    await h.advance(6 * 60_000);
    expect((await h.store.read.incidents.find(1))?.state).toBe('resolved');
    await h.alert({ ...FIRING, deliveryKey: 'again' });
    await h.advance(1000);
  };

  test('and a deploy since then is named', async () => {
    const scene = await rolledBack();
    const { h, header } = scene;
    const api = h.world.services.get('api');
    if (!api) throw new Error('the world has an api');
    await h.advance(30_000);
    const deploy = { number: '493', at: h.clock.now(), author: 'ana', title: 'pool: fewer connections' };
    api.deploys.unshift({ ...deploy, status: 'succeeded', rolledBack: false });
    await comesBack(scene);
    expect(await header()).toContain('🔄 Last deploy: #493');
    expect(await causes(scene)).toHaveLength(2);
    expect((await causes(scene)).at(-1)).toContain(
      '#492 ("fix: cache TTL update") was rolled back, it was over then',
    );
  });

  test('and the very deploy that was undone is its cause again where it was deployed again', async () => {
    const scene = await rolledBack();
    const { h } = scene;
    const api = h.world.services.get('api');
    if (!api) throw new Error('the world has an api');
    await h.alert(CLEAR);
    await h.advance(6 * 60_000);
    api.deploys = api.deploys.map((each) =>
      each.number === '492' ? { ...each, at: h.clock.now() - 60_000, rolledBack: false } : each,
    );
    await h.alert({ ...FIRING, deliveryKey: 'again' });
    await h.advance(1000);
    expect((await causes(scene)).at(-1)).toContain('Probable cause: deploy #492');
    expect((await h.store.read.incidents.find(1))?.probableCause).toContain('deploy #492');
  });

  test('and what its thread has said already is not said twice', async () => {
    const scene = await incident();
    await comesBack(scene);
    expect(await causes(scene)).toHaveLength(1);
    expect(await scene.header()).toContain('Probable cause: deploy #492');
  });
});

/** What the thread still offers with a button, and the lines that say what was done. */
async function offered({ h }: Awaited<ReturnType<typeof incident>>) {
  const posts = (await h.store.read.posts.ofIncident(1)).filter(({ threadPostId }) => threadPostId !== null);
  const sections = posts.flatMap(({ message }) =>
    message.blocks.flatMap((block) => (block.type === 'section' && block.offers ? [block] : [])),
  );
  return {
    offers: sections.flatMap(({ offers = [] }) => offers),
    done: sections.flatMap(({ lines }) => lines.filter((line) => line.startsWith('✅ done: '))),
  };
}

test('what was done has no button in the thread either, and its line says so; the rest keeps its own', async () => {
  const before = await offered(await incident());
  expect(before).toMatchObject({ offers: expect.arrayContaining(['/rollback #492']), done: [] });
  const after = await offered(await rolledBack());
  expect(after.offers).toEqual(before.offers.filter((offer) => offer !== '/rollback #492'));
  expect(after.done).toEqual([expect.stringMatching(/^✅ done: \/rollback #492 — /)]);
});

test('one that is over offers nothing in its thread, and says of nothing that it was done', async () => {
  const scene = await incident();
  await scene.h.say('sarah', '/incident close 1 it was the cache', { incidentId: 1 });
  await scene.h.say('sarah', '/approve 1', { incidentId: 1 });
  await scene.h.advance(1000);
  expect((await scene.h.store.read.incidents.find(1))?.state).toBe('resolved');
  expect(await offered(scene)).toEqual({ offers: [], done: [] });
});
