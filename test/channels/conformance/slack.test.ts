// Slack, as one of ours on loopback speaks it.
import { onTestFinished } from 'vitest';
import { createTestClock } from '../../support/clock.ts';
import { connectSlack, SLACK_TOKENS } from '../../support/connect-slack.ts';
import { type Posted, startSlack, type Told } from '../../support/slack.ts';
import { channelConforms, type OpenedChannel, type Trouble } from './suite.ts';

const WAIT_SECONDS = 7;
const TROUBLES: Record<Exclude<Trouble, 'refused'>, Told> = {
  limited: { status: 429, headers: { 'retry-after': String(WAIT_SECONDS) }, body: '' },
  broken: { status: 500, body: '<html>Internal server error</html>' },
  html: { status: 200, body: '<html>Please log in</html>' },
  cut: 'cut',
  lost: 'lost',
  silent: 'unheard',
};

channelConforms({
  name: 'slack',
  open: openSlack,
  troubles: {
    refused: 'retry',
    limited: 'retry',
    broken: 'unknown',
    html: 'unknown',
    cut: 'unknown',
    lost: 'unknown',
    silent: 'unknown',
  },
  threads: true,
  waitSeconds: WAIT_SECONDS,
});

async function openSlack(): Promise<OpenedChannel> {
  const slack = await startSlack({ 'ops-critical': 'C1OPS' });
  const clock = createTestClock();
  const channel = await connectSlack(slack, { clock });
  onTestFinished(() => channel.close());
  await slack.connected();
  let isDown = false;
  return {
    channel,
    conversation: '#ops-critical',
    secrets: SLACK_TOKENS,
    async trouble(trouble) {
      // It rests as long as it was asked to.
      if (trouble === null) clock.advance(WAIT_SECONDS * 1000);
      if (isDown) await slack.up();
      isDown = trouble === 'refused';
      if (isDown) await slack.down();
      slack.instead = (method) =>
        trouble !== null && trouble !== 'refused' && method === 'chat.postMessage'
          ? TROUBLES[trouble]
          : undefined;
    },
    arrived: () => slack.posted.map(arrivedAs),
    listening: slack.sockets,
  };
}

function arrivedAs({ channel, ts, thread_ts: thread, text, blocks }: Posted) {
  const texts: { type: string; text: string }[] = [];
  JSON.stringify(blocks, (_, value) => {
    if (typeof value?.text === 'string') texts.push(value);
    return value;
  });
  const parsed = [text, ...texts.flatMap((one) => (one.type === 'mrkdwn' ? one.text : []))];
  return {
    remoteId: `${channel}/${ts}`,
    threadRemoteId: thread === undefined ? null : `${channel}/${thread}`,
    shown: texts.map((one) => one.text).join('\n'),
    // What stands between < and > in a text that Slack parses.
    woken: parsed.flatMap((one) => one.match(/<[^>]*>/g) ?? []),
  };
}
