import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Action, type AuthorizeFacts, authorize, contactOf } from '../../src/domain/authorize.ts';
import { type Principal, principalKey } from '../../src/domain/principal.ts';
import type { Contact } from '../../src/domain/resource.ts';
import { RISKS } from '../../src/domain/risk.ts';

const ACTIONS = [
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
] as const satisfies readonly Action[];
const OPEN_TO_ALL: readonly Action[] = ['read', 'acknowledge', 'propose', 'note', 'deny'];

const slack = (userId: string, displayName = userId): Principal => ({
  platform: 'slack',
  workspace: 'T1',
  userId,
  displayName,
});
const local: Principal = { platform: 'local', workspace: 'host', userId: '1000', displayName: 'sarah' };
const contact = (name: string, given: Partial<Contact> = {}): Contact => ({
  name,
  ids: { slack: `U-${name}` },
  order: [],
  can: [],
  unattended: false,
  ...given,
});
const sarah = contact('sarah', { can: ['approve'], ids: { slack: 'U-sarah', local: '1000' } });
const mike = contact('mike');
const person = (principal: Principal, given: { bot?: boolean; unattended?: boolean } = {}) => ({
  principal,
  bot: false,
  unattended: false,
  ...given,
});
const plan = (
  given: Partial<NonNullable<AuthorizeFacts['plan']>> = {},
): NonNullable<AuthorizeFacts['plan']> => ({
  requester: slack('U-mike'),
  twoPerson: false,
  risk: 'disruptive',
  firstBy: null,
  inDestination: true,
  ...given,
});
const why = (action: Action, speaker: ReturnType<typeof person>, facts: AuthorizeFacts) =>
  authorize(action, speaker, facts)?.why ?? null;

describe('bots', () => {
  test.each(ACTIONS)('may read and nothing else: %s', (action) => {
    const bot = person(slack('U-sarah'), { bot: true });
    expect(why(action, bot, { contacts: [sarah] })).toBe(action === 'read' ? null : 'bot');
  });
});

describe('where somebody can approve', () => {
  const contacts = [sarah, mike];
  test.each(ACTIONS)('the others may only read, take, ask, note and say no: %s', (action) => {
    const expected = OPEN_TO_ALL.includes(action) ? null : 'no-right';
    expect(why(action, person(slack('U-mike')), { contacts })).toBe(expected);
    expect(why(action, person(slack('U-stranger')), { contacts })).toBe(expected);
    expect(why(action, person(slack('U-sarah')), { contacts })).toBeNull();
  });

  test('a no names who to ask', () => {
    expect(authorize('approve', person(slack('U-mike')), { contacts, plan: plan() })).toEqual({
      why: 'no-right',
      detail: 'U-mike (slack:T1:U-mike) has no right to approve',
      instead: 'ask sarah, or: openclaw contact edit NAME --can approve',
    });
  });

  test('a display name gives no right', () => {
    expect(why('approve', person(slack('U-evil', 'sarah')), { contacts, plan: plan() })).toBe('no-right');
  });

  test('one platform’s id gives no right on another', () => {
    const elsewhere = { ...slack('U-sarah'), platform: 'terminal' };
    expect(why('approve', person(elsewhere), { contacts, plan: plan() })).toBe('no-right');
  });
});

describe('while nobody can approve', () => {
  const contacts = [mike];
  test('the people of the room may, and so may who sits at the machine', () => {
    expect(why('approve', person(slack('U-any')), { contacts, plan: plan() })).toBeNull();
    const elsewhere = plan({ inDestination: false });
    expect(why('approve', person(slack('U-any')), { contacts, plan: elsewhere })).toBe('not-here');
    expect(why('approve', person(local), { contacts, plan: elsewhere })).toBeNull();
  });
});

