// The incident of the seed in Slack, from its alert to its summary: the built daemon over AWS, GitHub and a Slack of ours, and
// what stands in the thread at each moment. `OPENCLAW_PICTURES=examples/slack npx vitest run` on this file draws it anew.
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SLACK_TOKENS } from '../../support/connect-slack.ts';
import { type Posted, startSlack, TEAM } from '../../support/slack.ts';
import { PHONE, slackPicture } from '../../support/slack-picture.ts';
import { until, untilWithin } from '../../support/until.ts';
import { startShop } from './shop.ts';

const SARAH = 'U1SARAH';
const PICTURES = process.env.OPENCLAW_PICTURES;
const LONG_MS = 40_000;

test('the night of #492, in Slack', { timeout: 180_000 }, async () => {
  const night = await begin();
  const { slack, shop, root } = night;
  await untilWithin('the header knows the cause', LONG_MS, () => root.text.includes('Probable cause'));
  for (const words of ['api-prod-01 error rate critical', '12.3%', '#492', 'fix: cache TTL update'])
    expect(root.text).toContain(words);
  await until(() => slack.posted.some(({ channel }) => channel === `D${SARAH}`));
  await night.draw('1-alert');

  await night.say('ack');
  await until(() => /acknowledged/i.test(root.text));
  await night.say('logs api-prod-01 --since 20m');
  await night.inThread(/connection pool exhausted/);
  await night.say('rollback #492');
  const card = await night.inThread(/Roll back deploy #492 of api, back to #491/);
  expect(night.shop.github.changing()).toEqual([]);
  await night.draw('2-plan', card);

  await night.click(card, 'Approve');
  await until(() => shop.github.changing().length > 0);
  shop.traffic.errorRate = 0.2;
  await night.inThread(/Error rate back to 0\.2% \(was 12\.3%\)/);
  expect(shop.github.changing()).toHaveLength(1);

  await shop.alert(night.url, { status: 'resolved' });
  await untilWithin('the header is green', LONG_MS, () => root.text.includes('✅'));
  const summary = await night.inThread(/Duration/);
  for (const words of ['#492', 'sarah']) expect(summary.text).toContain(words);
  await night.draw('3-resolved', summary);

  const transcript = night.transcript();
  const story = [
    /🔴 .*api-prod-01 error rate critical/,
    /sarah: ack/,
    /sarah: logs api-prod-01 --since 20m/,
    /connection pool exhausted/,
    /sarah: rollback #492/,
    /Roll back deploy #492 of api/,
    /sarah clicks Approve/,
    /Error rate back to 0\.2%/,
    /Duration/,
  ];
  // The header was edited since, and says in the end how it ended.
  const begun = transcript.replace('✅', '🔴');
  let from = 0;
  for (const part of story) {
    const at = begun.slice(from).search(part);
    expect([String(part), at >= 0]).toEqual([String(part), true]);
    from += at;
  }
  if (process.env.OPENCLAW_TEST_SHOW) process.stderr.write(`${transcript}\n`);
});

async function begin() {
  const slack = await startSlack({ 'ops-critical': 'C1OPS', 'ops-alerts': 'C2ALERTS', 'ops-info': 'C3INFO' });
  const [bot, app] = SLACK_TOKENS;
  const shop = await startShop({ env: { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app } });
  const tokens = ['bot-token=env:SLACK_BOT_TOKEN', 'app-token=env:SLACK_APP_TOKEN'];
  await shop.set(
    [
      ...['channel', 'add', '--name', 'slack', '--type', 'slack', '--set', `api=${slack.api}`],
      ...tokens.flatMap((token) => ['--secret', token]),
    ],
    [
      'contact',
      'edit',
      'sarah',
      '--id',
      `local=${userInfo().uid}`,
      '--id',
      `slack=${SARAH}`,
      '--order',
      'slack',
    ],
  );
  slack.clock = Date.now;
  shop.traffic.errorRate = 12.3;
  const daemon = await shop.start();
  await slack.connected();
  expect(await shop.alert(daemon.url)).toBe(200);
  const root = await untilWithin('there is a thread', LONG_MS, () =>
    slack.posted.find(
      ({ channel, text, thread_ts: thread }) =>
        channel === 'C1OPS' && !thread && text.includes('INCIDENT #1'),
    ),
  );
  /** What people did, after so many posts. */
  const done: { after: number; at: number; text: string; said: boolean }[] = [];
  let serial = 0;
  const note = (text: string, said: boolean) =>
    done.push({ after: slack.posted.length, at: Date.now(), text, said });

  const thread = () => slack.posted.filter((one) => one === root || one.thread_ts === root.ts);
  const shown = (posted: Posted) => ({
    name: 'openclaw',
    isApp: true,
    time: time(posted.at),
    text: posted.text,
    blocks: posted.blocks,
  });
  return {
    slack,
    shop,
    url: daemon.url,
    root,
    async say(text: string) {
      note(text, true);
      const event = {
        ...{ type: 'message', channel: root.channel, user: SARAH, team: TEAM, text },
        ...{ ts: `1800000000.${String(++serial).padStart(6, '0')}`, thread_ts: root.ts },
      };
      await slack.acked(slack.send('events_api', { team_id: TEAM, event }));
    },
    async click({ ts, channel, blocks }: Posted, label: string) {
      note(label, false);
      const buttons = blocks.flatMap(({ elements }) => (elements ?? []) as { text?: { text?: string } }[]);
      const action = buttons.find(({ text }) => text?.text === label);
      if (!action) throw new Error(`no button ${label}`);
      const payload = {
        type: 'block_actions',
        trigger_id: `1.${++serial}`,
        team: { id: TEAM },
        user: { id: SARAH, username: 'sarah', team_id: TEAM },
        container: { type: 'message', message_ts: ts, channel_id: channel, thread_ts: root.ts },
        channel: { id: channel },
        message: { ts, thread_ts: root.ts },
        actions: [action],
      };
      await slack.acked(slack.send('interactive', payload));
    },
    /** Since somebody did something. */
    inThread: (words: RegExp) =>
      untilWithin(`the thread says ${words}`, LONG_MS, () =>
        slack.posted
          .slice(done.at(-1)?.after ?? 0)
          .find((one) => one.thread_ts === root.ts && words.test(one.text)),
      ),
    /** The thread as an SRE would copy it into a document. */
    transcript() {
      const lines: string[] = [];
      for (const [index, posted] of [...slack.posted, null].entries()) {
        for (const { at, text, said } of done.filter(({ after }) => after === index))
          lines.push(`${time(at)}  ${said ? `sarah: ${text}` : `sarah clicks ${text}`}`);
        if (posted && (posted === root || posted.thread_ts === root.ts))
          lines.push(`${time(posted.at)}  ${posted.text.replaceAll('\n', '\n       ')}`);
      }
      return lines.join('\n');
    },
    /** The header alone, or what a person said last and the post that answers it. */
    async draw(name: string, only?: Posted) {
      const last = done.filter(({ said }) => said).at(-1);
      const typed = {
        name: 'sarah',
        isApp: false,
        time: time(last?.at ?? 0),
        text: last?.text ?? '',
        blocks: [],
      };
      const posts = only
        ? [...(name === '2-plan' ? [typed] : []), shown(only)]
        : thread().slice(0, 1).map(shown);
      const png = await slackPicture(
        'Thread  #ops-critical',
        posts,
        name === '3-resolved' ? PHONE : undefined,
      );
      expect(png.length).toBeGreaterThan(5_000);
      if (PICTURES === undefined) return;
      expect(png.length).toBeLessThan(60_000);
      mkdirSync(PICTURES, { recursive: true });
      writeFileSync(join(PICTURES, `${name}.png`), png);
    },
  };
}

function time(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}
