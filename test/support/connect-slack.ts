// Our Slack channel on a Slack of ours.
import { setTimeout as pause } from 'node:timers/promises';
import { createSlack, type SlackOptions } from '../../src/channels/slack/slack.ts';
import type { ChannelAdapter } from '../../src/domain/channel.ts';
import { createTestClock } from './clock.ts';
import type { FakeSlack } from './slack.ts';

/** What no error, log or message may hold. */
export const SLACK_TOKENS = ['xoxb-fake-bot-token', 'xapp-fake-app-token'] as const;

/** Whoever connects it closes it. */
export async function connectSlack(
  { api }: Pick<FakeSlack, 'api'>,
  change: Partial<SlackOptions> = {},
): Promise<ChannelAdapter> {
  const [botToken, appToken] = SLACK_TOKENS;
  return createSlack({
    name: 'slack',
    api: new URL(api),
    botToken,
    hearing: { by: 'socket', appToken },
    clock: createTestClock(),
    triggers: async () => ['/ack'],
    rooms: async () => ['#ops-critical', '#ops-info'],
    hear: async () => true,
    trouble: () => {},
    forms: { formFor: async () => null, formSent: async () => null, turnAway: async () => {} },
    log: () => {},
    ...change,
  });
}

/** Nothing is waited for but an answer: one that is given up while it is on its way is another trouble than those meant here. */
export const HASTY = {
  answerMs: 9000,
  wait: async (_: number, signal: AbortSignal) => pause(3, undefined, { signal }).catch(() => {}),
};
