import { describe, expect, test } from 'vitest';
import { asKnown, nameOfKey } from '../../src/domain/called.ts';
import { mention, type Principal, principalKey } from '../../src/domain/principal.ts';
import type { Contact } from '../../src/domain/resource.ts';

const root: Principal = { platform: 'local', workspace: 'ops-1', userId: '0', displayName: 'root' };
const contact = (name: string, ids: Record<string, string>): Contact => ({
  name,
  ids,
  order: [],
  can: [],
  unattended: false,
});

describe('who speaks is called', () => {
  test.each<[string, Contact[], string]>([
    ['as the contact of that id', [contact('sarah', { slack: 'U1', local: '0' })], '@sarah'],
    ['as the contact of that id on that machine', [contact('sarah', { local: 'ops-1:0' })], '@sarah'],
    ['by their account where they are no contact', [contact('sarah', { slack: '0' })], '@root'],
    ['by their account on another machine', [contact('sarah', { local: 'ops-2:0' })], '@root'],
    [
      'with their id where they only have the name of a contact',
      [contact('Root', { slack: 'U1' })],
      '@root (local:0)',
    ],
  ])('%s', (_what, contacts, called) => {
    const known = asKnown(root, contacts);
    expect(mention(known)).toBe(called);
    // The name is all that differs: rights are those of the id.
    expect(principalKey(known)).toBe(principalKey(root));
  });
});

describe('a stored key is called', () => {
  test.each([
    ['local:ops-1:0', 'sarah'],
    ['local:ops-1:1000', 'local:1000'],
    ['openclaw:self:openclaw', 'openclaw'],
  ])('%s: %s', (key, name) => {
    expect(nameOfKey(key, [contact('sarah', { local: '0' })])).toBe(name);
  });
});
