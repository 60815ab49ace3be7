// A contact known by an address is somebody in Slack once that very account says so, and nobody before.
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ChatEvent } from '../../src/domain/chat.ts';
import { ToolError } from '../../src/domain/errors.ts';
import { plainText } from '../../src/domain/message.ts';
import { receiveChat } from '../../src/store/receive.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let h: Harness;
let asked: string[];
let found: { id: string; workspace: string } | ToolError;
beforeEach(async () => {
  h = await createHarness({ timers: ['audit', 'lookout'] });
  onTestFinished(() => h.close());
  asked = [];
  found = { id: 'U1MIKE', workspace: 'T1' };
  h.slack.findPerson = async (email) => {
    asked.push(email);
    if (found instanceof ToolError) throw found;
    return found;
  };
  await h.add('contact', {
    name: 'mike',
    ids: {},
    slackEmail: 'mike@example.org',
    order: [],
    can: ['approve'],
    unattended: false,
  });
  await h.advance(MINUTE);
});

let serial = 0;
/** Whoever it is, they are called what they chose to be called. */
async function say(
  text: string,
  who: { id?: string; workspace?: string; platform?: string; bot?: boolean; called?: string },
) {
  const { id = 'U1MIKE', workspace = 'T1', platform = 'slack', bot = false, called = 'mike' } = who;
  const key = `say:${serial++}`;
  const event: ChatEvent = {
    key,
    principal: { platform, workspace, userId: id, displayName: called },
    channel: 'slack',
    conversation: '#ops-critical',
    incidentId: null,
    text,
    at: h.clock.now(),
    bot,
    unattended: false,
  };
  await h.store.write((tx) => receiveChat(tx, event));
  await h.settle();
  return (await h.store.read.posts.answering(key)).map(({ message }) => plainText(message)).join('\n');
}

const mike = async () => (await h.store.read.resources.find('contact', 'mike'))?.spec.ids;
const warnings = async () => (await h.store.read.settings.get('warnings')).map(({ text }) => text);
const questions = () => h.slack.posts.filter(({ message }) => message.title === 'Are you mike?');
const closing = async () => {
  await h.alert({ title: 'api is down', service: 'api' });
  return say('/incident close 1 deploy', { id: 'U9ANY', called: 'any' });
};

test('the account with that address is asked once, and until it answers no right and no page comes of it', async () => {
  expect(asked).toEqual(['mike@example.org']);
  expect(questions().map(({ conversation }) => conversation)).toEqual(['U1MIKE']);
  expect(await warnings()).toContain('mike has not confirmed in Slack that mike@example.org is theirs');
  await closing();
  expect(await say('/approve', {})).toContain('mike (slack:U1MIKE) has no right to approve');
  expect((await h.store.read.incidents.find(1))?.state).toBe('open');
  await h.say('@sarah', '/escalate 1');
  expect(h.slack.posts.filter(({ conversation }) => conversation === 'U1MIKE')).toHaveLength(1);
  await h.advance(60 * MINUTE);
  expect(questions()).toHaveLength(1);
});

test('confirmed, it is that contact, and may do what the contact may', async () => {
  expect(await say('/confirm mike', { called: 'who knows' })).toContain('You are mike here now');
  expect(await mike()).toEqual({ slack: 'U1MIKE' });
  expect(await warnings()).toEqual([]);
  const record = (await h.store.read.timeline.recent(20)).map(({ text }) => text);
  expect(record).toContainEqual(expect.stringContaining('confirmed to be mike (slack=U1MIKE'));
  await closing();
  expect(await say('/approve', {})).toContain('approved by @mike');
});