describe('without a person at the keyboard', () => {
  const script = person(local, { unattended: true });
  const trusted = { ...sarah, unattended: true };
  const cases: [
    string,
    Action,
    Contact[],
    Partial<NonNullable<AuthorizeFacts['plan']>> | null,
    string | null,
  ][] = [
    ['nothing is approved', 'approve', [sarah], {}, 'unattended'],
    ['nothing is thawed', 'thaw', [sarah], null, 'unattended'],
    ['it may freeze: that only makes things safer', 'freeze', [sarah], null, null],
    ['with --unattended it may approve', 'approve', [trusted], {}, null],
    ['but never what is critical', 'approve', [trusted], { risk: 'critical' }, 'unattended-critical'],
    ['nor where nobody can approve', 'approve', [], {}, 'unattended'],
    ['it may say no', 'deny', [sarah], {}, null],
  ];
  test.each(cases)('%s', (_name, action, contacts, about, expected) => {
    expect(why(action, script, { contacts, ...(about ? { plan: plan(about) } : {}) })).toBe(expected);
  });
});

describe('two people', () => {
  const ana = contact('ana', { can: ['approve'] });
  const contacts = [sarah, ana];
  const own = plan({ requester: slack('U-sarah') });
  test('one’s own plan may be approved by oneself, unless it needs two', () => {
    expect(why('approve', person(slack('U-sarah')), { contacts, plan: own })).toBeNull();
    expect(why('approve', person(slack('U-sarah')), { contacts, plan: { ...own, twoPerson: true } })).toBe(
      'two-person',
    );
    expect(
      why('approve', person(slack('U-ana')), { contacts, plan: { ...own, twoPerson: true } }),
    ).toBeNull();
  });

  test('who took the first step is not the second', () => {
    const half = plan({ twoPerson: true, firstBy: principalKey(slack('U-sarah')) });
    expect(why('approve', person(slack('U-sarah')), { contacts, plan: half })).toBe('two-person');
    expect(why('approve', person(slack('U-ana')), { contacts, plan: half })).toBeNull();
  });

  test('a new name on the same account is the same person', () => {
    const renamed = person(slack('U-sarah', 'somebody else'));
    expect(why('approve', renamed, { contacts, plan: { ...own, twoPerson: true } })).toBe('two-person');
  });
});

describe('whose contact it is', () => {
  const cases: [string, Principal, Contact, boolean][] = [
    ['the id on that platform', slack('U-sarah'), sarah, true],
    ['with its workspace', slack('U9'), contact('x', { ids: { slack: 'T1:U9' } }), true],
    ['of another workspace', slack('U9'), contact('x', { ids: { slack: 'T2:U9' } }), false],
    ['an empty id is nobody', slack(''), contact('x', { ids: { slack: '' } }), false],
    ['no id on that platform', slack(''), contact('x', { ids: {} }), false],
    ['a name is no id', slack('sarah'), sarah, false],
  ];
  test.each(cases)('%s', (_name, principal, one, found) => {
    expect(contactOf(principal, [one])).toBe(found ? one : null);
  });
});

test('whatever is asked: a yes to more than reading comes from no bot, and a no says what to do instead', () => {
  const ids = fc.constantFrom('U-sarah', 'U-mike', '1000', '', 'U-x');
  const principal = fc.record({
    platform: fc.constantFrom('slack', 'local', 'constructor'),
    workspace: fc.constantFrom('T1', 'host'),
    userId: ids,
    displayName: fc.string(),
  });
  const speaker = fc.record({ principal, bot: fc.boolean(), unattended: fc.boolean() });
  const about = fc.record({
    requester: principal,
    twoPerson: fc.boolean(),
    risk: fc.constantFrom(...RISKS),
    firstBy: fc.constantFrom(null, 'slack:T1:U-sarah'),
    inDestination: fc.boolean(),
  });
  const property = fc.property(
    fc.constantFrom(...ACTIONS),
    speaker,
    fc.subarray([sarah, mike]),
    about,
    (action, given, contacts, asked) => {
      const refusal = authorize(action, given, { contacts, plan: asked });
      if (refusal) expect(refusal.instead).not.toBe('');
      else if (action !== 'read') expect(given.bot).toBe(false);
      if (!refusal && action === 'approve') {
        expect(given.unattended && asked.risk === 'critical').toBe(false);
        if (asked.twoPerson) expect(principalKey(given.principal)).not.toBe(principalKey(asked.requester));
        if (contacts.includes(sarah)) expect(contactOf(given.principal, contacts)).toBe(sarah);
      }
    },
  );
  fc.assert(property, { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 1_000 });
});
