import { expect, test } from 'vitest';
import { addWayTo } from '../../src/resources/add-way.ts';

test('who is known to Slack by an address alone is asked there again', () => {
  const zoe = { name: 'zoe', ids: {}, slackEmail: 'z@example.org' };
  expect(addWayTo(zoe)).toMatch(/^openclaw contact edit zoe --slack-email z@example\.org .*not confirmed/);
  expect(addWayTo({ ...zoe, slackEmail: undefined })).toContain('--id slack=U…');
  expect(addWayTo({ ...zoe, ids: { slack: 'U1ZOE' } })).not.toContain('--slack-email');
});
