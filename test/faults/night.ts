// One night through the whole engine over a Slack of ours, with whatever its seed makes go wrong: answers lost and
// refused, sockets that drop between commit and acknowledgement, envelopes that come twice, and ends of the process.
import type { ChannelAdapter, Post } from '../../src/domain/channel.ts';
import { receiveSpoken } from '../../src/store/receive.ts';
import { numbersFrom } from '../crash/lives.ts';
import { connectSlack, HASTY } from '../support/connect-slack.ts';
import { createFakeChannel } from '../support/fake-channel.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { type FakeSlack, type Posted, startSlack, TEAM } from '../support/slack.ts';
import { until } from '../support/until.ts';
import { type Arrival, arrivalsOf, type Said } from './checks.ts';
import { misfortune, type Random } from './trouble.ts';

const MINUTE = 60_000;
/** Slack sends what was not acknowledged again; ours does sooner. */
const AGAIN_AFTER_MS = 250;
const TRIGGERS = ['/ack', '/approve', '/deny', '/incident', '/rollback', '/status'];
/** Without them nothing is heard, which is another trouble. */
const UNREFUSED = new Set(['auth.test', 'apps.connections.open']);
export const NAMES = { sarah: 'U1SARAH', lead: 'U2LEAD' };

export interface Night {
  harness: Harness;
  slack: FakeSlack;
  said: Said[];
  /** How often the process died. */
  deaths(): number;
  /** How often something went wrong otherwise. */
  troubles(): number;
  alert(title: string): Promise<void>;
  /** A line; `thread`: in the thread of incident 1, once that is there. */
  say(text: string, thread?: boolean): Promise<void>;
  /** Gives false where there is no such button yet. */
  click(label: string): Promise<boolean>;
  /** For so long Slack refuses the token, or the room is archived. */
  refusal(what: 'token_revoked' | 'is_archived', ms: number): Promise<void>;
  /** Slack is gone for so long. */
  outage(ms: number): Promise<void>;
  advance(ms: number): Promise<void>;
  dropSockets(): void;
  die(): Promise<void>;
  /** Nothing goes wrong any more, and all that waits is done. */
  calm(): Promise<void>;
  outcome(): Promise<{ posts: Post[]; arrivals: Arrival[] }>;
  close(): Promise<void>;
}

