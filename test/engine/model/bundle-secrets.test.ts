// The export as a whole, with a secret planted in every text that it has.
import { expect, test } from 'vitest';
import { sealBundle } from '../../../src/domain/incident-bundle.ts';
import { incidentBundle } from '../../../src/store/incident-bundle.ts';
import { calls, says } from '../../support/messages-api/server.ts';
import { withModel } from './harness.ts';

const SECRETS = [
  'ghp_0123456789abcdefghijABCDEFGHIJ012345',
  'AKIAQ3EGZK7NTPLWX2VB',
  'password=hunter2-Long-Pa55word',
];
/** What replay compares by itself, or computes with. */
const KEPT = /(?:^|\.)(?:hash|previous|digest|sent)$/;

function planted(value: unknown, secret: string, path = ''): unknown {
  if (typeof value === 'string') return KEPT.test(path) ? value : `${value} ${secret}`;
  if (Array.isArray(value)) return value.map((each) => planted(each, secret, path));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, planted(each, secret, `${path}.${name}`)]),
  );
}

test.each(SECRETS)('%s is in no field of it', async (secret) => {
  const { h, api } = await withModel([says(calls('deploys_list', { service: 'api' })), says('Not known.')]);
  await h.alert({ title: 'error rate critical', service: 'api', severity: 'critical' });
  api.answer = () => says('Not known.');
  await h.say('@sarah', '/rollback #492', { incidentId: 1 });
  const incident = await h.store.read.incidents.find(1);
  if (!incident) throw new Error('it was opened');
  const body = await incidentBundle(h.store.read, incident, { madeBy: '0', now: h.clock.now() });
  expect(body.conversations.length).toBeGreaterThan(1);
  const sealed = sealBundle(planted(body, secret) as typeof body);
  const bare = secret.replace('password=', '');
  expect(sealed.includes(bare)).toBe(false);
  expect(sealed.match(/\[redacted/g)?.length).toBeGreaterThan(100);
});
