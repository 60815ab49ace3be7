// A level that names a schedule of PagerDuty: who it says is paged as anybody is, whatever PagerDuty does meanwhile.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createPagerdutyChannel } from '../../src/channels/pagerduty/channel.ts';
import { ON_CALL_KEY } from '../../src/engine/handlers/on-call.ts';
import { createOnCallSource } from '../../src/sources/pagerduty/on-call.ts';
import { runCli } from '../cli/run-cli.ts';
import { createFakeChannel, type FakeChannel } from '../support/fake-channel.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { letPass } from '../support/let-pass.ts';
import { type PagerDuty, startPagerDuty } from '../support/pagerduty.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const API = { title: 'api is down', service: 'api' };

let pd: PagerDuty;
let h: Harness;
let slack: FakeChannel;

beforeEach(async () => {
  pd = await startPagerDuty();
  pd.users.push(
    { id: 'PSARAH', name: 'Sarah Connor', email: 'sarah@example.org' },
    { id: 'PBOB', name: 'Bob', email: 'bob@example.org' },
  );
  pd.schedules.push({
    id: 'PABC123',
    name: 'Primary',
    shifts: [
      { user: 'PSARAH', from: '2026-11-23T00:00:00Z', until: '2026-11-23T09:00:00Z' },
      { user: 'PBOB', from: '2026-11-23T09:00:00Z', until: '2026-11-30T09:00:00Z' },
    ],
  });
  slack = createFakeChannel('slack');
  const api = new URL(pd.url);
  const people = createOnCallSource({ api, token: pd.token, wait: async () => {} });
  const pager = createPagerdutyChannel({ name: 'pager', events: api, routingKey: pd.routingKey, people });
  h = await createHarness({ channels: [slack, pager] });
  onTestFinished(() => h.close());
  await h.add('channel', {
    name: 'pager',
    type: 'pagerduty',
    settings: {},
    secrets: { 'routing-key': 'env:P', 'api-token': 'env:T' },
  });
  await edit('escalation', 'Default', {
    levels: [
      { target: 'pagerduty:PABC123', timeoutMs: 5 * MINUTE },
      { target: 'team-lead', timeoutMs: 15 * MINUTE },
    ],
  });
  await edit('contact', 'sarah', { ids: { slack: 'U-sarah', pagerduty: 'PSARAH' } });
});

async function edit<K extends 'contact' | 'escalation'>(
  kind: K,
  name: string,
  change: object,
): Promise<void> {
  const found = await h.store.read.resources.find(kind, name);
  if (!found) throw new Error(`no ${kind} ${name}`);
  await h.store.write((tx) =>
    tx.resources.update(kind, found.id, { spec: { ...found.spec, ...change } } as never),
  );
}

/** As the daemon does at its start. */
async function ask(): Promise<void> {
  await h.store.write((tx) => tx.jobs.set('on-call', {}, { key: ON_CALL_KEY }));
  await h.settle();
}

const asked = () => pd.asked.filter(({ path }) => path === '/oncalls').length;
const pages = () => slack.posts.filter(({ conversation }) => conversation.startsWith('U-'));
const thread = async () => (await h.posts()).join('\n');
const warnings = async () => (await h.store.read.settings.get('warnings')).map(({ text }) => text);
const cli = (...words: string[]) => runCli(words, { stateDir: h.stateDir, now: h.clock.now() });

describe('whom PagerDuty has on call', () => {
  test('is paged as the contact with that id is, and the thread says who said so and when', async () => {
    await ask();
    await h.advance(30 * SECOND);
    await h.alert(API);
    expect(pages().map(({ conversation }) => conversation)).toEqual(['U-sarah']);
    expect(await thread()).toContain(
      '👤 On-call: @sarah via slack (asked PagerDuty at 03:14 UTC: Sarah Connor (@sarah))',
    );
    expect(asked()).toBe(1);
  });

  test('is the contact with that address as well', async () => {
    await edit('contact', 'sarah', {
      ids: { slack: 'U-sarah', email: 'Sarah@Example.org' },
      order: ['slack'],
    });
    await ask();
    await h.alert(API);
    expect(pages()).toHaveLength(1);
  });

  test('and is no contact here is paged by PagerDuty itself', async () => {
    await ask();
    await letPass(h, 6 * 60 * MINUTE);
    await h.alert(API);
    expect(pages()).toEqual([]);
    expect(pd.incidents).toMatchObject([{ state: 'triggered' }]);
    expect(await thread()).toMatch(
      /On-call: pager \(asked PagerDuty at 09:\d\d UTC: Bob \(no contact here\)\)/,
    );
  });

  test('is asked for at once where nobody asked before, and kept', async () => {
    await h.alert(API);
    expect(pages()).toHaveLength(1);
    expect(asked()).toBe(1);
  });

  test('is asked for every minute, and changes when PagerDuty says so', async () => {
    await ask();
    await h.advance(10 * MINUTE);
    expect(asked()).toBeGreaterThanOrEqual(9);
    expect(asked()).toBeLessThanOrEqual(11);
    const [schedule] = pd.schedules;
    if (schedule)
      schedule.shifts = [{ user: 'PBOB', from: '2026-11-23T00:00:00Z', until: '2026-11-24T00:00:00Z' }];
    await h.advance(2 * MINUTE);
    await h.alert(API);
    expect(pages()).toEqual([]);
  });
});

