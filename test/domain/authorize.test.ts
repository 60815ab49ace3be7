import { describe, expect, test } from 'vitest';
import { type Action, type AuthorizeFacts, authorize, contactOf } from '../../src/domain/authorize.ts';
import type { Principal } from '../../src/domain/principal.ts';
import type { Contact } from '../../src/domain/resource.ts';

const slack = (userId: string, workspace = 'T1'): Principal => ({
  platform: 'slack',
  workspace,
  userId,
  displayName: userId,
});
const contact = (name: string, more: Partial<Contact> = {}): Contact => ({
  name,
  ids: { slack: `U-${name}` },
  order: [],
  can: ['approve'],
  unattended: false,
  ...more,
});
const mike = slack('U-mike');
const sarah = slack('U-sarah');
const plan: NonNullable<AuthorizeFacts['plan']> = {
  requester: sarah,
  twoPerson: false,
  risk: 'disruptive',
  firstBy: null,
  inDestination: true,
};
const why = (
  action: Action,
  who: Partial<Parameters<typeof authorize>[1]>,
  facts: Partial<AuthorizeFacts> = {},
): string | null =>
  authorize(
    action,
    { principal: mike, bot: false, unattended: false, ...who },
    { contacts: [contact('mike')], ...facts },
  )?.why ?? null;

const ALL: Action[] = [
  'read',
  'acknowledge',
  'propose',
  'note',
  'approve',
  'deny',
  'close',
  'freeze',
  'thaw',
  'settle',
];
const ANYBODY: Action[] = ['read', 'acknowledge', 'propose', 'note', 'deny'];

describe('bots', () => {
  test.each(ALL)('%s', (action) => {
    expect(why(action, { bot: true })).toBe(action === 'read' ? null : 'bot');
  });
});

describe('people without the right', () => {
  test.each(ALL)('%s', (action) => {
    expect(why(action, { principal: sarah })).toBe(ANYBODY.includes(action) ? null : 'no-right');
  });
});

describe('the fix is a whole line to type', () => {
  const instead = (principal: Principal, contacts: readonly Contact[]) =>
    authorize('approve', { principal, bot: false, unattended: false }, { contacts })?.instead;
  const contact = (name: string, id: string, can: Contact['can'] = []): Contact => ({
    ...{ name, ids: { slack: id }, order: [], unattended: false },
    can,
  });
  const lead = contact('lead', 'U1LEAD', ['approve']);

  test.each<[string, string, readonly Contact[], string]>([
    ['of a contact', 'U2MIKE', [lead, contact('mike', 'U2MIKE')], 'openclaw contact edit mike --can approve'],
    ['of nobody', 'U2MIKE', [lead], 'openclaw contact add --name NAME --slack U2MIKE --can approve'],
    ['of no plain id', '$(rm)', [lead], 'openclaw contact edit NAME --can approve'],
  ])('%s', (_, id, contacts, line) => {
    expect(instead(slack(id, 'T1'), contacts)).toBe(`ask lead, or: ${line}`);
  });
});

describe('who is named instead can do it where it was typed', () => {
  const instead = (
    who: Principal,
    contacts: readonly Contact[],
    more: Partial<AuthorizeFacts['plan']> = {},
  ) =>
    authorize(
      'approve',
      { principal: who, bot: false, unattended: false },
      { contacts, plan: { ...plan, ...more } },
    )?.instead.split(', or: ')[0];
  const nobody = slack('U9ANY');
  const ana = contact('ana', { ids: {}, slackEmail: 'ana@example.org' });
  const zoe = contact('zoe', { ids: { local: '1000' } });

  test('who is linked to that chat, and nobody else', () => {
    expect(instead(nobody, [contact('mike'), ana, zoe])).toBe('ask mike');
  });

  test('nobody is: how that is changed', () => {
    expect(instead(nobody, [ana])).toBe(
      'ana may once linked to this chat: openclaw contact edit ana --slack-email ana@example.org',
    );
    expect(instead(nobody, [zoe, ana])).toBe(
      'zoe or ana may once linked to this chat: openclaw contact edit zoe --slack U…',
    );
  });

  test('of two people not the one who asked, nor who took the first step', () => {
    const both = [contact('sarah'), contact('mike')];
    expect(instead(nobody, both)).toBe('ask sarah or mike');
    expect(instead(nobody, both, { twoPerson: true })).toBe('ask mike');
    expect(instead(nobody, both, { twoPerson: true, firstBy: 'slack:T1:U-mike' })).toBe(
      'nobody else who may is a contact',
    );
  });

  test('at the command line who can in Slack', () => {
    expect(instead({ ...nobody, platform: 'local' }, [contact('mike'), zoe])).toBe('ask zoe');
    expect(instead({ ...nobody, platform: 'local' }, [contact('mike'), ana])).toBe('ask mike in Slack');
  });
});

