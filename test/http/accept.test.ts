import { expect, test } from 'vitest';
import { createBatcher, type InboxEntry } from '../../src/http/accept.ts';

const entry = (key: string): InboxEntry => ({ source: 's', key, kind: 'alert', body: {}, receivedAt: 0 });
const many = (count: number): InboxEntry[] => Array.from({ length: count }, (_, at) => entry(String(at)));

test('all that comes in one turn is one commit', async () => {
  const commits: string[][] = [];
  const batcher = createBatcher(async (entries) => {
    commits.push(entries.map(({ key }) => key));
    return entries.length;
  });
  await Promise.all(['a', 'b', 'c'].map((key) => batcher.add([entry(key)])));
  expect(commits).toEqual([['a', 'b', 'c']]);
});

test('what comes during a commit is in the next, and nobody is answered before his own', async () => {
  const commits: { keys: string[]; done(): void }[] = [];
  const reached: ((value: unknown) => void)[] = [];
  const begun = (index: number): Promise<unknown> =>
    commits[index] ? Promise.resolve() : new Promise((resolve) => (reached[index] = resolve));
  const batcher = createBatcher(
    (entries) =>
      new Promise<number>((resolve) => {
        commits.push({ keys: entries.map(({ key }) => key), done: () => resolve(entries.length) });
        reached[commits.length - 1]?.(null);
      }),
  );
  const answered: string[] = [];
  const add = (key: string): Promise<unknown> => batcher.add([entry(key)]).then(() => answered.push(key));
  const all = [add('a')];
  await begun(0);
  all.push(add('b'), add('c'));
  expect(answered).toEqual([]);
  commits[0]?.done();
  await begun(1);
  expect(answered).toEqual(['a']);
  expect(commits[1]?.keys).toEqual(['b', 'c']);
  commits[1]?.done();
  await Promise.all(all);
  await batcher.idle();
});

test('a commit is bounded, and no list is torn', async () => {
  const sizes: number[] = [];
  const batcher = createBatcher(async (entries) => {
    sizes.push(entries.length);
    return entries.length;
  });
  await Promise.all([many(500), many(500), many(500), many(3_000), many(1)].map(batcher.add));
  expect(sizes).toEqual([1_000, 500, 3_000, 1]);
});

test('a commit that fails fails all that were in it, and the next one goes on', async () => {
  let calls = 0;
  const batcher = createBatcher(async (entries) => {
    calls += 1;
    if (calls === 1) throw new Error('disk full');
    return entries.length;
  });
  const results = await Promise.allSettled([batcher.add([entry('a')]), batcher.add([entry('b')])]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(batcher.add([entry('c')])).resolves.toBe(0);
});

test('duplicates are told where they are known', async () => {
  const batcher = createBatcher(async (entries) => entries.filter(({ key }) => key !== 'old').length);
  await expect(batcher.add([entry('old'), entry('new')])).resolves.toBe(1);
  await expect(Promise.all([batcher.add([entry('old')]), batcher.add([entry('x')])])).resolves.toEqual([
    null,
    null,
  ]);
  await expect(Promise.all([batcher.add([entry('y')]), batcher.add([entry('x')])])).resolves.toEqual([0, 0]);
});
