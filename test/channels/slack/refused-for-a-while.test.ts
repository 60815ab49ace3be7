// What Slack refuses for a reason that a person mends: a revoked token, an archived room. Until then it waits.
import { expect, test } from 'vitest';
import { eventIdOf } from '../../faults/checks.ts';
import { createSlackHarness, type SlackHarness } from '../../support/slack-harness.ts';

const MINUTE = 60_000;

const TROUBLES: [string, (slack: SlackHarness['slack'], is: boolean) => void][] = [
  [
    'the token is revoked',
    ({ always }, is) => always('*', is ? { ok: false, error: 'token_revoked' } : null),
  ],
  [
    'the workspace lets the token in no more',
    ({ always }, is) => always('*', is ? { ok: false, error: 'team_access_not_granted' } : null),
  ],
  ['the scope is missing', ({ always }, is) => always('chat.postMessage', is ? MISSING : null)],
  [
    'the room is archived',
    ({ archived }, is) => void (is ? archived.add('C1OPS') : archived.delete('C1OPS')),
  ],
  [
    'the app was removed from the room',
    ({ notIn }, is) => void (is ? notIn.add('C1OPS') : notIn.delete('C1OPS')),
  ],
];
const MISSING = { ok: false, error: 'missing_scope', needed: 'chat:write' };

test.each(TROUBLES)('while %s nothing is lost, and nothing stands outside of its thread', async (_, set) => {
  const { h, slack } = await createSlackHarness();
  await h.alert({ title: 'api is down', service: 'api', fingerprint: 'a' });
  await h.advance(MINUTE);
  const before = slack.posted.length;
  set(slack, true);
  await h.alert({ title: 'db is slow', service: 'db', fingerprint: 'b' });
  await h.alert({ title: 'api is slow', service: 'api', fingerprint: 'c' });
  await h.advance(5 * MINUTE);
  set(slack, false);
  await h.advance(5 * MINUTE);
  await h.say('@sarah', '/ack 2');
  await h.advance(MINUTE);

  const all = (await h.store.read.posts.changedSince(0, 1000)).sort((a, b) => a.id - b.id);
  expect(all.filter(({ state, lane }) => state !== 'sent' && lane !== 'page')).toEqual([]);
  const room = slack.posted.slice(before).filter(({ channel }) => channel === 'C1OPS');
  const roots = room.filter(
    ({ thread_ts: thread, text }) => thread === undefined && !/has #2 now/.test(text),
  );
  expect(roots.map(({ cameAs, text }) => cameAs ?? text)).toEqual([
    expect.stringMatching(/^\(03:15 UTC\) .*INCIDENT #2 — db is slow/),
  ]);
  const second = room.filter(({ thread_ts: thread }) => thread === roots[0]?.ts).map(eventIdOf);
  const stored = all.filter(({ incidentId, threadPostId }) => incidentId === 2 && threadPostId !== null);
  expect(second.length).toBeGreaterThan(2);
  expect(second).toEqual(stored.map(({ eventId }) => eventId));
});

test('a page to a person that Slack refuses until then goes by their next channel at once', async () => {
  const { h, slack } = await createSlackHarness();
  slack.always('*', { ok: false, error: 'token_revoked' });
  await h.alert({ title: 'api is down', service: 'api' });
  const record = await h.timeline(1);
  // Sarah is on Slack alone: nobody waits half a minute to hear that.
  expect(record.join('\n')).toMatch(/@sarah was not reached: slack did not take it \(.*token_revoked/);
  slack.always('*', null);
  await h.advance(MINUTE);
  expect(slack.posted.some(({ text }) => text.includes('📟 @sarah'))).toBe(true);
  expect(await h.timeline(1)).toEqual(expect.arrayContaining(record));
});