test('confirmed once, its question has no button, and to say it again is no mistake', async () => {
  const question = async () => {
    const posts = await h.store.read.posts.changedSince(0, 100);
    const asked = posts.find(({ conversation }) => conversation === 'U1MIKE');
    return asked ? plainText(asked.message) : '';
  };
  expect(await question()).toContain('I am mike: /confirm mike');
  await say('/confirm', {});
  expect(await question()).toBe('✅ You are mike');
  expect(await say('/confirm mike', {})).toContain('You are mike already');
  expect(await say('/confirm', {})).toContain('You are mike already');
  expect(await say('/confirm sarah', {})).toMatch(/Refused/);
  const stranger = await say('/confirm mike', { id: 'U2FORGED' });
  expect(stranger).toContain('Refused: nothing waits for this account (U2FORGED) to confirm "mike"');
  expect(stranger).toContain('openclaw contact edit mike --slack-email ADDRESS');
});

describe('nothing else makes the link:', () => {
  test.each([
    ['an account of that name', { id: 'U2FORGED' }],
    ['an account of another workspace with the same id', { workspace: 'T2EVIL' }],
    ['a terminal whose user has that id', { platform: 'terminal' }],
    ['a bot', { bot: true }],
  ])('%s', async (_, who) => {
    expect(await say('/confirm mike', who)).toMatch(/Refused/);
    expect(await say('/confirm', who)).toMatch(/Refused/);
    expect(await mike()).toEqual({});
  });

  test('the right account, once the address is another one', async () => {
    const contact = await h.store.read.resources.find('contact', 'mike');
    if (!contact) throw new Error('no mike');
    const spec = { ...contact.spec, slackEmail: 'm.other@example.org' };
    await h.store.write((tx) => tx.resources.update('contact', contact.id, { spec }));
    expect(await say('/confirm mike', {})).toMatch(/Refused/);
    found = { id: 'U5OTHER', workspace: 'T1' };
    await h.advance(MINUTE);
    expect(questions().map(({ conversation }) => conversation)).toEqual(['U1MIKE', 'U5OTHER']);
    expect(await say('/confirm mike', {})).toMatch(/Refused/);
    expect(await say('/confirm mike', { id: 'U5OTHER' })).toContain('You are mike');
  });

  test('an account that is another contact already', async () => {
    await h.add('contact', { name: 'ana', ids: { slack: 'U1MIKE' }, order: [], can: [], unattended: false });
    expect(await say('/confirm mike', {})).toContain('This account is ana already');
    expect(await mike()).toEqual({});
  });
});

test('a display name equal to an approver’s approves nothing', async () => {
  await say('/confirm mike', {});
  await closing();
  for (const called of ['mike', '@mike', 'Mike', 'mike\u200b'])
    expect(await say('/approve', { id: 'U2FORGED', called })).toContain('has no right to approve');
  expect((await h.store.read.incidents.find(1))?.state).toBe('open');
});

test('an address nobody has is said where the configuration is looked at, and looked for again', async () => {
  found = new ToolError('failed', 'Slack (users.lookupByEmail): users_not_found');
  await h.add('contact', {
    name: 'zoe',
    ids: {},
    slackEmail: 'z@example.org',
    order: [],
    can: [],
    unattended: false,
  });
  await h.advance(MINUTE);
  expect(await warnings()).toContainEqual(
    'zoe is not linked to Slack by z@example.org: Slack (users.lookupByEmail): users_not_found. Looked for again within the hour; by another address: openclaw contact edit zoe --slack-email ADDRESS',
  );
  found = { id: 'U6ZOE', workspace: 'T1' };
  await h.advance(61 * MINUTE);
  expect(h.slack.posts.map(({ conversation }) => conversation)).toContain('U6ZOE');
});

test('whoever does not answer for a week is asked once more, and a removed contact no more', async () => {
  h.clock.advance(8 * DAY);
  await h.settle();
  await h.advance(MINUTE);
  expect(questions()).toHaveLength(2);
  const contact = await h.store.read.resources.find('contact', 'mike');
  if (contact) await h.store.write((tx) => tx.resources.update('contact', contact.id, { enabled: false }));
  h.clock.advance(8 * DAY);
  await h.settle();
  await h.advance(MINUTE);
  expect(questions()).toHaveLength(2);
  expect(await warnings()).toEqual([]);
});
