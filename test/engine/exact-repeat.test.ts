import { afterEach, beforeEach, expect, test } from 'vitest';
import { receiveDelivery } from '../../src/store/receive.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
let h: Harness;
beforeEach(async () => {
  h = await createHarness();
});
afterEach(() => h.close());

/** As Alertmanager repeats it: word for word. */
async function send(): Promise<void> {
  const entry = {
    source: 'Prometheus',
    key: 'same',
    kind: 'alert' as const,
    receivedAt: h.clock.now(),
    body: {
      fingerprint: 'f1',
      deliveryKey: 'same',
      status: 'firing',
      title: 'error rate 12%',
      description: '',
      severity: 'critical',
      severityText: 'critical',
      service: null,
      labels: {},
      links: [],
      startsAt: null,
      endsAt: null,
      value: null,
      threshold: null,
      unit: null,
      notes: [],
    },
  };
  await h.store.write((tx) => receiveDelivery(tx, [entry], h.clock.now()));
  await h.settle();
}
const stateOf = async () => (await h.store.read.incidents.find(1))?.state;

test('opens an incident again that was closed by hand more than ten minutes ago', async () => {
  await send();
  await h.say('sarah', '/incident close 1');
  if ((await stateOf()) === 'open') await h.say('sarah', '/approve');
  expect(await stateOf()).toBe('resolved');
  await h.advance(5 * MINUTE);
  await send();
  expect(await stateOf()).toBe('resolved');
  await h.advance(6 * MINUTE);
  // Nobody said it again since: it may be over.
  expect(await stateOf()).toBe('resolved');
  await send();
  expect(await stateOf()).toBe('open');
});
