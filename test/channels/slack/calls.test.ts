// What one call of Slack's Web API leaves behind, and whose signal ends it.
import { expect, test } from 'vitest';
import { slackCalls } from '../../../src/channels/slack/calls.ts';
import { startSlack } from '../../support/slack.ts';
import { until } from '../../support/until.ts';

/** What Node puts on each promise that is made: one more for each AsyncLocalStorage that was used and is not let go. */
const carried = () => Object.getOwnPropertySymbols(new Promise(() => {})).length;

test('however often a Slack is connected, a promise costs what it did', async () => {
  const slack = await startSlack();
  const connectAndAsk = async () => {
    const call = await slackCalls({ token: 'xoxb-fake', api: new URL(slack.api) });
    await call('auth.test', {}, new AbortController().signal);
  };
  await connectAndAsk();
  const before = carried();
  for (let n = 0; n < 20; n += 1) await connectAndAsk();
  expect(carried()).toBe(before);
});

test('a call ends by its own signal, and by no other one', async () => {
  const slack = await startSlack();
  const call = await slackCalls({ token: 'xoxb-fake', api: new URL(slack.api) });
  slack.next('auth.test', 'silent', 'silent');
  const [first, second] = [new AbortController(), new AbortController()];
  const ended: string[] = [];
  const one = call('auth.test', { n: 1 }, first.signal).catch(() => ended.push('first'));
  const two = call('auth.test', { n: 2 }, second.signal).catch(() => ended.push('second'));
  await until(() => slack.asked.length === 2);
  second.abort();
  await two;
  expect(ended).toEqual(['second']);
  expect(await call('auth.test', {})).toMatchObject({ ok: true });
  first.abort();
  await one;
  expect(ended).toEqual(['second', 'first']);
});