describe('while PagerDuty is away', () => {
  test('its last answer counts, by its own times, and that is said', async () => {
    await ask();
    pd.down = true;
    await h.advance(2 * MINUTE);
    await h.alert(API);
    expect(pages()).toHaveLength(1);
    expect(await thread()).toContain(
      'asked PagerDuty at 03:14 UTC: Sarah Connor (@sarah), its last answer, because since then PagerDuty is not available (503)',
    );
    expect((await warnings()).join()).toContain(
      'pagerduty:PABC123: PagerDuty is not available (503); its last answer counts until then',
    );
    pd.down = false;
    await h.advance(2 * MINUTE);
    expect(await warnings()).toEqual([]);
  });

  test('and never answered, the level is passed over at once and loudly', async () => {
    pd.down = true;
    await h.alert(API);
    expect(pages().map(({ conversation }) => conversation)).toEqual(['U-lead']);
    expect(await thread()).toContain(
      '⚠️ Level 1, pagerduty:PABC123, reaches nobody and was skipped: PagerDuty never answered: PagerDuty is not available (503). Fix: openclaw channel test pager',
    );
  });
});

describe('a schedule that tells nobody', () => {
  test.each([
    ['pagerduty:PNONE00', 'PagerDuty has no schedule "PNONE00"'],
    ['pagerduty:Nobody', 'PagerDuty has no schedule "Nobody"'],
    ['pagerduty:Empty', `nobody is on call in PagerDuty's schedule "Empty"`],
  ])('%s is skipped, and warned of before that', async (target, why) => {
    pd.schedules.push({ id: 'PEMPTY1', name: 'Empty', shifts: [] });
    await edit('escalation', 'Default', {
      levels: [
        { target, timeoutMs: 5 * MINUTE },
        { target: 'team-lead', timeoutMs: 15 * MINUTE },
      ],
    });
    await ask();
    expect((await warnings()).join()).toContain(why);
    expect(h.logs).toContainEqual(
      expect.objectContaining({ level: 'warn', event: 'on-call', about: target }),
    );
    await h.alert(API);
    expect(pages().map(({ conversation }) => conversation)).toEqual(['U-lead']);
    expect(await thread()).toContain(why);
  });

  test('with a wrong token says so', async () => {
    pd.token = 'another';
    await ask();
    expect((await warnings()).join()).toContain('PagerDuty refuses us (401): make a read-only REST API key');
  });
});

describe('offline', () => {
  test('a simulation goes by the last answer, shift by shift, and says of when it is', async () => {
    expect((await cli('escalation', 'simulate', 'Default', '--for', '1m')).stdout).toContain(
      'pagerduty:PABC123: not known yet: PagerDuty was not asked yet',
    );
    await ask();
    const before = pd.asked.length;
    const now = await cli('escalation', 'simulate', 'Default', '--for', '1m');
    expect(now.stdout).toMatch(/1 pagerduty:PABC123 +@sarah +slack \(U-sarah\)/);
    expect(now.stdout).toContain('pagerduty:PABC123: asked PagerDuty at 03:14 UTC: Sarah Connor (@sarah)');
    const later = await cli('escalation', 'simulate', 'Default', '--for', '1m', '--at', '2026-11-23T10:00');
    expect(later.stdout).toMatch(/1 pagerduty:PABC123 +pager +pager/);
    expect(later.stdout).toContain('Bob (no contact here)');
    expect(pd.asked).toHaveLength(before);
  });

  test('rotation show says who PagerDuty said is on call, and who follows', async () => {
    await ask();
    const shown = await cli('rotation', 'show', 'pagerduty:PABC123');
    expect(shown.stdout).toContain('pagerduty:PABC123: asked PagerDuty at 03:14 UTC: Sarah Connor (@sarah)');
    expect(shown.stdout).toMatch(/Bob .*09:00/);
    expect((await cli('rotation', 'show', 'pagerduty:PABC123', '--json')).json()).toMatchObject({
      name: 'Primary',
      shifts: [{ who: 'Sarah Connor' }, { who: 'Bob' }],
    });
  });
});