test('one contact is one person at every door, and in a workspace that was moved', () => {
  const both = contact('sarah', { ids: { slack: 'U-sarah', local: '1000' } });
  const typed: Principal = { platform: 'local', workspace: 'vm', userId: '1000', displayName: 'sarah' };
  const twice = { ...plan, twoPerson: true };
  for (const principal of [typed, slack('U-sarah', 'T2NEW')])
    expect(why('approve', { principal }, { contacts: [both], plan: twice })).toBe('two-person');
  const mikes = { ...twice, requester: mike, firstBy: 'slack:T1:U-sarah' };
  expect(why('approve', { principal: typed }, { contacts: [both], plan: mikes })).toBe('two-person');
});

describe('people with the right', () => {
  test.each(ALL)('%s', (action) => {
    expect(why(action, {})).toBeNull();
  });
});

describe('who somebody is', () => {
  test.each<[string, Principal, string | null]>([
    ['the id', mike, 'mike'],
    ['the same id elsewhere, for a contact bound to a workspace', slack('U-ana', 'T2'), null],
    ['the id in its workspace', slack('U-ana', 'T1'), 'ana'],
    ['the id on another platform', { ...mike, platform: 'local' }, null],
    ['a display name', { ...slack('U-mallory'), displayName: 'mike' }, null],
    ['a name as id', slack('mike'), null],
    ['no id', slack(''), null],
  ])('%s', (_name, principal, name) => {
    const contacts = [
      contact('mike'),
      contact('ana', { ids: { slack: 'T1:U-ana' } }),
      contact('x', { ids: {} }),
    ];
    expect(contactOf(principal, contacts)?.name ?? null).toBe(name);
  });
});

describe('while nobody can approve', () => {
  const contacts = [contact('mike', { can: [] })];

  test('a person in the room may', () => {
    expect(why('approve', { principal: sarah }, { contacts, plan })).toBeNull();
  });

  test('a person elsewhere may not', () => {
    expect(why('approve', { principal: sarah }, { contacts, plan: { ...plan, inDestination: false } })).toBe(
      'not-here',
    );
  });

  test('who sits at this machine may', () => {
    const local = { ...sarah, platform: 'local' };
    expect(
      why('approve', { principal: local }, { contacts, plan: { ...plan, inDestination: false } }),
    ).toBeNull();
  });

  test('a bot may not', () => {
    expect(why('approve', { principal: sarah, bot: true }, { contacts, plan })).toBe('bot');
  });
});

describe('without a terminal', () => {
  const script = { unattended: true };

  test.each<[Action, string | null]>([
    ['approve', 'unattended'],
    ['close', 'unattended'],
    ['thaw', 'unattended'],
    ['settle', 'unattended'],
    ['freeze', null],
    ['deny', null],
  ])('%s', (action, wanted) => {
    expect(why(action, script, { plan })).toBe(wanted);
  });

  const contacts = [contact('mike', { unattended: true })];

  test('a contact for it may', () => {
    expect(why('approve', script, { contacts, plan })).toBeNull();
  });

  test('never what is critical', () => {
    expect(why('approve', script, { contacts, plan: { ...plan, risk: 'critical' } })).toBe(
      'unattended-critical',
    );
  });
});

describe('two people', () => {
  const two = { ...plan, twoPerson: true };

  test.each<[string, Principal, Partial<typeof plan>, string | null]>([
    ['the one who asked', mike, { requester: mike }, 'two-person'],
    ['the one who took the first step', mike, { firstBy: 'slack:T1:U-mike' }, 'two-person'],
    ['somebody else', mike, { firstBy: 'slack:T1:U-ana' }, null],
    [
      'the one who asked, under another name',
      { ...mike, displayName: 'x' },
      { requester: mike },
      'two-person',
    ],
  ])('%s', (_name, principal, change, wanted) => {
    expect(why('approve', { principal }, { plan: { ...two, ...change } })).toBe(wanted);
  });

  test('one is enough where two are not asked for', () => {
    expect(why('approve', {}, { plan: { ...plan, requester: mike, firstBy: 'slack:T1:U-mike' } })).toBeNull();
  });

  test('closing is not meant', () => {
    expect(why('close', {}, { plan: { ...two, requester: mike } })).toBeNull();
  });
});
