// A commit that was made and that the disk did not confirm: what was claimed in it waits for its turn once more.
import { expect, onTestFinished, test } from 'vitest';
import { unsyncedError } from '../../src/store/errors.ts';
import { createHarness } from '../support/harness.ts';

test.each([1, 2, 3, 4, 5, 6])('commit %i is not confirmed, and the incident goes its way', async (which) => {
  const h = await createHarness();
  onTestFinished(() => h.close());
  const { store } = h;
  const write = store.write.bind(store);
  let commits = 0;
  store.write = async (work) => {
    const value = await write(work);
    commits += 1;
    if (commits === which) throw unsyncedError(new Error('EIO: i/o error, fdatasync'), store.file);
    return value;
  };
  // Whoever sends it hears that it was not taken, and sends it again.
  const alert = { title: 'api is down', service: 'api', deliveryKey: 'a1' };
  await h.alert(alert).catch(() => h.alert(alert));
  await h.advance(2 * 60_000);
  const jobs = await store.read.jobs.list();
  expect(jobs.filter(({ state }) => state === 'running')).toEqual([]);
  expect((await store.read.incidents.listOpen()).map(({ id }) => id)).toEqual([1]);
  const posts = await h.posts();
  expect(posts.filter((post) => post.includes('📟 @sarah'))).not.toEqual([]);
  await h.advance(5 * 60_000);
  expect((await store.read.incidents.find(1))?.level).toBeGreaterThan(1);
});
