// PagerDuty keeps an incident for each of ours: begun, acknowledged and ended in step, over real HTTP, through the
// whole engine, across lost answers and deaths.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createPagerdutyChannel } from '../../src/channels/pagerduty/channel.ts';
import type { ChannelAdapter } from '../../src/domain/channel.ts';
import { ToolError } from '../../src/domain/errors.ts';
import { runCli } from '../cli/run-cli.ts';
import { createFakeChannel } from '../support/fake-channel.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { addLoudPager } from '../support/loud-pager.ts';
import { type PagerDuty, startPagerDuty } from '../support/pagerduty.ts';
import { json } from '../support/scripted-server.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const API = { title: 'api is down', service: 'api' };

let pd: PagerDuty;
let h: Harness;
let slack: ReturnType<typeof createFakeChannel>;

beforeEach(async () => {
  pd = await startPagerDuty();
  slack = createFakeChannel('slack');
  h = await createHarness({ channels: [slack, pager()] });
  onTestFinished(() => h.close());
  await h.add('channel', {
    name: 'pager',
    type: 'pagerduty',
    settings: {},
    secrets: { 'routing-key': 'env:PD' },
  });
  await escalateTo('pager', 'team-lead');
});

function pager(name = 'pager'): ChannelAdapter {
  return createPagerdutyChannel({ name, events: new URL(pd.url), routingKey: pd.routingKey });
}

async function escalateTo(...targets: string[]): Promise<void> {
  const policy = await h.store.read.resources.find('escalation', 'Default');
  const levels = targets.map((target, index) => ({ target, timeoutMs: (index + 1) * 5 * MINUTE }));
  if (policy)
    await h.store.write((tx) =>
      tx.resources.update('escalation', policy.id, { spec: { name: 'Default', levels } }),
    );
}

const told = () => pd.events.map(({ event_action }) => event_action);
const states = () => pd.incidents.map(({ state }) => state);
const header = async () => (await h.posts()).find((post) => post.includes('INCIDENT #1')) ?? '';

