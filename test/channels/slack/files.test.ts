// Charts and long texts as files in a thread, against a Slack of ours: each once, whatever is lost.
import { expect, test } from 'vitest';
import { slackCalls } from '../../../src/channels/slack/calls.ts';
import { createSlackChannel } from '../../../src/channels/slack/channel.ts';
import { conversationsOf } from '../../../src/channels/slack/conversations.ts';
import { putFiles } from '../../../src/channels/slack/files.ts';
import { pictureOf } from '../../../src/channels/slack/picture.ts';
import type { FilePlace } from '../../../src/domain/channel.ts';
import type { Chart } from '../../../src/domain/chart.ts';
import { type Attachment, message } from '../../../src/domain/message.ts';
import { startSlack } from '../../support/slack.ts';

const call = { signal: new AbortController().signal };
const at = (minute: number) => Date.parse('2026-11-23T02:20:00Z') + minute * 60_000;
const chart: Chart = {
  title: 'Metrics of api',
  from: at(0),
  until: at(60),
  zone: 'UTC',
  marks: [{ at: at(41), label: '#492' }],
  panels: [
    {
      metric: 'error_rate',
      unit: '%',
      normal: 0.2,
      threshold: 5,
      points: Array.from({ length: 61 }, (_, minute) => ({
        at: at(minute),
        value: minute < 43 ? 0.2 : 12.3,
      })),
    },
  ],
};
const picture: Attachment = { type: 'chart', chart };
const lines: Attachment = {
  type: 'text',
  title: '120 lines of the logs of api',
  text: 'ERROR höchst seltsam\n'.repeat(120),
};

async function scene() {
  const slack = await startSlack({ 'ops-critical': 'C1OPS' });
  const calls = await slackCalls({ token: 'xoxb-fake', api: new URL(slack.api) });
  const channel = createSlackChannel({
    name: 'slack',
    call: calls,
    conversations: conversationsOf(calls),
    putFile: putFiles(new URL(slack.api)),
    close: async () => {},
  });
  const post = {
    eventId: 'e',
    conversation: '#ops-critical',
    threadRemoteId: null,
    mentions: [],
    possibleRepeat: false,
  };
  const { remoteId } = await channel.send({ ...post, message: message('🔴 api — down') }, call);
  const place: FilePlace = { remoteId, threadRemoteId: null, key: 'e1-0', again: false };
  const attach = (attachment: Attachment, again = false) =>
    channel.attach?.({ ...place, again }, attachment, call);
  const shown = () => [...slack.uploads.values()].filter(({ thread }) => thread !== null);
  return { slack, channel, place, remoteId, attach, shown };
}

test('a chart is a PNG in the thread, with the same in words', async () => {
  const { attach, shown, remoteId, slack } = await scene();
  await attach(picture);
  const [file] = shown();
  expect(file).toMatchObject({ thread: remoteId, title: 'Metrics of api', name: 'chart-e1-0.png' });
  expect(file?.alt).toContain(
    'error_rate: now 12.3%, peak 12.3% at 03:03, normal 0.2%, alerts at 5%. #492 at 03:01',
  );
  expect(file?.bytes?.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n');
  // The token stays with the Web API.
  expect(slack.asked.find(({ method }) => method === 'upload')?.args).toEqual({ authorization: '' });
});

test('its text is drawn: without its font it would be lines alone', async () => {
  const bare = { ...chart, panels: chart.panels.map((panel) => ({ ...panel, points: [] })) };
  const nothing = { ...bare, title: '', panels: [] };
  expect((await pictureOf(bare)).length).toBeGreaterThan((await pictureOf(nothing)).length + 2_000);
});

test('a long text is a snippet, and its umlauts arrive', async () => {
  const { attach, shown, slack } = await scene();
  await attach(lines);
  expect(shown()[0]).toMatchObject({ title: '120 lines of the logs of api', name: 'lines-e1-0.txt' });
  expect(shown()[0]?.bytes?.toString()).toBe(lines.type === 'text' ? lines.text : '');
  const asked = slack.asked.find(({ method }) => method === 'files.getUploadURLExternal');
  expect(asked?.args).toMatchObject({ snippet_type: 'text' });
});

test('in a thread it goes where the thread is', async () => {
  const { channel, place, shown } = await scene();
  const inThread = { ...place, remoteId: 'C1OPS/1700000000.000009', threadRemoteId: place.remoteId };
  await channel.attach?.(inThread, lines, call);
  expect(shown()[0]?.thread).toBe(place.remoteId);
});

test.each(['files.getUploadURLExternal', 'upload', 'files.completeUploadExternal'])(
  'an answer of %s that is lost: the next try shows it once',
  async (method) => {
    const { attach, shown, slack } = await scene();
    slack.next(method, 'lost');
    await expect(attach(lines)).rejects.toMatchObject({ outcome: expect.stringMatching(/retry|unknown/) });
    await attach(lines, true);
    expect(shown()).toHaveLength(1);
  },
);

test('an address that is not Slack’s gets nothing', async () => {
  const { attach, slack } = await scene();
  const elsewhere = 'http://127.0.0.1:9/steal';
  for (const upload_url of [elsewhere, 'https://slack.com.example.org/x', 'no address', ''])
    slack.next('files.getUploadURLExternal', { ok: true, upload_url, file_id: 'F9' });
  for (let n = 0; n < 4; n += 1) await expect(attach(lines)).rejects.toMatchObject({ outcome: 'failed' });
  expect(slack.asked.some(({ method }) => method === 'upload')).toBe(false);
});

test('a missing scope is named', async () => {
  const { attach, slack } = await scene();
  slack.next('files.getUploadURLExternal', { ok: false, error: 'missing_scope', needed: 'files:write' });
  await expect(attach(picture)).rejects.toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('missing_scope (files:write)'),
  });
});
