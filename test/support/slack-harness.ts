// The whole engine on a real store with the Slack adapter and our Slack on loopback: people press and type, time is ours.
import { onTestFinished } from 'vitest';
import { createSlack } from '../../src/channels/slack/slack.ts';
import { chatForms } from '../../src/daemon/chat-forms.ts';
import { BUILT_IN_TRIGGERS } from '../../src/domain/verbs.ts';
import { receiveSpoken } from '../../src/store/receive.ts';
import { createHarness, type Harness } from './harness.ts';
import { type FakeSlack, type Posted, startSlack, TEAM, type View } from './slack.ts';
import { clickOn, SARAH, submission } from './slack-payloads.ts';

export interface SlackHarness {
  h: Harness;
  slack: FakeSlack;
  /** Sends an envelope, waits for its acknowledgement and until nothing is left to do. Gives what came with it. */
  send(type: string, body: Record<string, unknown>): Promise<unknown>;
  /** As somebody presses a button of a message. */
  press(message: Posted, label: string, change?: Parameters<typeof clickOn>[2]): Promise<void>;
  submit(view: View, written: string, change?: Parameters<typeof submission>[2]): Promise<unknown>;
  slash(text: string, change?: Record<string, unknown>): Promise<unknown>;
  /** In a thread where `root` is set. */
  type(text: string, change?: Record<string, unknown>): Promise<void>;
  /** The newest that says so. */
  find(words: string): Posted;
}

export async function createSlackHarness({ prefix = '' } = {}): Promise<SlackHarness> {
  const slack = await startSlack({ 'ops-critical': 'C1OPS', 'ops-alerts': 'C2ALERTS', random: 'C3RANDOM' });
  let h: Harness;
  const channel = await createSlack({
    name: 'slack',
    api: new URL(slack.api),
    botToken: 'xoxb-fake',
    hearing: { by: 'socket', appToken: 'xapp-fake' },
    trouble: () => {},
    rooms: async () => ['#ops-critical', '#ops-alerts'],
    prefix,
    clock: { now: () => h.clock.now() },
    triggers: async () => [
      ...BUILT_IN_TRIGGERS,
      ...(await h.store.read.resources.list('command')).map(({ spec }) => spec.trigger),
    ],
    hear: (spoken) => h.store.write((tx) => receiveSpoken(tx, spoken)),
    forms: {
      formFor: (press) => chatForms(h.store).formFor(press),
      formSent: (sent, by) => chatForms(h.store).formSent(sent, by),
      turnAway: (spoken, why) => chatForms(h.store).turnAway(spoken, why),
    },
    log: () => {},
  });
  h = await createHarness({ channels: [channel], at: Date.parse('2026-11-23T03:14:00Z') });
  onTestFinished(async () => {
    await channel.close();
    await h.close();
  });
  const sarah = await h.store.read.resources.find('contact', 'sarah');
  if (sarah) {
    const spec = { ...sarah.spec, ids: { slack: SARAH }, can: ['approve' as const] };
    await h.store.write((tx) => tx.resources.update('contact', sarah.id, { spec }));
  }
  await slack.connected();
  let serial = 0;

  async function send(type: string, body: Record<string, unknown>): Promise<unknown> {
    const id = slack.send(type, body);
    await slack.acked(id);
    // A room takes one message a second.
    await h.advance(20_000);
    return slack.replies.get(id);
  }

  return {
    h,
    slack,
    send,
    async press(message, label, change) {
      await send('interactive', clickOn(message, label, { trigger: slack.trigger(), ...change }));
    },
    submit: (view, written, change) => send('interactive', submission(view, written, change)),
    slash(line, change = {}) {
      const [command = '', ...words] = line.split(' ');
      return send('slash_commands', {
        command,
        text: words.join(' '),
        team_id: TEAM,
        user_id: SARAH,
        user_name: 'sarah',
        channel_id: 'C1OPS',
        trigger_id: slack.trigger(),
        response_url: 'https://hooks.slack.com/commands/1/2',
        ...change,
      });
    },
    async type(text, change = {}) {
      serial += 1;
      const ts = `1700000001.${String(serial).padStart(6, '0')}`;
      await send('events_api', {
        team_id: TEAM,
        event: { type: 'message', channel: 'C1OPS', user: SARAH, team: TEAM, text, ts, ...change },
      });
    },
    find(words) {
      const found = slack.posted.findLast(
        ({ text, blocks }) => text.includes(words) || JSON.stringify(blocks).includes(words),
      );
      if (!found)
        throw new Error(`nobody said ${words}:\n${slack.posted.map(({ text }) => text).join('\n---\n')}`);
      return found;
    },
  };
}
