// What people are told to type can be typed where they read it.
import { expect, test } from 'vitest';
import { typeable, typeableThroughout } from '../../../src/channels/slack/typeable.ts';
import { message, plainText } from '../../../src/domain/message.ts';
import { createSlackHarness } from '../../support/slack-harness.ts';

const triggers = ['/approve', '/deny', '/rollback', '/status', '/ack', '/logs'];
const shown = (text: string, inThread: boolean) =>
  plainText(typeable(message(text), { inThread, triggers, prefix: '' }));

test.each([
  ['Type: /approve 7 orders-db', 'Type: approve 7 orders-db', 'Type: /approve 7 orders-db'],
  ['Reply /approve or /deny', 'Reply approve or deny', 'Reply /approve or /deny'],
  ['(/status)', '(status)', '(/ops-status)'],
  ['look at /status.', 'look at status.', 'look at /ops-status.'],
  ['GET /status 500', 'GET /status 500', 'GET /status 500'],
  ['/logs/api and /var/logs', '/logs/api and /var/logs', '/logs/api and /var/logs'],
  ['/unknown 7, http://a/ack', '/unknown 7, http://a/ack', '/unknown 7, http://a/ack'],
])('%s', (text, inThread, inRoom) => {
  expect(shown(text, true)).toBe(inThread);
  expect(shown(text, false)).toBe(inRoom);
});

test('everywhere in a message but in code, and not where it has a button', () => {
  const said = message('t', {
    blocks: [
      { type: 'section', heading: 'h', lines: ['/ack 1', '/rollback — x'], offers: ['/rollback'] },
      { type: 'fields', fields: [{ label: 'Next', value: '/ack 1' }] },
      { type: 'table', columns: ['type'], rows: [['/ack [1]']] },
      { type: 'code', text: '/ack 1' },
    ],
  });
  expect(plainText(typeable(said, { inThread: true, triggers, prefix: '' }))).toBe(
    't\nh\n  ack 1\n  /rollback — x\nNext: ack 1\ntype\nack [1]\n/ack 1',
  );
});

test('where another app has the names, a hint has the prefix of ours, but in a thread', () => {
  const withPrefix = (inThread: boolean) =>
    plainText(typeable(message('Type /rollback or /status'), { inThread, triggers, prefix: 'acme-' }));
  expect(withPrefix(false)).toBe('Type /acme-rollback or /acme-status');
  expect(withPrefix(true)).toBe('Type rollback or status');
});

test('where no button is seen its command is one that can be typed, too', () => {
  const said = message('t', {
    blocks: [
      { type: 'section', heading: 'h', lines: ['/rollback — x'], offers: ['/rollback'] },
      { type: 'buttons', buttons: [{ label: 'Acknowledge', command: '/ack 7' }] },
      { type: 'code', text: '/ack 1' },
    ],
  });
  const heard = (inThread: boolean) =>
    plainText(typeableThroughout(said, { inThread, triggers, prefix: 'acme-' }));
  expect(heard(true)).toBe('t\nh\n  rollback — x\nAcknowledge: ack 7\n/ack 1');
  expect(heard(false)).toBe('t\nh\n  /acme-rollback — x\nAcknowledge: /acme-ack 7\n/ack 1');
});

test('a notification says it as it can be typed there, and the button carries what it did', async () => {
  const scene = await createSlackHarness({ prefix: 'acme-' });
  const inThread = () =>
    scene.slack.posted.flatMap(({ thread_ts: root, text }) => (root === undefined ? [] : [text])).join('\n');
  await scene.h.alert({ title: 'api down', service: 'api' });
  await scene.h.advance(20_000);
  expect(inThread()).toMatch(/^ *rollback #492/m);
  await scene.slash('/acme-rollback #492');
  const card = scene.find('Plan #1');
  expect(card.text).toContain('Approve: /acme-approve 1');
  await scene.press(card, 'Approve');
  expect((await scene.h.store.read.approvals.find(1))?.state).toBe('approved');
  expect(inThread()).toMatch(/^ *✅ done: rollback #492/m);
  expect(inThread()).not.toMatch(/(^|\s)\/(rollback|ack|approve)\b/);
});
