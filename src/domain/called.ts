// What a person is called in everything people read: the contact they are known as. By their id, which gives rights;
// the name they have on a platform, which anybody may choose, gives none.
import { contactOf } from './authorize.ts';
import { type Principal, parsePrincipalKey } from './principal.ts';
import type { Contact } from './resource.ts';

/** The same principal with its contact's name. Who only has the name of another's contact says by which id they are there. */
export function asKnown(principal: Principal, contacts: readonly Contact[]): Principal {
  const contact = contactOf(principal, contacts);
  if (contact) return { ...principal, displayName: contact.name };
  const { platform, userId, displayName } = principal;
  const isTaken = contacts.some(({ name }) => name.toLowerCase() === displayName.toLowerCase());
  return isTaken ? { ...principal, displayName: `${displayName} (${platform}:${userId})` } : principal;
}

/** As `mention` says it of a principal: whom Slack alone knows by their id there, which their app shows as a name. */
export function mentionOfKey(key: string, contacts: readonly Contact[]): string {
  const { platform, userId } = parsePrincipalKey(key);
  const name = nameOfKey(key, contacts);
  return platform === 'slack' && name === `slack:${userId}` ? `@${userId}` : `@${name}`;
}

/** Of a stored key: the contact's name, else the shortest form that says who it is. */
export function nameOfKey(key: string, contacts: readonly Contact[]): string {
  const principal = parsePrincipalKey(key);
  const { platform, userId } = principal;
  if (userId === '' || platform === 'openclaw') return userId || key;
  return contactOf(principal, contacts)?.name ?? `${platform}:${userId}`;
}
