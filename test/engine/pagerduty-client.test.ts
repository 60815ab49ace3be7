// A PagerDuty client over real HTTP, into the real store, through the whole engine.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { receiveDelivery } from '../../src/store/receive.ts';
import { SECRET, source, startTestServer, type TestServer } from '../http/harness.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
let harness: Harness;
let server: TestServer;

beforeEach(async () => {
  harness = await createHarness({ sources: () => [] });
  await harness.add('source', {
    name: 'Checks',
    type: 'pagerduty-events',
    settings: {},
    secrets: {},
    services: [],
  });
  server = await startTestServer({
    clock: harness.clock,
    hookSources: () => [source('Checks', 'pagerduty-events')],
    accept: (entries) => harness.store.write((tx) => receiveDelivery(tx, entries, harness.clock.now())),
  });
});
afterEach(async () => {
  await server.close();
  await harness.close();
});

async function send(
  event_action: string,
  over: Record<string, unknown> = {},
  path = '/v2/enqueue',
): Promise<void> {
  const payload = { summary: 'api is down', source: 'probe', severity: 'critical', component: 'api' };
  const body = { routing_key: SECRET, event_action, dedup_key: 'api/down', payload, ...over };
  const { status } = await fetch(`${server.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  expect(status).toBe(202);
  await harness.settle();
}

const open = async () => (await harness.store.read.incidents.listOpen()).map(({ id }) => id);

test('trigger, repeat, acknowledge, resolve, and a trigger later: one incident, then another', async () => {
  await send('trigger');
  await send('trigger');
  expect(await open()).toEqual([1]);
  expect(await harness.store.read.alerts.ofIncident(1)).toMatchObject([{ count: 2, service: 'api' }]);

  await send('acknowledge');
  expect(await harness.store.read.incidents.find(1)).toMatchObject({ ackedByName: 'Checks' });
  await send('resolve');
  await harness.advance(10 * MINUTE);
  expect(await open()).toEqual([]);

  await harness.advance(60 * MINUTE);
  await send('trigger');
  expect(await open()).toEqual([2]);
  expect(await harness.store.read.incidents.find(2)).toMatchObject({ ackedBy: null });
});

test('an acknowledge or resolve of what is not open opens nothing, pages nobody', async () => {
  await send('acknowledge');
  await send('resolve');
  expect(await open()).toEqual([]);
  expect(await harness.posts()).toEqual([]);
});

test('an acknowledge that was sent before counts for no later trigger', async () => {
  await send('acknowledge');
  await send('trigger');
  expect(await harness.store.read.incidents.find(1)).toMatchObject({ ackedBy: null });
});

test('acknowledged and killed before it was worked on, it still counts after the start', async () => {
  await send('trigger');
  await harness.kill();
  await harness.start();
  await send('acknowledge');
  await harness.restart();
  await harness.settle();
  expect(await harness.store.read.incidents.find(1)).toMatchObject({ ackedByName: 'Checks' });
});

test('an error is a warning: it wakes nobody', async () => {
  const payload = { summary: 'slow', source: 'probe', severity: 'error' };
  await send('trigger', { payload });
  expect(await open()).toEqual([]);
});

test('a deploy it tells of is the last one of the incident that follows', async () => {
  const payload = { summary: 'deploy #492', source: 'ci', custom_details: { service: 'api' } };
  await send('', { payload }, '/v2/change/enqueue');
  await harness.advance(MINUTE);
  await send('trigger');
  const incident = await harness.store.read.incidents.find(1);
  expect(incident?.context.lastDeploy).toContain('deploy #492 at');
  await send('', { payload: { ...payload, summary: 'deploy #493' } }, '/v2/change/enqueue');
  expect(await harness.timeline(1)).toContain('change: deploy #493, told by Checks');
});
