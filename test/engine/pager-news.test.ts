// What people do in PagerDuty with an incident of ours, heard by signed webhooks, through the whole engine.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createPagerdutyChannel } from '../../src/channels/pagerduty/channel.ts';
import type { ChannelAdapter } from '../../src/domain/channel.ts';
import { ToolError } from '../../src/domain/errors.ts';
import type { PagerPerson } from '../../src/domain/on-call-answer.ts';
import { isoTime } from '../../src/domain/time.ts';
import { receiveDelivery, receivePagerNews } from '../../src/store/receive.ts';
import { SECRET, source, startTestServer } from '../http/harness.ts';
import { createFakeChannel } from '../support/fake-channel.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { addLoudPager } from '../support/loud-pager.ts';
import {
  type PagerDuty,
  type PagerEvent,
  pagerSignature,
  pagerWebhook,
  startPagerDuty,
} from '../support/pagerduty.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const API = { title: 'api is down', service: 'api' };
const SARAH = { id: 'PSARAH', name: 'Sarah Connor' };
const MIKE = { id: 'PMIKE', name: 'Mike' };

let pd: PagerDuty;
let h: Harness;
let channel: ChannelAdapter;
let people: (id: string) => PagerPerson | null;
let count = 0;

beforeEach(async () => {
  pd = await startPagerDuty();
  people = () => null;
  channel = {
    ...createPagerdutyChannel({
      name: 'pager',
      events: new URL(pd.url),
      routingKey: pd.routingKey,
      webhook: {
        secrets: [pd.webhookSecret],
        hear: async (news) => void (await h.store.write((tx) => receivePagerNews(tx, news, h.clock.now()))),
      },
    }),
    person: async (id) => people(id),
  };
  h = await createHarness({ channels: [createFakeChannel('slack'), channel] });
  onTestFinished(() => h.close());
  await addLoudPager(h.add);
  const sarah = await h.store.read.resources.find('contact', 'sarah');
  if (sarah)
    await h.store.write((tx) =>
      tx.resources.update('contact', sarah.id, {
        spec: { ...sarah.spec, ids: { ...sarah.spec.ids, pagerduty: 'PSARAH' } },
      }),
    );
});

async function hear(
  what: string,
  user: PagerEvent['user'] = SARAH,
  over: Partial<PagerEvent> & { key?: string } = {},
): Promise<void> {
  count += 1;
  const body = pagerWebhook(over.key ?? pd.incidents[0]?.key ?? '', {
    id: `E${count}`,
    event_type: `incident.${what}`,
    occurred_at: isoTime(h.clock.now()),
    user,
    ...over,
  });
  const headers = { 'x-pagerduty-signature': pagerSignature(body, pd.webhookSecret) };
  expect(channel.hook?.refuse(Buffer.from(body), headers)).toBeNull();
  await channel.hook?.take(Buffer.from(body), headers);
  await h.settle();
}

const incident = () => h.store.read.incidents.find(1);
const told = () => pd.events.map(({ event_action }) => event_action);
const thread = async () => (await h.posts()).join('\n');

