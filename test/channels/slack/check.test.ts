// The test of a channel has one time for all of it, whatever Slack does not answer.
import { expect, test } from 'vitest';
import { slackCalls } from '../../../src/channels/slack/calls.ts';
import { checkSlack } from '../../../src/channels/slack/check.ts';
import { startSlack } from '../../support/slack.ts';

test('what is not answered is not waited for, and nothing more is begun', async () => {
  const slack = await startSlack({ 'ops-critical': 'C1OPS' });
  const api = new URL(slack.api);
  slack.next('conversations.list', 'silent');
  const began = performance.now();
  const told = await checkSlack({
    typed: 'slack',
    call: await slackCalls({ token: 'xoxb-fake', api }),
    hearing: { by: 'socket', call: await slackCalls({ token: 'xapp-fake', api }) },
    rooms: Array.from({ length: 20 }, (_, n) => `#room-${n}`),
    people: [{ name: 'sarah', id: 'U1SARAH' }],
    eventId: 'e',
    signal: AbortSignal.timeout(400),
  });
  expect(performance.now() - began).toBeLessThan(3000);
  expect(told.problems).toEqual([
    {
      text: 'the conversations of the workspace cannot be listed: no answer within the time of the test',
      fix: 'is the network there?',
    },
  ]);
  expect(slack.asked.some(({ method }) => method === 'conversations.open')).toBe(false);
});

test('a scope that is missing is named, with what to type for this very channel', async () => {
  const slack = await startSlack({ 'ops-critical': 'C1OPS' });
  slack.scopes = slack.scopes.filter((scope) => scope !== 'files:write');
  const api = new URL(slack.api);
  const told = await checkSlack({
    typed: "'our slack'",
    call: await slackCalls({ token: 'xoxb-fake', api }),
    hearing: { by: 'socket', call: await slackCalls({ token: 'xapp-fake', api }) },
    rooms: ['#ops-critical'],
    people: [],
    eventId: 'e',
    signal: AbortSignal.timeout(10_000),
  });
  expect(told.problems).toEqual([
    {
      text: 'the app lacks a scope: files:write',
      fix: expect.stringContaining("openclaw channel manifest 'our slack' prints"),
    },
  ]);
});
