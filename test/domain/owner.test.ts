import { describe, expect, test } from 'vitest';
import { contactKey, contactWritten, idOnChannel, isOwner } from '../../src/domain/owner.ts';
import type { Contact } from '../../src/domain/resource.ts';

const contact = (name: string, ids: Record<string, string>): Contact => ({
  name,
  ids,
  order: [],
  can: [],
  unattended: false,
});
const contacts = [
  contact('sarah', { slack: 'U1', local: '1000' }),
  contact('Ana María', { slack: 'T1:U2' }),
  contact('nobody', {}),
];
const slack = (userId: string) => ({ platform: 'slack', workspace: 'T1', userId, displayName: 'sarah' });

describe('who has it', () => {
  const cases: [string, string | null, string, boolean][] = [
    ['the same principal', 'slack:T1:U9', 'U9', true],
    ['another of the same display name', 'slack:T1:U9', 'U8', false],
    ['the same contact on another platform', 'local:host:1000', 'U1', true],
    ['the contact it was handed to', contactKey('sarah'), 'U1', true],
    ['a contact whose id holds the workspace', contactKey('Ana María'), 'U2', true],
    ['another contact', contactKey('nobody'), 'U1', false],
    ['two people who are no contacts', 'local:host:5', 'U8', false],
    ['nobody has it', null, 'U1', false],
    ['a key that is none', 'contact', 'U1', false],
  ];
  test.each(cases)('%s', (_name, key, user, expected) => {
    expect(isOwner(key, slack(user), contacts)).toBe(expected);
  });
});

describe('their id on a channel', () => {
  const ops = { name: 'ops', type: 'slack' };
  const cases: [string, string, string | null][] = [
    ['of whoever spoke there', 'slack:T1:U9', 'U9'],
    ['of a contact who spoke elsewhere', 'local:host:1000', 'U1'],
    ['of a contact it was handed to', contactKey('sarah'), 'U1'],
    ['of a contact who is not there', contactKey('nobody'), null],
    ['of somebody unknown', 'local:host:5', null],
  ];
  test.each(cases)('%s', (_name, key, expected) => {
    expect(idOnChannel(key, ops, contacts)).toBe(expected);
  });
});

describe('a contact as it is written', () => {
  const cases: [string, string | null][] = [
    ['@sarah', 'sarah'],
    ['sarah', 'sarah'],
    ['@Ana María', 'Ana María'],
    ['<@U1>', 'sarah'],
    ['<@U2|display name>', 'Ana María'],
    ['<@U1|mike>', 'sarah'],
    ['@Sarah', null],
    ['@sara', null],
    ['<@U9|sarah>', null],
    ['<@>', null],
    ['<@|sarah>', null],
    ['@', null],
    ['@constructor', null],
  ];
  test.each(cases)('%s', (word, expected) => {
    expect(contactWritten(word, slack('U5'), contacts)?.name ?? null).toBe(expected);
  });
});
