// V8's own growth stands beside ours, so that a Node that no longer listens is seen.
import { expect, test } from 'vitest';
import { startChild } from '../support/child.ts';

async function roomAfterGarbage(how: 'small' | 'as it is'): Promise<number> {
  const child = await startChild('test/support/young-heap-child.ts', [how]);
  return Number(await child.line());
}

test('the room for new objects stays small however much garbage is made', async () => {
  const [small, grown] = await Promise.all([roomAfterGarbage('small'), roomAfterGarbage('as it is')]);
  expect(small).toBeGreaterThan(0);
  expect(small * 3).toBeLessThan(grown);
});
