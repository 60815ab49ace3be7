// What people are told to type can be typed where they read it.
import { expect, test } from 'vitest';
import { typeable } from '../../../src/channels/slack/typeable.ts';
import { message, plainText } from '../../../src/domain/message.ts';

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