/** `seed`: of what goes wrong; each sort has its own row of numbers, as what comes first is not ours to say. */
export async function beginNight(seed: number): Promise<Night> {
  const [random, ofCalls, ofEnvelopes] = [1, 2, 3].map((row) => numbersFrom(seed * 10 + row)) as [
    Random,
    Random,
    Random,
  ];
  const slack = await startSlack({ 'ops-critical': 'C1OPS', 'ops-alerts': 'C2ALERTS', 'ops-info': 'C3INFO' });
  const mail = createFakeChannel('mail', 'email');
  // Mail that was sent cannot be changed.
  delete mail.edit;
  const mailAt: number[] = [];
  const channels: ChannelAdapter[] = [];
  const harness = await createHarness({ channels, empty: true });
  const { clock } = harness;
  slack.clock = clock.now;
  slack.hangUpMs = 10;
  mail.onWrite = () => mailAt.push(clock.now());
  await addPeople(harness);
  let connected: ChannelAdapter[] = [];
  /** Another one in each process. */
  let botToken = '';
  let processes = 0;
  let troubled = true;
  let revoked = false;
  let deaths = 0;
  let troubles = 0;
  let serial = 0;
  /** Grows when an envelope may have been lost with its socket. */
  let breaks = 0;
  const said: Said[] = [];
  const chance = (of: number) => troubled && ofEnvelopes() < of;

  function die(): void {
    if (harness.dead) return;
    deaths += 1;
    breaks += 1;
    // What is still on its way would come after the clock was moved, as if it had been sent then.
    slack.gone.add(botToken);
    void harness.kill();
  }

  slack.instead = (method) => {
    if (revoked && !UNREFUSED.has(method)) return { ok: false, error: 'token_revoked' };
    // Who we are is asked once; without it nothing is heard at all.
    if (!troubled || method === 'auth.test') return undefined;
    const what = misfortune(ofCalls);
    if (what === null) return undefined;
    troubles += 1;
    if ('told' in what) return what.told;
    die();
    return what.dies === 'before' ? 'silent' : 'lost';
  };

  async function connect(): Promise<void> {
    // A process that is gone stores nothing.
    const { store } = harness;
    botToken = `xoxb-fake-${++processes}`;
    const options = {
      botToken,
      clock,
      triggers: async () => TRIGGERS,
      timing: HASTY,
      async hear(spoken: Parameters<typeof receiveSpoken>[1]) {
        if (chance(0.05)) return lose('before it was stored');
        const isNew = await store.write((tx) => receiveSpoken(tx, spoken));
        if (chance(0.1)) return lose('between commit and acknowledgement');
        return isNew;
      },
    };
    // Slack may hold two sockets of an app open, and sends each what it likes, sometimes both.
    connected = await Promise.all([connectSlack(slack, options), connectSlack(slack, options)]);
    channels.splice(0, channels.length, ...connected.slice(0, 1), mail);
  }

  function lose(when: string): never {
    troubles += 1;
    if (ofEnvelopes() < 0.5) die();
    else {
      breaks += 1;
      slack.dropSockets();
    }
    throw new Error(`gone ${when}`);
  }

  async function revive(): Promise<void> {
    if (!harness.dead) return;
    const old = connected;
    await Promise.all(old.map((adapter) => adapter.close()));
    clock.advance(Math.floor(random() * 4 * MINUTE));
    await harness.start();
    await connect();
  }

  /** Until it is acknowledged, as Slack does with an event. */
  async function deliver(type: string, payload: Record<string, unknown>): Promise<void> {
    for (;;) {
      await revive();
      await slack.connected();
      const before = breaks;
      const id = slack.send(type, payload);
      if (chance(0.2)) slack.send(type, payload, id);
      const giveUpAt = performance.now() + AGAIN_AFTER_MS;
      await until(() => slack.acks.includes(id) || breaks !== before || performance.now() > giveUpAt, 1);
      if (slack.acks.includes(id)) return;
    }
  }

  async function settle(): Promise<void> {
    await revive();
    await harness.settle();
  }

  async function advance(ms: number): Promise<void> {
    const end = clock.now() + ms;
    while (clock.now() < end) {
      await revive();
      await harness.advance(end - clock.now());
    }
    await settle();
  }

  const root = (): Posted | undefined =>
    slack.posted.find(
      ({ channel, thread_ts: thread, text }) =>
        channel === 'C1OPS' && !thread && text.includes('INCIDENT #1'),
    );

  await connect();
  const night: Night = {
    harness,
    slack,
    said,
    deaths: () => deaths,
    troubles: () => troubles,
    async alert(title) {
      await revive();
      // What is accepted is on the disk before the engine is told to work.
      await harness.alert({ title, fingerprint: title, service: 'api' });
      await settle();
    },
    async say(text, thread = false) {
      const ts = `1800000000.${String(++serial).padStart(6, '0')}`;
      const first = thread ? root() : undefined;
      if (thread && !first) return;
      const event = {
        type: thread ? 'message' : 'app_mention',
        channel: 'C1OPS',
        user: NAMES.sarah,
        team: TEAM,
        text: thread ? text : `<@U0BOT> ${text}`,
        ts,
        ...(first ? { thread_ts: first.ts } : {}),
      };
      said.push({ key: `slack:message:C1OPS:${ts}`, text });
      await deliver('events_api', { team_id: TEAM, event });
      await settle();
      // Late, by the other road.
      if (chance(0.2)) await deliver('events_api', { team_id: TEAM, event });
    },
    async click(label) {
      const card = slack.posted.find(({ blocks }) => buttonOf(blocks, label));
      const button = card && buttonOf(card.blocks, label);
      if (!card || !button) return false;
      await deliver('interactive', {
        type: 'block_actions',
        trigger_id: `1.${++serial}`,
        team: { id: TEAM },
        user: { id: NAMES.sarah, username: 'sarah', team_id: TEAM },
        container: { type: 'message', message_ts: card.ts, channel_id: card.channel },
        message: { ts: card.ts, ...(card.thread_ts ? { thread_ts: card.thread_ts } : {}) },
        actions: [{ type: 'button', ...button }],
      });
      await settle();
      return true;
    },
    async refusal(what, ms) {
      troubles += 1;
      if (what === 'token_revoked') revoked = true;
      else slack.archived.add('C1OPS');
      try {
        // Something new comes just then.
        await night.alert(`saturation critical ${++serial}`);
        await advance(ms);
      } finally {
        revoked = false;
        slack.archived.delete('C1OPS');
      }
    },
    async outage(ms) {
      breaks += 1;
      await slack.down();
      try {
        await advance(ms);
      } finally {
        await slack.up();
      }
    },
    advance,
    dropSockets() {
      breaks += 1;
      slack.dropSockets();
    },
    async die() {
      die();
      await revive();
    },
    async calm() {
      troubled = false;
      await revive();
      await slack.connected();
      // Who waits for somebody to have it would be told again and again.
      await night.say('ack 1');
      await advance(40 * MINUTE);
    },
    async outcome() {
      const posts = (await harness.store.read.posts.changedSince(0, 10_000)).sort((a, b) => a.id - b.id);
      return { posts, arrivals: arrivalsOf(slack, mail.posts, mailAt) };
    },
    async close() {
      await Promise.all(connected.map((adapter) => adapter.close()));
      await harness.close();
    },
  };
  return night;
}

interface Button {
  action_id: string;
  value: string;
}

function buttonOf(blocks: readonly Record<string, unknown>[], label: string): Button | undefined {
  const elements = blocks.flatMap(
    ({ elements: all }) => (Array.isArray(all) ? all : []) as (Button & { text?: { text?: string } })[],
  );
  const found = elements.find(({ text }) => text?.text === label);
  return found && { action_id: found.action_id, value: found.value };
}

async function addPeople({ add }: Harness): Promise<void> {
  await add('channel', { name: 'slack', type: 'slack', settings: {}, secrets: {} });
  await add('channel', { name: 'mail', type: 'email', settings: {}, secrets: {} });
  for (const [name, id] of Object.entries(NAMES))
    await add('contact', {
      name,
      ids: { slack: id, email: `${name}@example.org` },
      order: ['slack', 'mail'],
      can: ['approve'],
      unattended: false,
    });
  await add('service', {
    name: 'api',
    kind: 'app',
    bindings: { 'AWS Production': 'asg:api-prod' },
    instances: ['api-prod-*'],
    dependsOn: [],
  });
  await add('command', {
    name: 'rollback',
    trigger: '/rollback',
    sources: ['AWS Production'],
    message: 'rollback',
    announce: false,
    twoPerson: false,
  });
  await add('escalation', {
    name: 'Default',
    levels: [
      { target: 'sarah', timeoutMs: 5 * MINUTE },
      { target: 'lead', timeoutMs: 15 * MINUTE },
    ],
  });
}
