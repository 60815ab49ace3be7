import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHarness, type Harness } from '../support/harness.ts';

let h: Harness;
beforeEach(async () => {
  h = await createHarness();
});
afterEach(() => h.close());

test('the seed incident: alert, thread, acknowledgement, rollback, better, resolved with a summary', async () => {
  const alert = {
    title: 'api-prod-01 error rate critical',
    service: 'api-prod-01',
    value: 12.3,
    threshold: 5,
    unit: '%',
    labels: { metric: 'error_rate' },
  };
  await h.alert(alert);
  expect((await h.posts())[0]).toContain('INCIDENT #1 — api-prod-01 error rate critical');
  expect((await h.posts())[0]).toContain('Last deploy: #492 at 03:01 UTC (@mike');
  expect((await h.posts()).join('\n')).toContain('📟 @sarah');
  console.log((await h.posts()).join('\n---\n'));
  console.log(await h.say('@sarah', '/ack 1'));
  console.log(await h.say('@sarah', '/logs api-prod-01 --since 03:01'));
  console.log(await h.say('@sarah', '/rollback #492'));
  console.log(await h.say('@sarah', '/approve'));
  await h.advance(5 * 60_000 + 20_000);
  await h.alert({ ...alert, status: 'resolved' });
  await h.advance(5 * 60_000 + 1000);
  console.log((await h.posts()).join('\n---\n'));
  console.log((await h.timeline(1)).join('\n'));
  console.log(h.logs);
  expect(h.world.effects).toHaveLength(1);
});