describe('an incident in PagerDuty', () => {
  test('begins with the page, and "paged via PagerDuty" is a fact only then', async () => {
    pd.down = true;
    await h.alert(API);
    expect(await header()).toContain('👤 On-call: pager (being paged via PagerDuty)');
    expect((await h.timeline(1)).join('\n')).not.toContain('Paged via PagerDuty');
    pd.down = false;
    await h.advance(10 * SECOND);
    expect(states()).toEqual(['triggered']);
    expect(await h.timeline(1)).toContain('Paged via PagerDuty');
    expect(await header()).toMatch(/On-call: pager \(paged via PagerDuty at 03:14 UTC\)/);
    expect((await h.posts()).join('\n')).toContain('📟 Paged via PagerDuty at 03:14 UTC.');
  });

  test('is acknowledged there when it is here, and over when it is over, once each', async () => {
    await h.alert(API);
    await h.say('@sarah', '/ack 1');
    await h.say('@sarah', '/ack 1');
    expect(states()).toEqual(['acknowledged']);
    expect(await h.timeline(1)).toContain('Acknowledged in PagerDuty too');
    await h.alert({ ...API, status: 'resolved' });
    await h.advance(10 * MINUTE);
    expect(states()).toEqual(['resolved']);
    expect(told()).toEqual(['trigger', 'acknowledge', 'resolve']);
    expect(await h.timeline(1)).toContain('Resolved in PagerDuty too');
  });

  test('of a contact names them', async () => {
    const sarah = await h.store.read.resources.find('contact', 'sarah');
    if (sarah)
      await h.store.write((tx) =>
        tx.resources.update('contact', sarah.id, {
          spec: { ...sarah.spec, ids: { ...sarah.spec.ids, pagerduty: 'PSARAH' }, order: ['pager', 'slack'] },
        }),
      );
    await escalateTo('on-call');
    await h.alert(API);
    expect(await h.timeline(1)).toContain('@sarah was paged via PagerDuty');
    expect(await header()).toContain('👤 On-call: @sarah (paged via PagerDuty at 03:14 UTC)');
  });

  test('that PagerDuty hears of too late does not begin there at all', async () => {
    pd.down = true;
    await h.alert(API);
    await h.advance(10 * SECOND);
    await h.alert({ ...API, status: 'resolved' });
    await h.advance(10 * MINUTE);
    pd.down = false;
    await h.advance(5 * MINUTE);
    expect(told()).toEqual([]);
    expect(await header()).toContain('pager (not paged via PagerDuty)');
  });

  test('that somebody took meanwhile wakes nobody when PagerDuty is back', async () => {
    pd.down = true;
    await h.alert(API);
    await h.say('@sarah', '/ack 1');
    pd.down = false;
    await h.advance(2 * MINUTE);
    expect(told()).toEqual([]);
  });

  describe('that did not need the page any more', () => {
    const status = async () => {
      const { undelivered, unreached } = (
        await runCli(['status', '--json'], { stateDir: h.stateDir, now: h.clock.now() })
      ).json() as { undelivered: number; unreached: unknown[] };
      return { undelivered, unreached };
    };
    const page = async () =>
      (await h.store.read.posts.ofIncident(1)).find(({ channel }) => channel === 'pager');

    test.each([
      ['somebody had it', () => h.say('@sarah', '/ack 1'), '@sarah had #1 before'],
      ['it was over', () => h.alert({ ...API, status: 'resolved' }), '#1 was over before'],
    ])('counts as nothing that could not be delivered: %s', async (_, happens, why) => {
      pd.down = true;
      await h.alert(API);
      await happens();
      await h.advance(10 * MINUTE);
      expect(await page()).toMatchObject({ state: 'failed', outcome: { kind: 'withdrawn', why } });
      expect(await status()).toEqual({ undelivered: 0, unreached: [] });
    });

    test('counts as nothing where it may have arrived either', async () => {
      pd.faults.push(() => 'applied and cut');
      await h.alert(API);
      await h.say('@sarah', '/ack 1');
      await h.advance(MINUTE);
      expect(await page()).toMatchObject({ state: 'unknown', outcome: { kind: 'withdrawn' } });
      expect(await status()).toEqual({ undelivered: 0, unreached: [] });
    });

    test('is no person who was not reached, once it needs somebody again and pages them', async () => {
      pd.down = true;
      await h.alert(API);
      await h.say('@sarah', '/ack 1 10m');
      await h.advance(5 * MINUTE);
      pd.down = false;
      await h.advance(11 * MINUTE);
      expect(states()).toEqual(['triggered']);
      expect(await page()).toMatchObject({ outcome: { kind: 'withdrawn' } });
      expect(await status()).toEqual({ undelivered: 0, unreached: [] });
    });

    test('is told apart from one whose page PagerDuty refused: that counts', async () => {
      pd.faults.push(() => json({ status: 'invalid event' }, 400));
      await h.alert(API);
      await h.advance(MINUTE);
      expect(await page()).toMatchObject({ state: 'failed', outcome: null });
      expect((await status()).undelivered).toBe(1);
    });
  });

  test('that ended while the page was in the air ends there too', async () => {
    pd.faults.push(() => 'applied and cut');
    await h.alert(API);
    // The answer was lost, so nobody knows; then it is over.
    expect(states()).toEqual(['triggered']);
    await h.say('@sarah', '/ack 1');
    await h.advance(MINUTE);
    expect(states()).toEqual(['acknowledged']);
    expect(pd.incidents).toHaveLength(1);
  });

  test('is one, with one page, when answers are lost; and is not called a repeat', async () => {
    pd.faults.push(
      () => 'applied and cut',
      () => json({}, 500),
    );
    await h.alert(API);
    await h.advance(30 * SECOND);
    expect(pd.incidents).toMatchObject([{ state: 'triggered', notified: 1 }]);
    expect(JSON.stringify(pd.events)).not.toContain('possible repeat');
  });

  test('begins anew after an acknowledgement that ran out: PagerDuty would wake nobody for the old one', async () => {
    await h.alert(API);
    await h.say('@sarah', '/ack 1 10m');
    await h.advance(16 * MINUTE);
    expect(states()).toEqual(['resolved', 'triggered']);
    expect(new Set(pd.incidents.map(({ key }) => key)).size).toBe(1);
  });

  test('begins again when ours is reopened', async () => {
    await h.alert(API);
    await h.alert({ ...API, status: 'resolved' });
    await h.advance(6 * MINUTE);
    await h.alert(API);
    expect(states()).toEqual(['resolved', 'triggered']);
    expect(told()).toEqual(['trigger', 'resolve', 'trigger']);
  });

  test('asked for by somebody who has it already is not acknowledged away', async () => {
    await escalateTo('team-lead', 'pager');
    await h.alert(API);
    await h.say('@sarah', '/ack 1');
    await h.say('@sarah', '/escalate 1');
    await h.advance(MINUTE);
    expect(states()).toEqual(['triggered']);
  });

  test('that is told again, level after level, stays one', async () => {
    await escalateTo('pager');
    await h.alert(API);
    await h.advance(30 * MINUTE);
    expect(pd.incidents).toMatchObject([{ state: 'triggered', notified: 1 }]);
    expect((await header()).match(/paged via PagerDuty/g)).toHaveLength(1);
  });

  test('merged into another is over there', async () => {
    await h.alert(API);
    await h.alert({ title: 'db is down', service: 'orders-db' });
    await h.advance(MINUTE);
    expect(states()).toEqual(['triggered', 'triggered']);
    await h.say('@sarah', '/incident merge 2 into 1');
    expect(states()).toEqual(['triggered', 'resolved']);
  });
});