describe('an acknowledgement in PagerDuty', () => {
  test('is one here: of the contact with that id, and nothing is sent back', async () => {
    await h.alert(API);
    await hear('acknowledged');
    expect(await incident()).toMatchObject({ ackedBy: 'contact::sarah', ackedByName: '@sarah' });
    expect(await h.timeline(1)).toContain('@sarah acknowledged in PagerDuty');
    expect(await thread()).toContain('@sarah acknowledged in PagerDuty. Escalation stopped.');
    await h.advance(30 * MINUTE);
    expect(told()).toEqual(['trigger']);
    expect((await incident())?.level).toBe(1);
  });

  test('is theirs in chat too', async () => {
    await h.alert(API);
    await hear('acknowledged');
    expect(await h.say('@sarah', '/ack 1')).toContain('You already have #1');
  });

  test('is of the contact with the address that PagerDuty knows, and of no other', async () => {
    people = (id) => ({ id, name: 'M', email: 'Mike@Example.org' });
    const contact = { order: [], can: [], unattended: false };
    await h.add('contact', { name: 'mike', ids: { slack: 'U-mike', email: 'mike@example.org' }, ...contact });
    await h.alert(API);
    await hear('acknowledged', MIKE);
    expect((await incident())?.ackedByName).toBe('@mike');
  });

  test('of somebody unknown is of a person outside, by name and without rights', async () => {
    await h.alert(API);
    await hear('acknowledged', { id: 'PX', name: 'sarah' });
    // Calling oneself like a contact makes nobody that contact.
    expect(await incident()).toMatchObject({
      ackedBy: 'pagerduty::PX',
      ackedByName: 'sarah (pagerduty:PX) (in PagerDuty)',
    });
    expect(await h.say('@sarah', '/ack 1')).toContain('@sarah has #1 now');
  });

  test('does not wait for a PagerDuty that cannot say who it was', async () => {
    people = () => {
      throw new ToolError('retry', 'down');
    };
    await h.alert(API);
    await hear('acknowledged', MIKE);
    expect((await incident())?.ackedByName).toBe('Mike (in PagerDuty)');
    // Where it was done is said once.
    expect(await h.timeline(1)).toContain('Mike acknowledged in PagerDuty');
  });

  test('comes twice and is one; by a source of alerts as well it is still one, and no alert', async () => {
    const server = await startTestServer({
      clock: h.clock,
      accept: (entries) => h.store.write((tx) => receiveDelivery(tx, entries, h.clock.now())),
    });
    onTestFinished(() => server.close());
    server.sources.set('pd', source('pd', 'pagerduty'));
    await h.alert(API);
    const event = { id: 'SAME', event_type: 'incident.acknowledged', occurred_at: isoTime(h.clock.now()) };
    const post = async (type: string) => {
      const body = pagerWebhook(pd.incidents[0]?.key ?? '', { ...event, event_type: type, user: SARAH });
      const headers = { 'x-pagerduty-signature': pagerSignature(body, SECRET) };
      const { status } = await fetch(`${server.url}/hooks/pd`, { method: 'POST', headers, body });
      expect(status).toBe(200);
      await h.settle();
    };
    await post('incident.triggered');
    await h.settle();
    event.id = 'SAME2';
    await post('incident.acknowledged');
    await hear('acknowledged', SARAH, { id: 'SAME2' });
    await hear('acknowledged', SARAH, { id: 'SAME2' });
    expect((await h.timeline(1)).filter((text) => text.includes('acknowledged in PagerDuty'))).toHaveLength(
      1,
    );
    expect(await h.store.read.incidents.listOpen()).toHaveLength(1);
    expect(await h.store.read.alerts.ofIncident(1)).toHaveLength(1);
  });

  test('that is our own coming back does nothing', async () => {
    await h.alert(API);
    await h.say('@sarah', '/ack 1');
    const before = await h.timeline(1);
    await hear('acknowledged', null);
    expect(await h.timeline(1)).toEqual(before);
    expect(told()).toEqual(['trigger', 'acknowledge']);
  });

  test('by a program stops nothing here, and is said', async () => {
    await h.alert(API);
    await hear('acknowledged', null);
    expect(await incident()).toMatchObject({ ackedBy: null });
    expect(await thread()).toContain('A program acknowledged it in PagerDuty; the escalation here goes on.');
  });

  test('takes it from nobody who has it', async () => {
    await h.alert(API);
    await h.say('@ana', '/ack 1');
    await hear('acknowledged');
    expect((await incident())?.ackedByName).toBe('@ana');
    expect(await h.timeline(1)).toContain('@sarah acknowledged in PagerDuty as well; it stays with @ana');
  });

  test('is in step from then on: what follows is told, an end ends it there', async () => {
    await h.alert(API);
    await hear('acknowledged');
    await h.alert({ ...API, status: 'resolved' });
    await h.advance(6 * MINUTE);
    expect(told()).toEqual(['trigger', 'resolve']);
  });

  test('of before it was reopened is about what was before', async () => {
    await h.alert(API);
    const early = isoTime(h.clock.now());
    await h.advance(MINUTE);
    await h.alert({ ...API, status: 'resolved' });
    await h.advance(6 * MINUTE);
    await h.alert(API);
    await hear('acknowledged', SARAH, { occurred_at: early });
    expect(await incident()).toMatchObject({ state: 'open', ackedBy: null });
  });

  test('survives a death before it was worked on', async () => {
    await h.alert(API);
    const body = pagerWebhook(pd.incidents[0]?.key ?? '', {
      id: 'LATE',
      event_type: 'incident.acknowledged',
      occurred_at: isoTime(h.clock.now()),
      user: SARAH,
    });
    await channel.hook?.take(Buffer.from(body), {});
    await h.restart();
    await h.settle();
    expect((await incident())?.ackedByName).toBe('@sarah');
  });

  test.each([
    ['another installation', (key: string) => key.replace(/-[0-9a-f]{12}-/, '-ffffffffffff-')],
    ['another number', (key: string) => key.replace('-1-', '-2-')],
    ['one opened at another time', (key: string) => `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`],
  ])('of %s is none of ours', async (_what, changed) => {
    await h.alert(API);
    await hear('acknowledged', SARAH, { key: changed(pd.incidents[0]?.key ?? '') });
    expect(await incident()).toMatchObject({ ackedBy: null });
  });
});

