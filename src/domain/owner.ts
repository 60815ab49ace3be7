// Who has an incident: stored as the key of whoever acknowledged, or of the contact it was handed to. Pure.
import { contactOf } from './authorize.ts';
import { type Principal, parsePrincipalKey, principalKey } from './principal.ts';
import type { Contact } from './resource.ts';

/** Platform of a key that names a contact where nobody has spoken yet. No session has it. */
const CONTACT = 'contact';

export function contactKey(name: string): string {
  return principalKey({ platform: CONTACT, workspace: '', userId: name, displayName: name });
}

/** Null: nobody we know by any id of theirs. */
export function ownerContact(key: string, contacts: readonly Contact[]): Contact | null {
  const owner = parsePrincipalKey(key);
  if (owner.platform === CONTACT) return contacts.find(({ name }) => name === owner.userId) ?? null;
  return contactOf(owner, contacts);
}

/** The same principal, or the same contact on another platform. */
export function isOwner(key: string | null, speaker: Principal, contacts: readonly Contact[]): boolean {
  if (key === null) return false;
  if (key === principalKey(speaker)) return true;
  const owner = ownerContact(key, contacts);
  return owner !== null && owner.name === contactOf(speaker, contacts)?.name;
}

/** Their id on a channel, to mention them by. Null: they cannot be mentioned there. */
export function idOnChannel(
  key: string,
  channel: { name: string; type: string },
  contacts: readonly Contact[],
): string | null {
  const owner = parsePrincipalKey(key);
  if (owner.platform === channel.name || owner.platform === channel.type) return owner.userId;
  const ids = ownerContact(key, contacts)?.ids ?? {};
  return ids[channel.name] ?? ids[channel.type] ?? null;
}

/**
 * A known contact as people write one: `@sarah`, their exact name, or the mention of a chat, `<@U024BE7LH>`, by its id
 * on the platform it was written on. Null: nobody of that name or id.
 */
export function contactWritten(
  word: string,
  where: Pick<Principal, 'platform' | 'workspace'>,
  contacts: readonly Contact[],
): Contact | null {
  const mention = /^<@([^|>]+)(?:\|[^>]*)?>$/.exec(word);
  if (mention) return contactOf({ ...where, userId: mention[1] ?? '', displayName: '' }, contacts);
  const name = word.replace(/^@/, '');
  return contacts.find((contact) => contact.name === name) ?? null;
}