describe('PagerDuty that is away', () => {
  test('hears of an acknowledgement and an end when it is back, the last word alone', async () => {
    await h.alert(API);
    pd.down = true;
    await h.say('@sarah', '/ack 1');
    await h.alert({ ...API, status: 'resolved' });
    await h.advance(6 * MINUTE);
    pd.down = false;
    await h.advance(2 * MINUTE);
    expect(told()).toEqual(['trigger', 'resolve']);
    expect(states()).toEqual(['resolved']);
  });

  test('hears of it after any death of ours', async () => {
    await h.alert(API);
    pd.down = true;
    await h.say('@sarah', '/ack 1');
    await h.restart();
    pd.down = false;
    await h.advance(2 * MINUTE);
    await h.restart();
    await h.advance(2 * MINUTE);
    expect(states()).toEqual(['acknowledged']);
    expect(told()).toEqual(['trigger', 'acknowledge']);
  });

  test('lets nobody wait: the next way of the person is tried, and said', async () => {
    const sarah = await h.store.read.resources.find('contact', 'sarah');
    if (sarah)
      await h.store.write((tx) =>
        tx.resources.update('contact', sarah.id, { spec: { ...sarah.spec, order: ['pager', 'slack'] } }),
      );
    await escalateTo('on-call');
    pd.down = true;
    await h.alert(API);
    await h.advance(31 * SECOND);
    expect((await h.timeline(1)).join('\n')).toContain('paged @sarah via slack');
  });

  test('that refuses an event is said once, with what to do', async () => {
    await h.alert(API);
    pd.faults.push(() => json({ message: 'Event object is invalid', errors: ['Invalid routing key'] }, 400));
    await h.say('@sarah', '/ack 1');
    await h.advance(10 * MINUTE);
    const said = (await h.posts()).filter((post) => post.includes('did not take that #1 is acknowledged'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('Invalid routing key. Acknowledge it there.');
    expect(told()).toEqual(['trigger']);
  });
});

describe('several', () => {
  test('of them hear of it, also where the first one does not work', async () => {
    const first = {
      ...pager('first'),
      follow: async () => Promise.reject(new ToolError('retry', 'it is away')),
    };
    const other = await createHarness({ channels: [createFakeChannel('slack'), first, pager()] });
    onTestFinished(() => other.close());
    await addLoudPager(other.add);
    await other.add('channel', {
      name: 'first',
      type: 'pagerduty',
      settings: {},
      secrets: { 'routing-key': 'env:PD' },
    });
    await other.alert(API);
    // It was paged by the first one as well.
    await other.store.write((tx) =>
      tx.timeline.add({
        incidentId: 1,
        kind: 'paged',
        text: 'Paged via first',
        data: { pager: 'first', told: 'trigger' },
      }),
    );
    await other.say('@sarah', '/ack 1');
    expect(told()).toEqual(['trigger', 'acknowledge']);
  });

  test('installations with one routing key keep their incidents apart', async () => {
    const other = await createHarness({ channels: [createFakeChannel('slack'), pager()] });
    onTestFinished(() => other.close());
    await addLoudPager(other.add);
    await h.alert(API);
    await other.alert(API);
    expect(pd.open()).toHaveLength(2);
    await h.say('@sarah', '/ack 1');
    expect(states().sort()).toEqual(['acknowledged', 'triggered']);
  });

  test('incidents of one page are one each there', async () => {
    for (const service of ['api', 'orders-db', 'web'])
      await h.alert({ title: `${service} is down`, service });
    await h.advance(40 * SECOND);
    expect(pd.open().map(({ summary }) => summary)).toEqual([
      '#1 api is down',
      '#2 orders-db is down',
      '#3 web is down',
    ]);
    expect(await h.timeline(3)).toContain('Paged via PagerDuty');
    await h.say('@sarah', '/ack 3');
    expect(states()).toEqual(['triggered', 'triggered', 'acknowledged']);
  });
});