describe('an end in PagerDuty', () => {
  test('ends ours where its alerts are clear: it only shortens the wait', async () => {
    await h.alert(API);
    await h.alert({ ...API, status: 'resolved' });
    await hear('resolved');
    expect(await incident()).toMatchObject({ state: 'resolved', resolvedBy: '@sarah' });
    expect(told()).toEqual(['trigger']);
  });

  test('does not end what still burns: it counts as an acknowledgement, and says so', async () => {
    await h.alert(API);
    await hear('resolved');
    expect(await incident()).toMatchObject({ state: 'open', ackedByName: '@sarah' });
    expect(await thread()).toContain(
      '@sarah resolved it in PagerDuty. Here #1 stays open: an alert still fires. It counts as acknowledged until 04:14 UTC.',
    );
    // When that runs out it is paged anew, and PagerDuty has no incident of it any more.
    const policy = await h.store.read.resources.find('escalation', 'Default');
    const levels = [{ target: 'pager', timeoutMs: 5 * MINUTE }];
    if (policy)
      await h.store.write((tx) =>
        tx.resources.update('escalation', policy.id, { spec: { name: 'Default', levels } }),
      );
    await h.advance(65 * MINUTE);
    expect(told().slice(0, 2)).toEqual(['trigger', 'trigger']);
    expect(pd.open()).toHaveLength(1);
  });

  test('by nobody it names is said, and stops nothing', async () => {
    await h.alert(API);
    await h.advance(3 * MINUTE);
    await hear('resolved', null);
    expect(await incident()).toMatchObject({ state: 'open', ackedBy: null });
    expect(await thread()).toContain('Resolved in PagerDuty, by nobody it names; #1 stays open here.');
  });

  test('that we brought about, to page anew, is no end', async () => {
    await h.alert(API);
    await hear('resolved', null);
    await h.alert({ ...API, status: 'resolved' });
    await h.advance(6 * MINUTE);
    expect(told()).toEqual(['trigger', 'resolve']);
  });
});

describe('what else happens there', () => {
  test.each([
    ['reassigned', '@sarah (PagerDuty) reassigned it there, now with Mike'],
    ['escalated', '@sarah (PagerDuty) escalated it there, now with Mike'],
    ['unacknowledged', '@sarah (PagerDuty) took the acknowledgement back there; here nothing changes'],
    ['priority_updated', '@sarah (PagerDuty) changed its priority there'],
  ])('%s is a line of the record', async (what, line) => {
    await h.alert(API);
    await hear(what, SARAH, { incident: { assignees: [{ id: 'PMIKE', summary: 'Mike' }] } });
    expect(await h.timeline(1)).toContain(line);
    expect(await incident()).toMatchObject({ state: 'open', ackedBy: null });
  });

  test('by PagerDuty itself is said of it', async () => {
    await h.alert(API);
    await hear('escalated', null, { incident: { assignees: [{ id: 'PMIKE', summary: 'Mike' }] } });
    expect(await thread()).toContain('PagerDuty escalated it there, now with Mike.');
  });

  test('that nobody has invented yet is nothing', async () => {
    await h.alert(API);
    const before = await h.timeline(1);
    await hear('invented_tomorrow');
    await h.advance(SECOND);
    expect(await h.timeline(1)).toEqual(before);
  });
});
